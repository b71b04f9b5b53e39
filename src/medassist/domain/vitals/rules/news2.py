"""The National Early Warning Score 2 of the Royal College of Physicians, with both scales of oxygen saturation."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from medassist.domain.vitals.rules.bands import Bands, bands
from medassist.domain.vitals.rules.data import data

PARTS = ("respirations", "oxygen_saturation", "oxygen", "systolic", "pulse", "consciousness", "temperature")
_NEEDED = {"respirations", "oxygen_saturation", "systolic", "pulse", "temperature"}
SIGNS = frozenset({*_NEEDED, "oxygen_flow", "consciousness"})
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
def _tables() -> dict[str, Bands]:
    """The points of each sign, and of oxygen saturation on the second scale (air, oxygen)."""
    told = data("news2")
    rows = {name: (part["bands"], part["places"]) for name, part in told["parts"].items()}
    rows |= {how: (told["oxygen_saturation_scale_2"][how], 0) for how in ("air", "oxygen")}
    return {name: bands(table, lambda row: row["points"], places) for name, (table, places) in rows.items()}


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
    if not values.keys() >= _NEEDED:
        return None
    tables = _tables()
    how = "oxygen" if oxygen else "air"
    saturation = how if scale == 2 else "oxygen_saturation"
    parts = {
        "respirations": tables["respirations"].at(float(values["respirations"])),
        "oxygen_saturation": tables[saturation].at(float(values["oxygen_saturation"])),
        "oxygen": told["oxygen"][how],
        "systolic": tables["systolic"].at(float(values["systolic"])),
        "pulse": tables["pulse"].at(float(values["pulse"])),
        "consciousness": told["consciousness"][consciousness],
        "temperature": tables["temperature"].at(float(values["temperature"])),
    }
    total = sum(parts.values())
    return News2(total, parts, _risk(total, max(parts.values()), told["risk"]))


def _risk(total: int, worst: int, rule: dict[str, int]) -> str:
    if total >= rule["high_from"]:
        return "high"
    if total >= rule["medium_from"]:
        return "medium"
    return "low-medium" if worst >= rule["single"] else "low"
