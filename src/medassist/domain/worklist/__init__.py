"""The worklist: what waits for whom, since when, and what became of it.

Kept here: tasks, their notes, the situational kinds of an office.
Not kept here: the things that the tasks are about; a task names them.
"""
