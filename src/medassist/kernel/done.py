"""What runs inside the transaction once an action's body is through: the exchange fills this registry."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from medassist.kernel.context import Context

Work = Callable[["Context", Any], None]
_done: dict[str, list[Work]] = {}


def on_done(event: str, work: Work) -> None:
    """Have `work(ctx, result)` run inside the transaction of every action that emits `event`."""
    _done.setdefault(event, []).append(work)


def of(event: str) -> list[Work]:
    """What is to run for an event."""
    return _done.get(event, [])
