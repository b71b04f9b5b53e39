"""The kernel: the one doorway through which every write passes, and the trail it leaves.

Kept here: actions, context, the authority hook, audit, events, errors, the database's guards, time, identifiers.
Not here: anything a clinic would recognize as its own work; that is domain/.
"""
