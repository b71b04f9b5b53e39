"""Which messages somebody here understands: message code and event to the function that acts upon it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from medassist.codecs.hl7v2 import Fault, Message
from medassist.kernel.context import Context


@dataclass(frozen=True)
class Reply:
    """What came of a message. `body` is a whole answer of its own (RSP, ORR); None lets the acknowledgment say it."""

    code: Literal["AA", "AE", "AR"] = "AA"
    faults: tuple[Fault, ...] = field(default=())
    text: str = ""
    body: bytes | None = None


Kept = tuple[Message, UUID]
"""A message, and the id under which it is kept."""
Handler = Callable[[Context, list[Kept]], list[Reply]]
_routes: dict[tuple[str, str], Handler] = {}


def handles(code: str, event: str = "*") -> Callable[[Handler], Handler]:
    """Have a function act upon messages of this kind: those that came together, each answered in its place.

    When it raises, nothing of what it did for any of them stays, and it is asked again for each by itself.
    """

    def wrap(handler: Handler) -> Handler:
        _routes[code, event] = handler
        return handler

    return wrap


def handler_of(message: Message) -> Handler | None:
    """Who acts upon this message."""
    code, event, _ = message.kind
    return _routes.get((code, event)) or _routes.get((code, "*"))


def unhandled(message: Message) -> Reply:
    """The answer to what nobody here understands."""
    code, event, _ = message.kind
    known = any(one == code for one, _ in _routes)
    fault = Fault(
        "201" if known else "200",
        f"Nothing here acts upon {' '.join(p for p in (code, event) if p) or 'a message without a type'}; it was kept.",
        ("MSH", 1, 9),
    )
    return Reply("AR", (fault,))
