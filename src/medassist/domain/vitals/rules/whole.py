"""A whole set asked about: each value beside the person's last ones, and the values beside each other."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple, Protocol

from medassist.codecs import units
from medassist.domain.vitals.rules import checks
from medassist.domain.vitals.rules.ages import years as age
from medassist.domain.vitals.rules.limits import Told, dec, limits
from medassist.domain.vitals.rules.signs import SIGNS, in_standard
from medassist.domain.vitals.rules.trend import Child, expected

BESIDE = frozenset({"systolic", "diastolic", "weight", "height", "oxygen_flow", "oxygen_saturation"})
"""Signs that are looked at beside each other, also of whom nothing is known from before."""


class Measured(Protocol):
    """One sign of a set, as far as the questions need it."""

    @property
    def sign(self) -> str: ...
    @property
    def field(self) -> str: ...
    @property
    def ordinal(self) -> int: ...
    @property
    def value(self) -> Decimal | None: ...
    @property
    def unit(self) -> str: ...
    @property
    def qualifiers(self) -> Mapping[str, str]: ...


class Entered(NamedTuple):
    """One sign measured once, of which no form or row is kept."""

    sign: str
    value: Decimal
    unit: str
    qualifiers: Mapping[str, str]
    ordinal: int = 1

    @property
    def field(self) -> str:
        """The sign's own name."""
        return self.sign


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a person on the day of a set."""

    on: date
    born: date | None = None
    sex: str = ""
    last: Mapping[str, Told] = field(default_factory=dict)
    aged: float | None = None
    """Age in years, where no birth date is known."""

    @property
    def years(self) -> float | None:
        """Age in years."""
        return self.aged if self.born is None else age(self.born, self.on)

    @property
    def child(self) -> Child | None:
        """Of whom growth can be expected; None when sex or birth date is not known."""
        return Child(self.sex, self.born) if self.sex and self.born else None


def asked(found: Iterable[Measured], known: Known, plain: Container[str] = ()) -> dict[str, list[str]]:
    """What is asked about a set, by field; fields that are known to be `plain` are looked at beside others only."""
    found = [one for one in found if one.value is not None]
    told: dict[str, list[str]] = {}
    for one in found:
        if one.field not in plain and (why := _alone(one, known)):
            told[one.field] = why
    _pressures(found, told)
    first = {one.sign: one for one in found if one.ordinal == 1}
    _size(first, known, told)
    _oxygen(first, told)
    _twice(first, known, told)
    return told


def _alone(one: Measured, known: Known) -> list[str]:
    assert one.value is not None
    # a second reading stands beside the first of today, not beside the last visit's
    last = known.last.get(one.sign) if one.ordinal == 1 else None
    return checks.doubts(one.sign, one.value, one.unit, years=known.years, last=last, on=known.on, child=known.child)


def _pressures(found: list[Measured], told: dict[str, list[str]]) -> None:
    by_place = {(one.sign, one.ordinal): one for one in found}
    for (sign, ordinal), upper in by_place.items():
        lower = by_place.get(("diastolic", ordinal))
        if sign == "systolic" and lower is not None and not told.keys() & {upper.field, lower.field}:
            if why := checks.pair_doubts(_standard(upper), _standard(lower)):
                told[upper.field] = why


def _size(first: Mapping[str, Measured], known: Known, told: dict[str, list[str]]) -> None:
    weight = first.get("weight")
    height = _quantity(first["height"]) if "height" in first else _adult_height(known)
    if weight is None or height is None or told.keys() & {"weight", "height"}:
        return
    new = "weight" not in known.last or "height" not in known.last
    if why := checks.size_doubts(_quantity(weight), height, known.years, first=new):
        told["weight"] = why


def _oxygen(first: Mapping[str, Measured], told: dict[str, list[str]]) -> None:
    flow, air = first.get("oxygen_flow"), first.get("oxygen_saturation")
    if flow and flow.value and air and air.qualifiers.get("oxygen") == "room-air":
        told.setdefault("oxygen_flow", []).append("Room air and a flow of oxygen are both noted. Which is right?")


def _twice(first: Mapping[str, Measured], known: Known, told: dict[str, list[str]]) -> None:
    """A number that stands in two boxes, and in one of them lies far from what was expected."""
    far = limits("same")
    boxes = {name: one for name, one in first.items() if name in far}
    for name, one in boxes.items():
        other = next((n for n, two in boxes.items() if n != name and two.value == one.value), None)
        if other and name not in told and name in known.last and _off(one, known) > dec(far[name]):
            told[name] = [checks.same_doubt(name, other, one.value or Decimal(0))]


def _off(one: Measured, known: Known) -> Decimal:
    """How far a value lies from the nearest that was expected."""
    awaited = expected(SIGNS[one.sign], known.last[one.sign], known.on, known.years, known.child)
    return min(abs(_standard(one) - center) for center in awaited.centers) if awaited else Decimal(0)


def _adult_height(known: Known) -> units.Quantity | None:
    size = known.last.get("height")
    return units.Quantity(size.value, size.unit) if size and known.years is not None and known.years >= 20 else None


def _quantity(one: Measured) -> units.Quantity:
    assert one.value is not None
    return units.Quantity(one.value, one.unit)


def _standard(one: Measured) -> Decimal:
    return in_standard(one.sign, *_quantity(one))
