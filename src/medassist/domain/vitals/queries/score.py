"""The early warning score of a visit's grid, or at one set, where everything that it counts was measured."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

from medassist.domain.people import queries as people
from medassist.domain.vitals.queries.base import routine
from medassist.domain.vitals.rules import news2 as rule
from medassist.domain.vitals.rules.data import data

TARGET = "oxygen-target-88-92"
"""The alert by which a provider set the lower target of oxygen: the score's second scale."""
PREGNANT = "pregnant"
"""The alert that a patient is pregnant, for whom the score is not made."""
WORDS = {"high": "high risk", "medium": "medium risk", "low-medium": "low to medium risk", "low": "low risk"}
STATES = {"high": "act", "medium": "watch", "low-medium": "watch", "low": "none"}


def news2(
    lines: Iterable[Mapping[str, Any]], years: float | None, alerts: Collection[Mapping[str, Any]] = ()
) -> dict[str, Any] | None:
    """NEWS2 of the lines of a grid: total, risk, state, scale, source, as_of; None where it is not complete."""
    values = {sign: value for one in lines for sign, value in one["standard"].items() if value is not None}
    said: Mapping[str, Any] = next((one["said"] for one in lines if one["key"] == "oxygen_saturation"), {})
    found = _score(values, said, years, alerts)
    if found is None:
        return None
    told = data("news2")
    return {"total": found.total, "risk": WORDS[found.risk], "state": STATES[found.risk], "scale": _scale(alerts),
            "parts": found.parts, "source": told["source"], "as_of": told["as_of"]}  # fmt: skip


def score_at(one: Mapping[str, Any]) -> rule.News2 | None:
    """NEWS2 by what its visit had measured when a set was taken; None where the set adds nothing to a whole score.

    Its parts are those of this set alone, so that what an earlier set told is not told again. Two queries.
    """
    if not rule.SIGNS & {row["sign"] for row in one["readings"]}:
        return None
    rows = _measured(one)
    mine = {sign for sign, row in rows.items() if row["of_id"] == one["id"]}
    said = rows["oxygen_saturation"]["qualifiers"] if "oxygen_saturation" in rows else {}
    values = {sign: row["coded"] or row["standard"] for sign, row in rows.items()}
    found = _score(values, said, one["years"], people.alerts(one["patient"])[one["patient"]])
    if not found or not mine:
        return None
    return found._replace(parts={part: points for part, points in found.parts.items() if part in mine})


def _measured(one: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The newest reading of each sign of the score up to a set: in its visit, else in the set alone."""
    where = {"of__visit": one["visit"], "taken_at__lte": one["taken_at"]} if one["visit"] else {"of": one["id"]}
    rows = routine().filter(sign__in=rule.SIGNS, ordinal=1, **where).order_by("taken_at", "recorded_at")
    return {str(row["sign"]): dict(row) for row in rows.values("sign", "of_id", "standard", "coded", "qualifiers")}


def _score(
    values: Mapping[str, Any], said: Mapping[str, Any], years: float | None, alerts: Collection[Mapping[str, Any]]
) -> rule.News2 | None:
    figures = {sign: value for sign, value in values.items() if isinstance(value, Decimal)}
    return rule.score(
        figures, oxygen=_oxygen(said, figures), consciousness=values.get("consciousness"), scale=_scale(alerts),
        years=years, pregnant=any(one.get("code") == PREGNANT for one in alerts),
    )  # fmt: skip


def _scale(alerts: Collection[Mapping[str, Any]]) -> int:
    return 2 if any(one.get("code") == TARGET for one in alerts) else 1


def _oxygen(said: Mapping[str, str], figures: Mapping[str, Decimal]) -> bool | None:
    """Whether the patient breathes more than air; None where nobody said."""
    if figures.get("oxygen_flow"):
        return True
    air = said.get("oxygen")
    return None if air is None else air != "room-air"
