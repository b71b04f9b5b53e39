"""A quick first look: is a value so plain that nothing needs to be asked? Whatever is not goes to `checks`.

The gate knows no words and no proposals; it only spares the careful rules the many values that are as they should be.
A test holds it to them: where the gate is quiet, they are.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from medassist.codecs import units
from medassist.codecs.units import table
from medassist.domain.vitals.rules.data import data
from medassist.domain.vitals.rules.signs import SIGNS

INSIDE = 1e-9  # a value this near a limit is not plain: exact arithmetic decides


class Span(NamedTuple):
    """The plain values of one sign at ages from, up to."""

    start: float
    end: float
    low: float
    high: float


@cache
def scale(unit: str, standard: str) -> tuple[float, float] | None:
    """A unit's factor and offset to the unit of comparison, as floats; None when it does not fit."""
    try:
        given, wanted = table.unit(unit), table.unit(standard)
    except units.UnknownUnit:
        return None
    if given.kind != wanted.kind:
        return None
    return float(given.factor / wanted.factor), float(wanted.zero - given.zero * given.factor / wanted.factor)


@cache
def spans(name: str) -> tuple[Span, ...]:
    """The plain values of a sign by age; none where every value is looked at with care."""
    told = data("limits")
    possible = told["possible"].get(name)
    if possible is None or possible.get("whole"):
        return ()
    low, high = float(possible["low"]), float(possible["high"])
    rows = told["plausible"].get(name) or ({"low": low, "high": high},)
    return tuple(Span(float(row.get("from", 0)), float(row.get("to", 999)), max(low, float(row["low"])) + INSIDE,
                      min(high, float(row["high"])) - INSIDE) for row in rows)  # fmt: skip


def plain(name: str, value: float, years: float | None) -> bool:
    """Whether a value in the unit of comparison is one nobody would ask about at this age."""
    for span in spans(name):
        # of unknown age: only where one range holds for all
        if span.start == 0 and span.end == 999 if years is None else span.start <= years < span.end:
            return span.low <= value <= span.high
    return False


@cache
def apart() -> tuple[float, float]:
    """The distances of two pressures that nobody would ask about."""
    rule = data("limits")["apart"]
    return float(rule["least"]), float(rule["most"])


def standard(name: str, value: float, unit: str) -> float | None:
    """A value in the unit of comparison; None when its unit does not fit."""
    by = scale(unit, SIGNS[name].standard)
    return None if by is None else value * by[0] + by[1]
