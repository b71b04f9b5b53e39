"""What can be true of a task: its states, priorities, kinds and pools. Pure; kinds and pools are data."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

STATUSES = {"open": "Open", "done": "Done", "cancelled": "Closed"}
PRIORITIES = {"routine": "Routine", "urgent": "Urgent", "asap": "As soon as possible", "stat": "Now"}
"""FHIR R4 RequestPriority, http://hl7.org/fhir/R4/valueset-request-priority.html."""
RANKS = ("stat", "asap", "urgent", "routine")


@cache
def book() -> dict[str, Any]:
    """The kinds and pools that the product knows."""
    return json.loads((Path(__file__).parent / "kinds.json").read_text())


def kinds() -> dict[str, dict[str, Any]]:
    """Kinds of task by code: name, pool, minutes until due, minutes of grace, whom it goes to then, priority."""
    return book()["kinds"]


def pools() -> dict[str, dict[str, Any]]:
    """Pools by code: name, and the roles that see them."""
    return book()["pools"]


def pools_of(roles: Iterable[str]) -> list[str]:
    """The pools from which somebody of these roles takes tasks."""
    mine = set(roles)
    return [code for code, pool in pools().items() if mine & set(pool["roles"])]


def kind_name(code: str) -> str:
    """A kind in words; one that the product does not know is told as it is."""
    return kinds().get(code, {}).get("name", code)


def due(code: str, added: datetime) -> datetime:
    """When a task of this kind is due unless somebody says otherwise."""
    return added + timedelta(minutes=kinds()[code]["due"])


def escalates(code: str, due_at: datetime, at: datetime) -> bool:
    """Whether a task of this kind waited so long past its time that it goes to somebody else."""
    kind = kinds().get(code) or kinds()["other"]
    return at >= due_at + timedelta(minutes=kind["grace"])


def goes_to(code: str) -> str:
    """The pool to which a task of this kind goes when nobody did it."""
    return (kinds().get(code) or kinds()["other"])["escalate"]


def raised(priority: str) -> str:
    """One step more pressing."""
    return RANKS[max(RANKS.index(priority) - 1, 0)]
