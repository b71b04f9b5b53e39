"""One set of signs judged as a whole: what can't be, what is asked about, what is judged, scores and percentiles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from math import floor
from types import MappingProxyType
from typing import Any, NamedTuple

from medassist.codecs import units
from medassist.domain.vitals.rules import checks, circulation, growth, judging, news2, pews, pressure
from medassist.domain.vitals.rules.ages import years as age
from medassist.domain.vitals.rules.bands import SLACK
from medassist.domain.vitals.rules.checks import Told
from medassist.domain.vitals.rules.circulation import Stance
from medassist.domain.vitals.rules.judging import Judgement
from medassist.domain.vitals.rules.plan import Plans, apart, plans, stage
from medassist.domain.vitals.rules.signs import SIGNS

Given = tuple[Decimal | int | float, str]
"""A value as it was given, and its UCUM code."""
Flag = dict[str, Any]
BMI = ("bmi", "kg/m2")
NOTHING: Mapping[str, Any] = MappingProxyType({})
FINE = 10_000  # to four decimals, four times as quick as round()
_KEYS = {name: one.code for name, one in SIGNS.items()}


class Case(NamedTuple):
    """What is known of one set; what is None is not known."""

    found: Mapping[str, Given]
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
    last: Mapping[str, Told] = NOTHING
    gestation_weeks: float | None = None
    """Weeks at the patient's own birth."""
    refill_seconds: float | None = None
    effort: str | None = None
    stances: tuple[Stance, ...] = ()
    """What was measured lying and standing, in mmHg and per minute."""
    sites: Mapping[str, str] = NOTHING
    """Where a sign was measured."""
    avoid: tuple[str, ...] = ()
    """Codes of alerts that name an arm not to be used."""

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
    """Flags, scores, percentiles and blood pressure of one set, as plain data."""
    years = case.years
    table = plans(stage(years), case.pregnant)
    flags: list[Flag] = []
    said: list[Flag] = []
    standard = _standard(case, years, table, flags, said)
    if "weight" in standard and standard.get("height") and "bmi" not in standard:
        standard["bmi"] = _index(standard["weight"], standard["height"])
        if (one := table[BMI]) and one.bands and (found := one.bands.at(standard["bmi"])).state != "good":
            said.append(_said("bmi", found))
    _together(case, standard, years, table, flags)
    judged = pressure.judge_pressure(
        standard.get("systolic"), standard.get("diastolic"), years, sex=case.sex, pregnant=case.pregnant
    )
    if judged is not None and judged.state != "good":
        flags.append(_said("systolic" if "systolic" in standard else "diastolic", judged))
    flags += said
    _upright(case, years, flags)
    return {
        "flags": flags,
        "scores": _scores(case, standard, years, flags),
        **_growth(case, standard, years),
        "blood_pressure": _pressure(case, standard, years, judged),
        "values": standard,
    }


ENTRY_CHECK = {"title": "medassist entry check, not a clinical limit"}
"""The source of a flag that asks whether a value was entered right; a judgement names its own."""
ALERT = {"title": "An alert of this patient"}


def _flag(name: str, kind: str, text: str, severity: str, source: Any = ENTRY_CHECK, **more: Any) -> Flag:
    return {"sign": name, "code": _KEYS[name], "kind": kind, "text": text, "source": source,
            "severity": severity, **more}  # fmt: skip


# -- can it be, and is it likely


def _standard(
    case: Case, years: float | None, table: Plans, flags: list[Flag], said: list[Flag]
) -> dict[str, float]:  # fmt: skip
    """The values that can be, in their units of comparison; what is wrong or asked about is flagged."""
    found: dict[str, float] = {}
    last = case.last
    for name, given in case.found.items():
        value, unit = given
        one = table[name, unit]
        if one is None:
            _careful(case, name, given, years, flags)
            continue
        figure = float(value) if one.same else float(value) * one.factor + one.offset
        plain = one.low <= figure <= one.high and not (last and name in last)
        if plain or _careful(case, name, given, years, flags):
            found[name] = figure if one.same else round(figure, 6)
            if one.bands is not None and (judged := one.bands.at(figure)).state != "good":
                said.append(_said(name, judged))
    return found


