"""Slips of the hand, seeded into the trends of Synthea's people: how many are stopped, how often nothing was wrong.

Who. Every patient of the corpora with vital signs (555). Half of them, by a hash of their id, is there to tune limits
on (`train`), the other to prove them (`held`).

What is true. Synthea (2019) tells pressure, weight, height, and now and then a temperature. It knows no error of
measurement: an adult's height is the same to the millimeter for decades. Limits tuned on that would be a fiction, so
every value gets the error of measurement below, seeded. Pulse, respirations, oxygen and most temperatures are not told
at all: they are drawn around a level of the person's own.

What counts as a slip. What is typed must differ from the truth by more than two measurements of one person do
(REPEATABILITY). Less than that nobody can tell, nor need to.

Which slips, how often. Unit mix-ups, turned digits, a moved point, and weight and height exchanged are those of
Daymont 2017 (Supplement 5, as Synthea's growth error editor holds it), in the rates found there. The other kinds are
of the taxonomy of number entry errors (Wiseman 2011) and of clinics; nobody has counted them at scales and cuffs, so
each weighs as much as turned digits do.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from medassist.codecs import units
from medassist.domain.vitals import rules

Typed = dict[str, tuple[Decimal, str]]
"""What stands in the boxes: value and unit, by sign."""

SIGNS = ("systolic", "diastolic", "pulse", "respirations", "temperature", "oxygen_saturation", "weight", "height")
"""The boxes in their order on the form."""
OFFICE = {name: rules.sign(name).office for name in SIGNS}
PLACES = {name: 1 if name in ("temperature", "weight", "height") else 0 for name in SIGNS}
LOINC = {"8480-6": "systolic", "8462-4": "diastolic", "8302-2": "height", "29463-7": "weight", "8331-1": "temperature"}

REPEATABILITY = {
    # how far apart two right measurements of one person lie in 95 of 100 pairs, in the office's unit
    "systolic": 26, "diastolic": 19,  # Arch Intern Med 1992;152:139-44: repeated casual pressures, clinic practice
    "pulse": 22,  # 2.77 times the spread within a person that is drawn here
    "respirations": 5,  # Respir Med 2002;96:31-3: same observer, limits of agreement -4.86 to 4.94
    "temperature": 1.1,  # BMC Fam Pract 2005;6:3: same nurse, two thermometers, 0.24 (SD 0.22) °C apart: 1.96 x 0.33 °C
    "oxygen_saturation": 4,  # FDA: 95 of 100 readings lie within 4 to 6 points of the blood's
    "height": 0.33,  # Arch Dis Child 1990;65:1340-4: SD of one measurement up to 0.3 cm; 2.77 x 0.3 cm
}  # fmt: skip
WEIGHT = 0.025
"""Of weight: the 1 to 2 kg by which an adult's changes within days, as a share; for want of a better number."""
ERROR = {"height": 0.33 / 2.77, "weight": WEIGHT / 2.77}
"""Standard deviation of one measurement, as REPEATABILITY says it: inches, and a share of the weight."""

RATES = {
    # of 10,000 entries of a weight or a height (Daymont 2017): the mean of both
    "point moved or lost": 24, "other unit": 10.5, "digits turned": 10, "weight and height exchanged": 4.5,
    # never counted: as often as turned digits
    "digit doubled": 10, "digit dropped": 10, "neighbouring key": 10, "wrong box": 10, "pressures swapped": 10,
    "another person's": 10,
}  # fmt: skip
ROW = {"1": "2", "2": "13", "3": "24", "4": "35", "5": "46", "6": "57", "7": "68", "8": "79", "9": "80", "0": "9"}
PAD = {"1": "240", "2": "1350", "3": "26", "4": "157", "5": "2468", "6": "359", "7": "48", "8": "579", "9": "68",
       "0": "12"}  # fmt: skip
"""The keys beside each digit in the row above the letters, and on a keypad."""


@dataclass
class Person:
    """Somebody of Synthea: the days on which something was measured, each in the unit of comparison."""

    id: str
    born: date
    sex: str
    days: list[tuple[date, dict[str, float]]] = field(default_factory=list)

    @property
    def held(self) -> bool:
        """Whether this person is of the half that proves the limits."""
        return hashlib.sha256(self.id.encode()).digest()[0] % 2 == 1


@dataclass(frozen=True)
class Visit:
    """What is true today, in the office's units, and what is known from before."""

    now: dict[str, Decimal]
    known: rules.Known


@dataclass(frozen=True)
class Box:
    """One box of the form as it was filled."""

    sign: str
    value: Decimal
    unit: str
    ordinal: int = 1

    @property
    def field(self) -> str:
        return self.sign

    @property
    def qualifiers(self) -> dict[str, str]:
        return {}


# -- who


