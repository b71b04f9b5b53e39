"""Which judged values call a provider at once: the office's list, over limits that their own sources give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from medassist.domain.vitals.rules.data import data
from medassist.domain.vitals.rules.news2 import News2
from medassist.domain.vitals.rules.signs import SIGNS


@dataclass(frozen=True, slots=True)
class Judged:
    """One value as a chart shows it, with the HL7 code, the words and the source of its judgement."""

    sign: str
    text: str
    code: str
    words: str
    source: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Critical:
    """One value that calls a provider: what it is, how it is judged, and by which source."""

    sign: str
    text: str
    words: str
    source: Mapping[str, str]


def critical(judged: Iterable[Judged], years: float | None, score: News2 | None = None) -> list[Critical]:
    """Those of the judged values that call a provider, then the score of the whole where it does."""
    found = [Critical(one.sign, one.text, one.words, one.source) for one in judged if _calls(one, years)]
    return found + _scored(score, {one.sign for one in found}) if score else found


def _calls(one: Judged, years: float | None) -> bool:
    return any(
        rule["sign"] == one.sign and one.code in rule["codes"] and _of_age(rule, years)
        for rule in data("critical")["judgements"]
    )


def _of_age(rule: Mapping[str, Any], years: float | None) -> bool:
    if years is None:
        return not rule.keys() & {"from_years", "to_years"}
    return rule.get("from_years", 0) <= years < rule.get("to_years", 999)


def _scored(score: News2, said: set[str]) -> list[Critical]:
    """The score: its risk by the total, or a part with the highest points whose value was not told already."""
    rule, table = data("critical")["news2"], data("news2")
    source = {"text": "NEWS2", "citation": table["source"], "url": table["url"], "as_of": table["as_of"]}
    if score.risk in rule["risks"]:
        return [Critical("news2", f"NEWS2 {score.total}", f"{score.risk} clinical risk", source)]
    worst = [name for name, points in score.parts.items() if points >= rule["single"] and name not in said]
    return [
        Critical("news2", f"NEWS2 {score.total}", f"{score.parts[name]} for {_said(name)} alone", source)
        for name in worst
    ]


def _said(part: str) -> str:
    return SIGNS[part].said if part in SIGNS else part


def too_old(taken_at: datetime, told_at: datetime) -> bool:
    """Whether a value was measured so long before it was told that it calls nobody."""
    return told_at - taken_at > timedelta(minutes=data("critical")["within_minutes"])
