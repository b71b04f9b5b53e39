"""The lists of the record: allergies, problems, medications; who reviewed them and when.

An entry is never edited: a change adds a row that names the one it replaces.
Not here yet: documents, releases, retention. Medications given in the office are medications'.
"""
