"""What is due soon at a visit, as the board and rooming show it: in words, in a shape, and for the page's own clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from medassist.domain.vitals import queries as vitals


@dataclass(frozen=True, slots=True)
class Timer:
    """One due time: calm before it, amber from it on, red when nobody came for long."""

    label: str
    due: datetime
    state: str
    words: str
    red: int


def timer(one: Mapping[str, Any], now: datetime) -> Timer:
    """The timer of an open series."""
    left = (one["due_at"] - now).total_seconds()
    when = f"in {int(-(-left // 60))} min" if left > 0 else "now"
    late = vitals.lateness(one["due_at"], now)
    return Timer(one["short"], one["due_at"], late["state"], f"{one['short']} {when}", late["red_after"])
