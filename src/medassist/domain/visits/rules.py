"""What can be true of a visit: its steps, and which may follow which. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

STEPS = {
    "arrived": "Arrived",
    "rooming": "Rooming",
    "ready": "Ready",
    "with-provider": "With provider",
    "to-do-after": "To do after",
    "checked-out": "Checked out",
    "left": "Left without being seen",
    "entered-in-error": "Entered in error",
}
FOLLOWS = {
    "arrived": ("rooming", "left"),
    "rooming": ("ready", "left"),
    "ready": ("with-provider", "rooming", "left"),
    "with-provider": ("to-do-after", "checked-out"),
    "to-do-after": ("checked-out", "with-provider"),
    "checked-out": (),
    "left": (),
    "entered-in-error": (),
}
LAST = ("checked-out", "left", "entered-in-error")
IDENTIFIERS = {
    "name": "Name",
    "birth-date": "Date of birth",
    "mrn": "MRN",
    "phone": "Phone",
    "address": "Address",
    "photo": "Photo",
}
UNDO = timedelta(minutes=10)
"""How long the person who entered a step can take it back."""

ENCOUNTER = {
    "arrived": "arrived",
    "rooming": "triaged",
    "ready": "triaged",
    "with-provider": "in-progress",
    "to-do-after": "in-progress",
    "checked-out": "finished",
    "left": "cancelled",
    "entered-in-error": "entered-in-error",
}
"""Each step as FHIR R4 EncounterStatus, http://hl7.org/fhir/R4/valueset-encounter-status.html."""


def cannot(now: str, then: str) -> str:
    """Why one step cannot follow another; empty when it can."""
    if then in FOLLOWS[now]:
        return ""
    return f"This visit is at: {STEPS[now].lower()}."


def run_began(steps: Sequence[Any]) -> datetime:
    """When the last kind of step began, pieces of one kind in a row (other rooms) taken together. Oldest first."""
    began = steps[-1].begin_at
    for earlier in reversed(steps):
        if earlier.kind != steps[-1].kind:
            break
        began = earlier.begin_at
    return began