def _careful(case: Case, name: str, raw: Given, years: float | None, flags: list[Flag]) -> bool:
    """Whether a value can be, by the rules of entry; what they say is flagged."""
    given = _exact(raw)
    if why := checks.faults(name, *given):
        meant = checks.suggestion(name, *given, years=years)
        more = {"suggestion": {"value": float(meant.value), "unit": meant.unit}} if meant else {}
        flags.append(_flag(name, "impossible", why[0], "stop", **more))
        return False
    asked = checks.doubts(name, *given, years=years, last=case.last.get(name), on=case.on)
    flags += [_flag(name, "unlikely", why, "watch") for why in asked]
    return True


def _exact(raw: Given) -> units.Quantity:
    return units.Quantity(units.number(raw[0]), raw[1])


def _together(case: Case, standard: dict[str, float], years: float | None, table: Plans, flags: list[Flag]) -> None:
    """What is wrong with, or asked about, two values that belong together."""
    if "systolic" in standard and "diastolic" in standard:
        least, most = apart()
        if not least < standard["systolic"] - standard["diastolic"] < most:
            flags += _pair(*(Decimal(repr(round(standard[name], 6))) for name in ("systolic", "diastolic")))
    one = table[BMI]
    if "weight" in standard and "height" in standard and one and not one.low <= standard.get("bmi", 0) <= one.high:
        weight, height = _exact(case.found["weight"]), _exact(case.found["height"])
        flags += [_flag("weight", "unlikely", why, "watch") for why in checks.size_doubts(weight, height, years)]
    for name, site in case.sites.items() if case.sites else ():
        if name in standard and (why := circulation.avoid_arm(case.avoid, site)):
            flags.append(_flag(name, "arm", why, "stop", ALERT))


def _pair(upper: Decimal, lower: Decimal) -> list[Flag]:
    if why := checks.pair_fault(upper, lower):
        return [_flag("systolic", "impossible", why, "stop")]
    return [_flag("systolic", "unlikely", why, "watch") for why in checks.pair_doubts(upper, lower)[:1]]


def _index(weight: float, height: float) -> float:
    """The body mass index to two decimals, as `signs.bmi` gives it."""
    return floor(weight / (height / 100) ** 2 * 100 + 0.5 + SLACK) / 100


# -- judged


def _upright(case: Case, years: float | None, flags: list[Flag]) -> None:
    """What a set measured lying and standing says."""
    if case.stances and (found := circulation.orthostatic(case.stances, years)):
        flags += [_said("pulse" if one.code == "H" else "systolic", one, "orthostatic") for one in found.judgements]


def _said(name: str, found: Judgement, kind: str = "judgement") -> Flag:
    text = f"{found.word}, {found.note}" if found.note else found.word
    return {"sign": name, "code": _KEYS[name], "kind": kind, "text": text, "source": found.source,
            "severity": found.state, "interpretation": found.code}  # fmt: skip


# -- scores


def _scores(case: Case, standard: dict[str, float], years: float | None, flags: list[Flag]) -> dict[str, Any]:
    oxygen = _oxygen(case, standard)
    told: dict[str, Any] = {}
    if years is not None and years < 16:
        if not case.pregnant:
            told = _pews(case, standard, years, oxygen, flags)
    elif found := news2.score(standard, oxygen=oxygen, consciousness=case.consciousness, scale=case.scale, years=years,
                              pregnant=case.pregnant):  # fmt: skip
        told = {"news2": found.total, "news2_parts": _coded(found.parts), "news2_band": found.risk}
    if (years is None or years >= 18) and "pulse" in standard and standard.get("systolic"):
        told["shock_index"] = index = circulation.shock_index(standard["pulse"], standard["systolic"])
        if index and (said := circulation.judge_shock_index(index, years, case.pregnant)):
            text, more = f"{said.word}, {index}", {"interpretation": said.code}
            flags.append(_flag("pulse", "score", text, said.state, said.source, **more))
    return told


