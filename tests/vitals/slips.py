"""Slips of the hand, seeded into plausible sets: for counting how many are stopped, and how often nothing was wrong."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from medassist.codecs import units
from medassist.domain.vitals import rules

ON = date(2026, 11, 23)
# the keys beside each digit, in the row above the letters
NEXT_KEY = {"1": "2", "2": "13", "3": "24", "4": "35", "5": "46", "6": "57", "7": "68", "8": "79", "9": "8"}
BOXES = ("systolic", "diastolic", "pulse", "respirations", "temperature", "oxygen_saturation", "weight", "height")
PRESSURES = ("systolic", "diastolic")
OFFICE = {name: one.office for name, one in rules.SIGNS.items() if one.office}
# usual value, its spread between people, its spread within one person from visit to visit, decimals typed
ADULTS = {
    "systolic": (128, 17, 9, 0), "diastolic": (78, 10, 6, 0), "pulse": (75, 11, 8, 0), "respirations": (16, 2, 1.5, 0),
    "temperature": (98.3, 0.4, 0.5, 1), "oxygen_saturation": (97, 1.3, 1, 0), "weight": (185, 42, None, 1),
    "height": (66.5, 3.9, 0.25, 1),
}  # fmt: skip
CHILDREN = {"pulse": (96, 12, 9, 0), "respirations": (22, 3, 2, 0), "temperature": (98.4, 0.5, 0.6, 1),
            "oxygen_saturation": (98, 1, 1, 0)}  # fmt: skip


@dataclass(frozen=True)
class Visit:
    """What is true today, and what was told last time."""

    years: float
    now: dict[str, Decimal]
    last: dict[str, rules.Told]


def visits(seed: int, n: int) -> Iterator[Visit]:
    """People who come a second time, most of them adults."""
    dice = random.Random(seed)
    for _ in range(n):
        yield _child(dice) if dice.random() < 0.2 else _adult(dice)


def _round(value: float, places: int) -> Decimal:
    return Decimal(str(round(value, places))) if places else Decimal(round(value))


def _near(dice: random.Random, mean: float, spread: float) -> float:
    """A value around the mean, never further than two and a half spreads."""
    return mean + spread * max(-2.5, min(2.5, dice.gauss(0, 1)))


def _adult(dice: random.Random) -> Visit:
    days = dice.choice((7, 14, 30, 60, 90, 180, 365))
    own = {name: _near(dice, mean, spread) for name, (mean, spread, _, _) in ADULTS.items()}
    own["weight"] = min(max(own["weight"], 95), 400)
    now, last = {}, {}
    for name, (_, _, within, places) in ADULTS.items():
        drift = own[name] * 0.02 * (days / 90) ** 0.5 if within is None else within
        before, after = _near(dice, own[name], drift if within is not None else 0), _near(dice, own[name], drift)
        if name == "oxygen_saturation":
            before, after = min(before, 100), min(after, 100)
        now[name] = _round(after, places)
        last[name] = rules.Told(_round(before, places), OFFICE[name], ON - timedelta(days=days))
    now["systolic"] = max(now["systolic"], now["diastolic"] + 22)
    return Visit(dice.uniform(18, 90), now, last)


def _child(dice: random.Random) -> Visit:
    years = dice.uniform(2, 12)
    days = dice.choice((14, 60, 180, 365))
    inches, pounds = 30.5 + 2.45 * years, 19 + 4.4 * years + 0.28 * years**2
    grown = 2.4 * days / 365
    tall, heavy = _near(dice, 1, 0.04), _near(dice, 1, 0.13)
    gain = (4.4 + 0.56 * years) * days / 365
    pairs = {"height": ((inches - grown) * tall, inches * tall), "weight": ((pounds - gain) * heavy, pounds * heavy)}
    for name, (mean, spread, within, _) in CHILDREN.items():
        own = _near(dice, mean - 2.2 * (years - 7) if name == "pulse" else mean, spread)
        pairs[name] = (_near(dice, own, within), _near(dice, own, within))
    pairs["oxygen_saturation"] = tuple(min(v, 100) for v in pairs["oxygen_saturation"])  # type: ignore[assignment]
    places = {name: part[3] for name, part in ADULTS.items()}
    now = {name: _round(after, places[name]) for name, (_, after) in pairs.items()}
    ago = ON - timedelta(days=days)
    last = {name: rules.Told(_round(before, places[name]), OFFICE[name], ago) for name, (before, _) in pairs.items()}
    return Visit(years, now, last)


def slips(visit: Visit) -> Iterator[tuple[str, str, dict[str, tuple[Decimal, str]]]]:
    """Every slip that can happen to this visit: its kind, the sign, and what is typed then."""
    for name, value in visit.now.items():
        for kind, typed in _of_one(name, value):
            yield kind, name, {name: typed}
    names = [name for name in visit.now if name in BOXES]
    for name, other in zip(names, names[1:], strict=False):
        yield "typed one box too early", name, {name: (visit.now[other], OFFICE[name])}
    if "systolic" in visit.now:
        yield "pressures swapped", "systolic", {
            "systolic": (visit.now["diastolic"], "mm[Hg]"), "diastolic": (visit.now["systolic"], "mm[Hg]"),
        }  # fmt: skip


def _of_one(name: str, value: Decimal) -> Iterator[tuple[str, tuple[Decimal, str]]]:
    unit = OFFICE[name]
    text = f"{value}"
    if "." in text:
        yield "point lost", (Decimal(text.replace(".", "")), unit)
    yield "point one place left", (value / 10, unit)
    yield "digit doubled", (Decimal(text[0] + text), unit)
    if len(text.replace(".", "")) > 1:
        yield "first digit lost", (Decimal(text[1:].lstrip("0") or "0"), unit)
        if "." not in text:
            yield "last digit lost", (Decimal(text[:-1]), unit)
    other = {"weight": "kg", "height": "cm", "temperature": "Cel"}.get(name)
    if other:
        yield "typed in the other unit", (units.convert(value, unit, other, 1), unit)
        yield "other unit chosen", (value, other)
    for near in NEXT_KEY[text[0]]:
        yield "neighbouring key", (Decimal(near + text[1:]), unit)
    if len(text) >= 3 and text[0] != text[1] and text[1] != "0" and text[1].isdigit():
        yield "first digits turned", (Decimal(text[1] + text[0] + text[2:]), unit)


def stopped(visit: Visit, typed: dict[str, tuple[Decimal, str]]) -> bool:
    """Whether the entry checks say anything about what is typed."""
    whole = {name: (value, OFFICE[name]) for name, value in visit.now.items()} | typed
    for name, (value, unit) in (typed or whole).items():
        if rules.faults(name, value, unit):
            return True
        if rules.doubts(name, value, unit, years=visit.years, last=visit.last.get(name), on=ON):
            return True
    return _together(visit, whole)


def _together(visit: Visit, whole: dict[str, tuple[Decimal, str]]) -> bool:
    if "systolic" in whole:
        upper, lower = (rules.in_standard(name, *whole[name]) for name in PRESSURES)
        if rules.pair_fault(upper, lower) or rules.pair_doubts(upper, lower):
            return True
    weight, height = (units.Quantity(*whole[name]) for name in ("weight", "height"))
    return bool(rules.size_doubts(weight, height, visit.years))


def wrong(visit: Visit, name: str, typed: tuple[Decimal, str]) -> bool:
    """Whether a slip changed the value by more than two measurements of one person differ."""
    within = {"systolic": 8, "diastolic": 8, "pulse": 8, "respirations": 2, "temperature": Decimal("0.6"),
              "oxygen_saturation": 2, "weight": 4, "height": 1}[name]  # fmt: skip
    try:
        there = units.convert(*typed, OFFICE[name])
    except units.UnitError:
        return True
    return abs(there - visit.now[name]) > within
