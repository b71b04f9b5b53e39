"""The early warning score of a visit's grid, where everything that it counts was measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from medassist.domain.vitals.rules import news2 as rule
from medassist.domain.vitals.rules.data import data

TARGET = "oxygen-target-88-92"
"""The alert by which a provider set the lower target of oxygen: the score's second scale."""
WORDS = {"high": "high risk", "medium": "medium risk", "low-medium": "low to medium risk", "low": "low risk"}
STATES = {"high": "act", "medium": "watch", "low-medium": "watch", "low": "none"}


def news2(
    lines: Iterable[Mapping[str, Any]], years: float | None, alerts: Iterable[Mapping[str, Any]] = ()
) -> dict[str, Any] | None:
    """NEWS2 of the lines of a grid: total, risk, state, scale, source, as_of; None where it is not complete."""
    values = {sign: value for one in lines for sign, value in one["standard"].items() if value is not None}
    said: Mapping[str, Any] = next((one["said"] for one in lines if one["key"] == "oxygen_saturation"), {})
    scale = 2 if any(one.get("code") == TARGET for one in alerts) else 1
    figures = {sign: value for sign, value in values.items() if isinstance(value, Decimal)}
    found = rule.score(
        figures, oxygen=_oxygen(said, figures), consciousness=values.get("consciousness"), scale=scale, years=years
    )
    if found is None:
        return None
    told = data("news2")
    return {"total": found.total, "risk": WORDS[found.risk], "state": STATES[found.risk], "scale": scale,
            "parts": found.parts, "source": told["source"], "as_of": told["as_of"]}  # fmt: skip


def _oxygen(said: Mapping[str, str], figures: Mapping[str, Decimal]) -> bool | None:
    """Whether the patient breathes more than air; None where nobody said."""
    if figures.get("oxygen_flow"):
        return True
    air = said.get("oxygen")
    return None if air is None else air != "room-air"
