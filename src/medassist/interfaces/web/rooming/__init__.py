"""Rooming: one page from calling the patient in to ready, by keyboard alone if one likes.

`state` gathers what the page shows, `signs` the grid of vital signs, `pages` takes what is done on it.
"""
