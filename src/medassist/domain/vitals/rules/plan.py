"""All that the tables say of one sign, in one unit, at one age: put together once, then looked up.

Most values are as they should be. A plan tells a plain value, which nobody would ask about, by two comparisons; what
is not plain goes to `checks`, which knows the words and the proposals. A test holds plans to `checks`: where a plan
calls a value plain, they are quiet.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cache
from typing import Any, NamedTuple

from medassist.codecs import units
from medassist.codecs.units import table
from medassist.domain.vitals.rules import judging
from medassist.domain.vitals.rules.bands import Bands
from medassist.domain.vitals.rules.data import data
from medassist.domain.vitals.rules.signs import SIGNS

INSIDE = 1e-9  # a value this near a limit is not plain: exact arithmetic decides
MOST = 500  # plans kept for a stage: there are a few dozen true units, the rest is what somebody made up
UNKNOWN = -1
"""The stage of a patient of unknown age."""


class Plan(NamedTuple):
    """How a value is brought into the unit of comparison, which values are plain, and what is judged."""

    factor: float
    offset: float
    same: bool
    low: float
    high: float
    bands: Bands | None


@cache
def _edges() -> tuple[float, ...]:
    """Every age at which some table changes."""
    told = data("judgements")
    rows = [row for part in ("bands", "pregnancy") for rules in told[part].values() for row in rules]
    rows += [age for part in data("pews")["parts"].values() for age in part["ages"]]
    edges = {float(row[key]) for row in rows for key in ("from_years", "to_years") if key in row}
    limits = [row for rules in data("limits")["plausible"].values() for row in rules]
    edges |= {float(row[key]) for row in limits for key in ("from", "to") if key in row}
    return tuple(sorted(edges | {0.0}))


def stage(years: float | None) -> int:
    """The number of the age span in which all tables stay the same."""
    return UNKNOWN if years is None else bisect_right(_edges(), years) - 1


class Plans(dict[tuple[str, str], "Plan | None"]):
    """The plans of one stage by sign and unit, made when first asked for; None when the unit does not fit the sign."""

    def __init__(self, at: int, pregnant: bool):
        super().__init__()
        self._years = None if at == UNKNOWN else _edges()[at]
        self._pregnant = pregnant

    def __missing__(self, key: tuple[str, str]) -> Plan | None:
        name, unit = key
        by = _scale(unit, SIGNS[name].standard)
        found = judging.rule(name, self._years, self._pregnant)
        one = by and Plan(*by, by == (1.0, 0.0), *_plain(name, self._years), found.bands if found else None)
        if len(self) < MOST:
            self[key] = one or None
        return one or None


@cache
def plans(at: int, pregnant: bool) -> Plans:
    """All plans of a stage."""
    return Plans(at, pregnant)


def _scale(unit: str, standard: str) -> tuple[float, float] | None:
    """A unit's factor and offset to another, as floats."""
    try:
        given, wanted = table.unit(unit), table.unit(standard)
    except units.UnknownUnit:
        return None
    if given.kind != wanted.kind:
        return None
    return float(given.factor / wanted.factor), float(wanted.zero - given.zero * given.factor / wanted.factor)


def _plain(name: str, years: float | None) -> tuple[float, float]:
    """From and to which a value is plain; where everything is looked at with care, nothing is."""
    told = data("limits")
    possible = told["possible"].get(name)
    if possible is None or possible.get("whole"):
        return 1.0, 0.0
    # where no limits hold at this age, nothing possible is asked about
    row = next((one for one in told["plausible"].get(name, ()) if _holds(one, years)), possible)
    low, high = max(possible["low"], row["low"]), min(possible["high"], row["high"])
    return float(low) + INSIDE, float(high) - INSIDE


def _holds(row: dict[str, Any], years: float | None) -> bool:
    """Whether limits hold at an age; at an unknown one only those that hold at all."""
    if years is None:
        return "from" not in row and "to" not in row
    return float(row.get("from", 0)) <= years < float(row.get("to", 999))


@cache
def apart() -> tuple[float, float]:
    """The distances of two pressures between which nobody would ask."""
    rule = data("limits")["apart"]
    return float(rule["least"]), float(rule["most"])