def people(synthea: Path) -> list[Person]:
    """Everybody with vital signs in the corpora, bulk files and bundles."""
    found: dict[str, Person] = {}
    told: dict[tuple[str, str], dict[str, float]] = {}
    for one in _resources(synthea):
        if one["resourceType"] == "Patient":
            found[one["id"]] = Person(one["id"], date.fromisoformat(one["birthDate"]), one["gender"])
        else:
            who = one["subject"]["reference"].split(":")[-1].split("/")[-1]
            told.setdefault((who, one["effectiveDateTime"]), {}).update(_values(one))
    for (who, at), values in sorted(told.items()):
        if values:
            found[who].days.append((datetime.fromisoformat(at).date(), values))
    return sorted((one for one in found.values() if one.days), key=lambda one: one.id)


def _resources(synthea: Path) -> Iterator[dict[str, Any]]:
    for name in ("Patient", "Observation"):
        with gzip.open(synthea / "bulk-2019-495-patients" / f"{name}.ndjson.gz") as lines:
            yield from (json.loads(line) for line in lines if name == "Patient" or b'"vital-signs"' in line)
    for file in sorted((synthea / "bundles").glob("*.json.gz")):
        every = (entry["resource"] for entry in json.loads(gzip.decompress(file.read_bytes()))["entry"])
        yield from (one for one in every if one["resourceType"] in ("Patient", "Observation"))


def _values(one: dict[str, Any]) -> Iterator[tuple[str, float]]:
    for part in (one, *one.get("component", ())):
        sign = LOINC.get(part["code"]["coding"][0]["code"])
        if sign and "valueQuantity" in part:
            yield sign, part["valueQuantity"]["value"]


# -- what is true


def visits(person: Person, seed: int) -> Iterator[Visit]:
    """Each day of a person with what was told before, latest first."""
    dice = random.Random(f"{seed}:{person.id}")
    own = _levels(dice)
    before: dict[str, list[rules.Told]] = {}
    for on, values in person.days:
        now = _typed(dice, person, on, values, own)
        last = {name: rules.history(told[::-1]) for name, told in before.items()}
        yield Visit(now, rules.Known(on=on, born=person.born, sex=person.sex, last=last))
        for name, value in now.items():
            before.setdefault(name, []).append(rules.Told(value, OFFICE[name], on))


def _near(dice: random.Random, mean: float, spread: float) -> float:
    """A value around the mean, never further than two and a half spreads."""
    return mean + spread * max(-2.5, min(2.5, dice.gauss(0, 1)))


def _levels(dice: random.Random) -> dict[str, float]:
    """How a person differs from others of the age, in what Synthea does not tell."""
    return {"pulse": _near(dice, 0, 7.7), "respirations": _near(dice, 0, 1.2), "temperature": _near(dice, 98.3, 0.4),
            "oxygen_saturation": _near(dice, 97.5, 1.2)}  # fmt: skip


def _typed(
    dice: random.Random, person: Person, on: date, values: dict[str, float], own: dict[str, float]
) -> dict[str, Decimal]:
    """The whole set as the office types it, each value with its error of measurement."""
    years = (on - person.born).days / 365.25
    drawn = {
        "pulse": max(44.0, _near(dice, max(75, 138 - 6.5 * years) + own["pulse"], 8)),
        "respirations": _near(dice, max(16, 38 - 2.5 * years) + own["respirations"], 1.5),
        "temperature": _near(dice, own["temperature"], 0.4),
        "oxygen_saturation": min(100.0, _near(dice, own["oxygen_saturation"], 1)),
    }
    for name, value in values.items():
        told = float(units.convert(Decimal(str(value)), rules.sign(name).standard, OFFICE[name]))
        error = ERROR.get(name, 0) * (told if name == "weight" else 1)
        drawn[name] = told + dice.gauss(0, 1) * error
    now = {name: _round(drawn[name], PLACES[name]) for name in SIGNS if name in drawn}
    return now


def _round(value: float, places: int) -> Decimal:
    return Decimal(str(round(value, places))) if places else Decimal(round(value))


# -- what is typed instead


def slips(visit: Visit, other: dict[str, Decimal]) -> Iterator[tuple[str, str, Typed]]:
    """Every slip that can happen to this visit: its kind, the sign, and what is typed then."""
    for name, value in visit.now.items():
        for kind, typed in _of_one(name, value):
            yield kind, name, {name: typed}
    boxes = [name for name in SIGNS if name in visit.now]
    for name, beside in zip(boxes, boxes[1:], strict=False):
        if (name, beside) not in (("systolic", "diastolic"), ("weight", "height")):
            yield "wrong box", name, {name: (visit.now[beside], OFFICE[name])}
            yield "wrong box", beside, {beside: (visit.now[name], OFFICE[beside])}
    yield from _exchanged(visit, "pressures swapped", "systolic", "diastolic")
    yield from _exchanged(visit, "weight and height exchanged", "weight", "height")
    for name in ("weight", "height"):
        if name in visit.now and name in other:
            yield "another person's", name, {name: (other[name], OFFICE[name])}


def _exchanged(visit: Visit, kind: str, one: str, other: str) -> Iterator[tuple[str, str, Typed]]:
    if one in visit.now and other in visit.now:
        yield kind, one, {one: (visit.now[other], OFFICE[one]), other: (visit.now[one], OFFICE[other])}


