"""Events: rows written with the fact, told after commit at least once; and who reacts to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from medassist.kernel import clock, doorway, trail

if TYPE_CHECKING:
    from medassist.kernel.context import Context
    from medassist.kernel.models import Event

CHANNEL = "events"
Reaction = Callable[["Context", "Event"], Any]
_reactions: dict[str, dict[str, Reaction]] = {}


def reacts(event: str) -> Callable[[Reaction], Reaction]:
    """Have a domain's function called for every event of this name, with the event's id as the context's key."""

    def wrap(work: Reaction) -> Reaction:
        _reactions.setdefault(event, {})[f"{work.__module__}.{work.__qualname__}"] = work
        return work

    return wrap


def reactions(event: str) -> dict[str, Reaction]:
    """Who reacts to an event, by name."""
    return _reactions.get(event, {})


def heard() -> list[str]:
    """The names of all events that somebody reacts to."""
    return sorted(_reactions)


def mark() -> str:
    """What is another text after each event: the newest of the last minute, and how many, as commits overtake."""
    since = UUID(int=int((clock.now().timestamp() - 60) * 1000) << 80)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id::text, count(*) OVER () FROM kernel_event WHERE id >= %s ORDER BY id DESC LIMIT 1", [since]
        )
        newest, count = cursor.fetchone() or ("", 0)
    return f"{newest}/{count}"


def emit(name: str, subject: str = "", result: str = "=null") -> None:
    """Tell a further event from inside an action's body."""
    house = doorway.required()
    entry = house.stack[-1]
    house.events.append(
        trail.Told(entry.ctx, name, entry.action, entry.act, subject or entry.subject, entry.patient, result)
    )
