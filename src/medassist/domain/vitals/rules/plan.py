"""All that the tables say of one sign, in one unit, at one age: put together once, then looked up.

Most values are as they should be. A plan tells a plain value, which nobody would ask about, by two comparisons; what
is not plain goes to `checks` and `whole`, which know the words and the proposals. A test holds plans to them: where a
plan calls a value plain, they are quiet.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import NamedTuple

from medassist.codecs import units
from medassist.codecs.units import table
from medassist.domain.vitals.rules import growth, judging
from medassist.domain.vitals.rules.data import data
from medassist.domain.vitals.rules.flags import Flag, said
from medassist.domain.vitals.rules.limits import band
from medassist.domain.vitals.rules.signs import SIGNS
from medassist.domain.vitals.rules.trend import GROWING, Child, usual

INSIDE = 1e-9  # a value this near a limit is not plain: exact arithmetic decides
MOST = 200  # plans kept for a stage: there are a few dozen true units, the rest is what somebody made up
SPAN = 30  # days of a child's life in which the same values are plain
SPANS = 245  # to beyond 20 years, where the curves of growth end
UNKNOWN = -1
"""The stage of a patient of unknown age."""
Sizes = Mapping[str, tuple[float, float]]
"""From and to which a sign of growth is plain."""


class Plan(NamedTuple):
    """How a value is brought into the unit of comparison, which values are plain, and what is judged.

    Judgements are flags, or None where there is nothing to say, between the values at which each begins.
    """

    factor: float
    offset: float
    same: bool
    low: float
    high: float
    starts: tuple[float, ...]
    words: tuple[Flag | None, ...]

    def at(self, value: float) -> Flag | None:
        """What is said of a value in the unit of comparison."""
        return self.words[bisect_right(self.starts, value)]


UNFIT = Plan(0.0, 0.0, False, 1.0, 0.0, (), (None,))
"""In place of the plan of a unit that does not fit its sign: by it nothing is plain."""


@cache
def _edges() -> tuple[float, ...]:
    """Every age at which some table changes."""
    told = data("judgements")
    rows = [row for part in ("bands", "pregnancy") for rules in told[part].values() for row in rules]
    rows += [age for part in data("pews")["parts"].values() for age in part["ages"]]
    edges = {float(row[key]) for row in rows for key in ("from_years", "to_years") if key in row}
    limits = [row for rules in data("limits")["plausible"].values() for row in rules] + data("limits")["first"]["bmi"]
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
        one = Plan(*by, by == (1.0, 0.0), *_plain(name, self._years), *self._said(name)) if by else None
        if len(self) < MOST:
            self[key] = one
        return one

    def _said(self, name: str) -> tuple[tuple[float, ...], tuple[Flag | None, ...]]:
        found = judging.rule(name, self._years, self._pregnant)
        if found is None:
            return (), (None,)
        told = (None if one.state == "good" else said(name, one) for one in found.bands.held)
        return found.bands.starts, tuple(told)


@cache
def plans(at: int, pregnant: bool) -> Plans:
    """All plans of a stage."""
    return Plans(at, pregnant)


def sizes(sex: str, days: int) -> Sizes:
    """From and to which sizes of a child are plain at an age in days; nothing of whom growth can't be expected."""
    return _sizes(sex, days // SPAN) if sex in growth.SEX and days < SPANS * SPAN else {}


@cache
def _sizes(sex: str, span: int) -> Sizes:
    """What is plain on every day of a span."""
    born = date(2000, 1, 1)
    days = [born + timedelta(days) for days in range(span * SPAN, (span + 1) * SPAN)]
    every = {name: [usual(SIGNS[name], day, Child(sex, born)) for day in days] for name in GROWING}
    found = {name: [one for one in rules if one] for name, rules in every.items()}
    return {name: (max(float(one["low"]) for one in rules) + INSIDE, min(float(one["high"]) for one in rules) - INSIDE)
            for name, rules in found.items() if rules}  # fmt: skip


@lru_cache(maxsize=512)
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
    rows = [possible, band(told["plausible"].get(name, ()), years)]
    if name == "bmi":  # of weight and height that are the first known of a patient
        rows.append(band(told["first"][name], years))
    low, high = max(one["low"] for one in rows if one), min(one["high"] for one in rows if one)
    return float(low) + INSIDE, float(high) - INSIDE


@cache
def apart() -> tuple[float, float]:
    """The distances of two pressures between which nobody would ask."""
    rule = data("limits")["apart"]
    return float(rule["least"]), float(rule["most"])
