"""Visits: who has come, where they are, and which step they are at since when.

Kept here: visits, their steps, the check of identity, what is to be done before leaving.
Not kept here: what was booked (scheduling), what was measured or given (vitals, medications).
"""
