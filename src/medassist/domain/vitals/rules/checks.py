"""What cannot be (faults) and what is asked about (doubts), each in one sentence with a proposal where there is one."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from medassist.codecs import units
from medassist.domain.vitals.rules.data import data
from medassist.domain.vitals.rules.signs import SIGNS, Sign, bmi, in_standard

Number = Decimal | int | float


class Told(NamedTuple):
    """One earlier value, for comparison."""

    value: Decimal
    unit: str
    on: date


def _limits(part: str) -> dict:
    return data("limits")[part]


def _dec(value: Number) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


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
        standard = in_standard(name, value, unit)
    except units.UnitError as why:
        return [_wrong_unit(one, unit) if isinstance(why, units.NotComparable) else str(why)]
    limits = _limits("possible").get(name)
    if limits is None:
        return []
    if limits.get("whole") and standard != standard.to_integral_value():
        return [f"{one.label} is a whole number from {limits['low']} to {limits['high']}."]
    if _dec(limits["low"]) <= standard <= _dec(limits["high"]):
        return []
    if name == "pain":
        return [f"{one.label} is a whole number from {limits['low']} to {limits['high']}."]
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
    rule = _limits("time")
    if at > now + timedelta(minutes=rule["ahead_minutes"]):
        return "This time is still to come."
    if at.year < rule["oldest_year"]:
        return f"This time is before {rule['oldest_year']}."
    if born is not None and at.date() < born - timedelta(days=1):
        return "This time is before the patient was born."
    return ""


# -- proposals


def suggestion(
    name: str, value: Decimal, unit: str, years: float | None = None, last: Told | None = None
) -> units.Quantity | None:
    """What was probably meant: the decimal point moved, or the other unit. None when nothing likely is found."""
    found = [q for q in _candidates(SIGNS[name], value, unit) if _likely(name, q, years)]
    if not found:
        return None
    if last is None:
        return found[0]
    target = in_standard(name, last.value, last.unit)
    return min(found, key=lambda q: abs(in_standard(name, q.value, q.unit) - target))


def _candidates(one: Sign, value: Decimal, unit: str) -> list[units.Quantity]:
    """The value with its point moved, then the value in the sign's other units."""
    moved = [units.Quantity(value * factor, unit) for factor in map(Decimal, ("0.1", "0.01", "10", "100"))]
    others = [units.Quantity(value, other) for other in one.units if other != unit]
    return moved + others


def _likely(name: str, quantity: units.Quantity, years: float | None) -> bool:
    try:
        standard = in_standard(name, *quantity)
    except units.UnitError:
        return False
    limits = _limits("possible").get(name)
    if limits and not _dec(limits["low"]) <= standard <= _dec(limits["high"]):
        return False
    # of unknown age: an adult, as most are
    band = _band(_limits("plausible").get(name, ()), 30 if years is None else years)
    return band is None or _dec(band["low"]) <= standard <= _dec(band["high"])


def _band(bands: list[dict], years: float | None) -> dict | None:
    """The band of an age; of unknown age only one that holds for all."""
    if years is None:
        return next((b for b in bands if "from" not in b and "to" not in b), None)
    return next((b for b in bands if b.get("from", 0) <= years < b.get("to", 999)), None)


def turned(name: str, value: Decimal, last: Told, unit: str) -> Decimal | None:
    """The last value when two neighbouring digits of this one turned round give it, and the two lie far apart."""
    least = _limits("turned").get(name)
    one = SIGNS[name]
    if least is None or unit != one.office:
        return None
    before = units.convert(last.value, last.unit, one.office, one.places)
    typed, earlier = _digits(value, one.places), _digits(before, one.places)
    if abs(value - before) < _dec(least) or len(typed) != len(earlier):
        return None
    swapped = any(typed[:i] + typed[i + 1] + typed[i] + typed[i + 2 :] == earlier for i in range(len(typed) - 1))
    return before if swapped else None


def _digits(value: Decimal, places: int) -> str:
    return f"{units.number(value):.{places}f}".replace(".", "")


# -- asked about


