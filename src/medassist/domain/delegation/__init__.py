"""Who may do which act, in which state, under whose supervision: the authority that every write asks.

Kept here: the states' rules with their sources, the practice's policies, what software is granted. Not here: who is in
the building (office), who holds which certificate or skill (credentials), what was ordered (orders).
"""
