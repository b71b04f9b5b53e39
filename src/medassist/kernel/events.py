"""Events: rows written with the fact, told after commit at least once; and who reacts to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from medassist.kernel import doorway, trail

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


def emit(name: str, subject: str = "", result: str = "=null") -> None:
    """Tell a further event from inside an action's body."""
    house = doorway.required()
    entry = house.stack[-1]
    house.events.append(
        trail.Told(entry.ctx, name, entry.action, entry.act, subject or entry.subject, entry.patient, result)
    )
