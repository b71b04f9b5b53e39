"""The record in FHIR: every version of every resource as bytes, what it is found by, and what arrived from outside.

Kept here: versions and their index, resources that no domain owns, messages as received, and the tokens of other
systems. Not kept here: the meaning of any of it; that is the domains'.
"""
