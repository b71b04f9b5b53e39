"""Signs that are computed from others: the mean of several readings, and where a child stands in a reference."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from medassist.domain.vitals.rules import growth
from medassist.domain.vitals.rules.data import data
from medassist.domain.vitals.rules.signs import SIGNS

SEXES = {"M": "male", "F": "female"}
PLACED = {measure: one.name for one in SIGNS.values() for measure in one.measures}
"""A measure of growth to the sign that tells its percentile."""
BESIDE = {one.name: one.of for one in SIGNS.values() if one.measures}
"""A percentile to the sign that it is shown beside."""
SIZES = ("weight", "height", "head_circumference")
"""What growth is placed by."""


def sex(at_birth: str, gender: str) -> str:
    """The sex by which growth is placed: that recorded at birth, else the administrative one; "" when neither says."""
    told = SEXES.get(at_birth, gender)
    return told if told in SEXES.values() else ""


def placed(sex: str, days: float, sizes: dict[str, Decimal], lying: bool | None = None) -> dict[str, growth.Placed]:
    """Percentiles by sign, of sizes by sign in their standard units; nothing for adults and for an unknown sex."""
    weight, stature, head = (float(sizes[name]) if name in sizes else None for name in SIZES)
    found = growth.assess(sex, days, weight=weight, stature=stature, lying=lying, head=head)
    return {PLACED[one.measure]: one for one in found if one.measure in PLACED and not _index_of_infant(one)}


def _index_of_infant(one: growth.Placed) -> bool:
    """Whether it is a body mass index below two years: weight for length says it there, and no code is for it."""
    return one.measure == "bmi-for-age" and one.method == "who2006"


def reference(key: str) -> str:
    """The name of a reference: WHO 2006."""
    return str(data("growth")["references"].get(key, {}).get("name", key))


def percentile_text(percent: Decimal) -> str:
    """A percentile as it is said: 85th percentile; below the 1st and above the 99th no number is given."""
    if percent < 1:
        return "below the 1st percentile"
    if percent > 99:
        return "above the 99th percentile"
    whole = int(percent.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return f"{whole}{_ending(whole)} percentile"


def _ending(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def mean(values: Iterable[Decimal]) -> Decimal:
    """The mean to the nearest whole number, as pressures are written."""
    values = list(values)
    return (sum(values, Decimal(0)) / len(values)).quantize(Decimal(1), rounding=ROUND_HALF_UP)
