"""Who asks, for whom, where, by which interface, when, and under which name for the request."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from medassist.kernel import clock

Kind = Literal["person", "system", "interface", "agent"]
SYSTEM_ID = UUID("00000000-0000-7000-8000-000000000001")


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something with an identity of its own in the trail."""

    id: UUID
    kind: Kind
    name: str


SYSTEM = Actor(SYSTEM_ID, "system", "medassist")


@dataclass(frozen=True, slots=True)
class Context:
    """Interfaces build it; nobody edits it. `key` is the sender's own name for this request."""

    actor: Actor
    via: str
    at: datetime
    site: UUID | None = None
    on_behalf_of: UUID | None = None
    key: str | None = None

    def but(self, **changes: Any) -> Context:
        """The same context with some parts changed."""
        return replace(self, **changes)


def system_context(via: str = "jobs", **parts: Any) -> Context:
    """The context in which the system itself acts (schedules, reactions, set-up)."""
    return Context(actor=SYSTEM, via=via, at=parts.pop("at", None) or clock.now(), **parts)
