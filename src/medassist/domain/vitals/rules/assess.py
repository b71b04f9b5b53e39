"""One set of signs judged as a whole: what can't be, what is asked about, what is judged, scores and percentiles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from medassist.codecs import units
from medassist.domain.vitals.rules import checks, growth, judging, news2
from medassist.domain.vitals.rules.ages import years as age
from medassist.domain.vitals.rules.checks import Told
from medassist.domain.vitals.rules.signs import SIGNS, bmi, in_standard


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of one set; what is None is not known."""

    found: Mapping[str, units.Quantity]
    on: date
    born: date | None = None
    days: float | None = None
    """Age in days, where no birth date is given."""
    sex: str = ""
    lying: bool | None = None
    oxygen: bool | None = None
    consciousness: str | None = None
    scale: int = 1
    pregnant: bool = False
    last: Mapping[str, Told] = field(default_factory=dict)

    @property
    def years(self) -> float | None:
        """Age in years."""
        if self.born is not None:
            return age(self.born, self.on)
        return None if self.days is None else self.days / 365.25

    @property
    def age_days(self) -> float | None:
        """Age in days."""
        return float((self.on - self.born).days) if self.born is not None else self.days


def assess(case: Case) -> dict[str, Any]:
    """Flags, scores and percentiles of one set, as plain data."""
    found, flags = _possible(case)
    standard = {name: in_standard(name, *quantity) for name, quantity in found.items()}
    if "weight" in standard and standard.get("height") and "bmi" not in standard:
        standard["bmi"] = bmi(standard["weight"], standard["height"])
    flags += _doubts(case, found, standard) + _judged(case, standard)
    return {"flags": flags, "scores": _scores(case, standard), "percentiles": _percentiles(case, standard),
            "values": {name: float(round(value, 4)) for name, value in standard.items()}}  # fmt: skip


ENTRY_CHECK = {"title": "medassist entry check, not a clinical limit"}
"""The source of a flag that asks whether a value was entered right; a judgement names its own."""


def _flag(name: str, kind: str, text: str, **more: Any) -> dict[str, Any]:
    return {"sign": name, "code": SIGNS[name].code, "kind": kind, "text": text, "source": ENTRY_CHECK, **more}


def _possible(case: Case) -> tuple[dict[str, units.Quantity], list[dict[str, Any]]]:
    """The values that can be, and what is wrong with the others."""
    found, flags = {}, []
    for name, quantity in case.found.items():
        if why := checks.faults(name, *quantity):
            meant = checks.suggestion(name, *quantity, years=case.years)
            more = {"suggestion": {"value": float(meant.value), "unit": meant.unit}} if meant else {}
            flags.append(_flag(name, "impossible", why[0], severity="stop", **more))
        else:
            found[name] = quantity
    return found, flags


def _doubts(case: Case, found: dict[str, units.Quantity], standard: dict[str, Decimal]) -> list[dict[str, Any]]:
    flags = []
    for name, quantity in found.items():
        for why in checks.doubts(name, *quantity, years=case.years, last=case.last.get(name), on=case.on):
            flags.append(_flag(name, "unlikely", why, severity="watch"))
    if "systolic" in standard and "diastolic" in standard:
        pair = standard["systolic"], standard["diastolic"]
        if why := checks.pair_fault(*pair):
            flags.append(_flag("systolic", "impossible", why, severity="stop"))
        elif why := next(iter(checks.pair_doubts(*pair)), ""):
            flags.append(_flag("systolic", "unlikely", why, severity="watch"))
    if "weight" in found and "height" in found:
        for why in checks.size_doubts(found["weight"], found["height"], case.years):
            flags.append(_flag("weight", "unlikely", why, severity="watch"))
    return flags


def _judged(case: Case, standard: dict[str, Decimal]) -> list[dict[str, Any]]:
    """The judgements from cited sources, those in range left out."""
    flags = []
    pressure = judging.judge_pressure(standard.get("systolic"), standard.get("diastolic"), case.years)
    told: dict[str, judging.Judgement | None] = {"systolic": pressure} if pressure else {}
    for name, value in standard.items():
        if name not in ("systolic", "diastolic"):
            unit = SIGNS[name].standard
            told[name] = judging.judge(name, value, unit, case.years, oxygen=bool(case.oxygen), pregnant=case.pregnant)
    for name, found in told.items():
        if found is not None and found.state != "good":
            text = f"{found.word}, {found.note}" if found.note else found.word
            more = {"severity": found.state, "interpretation": found.code, "source": found.source}
            flags.append(_flag(name, "judgement", text, **more))
    return flags


def _scores(case: Case, standard: dict[str, Decimal]) -> dict[str, Any]:
    found = news2.score(
        standard, oxygen=_oxygen(case, standard), consciousness=case.consciousness, scale=case.scale, years=case.years,
        pregnant=case.pregnant,
    )  # fmt: skip
    if not found:
        return {}
    parts = {SIGNS[name].code if name in SIGNS else name: points for name, points in found.parts.items()}
    return {"news2": found.total, "news2_parts": parts, "news2_band": found.risk}


def _oxygen(case: Case, standard: dict[str, Decimal]) -> bool | None:
    """Whether extra oxygen is given: as said, or by the flow or share of oxygen that was measured."""
    if case.oxygen is not None:
        return case.oxygen
    if "oxygen_flow" in standard:
        return standard["oxygen_flow"] > 0
    return standard["oxygen_concentration"] > 21 if "oxygen_concentration" in standard else None


def _percentiles(case: Case, standard: dict[str, Decimal]) -> list[dict[str, Any]]:
    if case.age_days is None:
        return []
    body = {key: float(standard[name]) if name in standard else None
            for key, name in (("weight", "weight"), ("stature", "height"), ("head", "head_circumference"))}  # fmt: skip
    placed = growth.assess(case.sex, case.age_days, lying=case.lying, **body)
    if "height" not in standard and "bmi" in standard and case.years is not None and case.years >= 2:
        alone = growth.bmi_for_age(case.sex, case.age_days / 30.4375, float(standard["bmi"]))
        placed += [alone] if alone else []
    return [_placed(one) for one in placed]


def _placed(one: growth.Placed) -> dict[str, Any]:
    told = {"measure": one.measure, "value": round(one.value, 4), "z": round(one.z, 4),
            "percentile": round(one.percentile, 4), "reference": one.reference}  # fmt: skip
    return {**told, "percent_of_95th": round(one.percent_of_95th, 2)} if one.percent_of_95th is not None else told
