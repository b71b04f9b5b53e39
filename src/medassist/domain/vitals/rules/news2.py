"""The National Early Warning Score 2 of the Royal College of Physicians, with both scales of oxygen saturation."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from medassist.domain.vitals.rules.bands import Bands, bands
from medassist.domain.vitals.rules.data import data

PARTS = ("respirations", "oxygen_saturation", "oxygen", "systolic", "pulse", "consciousness", "temperature")
MEASURED = ("respirations", "oxygen_saturation", "systolic", "pulse", "temperature")
"""The parts that are numbers, in the order of their tables."""
SIGNS = frozenset({*MEASURED, "oxygen_flow", "consciousness"})
"""The signs on which a score rests."""


class News2(NamedTuple):
    """The total, the points of each part, and the clinical risk by which the report orders its answers."""

    total: int
    parts: dict[str, int]
    risk: str


def missing(values: Mapping[str, Any], oxygen: bool | None, consciousness: str | None) -> list[str]:
    """The parts without which there is no score."""
    given = {*values, *(["oxygen"] if oxygen is not None else []), *(["consciousness"] if consciousness else [])}
    return [part for part in PARTS if part not in given]


@cache
def _tables(second: bool, oxygen: bool) -> tuple[Bands, ...]:
    """The points of each sign; on the second scale oxygen saturation has points of its own on air and on oxygen."""
    told = data("news2")
    rows = {name: (part["bands"], part["places"]) for name, part in told["parts"].items()}
    if second:
        rows["oxygen_saturation"] = told["oxygen_saturation_scale_2"]["oxygen" if oxygen else "air"], 0
    return tuple(bands(rows[name][0], lambda row: row["points"], rows[name][1]) for name in MEASURED)


def score(
    values: Mapping[str, Decimal | float],
    *,
    oxygen: bool | None,
    consciousness: str | None,
    scale: int = 1,
    years: float | None = None,
    pregnant: bool = False,
) -> News2 | None:
    """The score of values in the units of comparison; None when a part is missing or this person has no such score."""
    told = data("news2")
    if oxygen is None or not consciousness or pregnant or years is not None and years < told["from_years"]:
        return None
    rate, saturation, systolic, pulse, temperature = _tables(scale == 2, oxygen)
    try:
        parts: dict[str, int] = {
            "respirations": rate.at(values["respirations"]),
            "oxygen_saturation": saturation.at(values["oxygen_saturation"]),
            "oxygen": told["oxygen"]["oxygen" if oxygen else "air"],
            "systolic": systolic.at(values["systolic"]),
            "pulse": pulse.at(values["pulse"]),
            "consciousness": told["consciousness"][consciousness],
            "temperature": temperature.at(values["temperature"]),
        }
    except KeyError:
        return None
    points = parts.values()
    total = sum(points)
    return News2(total, parts, _risk(total, max(points), told["risk"]))


def _risk(total: int, worst: int, rule: dict[str, int]) -> str:
    if total >= rule["high_from"]:
        return "high"
    if total >= rule["medium_from"]:
        return "medium"
    return "low-medium" if worst >= rule["single"] else "low"
