"""The entry checks' own numbers, and an earlier value to compare with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from medassist.codecs import units
from medassist.domain.vitals.rules.data import data
from medassist.domain.vitals.rules.signs import Sign, in_standard

Number = Decimal | int | float


class Told(NamedTuple):
    """One earlier value, for comparison, and the few before it, latest first."""

    value: Decimal
    unit: str
    on: date
    earlier: tuple[Told, ...] = ()


RECENT: int = data("limits")["recent"]["values"]
"""How many of a person's last values are looked at."""


def history(values: Sequence[Told]) -> Told:
    """The latest value, with those before it; latest first."""
    return values[0]._replace(earlier=tuple(values[1:RECENT]))


def limits(part: str) -> dict[str, Any]:
    """One part of the entry checks' numbers."""
    return data("limits")[part]


def dec(value: Number) -> Decimal:
    """A number of a data file as a decimal."""
    return value if isinstance(value, Decimal) else Decimal(str(value))


def band(bands: Sequence[dict[str, Any]], years: float | None) -> dict[str, Any] | None:
    """The band of an age; of unknown age only one that holds for all."""
    if years is None:
        return next((b for b in bands if "from" not in b and "to" not in b), None)
    return next((b for b in bands if b.get("from", 0) <= years < b.get("to", 999)), None)


def inside(rule: dict[str, Any] | None, value: Decimal) -> bool:
    """Whether a value lies between low and high; where there is no rule, every value does."""
    return rule is None or dec(rule["low"]) <= value <= dec(rule["high"])


def standard(one: Sign, told: units.Quantity | Told) -> Decimal | None:
    """A value in the unit in which its sign is compared; None where its unit does not fit."""
    try:
        return in_standard(one.name, told[0], told[1])
    except units.UnitError:
        return None