def doubts(
    name: str,
    value: Decimal,
    unit: str,
    *,
    years: float | None = None,
    last: Told | None = None,
    on: date | None = None,
) -> list[str]:
    """What is asked about one possible value: out of the plausible, or far from the last."""
    one = SIGNS[name]
    asked = _implausible(one, value, unit, years, last)
    if not asked and last is not None:
        asked = _turned_round(one, value, unit, last, on or last.on) or _jump(
            one, value, unit, years, last, on or last.on
        )
    return [asked] if asked else []


def _implausible(one: Sign, value: Decimal, unit: str, years: float | None, last: Told | None) -> str:
    band = _band(_limits("plausible").get(one.name, ()), years)
    standard = in_standard(one.name, value, unit)
    if band is None or _dec(band["low"]) <= standard <= _dec(band["high"]):
        return ""
    meant = suggestion(one.name, value, unit, years, last)
    how = "low" if standard < _dec(band["low"]) else "high"
    tail = _ask(one, meant, unit) or (" Measure again?" if not one.computed else " Look at weight and height again?")
    return f"{written(one, value, unit)} is very {how}{_for_age(years)}.{tail}"


def _for_age(years: float | None) -> str:
    return " for this age" if years is not None and years < 13 else ""


def _turned_round(one: Sign, value: Decimal, unit: str, last: Told, on: date) -> str:
    meant = turned(one.name, value, last, unit)
    if meant is None:
        return ""
    return (
        f"{written(one, value, unit)}: it was {written(one, meant, one.office)} on {_day(last.on, on)}. Digits turned?"
    )


def _jump(one: Sign, value: Decimal, unit: str, years: float | None, last: Told, on: date) -> str:
    """A change that is asked about: +100 lb since Aug 12. Weigh again?"""
    rule = _band(_limits("changes").get(one.name, ()), years)
    if rule is None:
        return ""
    now, before = in_standard(one.name, value, unit), in_standard(one.name, last.value, last.unit)
    if before <= 0:
        return ""
    days = abs((on - last.on).days)
    step = next(s for s in rule["within"] if days <= s.get("days", days))
    change = (now - before) / before * 100 if rule.get("percent") else now - before
    allowed = step.get("up") if change > 0 else step.get("down")
    if allowed is None or abs(change) <= _dec(allowed):
        return ""
    again = {"weight": "Weigh again?", "height": "Measure again?"}.get(one.name, "Measure again?")
    meant = _meant_by_jump(one, value, unit, years, last, before, _dec(allowed), rule.get("percent", False))
    return f"{_difference(one, now - before)} since {_day(last.on, on)}. {_ask(one, meant, unit).strip() or again}"


def _meant_by_jump(
    one: Sign,
    value: Decimal,
    unit: str,
    years: float | None,
    last: Told,
    before: Decimal,
    allowed: Decimal,
    share: bool,
) -> units.Quantity | None:
    """A proposal that would make the jump go away."""
    meant = suggestion(one.name, value, unit, years, last)
    if meant is None:
        return None
    off = abs(in_standard(one.name, *meant) - before)
    return meant if (off / before * 100 if share else off) <= allowed else None


def pair_doubts(systolic: Decimal, diastolic: Decimal) -> list[str]:
    """What is asked about two pressures in mmHg that lie very close together or very far apart."""
    apart, rule = systolic - diastolic, _limits("apart")
    if _dec(rule["least"]) <= apart <= _dec(rule["most"]):
        return []
    how = "close together" if apart < _dec(rule["least"]) else "far apart"
    return [f"{_short(systolic)}/{_short(diastolic)} lie very {how}. Measure again?"]


def size_doubts(weight: units.Quantity, height: units.Quantity, years: float | None) -> list[str]:
    """What is asked about a weight and a height that do not fit each other, each plausible alone."""
    try:
        index = bmi(in_standard("weight", *weight), in_standard("height", *height))
    except (units.UnitError, ArithmeticError):
        return []
    band = _band(_limits("plausible")["bmi"], years)
    if band is None or _dec(band["low"]) <= index <= _dec(band["high"]):
        return []
    tall = written(SIGNS["height"], *height)
    return [f"With a height of {tall} this is a BMI of {index:.1f}. Look at both again?"]


# -- words


def _ask(one: Sign, meant: units.Quantity | None, unit: str) -> str:
    if meant is None:
        return ""
    text = f"{meant.value.normalize():,f}" if meant.unit == unit else written(one, meant.value, meant.unit)
    return f" Did you mean {text}?"


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
