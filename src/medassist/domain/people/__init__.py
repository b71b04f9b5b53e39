"""Patients: who they are, how they are reached, what must be known before they are touched; and how they are found.

Kept here: demographics as US Core has them, numbers, contacts, alerts, photos, consent to text messages.
Not here: problems, allergies and medications (records), insurance (billing), staff (office).
"""
