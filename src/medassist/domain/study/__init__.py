"""Study: preparing for an examination. Kept here: what a person aims at, every answer given in practice, placement and
mock examinations, the practice's own questions, calibrations of the question bank, classes and who joined them.

Not here: which ways lead to a certification (credentials). The bank itself is data: data/items, one file a topic.
"""
