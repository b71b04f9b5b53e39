"""What can be true of a credential or a skill. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

KINDS = {
    "certificate": "Certificate",
    "registration": "State registration",
    "licence": "License",
    "cpr": "CPR card",
    "tb": "TB test",
    "immunity": "Immunity",
    "training": "Training",
}
LICENCES = {
    "MD": "Physician, MD",
    "DO": "Physician, DO",
    "NP": "Nurse practitioner",
    "PA": "Physician assistant",
    "RN": "Registered nurse",
    "LPN": "Licensed practical nurse",
}
DONE = ("tb", "immunity", "training")
"""Kinds that are done on a day and done again: that day has been, and a second one overlaps with nothing."""
OF_HEALTH = ("tb", "immunity")
"""Kinds that say something of a person's health: a task, which the whole site sees, does not name them."""
ACT = re.compile(r"^[a-z_]+\.[a-z_]+$")
MOST_HOURS = 10_000
"""More hours or demonstrations than this in one sign-off is a slip of the keyboard."""


def called(kind: str, name: str) -> str:
    """How a card is called where the whole site reads it."""
    return "health record" if kind in OF_HEALTH else name


def dates_fault(issued: date | None, expires: date | None) -> str:
    """Why these dates cannot be, or nothing."""
    if issued and expires and expires < issued:
        return "It would end before it begins."
    return ""


def summed(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Sign-offs by what they count for: the act, and the act by route. One given for all routes counts for each."""
    rows = list(rows)
    counted: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        key = f"{row['act']}/{row['route']}" if row["route"] else row["act"]
        counted.setdefault(key, []).append(row)
    for key, own in counted.items():
        act, _, route = key.partition("/")
        if route:
            own += [row for row in rows if row["act"] == act and not row["route"]]
    return counted