def _of_one(name: str, value: Decimal) -> Iterator[tuple[str, tuple[Decimal, str]]]:
    unit, text = OFFICE[name], f"{value}"
    whole, _, part = text.partition(".")
    for moved in {value * 10, value / 10, *([Decimal(whole + part)] if part else [])}:
        yield "point moved or lost", (moved, unit)
    other = {"weight": "kg", "height": "cm", "temperature": "Cel"}.get(name)
    if other:
        yield "other unit", (units.convert(value, unit, other, 1), unit)
        yield "other unit", (value, other)
    for typed in _digits(text):
        yield typed[0], (Decimal(typed[1]), unit)


def _digits(text: str) -> Iterator[tuple[str, str]]:
    """Slips of single keys, at every place of the number."""
    for i, key in enumerate(text):
        if key == ".":
            continue
        yield "digit doubled", text[: i + 1] + text[i:]
        if len(text.replace(".", "")) > 1:
            yield "digit dropped", (text[:i] + text[i + 1 :]).lstrip(".").rstrip(".") or "0"
        for near in sorted({*ROW[key], *PAD[key]}):
            yield "neighbouring key", text[:i] + near + text[i + 1 :]
        after = i + 2 if text[i + 1 : i + 2] == "." else i + 1
        if after < len(text) and text[after] != key:
            yield "digits turned", text[:i] + text[after] + text[i + 1 : after] + key + text[after + 1 :]


def matters(visit: Visit, typed: Typed) -> bool:
    """Whether what is typed differs from the truth by more than two measurements do."""
    return any(_differs(name, visit.now[name], *told) for name, told in typed.items())


def _differs(name: str, true: Decimal, value: Decimal, unit: str) -> bool:
    off = abs(float(units.convert(value, unit, OFFICE[name]) - true))
    return off > (WEIGHT * float(true) if name == "weight" else REPEATABILITY[name])


# -- what is said to it


def stopped(visit: Visit, typed: Typed) -> bool:
    """Whether the entry checks say anything about the set when this is typed into it."""
    whole = {name: (value, OFFICE[name]) for name, value in visit.now.items()} | typed
    found = [Box(name, *told) for name, told in whole.items()]
    if any(rules.faults(one.sign, one.value, one.unit) for one in found):
        return True
    if "systolic" in whole and "diastolic" in whole:
        upper, lower = (rules.in_standard(name, *whole[name]) for name in ("systolic", "diastolic"))
        if rules.pair_fault(upper, lower):
            return True
    return bool(rules.asked(found, visit.known))


@dataclass
class Count:
    """What was seen and what was stopped, by kind; and how many sets with nothing wrong were asked about."""

    seen: Counter[str] = field(default_factory=Counter)
    caught: Counter[str] = field(default_factory=Counter)
    first_seen: Counter[str] = field(default_factory=Counter)
    first_caught: Counter[str] = field(default_factory=Counter)
    sets: int = 0
    alarms: int = 0

    @property
    def caught_share(self) -> float:
        """The share of slips in a trend that is stopped, each kind weighted as often as it happens."""
        return _weighted(self.seen, self.caught)

    @property
    def first_share(self) -> float:
        """The same of first visits, where there is nothing to compare with."""
        return _weighted(self.first_seen, self.first_caught)

    @property
    def every_share(self) -> float:
        """The same of both together."""
        return _weighted(self.seen + self.first_seen, self.caught + self.first_caught)

    @property
    def alarm_share(self) -> float:
        """The share of all sets with nothing wrong that are asked about, first visits among them."""
        return self.alarms / self.sets


def _weighted(seen: Counter[str], caught: Counter[str]) -> float:
    return sum(RATES[kind] * caught[kind] / seen[kind] for kind in seen) / sum(RATES[kind] for kind in seen)


def count(who: list[Person], seed: int, every: int = 1) -> Count:
    """Each set as it is; and into every so many sets, of each kind one slip drawn from those that can happen to it."""
    told = Count()
    dice = random.Random(seed)
    others = [next(visits(dice.choice(who), seed)).now for _ in range(200)]
    for person in who:
        for visit in visits(person, seed):
            told.sets += 1
            told.alarms += stopped(visit, {})
            if told.sets % every == 0:
                _count_slips(told, dice, visit, dice.choice(others))
    return told


def _count_slips(told: Count, dice: random.Random, visit: Visit, other: dict[str, Decimal]) -> None:
    by_kind: dict[str, list[Typed]] = {}
    for kind, _, typed in slips(visit, other):
        if matters(visit, typed):
            by_kind.setdefault(kind, []).append(typed)
    # of whom nothing was told before there is no trend: counted apart
    seen, caught = (told.seen, told.caught) if visit.known.last else (told.first_seen, told.first_caught)
    for kind, each in sorted(by_kind.items()):
        seen[kind] += 1
        caught[kind] += stopped(visit, dice.choice(each))
