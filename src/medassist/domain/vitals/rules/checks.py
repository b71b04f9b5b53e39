"""What cannot be (faults) and what is asked about (doubts), each in one sentence with a proposal where there is one."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from medassist.codecs import units
from medassist.domain.vitals.rules.limits import Told, band, dec, inside, limits, standard
from medassist.domain.vitals.rules.meant import suggestion, turned, undone
from medassist.domain.vitals.rules.signs import SIGNS, Sign, bmi, in_standard
from medassist.domain.vitals.rules.trend import Child, Expected, expected, usual

__all__ = [
    "Child", "Told", "doubts", "faults", "pair_doubts", "pair_fault", "same_doubt", "size_doubts", "suggestion",
    "time_doubts", "time_fault", "turned", "written",
]  # fmt: skip


def written(one: Sign, value: Decimal, unit: str) -> str:
    """A value as it was given, with its unit: 986 °F."""
    text = f"{value.normalize():,f}".replace("-", "−") if value else "0"
    shown = one.shown_unit if unit == one.office else units.shown(unit)
    return f"{text}{'' if shown == '%' else ' '}{shown}".strip()


# -- cannot be


def faults(name: str, value: Decimal, unit: str) -> list[str]:
    """Why a value cannot be, or nothing. A unit that does not fit the sign is such a reason."""
    one = SIGNS[name]
    try:
        found = in_standard(name, value, unit)
    except units.UnitError as why:
        return [_wrong_unit(one, unit) if isinstance(why, units.NotComparable) else str(why)]
    rule = limits("possible").get(name)
    if rule is None or inside(rule, found) and not (rule.get("whole") and found != found.to_integral_value()):
        return []
    if rule.get("whole"):
        return [f"{one.label} is a whole number from {rule['low']} to {rule['high']}."]
    return [f"{written(one, value, unit)} is not possible.{_ask(one, suggestion(name, value, unit), unit)}"]


def _wrong_unit(one: Sign, unit: str) -> str:
    allowed = " or ".join(units.shown(u) or "a number" for u in one.units[:2])
    return f"{one.label} is given in {allowed}, not in {units.shown(unit) or 'a bare number'}."


def pair_fault(systolic: Decimal, diastolic: Decimal) -> str:
    """Why two pressures in mmHg cannot belong together, or an empty text."""
    if diastolic < systolic:
        return ""
    given = f"{_short(systolic)}/{_short(diastolic)}"
    if diastolic == systolic:
        return f"{given} is not possible: the upper pressure is above the lower."
    return f"{given} is not possible. Did you mean {_short(diastolic)}/{_short(systolic)}?"


def time_fault(at: datetime, now: datetime, born: date | None = None) -> str:
    """Why something cannot have been measured at this time, or an empty text."""
    rule = limits("time")
    if at > now + timedelta(minutes=rule["ahead_minutes"]):
        return "This time is still to come."
    if at.year < rule["oldest_year"]:
        return f"This time is before {rule['oldest_year']}."
    if born is not None and at.date() < born - timedelta(days=1):
        return "This time is before the patient was born."
    return ""


# -- asked about


def time_doubts(at: datetime, now: datetime) -> list[str]:
    """What is asked about a time that can be: a day long gone is often a year typed wrong, or a clock set back."""
    late = limits("time")["late_days"]
    if at >= now - timedelta(days=late):
        return []
    return [f"{_day(at.date(), now.date())} is more than {late} days ago. Is the day right?"]


def doubts(
    name: str,
    value: Decimal,
    unit: str,
    *,
    years: float | None = None,
    last: Told | None = None,
    on: date | None = None,
    child: Child | None = None,
) -> list[str]:
    """What is asked about one possible value: out of the plausible, or what can't follow from the last ones."""
    one = SIGNS[name]
    now = standard(one, units.Quantity(value, unit))
    if now is None:
        return []
    rule = band(limits("plausible").get(one.name, ()), years)
    if inside(rule, now) and last is None and on is not None:
        rule = usual(one, on, child)
    asked = _implausible(one, value, unit, now, years, last, rule)
    # the very same value again is a person who did not change
    again = last is not None and standard(one, last) == now
    awaited = expected(one, last, on or last.on, years, child) if last and not asked and not again else None
    if last and awaited:
        told = _Beside(one, value, unit, now, years, last, on or last.on, awaited)
        asked = _turned_round(told) or _jump(told)
    return [asked] if asked else []


def _implausible(
    one: Sign, value: Decimal, unit: str, now: Decimal, years: float | None, last: Told | None, rule: dict | None
) -> str:
    if rule is None or inside(rule, now):
        return ""
    meant = suggestion(one.name, value, unit, years, last)
    how = "low" if now < dec(rule["low"]) else "high"
    tail = _ask(one, meant, unit) or (" Measure again?" if not one.computed else " Look at weight and height again?")
    return f"{written(one, value, unit)} is very {how}{_for_age(years)}.{tail}"


