"""The demo office: a family practice that nobody has to set up, and a day that is played through the real actions.

Kept here: whom and what the demo is made of, and the plan of a day. Every write it does is an action, as for everyone.
People, names of staff and the values measured are made up; the patients are Synthea's (data/SOURCES.md).
"""
