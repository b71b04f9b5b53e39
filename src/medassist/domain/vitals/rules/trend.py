"""What a person's last values let expect: the last one, the middle of the recent ones, a child's carried by growth."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any, NamedTuple

from medassist.domain.vitals.rules import growth
from medassist.domain.vitals.rules.data import data
from medassist.domain.vitals.rules.limits import Told, band, dec, limits, standard
from medassist.domain.vitals.rules.signs import Sign

GROWING = {
    "weight": ("weight-for-age", "weight-for-age"),
    "height": ("length-for-age", "stature-for-age"),
    "head_circumference": ("head-circumference-for-age", "head-circumference-for-age"),
}
"""The curve of a sign, below the age at which the reference changes and from it on."""
FURTHEST = 3.0  # deviations: beyond, a curve's power transformation is not to be trusted


class Child(NamedTuple):
    """Of whom growth can be expected: sex and birth date are both known."""

    sex: str
    born: date


class Expected(NamedTuple):
    """What a value is compared with: centers in the unit of comparison, and how far it may lie from the nearest."""

    centers: tuple[Decimal, ...]
    rule: dict[str, Any]
    grown: bool

    def allows(self, value: Decimal) -> bool:
        """Whether a value may follow."""
        return any(self._near(value, center) for center in self.centers)

    def _near(self, value: Decimal, center: Decimal) -> bool:
        off = value - center
        allowed = self.rule.get("up" if off > 0 else "down")
        if allowed is None or value >= dec(self.rule.get("below", value + 1)):
            return True
        return abs(off) <= (dec(allowed) * center / 100 if self.rule.get("percent") else dec(allowed))


def expected(one: Sign, last: Told, on: date, years: float | None, child: Child | None) -> Expected | None:
    """What may follow from the last values; None where nothing is known to follow."""
    recent = [(value, told.on) for told in (last, *last.earlier) if (value := standard(one, told)) and value > 0]
    if not recent:
        return None
    grown = [_carried(one, value, day, on, child) for value, day in recent] if child else [None]
    values = [value for value in grown if value is not None]
    carried = len(values) == len(recent)
    rule = _rule(one, abs((on - last.on).days), years, "grown" if carried else "changes")
    values = values if carried else [value for value, _ in recent]
    return Expected((values[0], Decimal(median(values))), rule, carried)


def usual(one: Sign, on: date, child: Child | None) -> dict[str, Decimal] | None:
    """Between what nearly all children of this age lie, and some way beyond; None where growth says nothing."""
    rule = limits("first").get(one.name)
    curve = _curve(one.name, child.sex, (on - child.born).days) if child and one.name in GROWING else None
    if rule is None or curve is None:
        return None
    z = float(rule["deviations"])
    return {
        "low": dec(growth.at_z(-z, curve)) * dec(rule["low"]),
        "high": dec(growth.at_z(z, curve)) * dec(rule["high"]),
    }


def _rule(one: Sign, days: int, years: float | None, part: str) -> dict[str, Any]:
    """How far a value may lie off; where nothing is said, any distance."""
    found = band(limits(part).get(one.name, ()), years) or {"within": [{}]}
    step = next(step for step in found["within"] if days <= step.get("days", days))
    return {**step, "percent": found.get("percent", False)}


def _carried(one: Sign, value: Decimal, then: date, on: date, child: Child | None) -> Decimal | None:
    """A child's value on a later day, if it stays where it was among other children."""
    if child is None or one.name not in GROWING:
        return None
    before, after = (_curve(one.name, child.sex, (day - child.born).days) for day in (then, on))
    if before is None or after is None:
        return None
    z = max(-FURTHEST, min(FURTHEST, growth.z_score(float(value), before)))
    return value * Decimal(growth.at_z(z, after) / growth.at_z(z, before))


def _curve(name: str, sex: str, days: int) -> tuple[float, float, float] | None:
    use = data("growth")["use"]
    months = days / float(use["days_a_month"])
    young, old = GROWING[name]
    if months < use["who_to_months"]:
        return growth.lms("who2006", young, sex, days)
    return growth.lms("cdc2000", old, sex, months)
