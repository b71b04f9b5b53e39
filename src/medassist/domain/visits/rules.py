"""What can be true of a visit: its steps, and which may follow which. Pure."""

from __future__ import annotations

STEPS = {
    "arrived": "Arrived",
    "rooming": "Rooming",
    "ready": "Ready",
    "with-provider": "With provider",
    "to-do-after": "To do after",
    "checked-out": "Checked out",
    "left": "Left without being seen",
}
FOLLOWS = {
    "": ("arrived",),
    "arrived": ("rooming", "left"),
    "rooming": ("ready", "left"),
    "ready": ("with-provider", "rooming", "left"),
    "with-provider": ("to-do-after", "checked-out"),
    "to-do-after": ("checked-out", "with-provider"),
    "checked-out": (),
    "left": (),
}
LAST = ("checked-out", "left")
IDENTIFIERS = {
    "name": "Name",
    "birth-date": "Date of birth",
    "mrn": "MRN",
    "phone": "Phone",
    "address": "Address",
    "photo": "Photo",
}