def _for_age(years: float | None) -> str:
    return " for this age" if years is not None and years < 13 else ""


class _Beside(NamedTuple):
    """A value beside the last one and what was expected."""

    one: Sign
    value: Decimal
    unit: str
    now: Decimal
    years: float | None
    last: Told
    on: date
    awaited: Expected


def _turned_round(told: _Beside) -> str:
    one, last = told.one, told.last
    days = abs((told.on - last.on).days)
    meant = turned(one.name, told.value, told.unit, told.awaited.centers, days, told.years)
    if meant is None:
        return ""
    was = units.convert(last.value, last.unit, one.office, one.places)
    tail = "Digits turned?" if meant == was else f"Did you mean {_figure(meant)}?"
    now, before = written(one, told.value, told.unit), written(one, was, one.office)
    return f"{now}: it was {before} on {_day(last.on, told.on)}. {tail}"


def _jump(told: _Beside) -> str:
    """A value that can't follow from the last ones: +100 lb since Aug 12. Weigh again?"""
    one, awaited = told.one, told.awaited
    if awaited.allows(told.now):
        return ""
    meant = undone(one, told.value, told.unit, told.years, awaited.centers[0])
    fits = meant is not None and awaited.allows(in_standard(one.name, *meant))
    again = "Weigh again?" if one.name == "weight" else "Measure again?"
    change = _difference(one, told.now - in_standard(one.name, told.last.value, told.last.unit))
    tail = _ask(one, meant, told.unit).strip() if fits else again
    return f"{change} since {_day(told.last.on, told.on)}{_more(told.now, awaited)}. {tail}"


def _more(now: Decimal, awaited: Expected) -> str:
    """What a child's growth has to do with it."""
    if not awaited.grown:
        return ""
    return f", {'more' if now > awaited.centers[0] else 'less'} than growth explains"


def pair_doubts(systolic: Decimal, diastolic: Decimal) -> list[str]:
    """What is asked about two pressures in mmHg that can be, and lie very close together or very far apart."""
    apart, rule = systolic - diastolic, limits("apart")
    if apart <= 0 or dec(rule["least"]) <= apart <= dec(rule["most"]):
        return []
    how = "close together" if apart < dec(rule["least"]) else "far apart"
    return [f"{_short(systolic)}/{_short(diastolic)} lie very {how}. Measure again?"]


def size_doubts(
    weight: units.Quantity, height: units.Quantity, years: float | None, *, first: bool = False
) -> list[str]:
    """What is asked about a weight and a height that do not fit each other, each plausible alone.

    Of whom nothing is known from before (`first`), it is asked earlier.
    """
    try:
        index = bmi(in_standard("weight", *weight), in_standard("height", *height))
    except (units.UnitError, ArithmeticError):
        return []
    if inside(band(limits("first" if first else "plausible")["bmi"], years), index):
        return []
    tall = written(SIGNS["height"], *height)
    return [f"With a height of {tall} this is a BMI of {index:.1f}. Look at both again?"]


def same_doubt(name: str, other: str, value: Decimal) -> str:
    """What is asked about one number that stands in two boxes."""
    return f"{_figure(value)} stands in {SIGNS[name].label} and in {SIGNS[other].label}. Which is right?"


# -- words


def _ask(one: Sign, meant: units.Quantity | None, unit: str) -> str:
    if meant is None:
        return ""
    return f" Did you mean {_figure(meant.value) if meant.unit == unit else written(one, meant.value, meant.unit)}?"


def _figure(value: Decimal) -> str:
    return f"{value.normalize():,f}"


def _difference(one: Sign, change: Decimal) -> str:
    """A change in the office's unit, with its sign: +100 lb."""
    zero = in_standard(one.name, Decimal(0), one.standard)
    office = units.convert(change, one.standard, one.office) - units.convert(zero, one.standard, one.office)
    step = Decimal(1) if abs(office) >= 10 else Decimal("0.1")
    figure = office.quantize(step, rounding=ROUND_HALF_UP)
    unit = "points" if one.office == "%" else one.shown_unit
    return f"{'+' if figure > 0 else '−'}{abs(figure):,f} {unit}".strip()


def _day(day: date, on: date) -> str:
    """Aug 12 inside the year, else Aug 12, 2025."""
    return f"{day:%b} {day.day}" if day.year == on.year else f"{day:%b} {day.day}, {day.year}"


def _short(value: Decimal) -> str:
    return f"{value.normalize():f}"