def _pews(
    case: Case, standard: dict[str, float], years: float, oxygen: bool | None, flags: list[Flag]
) -> dict[str, Any]:  # fmt: skip
    found = pews.score(standard, years, oxygen=oxygen, refill_seconds=case.refill_seconds, effort=case.effort)
    if found is None:
        return {}
    if found.band.endswith("or more"):
        least = "at least " if found.missing else ""
        flags.append(_flag("pulse", "score", f"Early warning score {least}{found.total}", "act", pews_source()))
    missing = [_KEYS.get(name, name) for name in found.missing]
    return {"pews": found.total, "pews_parts": _coded(found.parts), "pews_missing": missing, "pews_band": found.band}


@cache
def pews_source() -> dict[str, str]:
    """The source of the children's score."""
    return judging.source("pews")


def _coded(parts: Mapping[str, int]) -> dict[str, int]:
    return {_KEYS.get(name, name): points for name, points in parts.items()}


def _oxygen(case: Case, standard: dict[str, float]) -> bool | None:
    """Whether extra oxygen is given: as said, or by the flow or share of oxygen that was measured."""
    if case.oxygen is not None:
        return case.oxygen
    if "oxygen_flow" in standard:
        return standard["oxygen_flow"] > 0
    return standard["oxygen_concentration"] > 21 if "oxygen_concentration" in standard else None


# -- growth and pressure


def _growth(case: Case, standard: dict[str, float], years: float | None) -> dict[str, Any]:
    """Percentiles of children; of those born early by the corrected age, which is then told."""
    if years is None or years > 20.1:
        return {"percentiles": []}
    days = case.age_days
    early = growth.corrected_days(days, case.gestation_weeks) if days is not None else None
    placed = _percentiles(case, standard, days if early is None else early, years)
    if early is None:
        return {"percentiles": [_placed(one) for one in placed]}
    more = {"corrected_age_days": early}
    return {"percentiles": [{**_placed(one), **more} for one in placed], **more}


def _percentiles(case: Case, standard: dict[str, float], days: float | None, years: float) -> Iterable[growth.Placed]:
    if days is None:
        return []
    placed = growth.assess(
        case.sex, days, weight=standard.get("weight"), stature=standard.get("height"), lying=case.lying,
        head=standard.get("head_circumference"),
    )  # fmt: skip
    if "height" not in standard and "bmi" in standard and years >= 2:
        alone = growth.bmi_for_age(case.sex, days / 30.4375, standard["bmi"])
        placed += [alone] if alone else []
    return placed


def _placed(one: growth.Placed) -> dict[str, Any]:
    measure, value, z, share, reference, of_95th, method = one
    told = {"measure": measure, "value": floor(value * FINE + 0.5) / FINE, "z": floor(z * FINE + 0.5) / FINE,
            "percentile": floor(share * FINE + 0.5) / FINE, "reference": reference, "method": method}  # fmt: skip
    if of_95th is not None:
        told["percent_of_95th"] = floor(of_95th * FINE + 0.5) / FINE
    return told


def _pressure(
    case: Case, standard: dict[str, float], years: float | None, judged: Judgement | None
) -> dict[str, Any]:  # fmt: skip
    upper, lower = standard.get("systolic"), standard.get("diastolic")
    if upper is None and lower is None:
        return {}
    told: dict[str, Any] = {"systolic": upper, "diastolic": lower}
    if judged is not None:
        told["category"], told["severity"] = judged.note, judged.state
        told["word"], told["source"] = judged.word, judged.source
    if by := pressure.method(years, case.pregnant):
        told["method"] = by
    if years is not None and years < 18 and not case.pregnant:
        place = pressure.place(upper, lower, years, case.sex, standard.get("height"))
        if place:
            told["percentiles"] = place
    return told
