"""The Bedside Paediatric Early Warning System score: points by age band, a least sum where parts are not known."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from medassist.domain.vitals.rules.bands import Bands, bands
from medassist.domain.vitals.rules.data import data

EFFORTS = ("normal", "mild", "moderate", "severe")


class Pews(NamedTuple):
    """The sum of the points known, the points of each part, the parts not known; complete without such."""

    total: int
    parts: dict[str, int]
    missing: list[str]

    @property
    def band(self) -> str:
        """Whether the sum reaches the study's limit; below it only a complete score says so."""
        limit = data("pews")["high_from"]
        if self.total >= limit:
            return f"{limit} or more"
        return "incomplete" if self.missing else f"below {limit}"


@cache
def _needs() -> frozenset[str]:
    return frozenset(data("pews")["needs"])


@cache
def _starts() -> tuple[float, ...]:
    """Every age from which other points hold."""
    parts = data("pews")["parts"].values()
    return tuple(sorted({float(age["from_years"]) for part in parts for age in part["ages"]}))


@cache
def _tables(at: int) -> dict[str, Bands]:
    """The points of each sign from one of these ages on."""
    years = _starts()[at]
    return {name: bands(next(age["bands"] for age in part["ages"] if age["from_years"] <= years < age["to_years"]),
                        lambda row: row["points"], part["places"])
            for name, part in data("pews")["parts"].items()}  # fmt: skip


def score(
    values: Mapping[str, float],
    years: float | None,
    *,
    oxygen: bool | None = None,
    refill_seconds: float | None = None,
    effort: str | None = None,
) -> Pews | None:
    """The score of a child; None from 16 years on, at unknown age, and without both pulse and breathing."""
    told = data("pews")
    if years is None or not 0 <= years < told["to_years"] or not values.keys() >= _needs():
        return None
    parts: dict[str, int] = {}
    missing: list[str] = []
    for name, table in _tables(bisect_right(_starts(), years) - 1).items():
        if name in values:
            parts[name] = table.at(values[name])
        else:
            missing.append(name)
    for name, points in (
        ("oxygen", _oxygen(values, oxygen, told["oxygen"])),
        ("capillary_refill", _refill(refill_seconds, told["capillary_refill"])),
        ("respiratory_effort", None if effort is None else told["respiratory_effort"][effort]),
    ):
        if points is None:
            missing.append(name)
        else:
            parts[name] = points
    return Pews(sum(parts.values()), parts, missing)


def _refill(seconds: float | None, rule: dict[str, int]) -> int | None:
    if seconds is None:
        return None
    return rule["long" if seconds >= rule["long_from_seconds"] else "short"]


def _oxygen(values: Mapping[str, float], oxygen: bool | None, rule: dict[str, Any]) -> int | None:
    """Points for oxygen that is given: much of it by flow or share; some where neither is known."""
    if not oxygen:
        return None if oxygen is None else rule["air"]
    much = values.get("oxygen_flow", 0) >= rule["much_from_flow"]
    much = much or values.get("oxygen_concentration", 0) >= rule["much_from_share"]
    return rule["much" if much else "some"]
