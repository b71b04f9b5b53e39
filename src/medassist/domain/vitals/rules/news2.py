"""The National Early Warning Score 2 of the Royal College of Physicians, with both scales of oxygen saturation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from medassist.domain.vitals.rules.data import data

PARTS = ("respirations", "oxygen_saturation", "oxygen", "systolic", "pulse", "consciousness", "temperature")


@dataclass(frozen=True, slots=True)
class News2:
    """The total, the points of each part, and the clinical risk by which the report orders its answers."""

    total: int
    parts: dict[str, int]
    risk: str


def missing(values: Mapping[str, Decimal], oxygen: bool | None, consciousness: str | None) -> list[str]:
    """The parts without which there is no score."""
    given = {*values, *(["oxygen"] if oxygen is not None else []), *(["consciousness"] if consciousness else [])}
    return [part for part in PARTS if part not in given]


def score(
    values: Mapping[str, Decimal],
    *,
    oxygen: bool | None,
    consciousness: str | None,
    scale: int = 1,
    years: float | None = None,
    pregnant: bool = False,
) -> News2 | None:
    """The score of values in the units of comparison; None when a part is missing or this person has no such score."""
    table = data("news2")
    if missing(values, oxygen, consciousness) or pregnant or years is not None and years < table["from_years"]:
        return None
    parts = {name: _points(part["bands"], values[name], part["places"]) for name, part in table["parts"].items()}
    if scale == 2:
        bands = table["oxygen_saturation_scale_2"]["oxygen" if oxygen else "air"]
        parts["oxygen_saturation"] = _points(bands, values["oxygen_saturation"], 0)
    parts["oxygen"] = table["oxygen"]["oxygen" if oxygen else "air"]
    parts["consciousness"] = table["consciousness"][str(consciousness)]
    total = sum(parts.values())
    return News2(total, {name: parts[name] for name in PARTS}, _risk(total, max(parts.values()), table["risk"]))


def _points(bands: list[dict[str, Any]], value: Decimal, places: int) -> int:
    figure = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return next(b["points"] for b in bands if "to" not in b or figure <= Decimal(str(b["to"])))


def _risk(total: int, worst: int, rule: dict[str, int]) -> str:
    if total >= rule["high_from"]:
        return "high"
    if total >= rule["medium_from"]:
        return "medium"
    return "low-medium" if worst >= rule["single"] else "low"
