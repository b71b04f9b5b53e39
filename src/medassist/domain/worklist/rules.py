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


def ladder(code: str) -> list[dict[str, Any]]:
    """To which pools a task of this kind goes, each so many minutes after it was due; a plain kind goes on once."""
    kind = kinds().get(code) or kinds()["other"]
    return kind.get("ladder") or [{"after": kind["grace"], "to": kind["escalate"]}]


def climbing() -> list[str]:
    """The kinds that are passed on more than once."""
    return [code for code, kind in kinds().items() if "ladder" in kind]


def goes_on(code: str, due_at: datetime, rung: int, last: datetime | None) -> datetime | None:
    """When a task that was passed on `rung` times, the last time at `last`, goes on again; None for never."""
    steps, again = ladder(code), kinds().get(code, {}).get("repeat")
    if rung < len(steps):
        return due_at + timedelta(minutes=steps[rung]["after"])
    return last + timedelta(minutes=again) if again and last else None


def rung_at(code: str, due_at: datetime, rung: int, at: datetime) -> int:
    """The rung on which a task stands that goes on now: rungs that nobody saw to in time are climbed at once."""
    reached = sum(due_at + timedelta(minutes=step["after"]) <= at for step in ladder(code))
    return max(rung + 1, reached)


def goes_to(code: str, rung: int = 1) -> str:
    """The pool to which a task of this kind goes when it is passed on for this time."""
    steps = ladder(code)
    return steps[min(rung, len(steps)) - 1]["to"]


def rungs_of(code: str, pools: Iterable[str]) -> int | None:
    """The lowest rung of this kind on which one of these pools is told; None where none ever is."""
    mine = set(pools)
    return next((n for n, step in enumerate(ladder(code), 1) if step["to"] in mine), None)


def ends_with(code: str) -> str:
    """The act by which alone a task of this kind ends; empty for a kind that anybody may end."""
    return kinds().get(code, {}).get("ends_with", "")


def outcomes(code: str) -> dict[str, dict[str, str]]:
    """What may have been done about a task that ends by an act of its own: by code, its name and what to `ask`."""
    return kinds().get(code, {}).get("outcomes", {})


def outcome(code: str, done: str, text: str) -> str:
    """What was done, in words."""
    told = outcomes(code)[done]
    return f"{told['name']}: {text}" if text else told["name"]


def raised(priority: str) -> str:
    """One step more pressing."""
    return RANKS[max(RANKS.index(priority) - 1, 0)]
