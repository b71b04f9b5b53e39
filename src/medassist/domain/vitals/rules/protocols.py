"""Series of readings as data: their steps, when each is due, what several pressures are together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from medassist.codecs import units
from medassist.domain.vitals.rules.data import data

REPEAT = "repeat-pressure"
ORTHOSTATIC = "orthostatic"
Pair = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Step:
    """One reading of a series: due `seconds` after the step `after`, or after the series began (None)."""

    label: str
    seconds: int
    after: int | None
    short: str
    position: str = ""
    setting: str = ""


@dataclass(frozen=True, slots=True)
class Protocol:
    """A series of readings: who asks for it, its steps, and by which rule they become one value."""

    key: str
    name: str
    how: str
    asked: bool
    routine: bool
    average: str
    method: str
    signs: tuple[str, ...]
    steps: tuple[Step, ...]
    falls: Mapping[str, int]
    source: Mapping[str, str]

    def due(self, step: int, begun: datetime, measured: Sequence[datetime], own: Mapping[str, Any]) -> datetime | None:
        """When a step is due; None after the last. `own` are the office's settings."""
        if step >= len(self.steps):
            return None
        one = self.steps[step]
        since = begun if one.after is None else measured[one.after]
        return since + timedelta(seconds=own.get(one.setting) or one.seconds)


def _protocol(key: str, told: Mapping[str, Any]) -> Protocol:
    steps = tuple(
        Step(one["label"], one["seconds"], one.get("from", n - 1) if n else None, one.get("short", told["short"]),
             one.get("position", told.get("position", "")), one.get("setting", ""))
        for n, one in enumerate(told["steps"])
    )  # fmt: skip
    return Protocol(
        key, told["name"], told.get("how", ""), told.get("asked", False), told["routine"],
        told.get("average", ""), told.get("method", ""), tuple(told["signs"]), steps, told.get("falls", {}),
        data("protocols")["sources"][told["source"]],
    )  # fmt: skip


@cache
def protocols() -> dict[str, Protocol]:
    """All of them by key."""
    return {key: _protocol(key, told) for key, told in data("protocols")["protocols"].items()}


def chosen() -> list[Protocol]:
    """Those that a person begins."""
    return [one for one in protocols().values() if not one.asked]


def apart() -> list[str]:
    """The keys of those whose readings do not count as the pressures of the day."""
    return [key for key, one in protocols().items() if not one.routine]


def stops() -> dict[str, str]:
    """Reasons why a series is stopped, in words."""
    return data("protocols")["stops"]


def over() -> str:
    """What is said of a series whose visit ended before it."""
    return data("protocols")["over"]


def average(readings: Sequence[Pair], rule: str = "mean") -> Pair | None:
    """One upper and lower pressure of several, by a rule of the data; None where they are too few for it."""
    told = data("protocols")["averages"][rule]
    if len(readings) < told["least"]:
        return None
    upper, lower = zip(*readings, strict=True)
    return _joined(upper, told["how"]), _joined(lower, told["how"])


def _joined(values: tuple[Decimal, ...], how: str) -> Decimal:
    if how == "lowest":
        return min(values)
    return units.convert(sum(values, Decimal(0)) / len(values), "mm[Hg]", "mm[Hg]", 0)


def falls(lying: Mapping[str, Decimal], standing: Mapping[str, Decimal]) -> list[str]:
    """The signs that fell from lying to standing by as much as the source speaks of, or more."""
    told = protocols()[ORTHOSTATIC].falls
    both = lying.keys() & standing.keys()
    return [name for name, least in told.items() if name in both and lying[name] - standing[name] >= least]


def lateness(due: datetime, now: datetime) -> str:
    """How a due time presses: none before it, watch from it on, act when nobody came for long."""
    late, over = data("protocols")["late"], (now - due).total_seconds()
    return "act" if over >= late["red"] else "watch" if over >= late["amber"] else "none"


def short_by(due: datetime, at: datetime) -> int:
    """Seconds by which a reading comes before its time; 0 where it does not, or by so little that nobody is asked."""
    left = (due - at).total_seconds()
    return round(left) if left > data("protocols")["early"]["seconds"] else 0


def early_doubts(due: datetime, at: datetime) -> list[str]:
    """What is asked about a pressure that is measured again while the rest still goes on."""
    minutes, seconds = divmod(short_by(due, at), 60)
    left = f"The rest goes on for {minutes}:{seconds:02d} min. Measure when it is over?"
    return [left] if minutes or seconds else []


def red_after() -> int:
    """Seconds after its time from which a step presses."""
    return int(data("protocols")["late"]["red"])
