"""Credentials: certificates, registrations, licences and signed-off skills of the staff, with their dates and proof.

Kept here: what a person holds, who verified it and where, what was revoked, which acts somebody was seen to do well;
the facts on certifications with their sources, the ways to them that a person keeps,
and the lists of programs that were taken in.
Not here: what that allows (delegation).
"""
