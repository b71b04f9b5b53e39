"""One set of signs judged as a whole: what can't be, what is asked about, what is judged, scores and percentiles."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from math import floor
from types import MappingProxyType
from typing import Any, NamedTuple

from medassist.codecs import units
from medassist.domain.vitals.rules import checks, circulation, growth, judging, news2, pews, pressure
from medassist.domain.vitals.rules.ages import years as age
from medassist.domain.vitals.rules.bands import HALF
from medassist.domain.vitals.rules.checks import Told
from medassist.domain.vitals.rules.circulation import Stance
from medassist.domain.vitals.rules.flags import KEYS, Flag, flag, said
from medassist.domain.vitals.rules.judging import Judgement
from medassist.domain.vitals.rules.plan import UNFIT, Plans, apart, plans, sizes, stage
from medassist.domain.vitals.rules.whole import BESIDE, Entered, Known, asked

Given = tuple[Decimal | int | float, str]
"""A value as it was given, and its UCUM code."""
BMI = ("bmi", "kg/m2")
NOTHING: Mapping[str, Any] = MappingProxyType({})
ALERT = {"title": "An alert of this patient"}
FINE = 10_000  # to four decimals, four times as quick as round()
FINER = 1_000_000
_PARTS = {**{part: part for part in ("oxygen", "capillary_refill", "respiratory_effort")}, **KEYS}
"""How a part of a score is called outside."""


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
    years, days = case.years, case.age_days
    table = plans(stage(years), case.pregnant)
    flags: list[Flag] = []
    told: list[Flag] = []
    standard, odd = _standard(case, years, table, flags, told)
    if case.born is not None:
        own = sizes(case.sex, (case.on - case.born).days)
        odd += [name for name in own if name in standard and not own[name][0] <= standard[name] <= own[name][1]]
    upper, lower = standard.get("systolic"), standard.get("diastolic")
    if odd or case.last or not _fits(case, standard, upper, lower, table):
        flags += _asked(case, standard, odd, years)
    judged = pressure.judge_pressure(upper, lower, years, sex=case.sex, pregnant=case.pregnant)
    if judged is not None and judged.state != "good":
        flags.append(said("diastolic" if upper is None else "systolic", judged))
    flags += told
    _limbs(case, standard, years, flags)
    return {
        "flags": flags,
        "scores": _scores(case, standard, years, flags),
        **_growth(case, standard, years, days),
        "blood_pressure": _pressure(case, standard, years, judged),
        "values": standard,
    }


# -- can it be, and is it likely


def _standard(
    case: Case, years: float | None, table: Plans, flags: list[Flag], told: list[Flag]
) -> tuple[dict[str, float], list[str]]:
    """The values that can be, in their units of comparison, and those among them that are not plain.

    What can't be is flagged; what is judged is told.
    """
    found: dict[str, float] = {}
    odd: list[str] = []
    for name, given in case.found.items():
        value, unit = given
        factor, offset, same, low, high, starts, words = table[name, unit] or UNFIT
        figure = float(value) if same else float(value) * factor + offset
        if not low <= figure <= high:
            if wrong := _impossible(name, given, years):
                flags.append(wrong)
                continue
            odd.append(name)
        found[name] = figure if same else floor(figure * FINER + 0.5) / FINER
        if (word := words[bisect_right(starts, figure)]) is not None:
            told.append(word.copy())
    if "weight" in found and found.get("height") and "bmi" not in found:
        found["bmi"] = index = _index(found["weight"], found["height"])
        if (word := (table[BMI] or UNFIT).at(index)) is not None:
            told.append(word.copy())
    return found, odd


def _impossible(name: str, raw: Given, years: float | None) -> Flag | None:
    """Why a value can't be, with what was meant."""
    given = _exact(raw)
    why = checks.faults(name, *given)
    if not why:
        return None
    meant = checks.suggestion(name, *given, years=years)
    more = {"suggestion": {"value": float(meant.value), "unit": meant.unit}} if meant else {}
    return flag(name, "impossible", why[0], "stop", **more)


def _exact(raw: Given) -> units.Quantity:
    return units.Quantity(units.number(raw[0]), raw[1])


def _fits(
    case: Case, standard: dict[str, float], upper: float | None, lower: float | None, table: Plans
) -> bool:  # fmt: skip
    """Whether nobody would ask about values beside each other, each of them plain."""
    if upper is not None and lower is not None:
        least, most = apart()
        if not least < upper - lower < most:
            return False
    if "oxygen_flow" in standard or "bmi" in case.found:
        return False
    if "weight" in standard and "height" in standard:
        one = table[BMI] or UNFIT
        return one.low <= standard.get("bmi", 0) <= one.high
    return True


def _asked(case: Case, standard: dict[str, float], odd: list[str], years: float | None) -> list[Flag]:
    """What is asked about these values at the bedside too, and what two pressures can't be."""
    air = {"oxygen": "room-air"} if case.oxygen is False else NOTHING
    plain = standard.keys() - case.last.keys() - set(odd)
    looked_at = [name for name in case.found if name in standard and (case.last or name in BESIDE or name in odd)]
    found = [Entered(name, *_exact(case.found[name]), air) for name in looked_at]
    why = asked(found, Known(case.on, case.born, case.sex, case.last, years), plain)
    told = [flag(name, "unlikely", text, "watch") for name, every in why.items() for text in every]
    if "systolic" in standard and "diastolic" in standard:
        pair = (Decimal(repr(standard[name])) for name in ("systolic", "diastolic"))
        if wrong := checks.pair_fault(*pair):
            told.insert(0, flag("systolic", "impossible", wrong, "stop"))
    return told


def _index(weight: float, height: float) -> float:
    """The body mass index to two decimals, as `signs.bmi` gives it."""
    return floor(weight / (height / 100) ** 2 * 100 + HALF) / 100


# -- judged


def _limbs(case: Case, standard: dict[str, float], years: float | None, flags: list[Flag]) -> None:
    """What a set measured lying and standing says, and what was measured at an arm that is not to be used."""
    for name, site in case.sites.items() if case.avoid else ():
        if name in standard and (why := circulation.avoid_arm(case.avoid, site)):
            flags.append(flag(name, "arm", why, "stop", ALERT))
    if case.stances and (found := circulation.orthostatic(case.stances, years)):
        flags += [said("pulse" if one.code == "H" else "systolic", one, "orthostatic") for one in found.judgements]


# -- scores


def _scores(case: Case, standard: dict[str, float], years: float | None, flags: list[Flag]) -> dict[str, Any]:
    oxygen = _oxygen(case, standard)
    if years is not None and years < 16:
        return {} if case.pregnant else _pews(case, standard, years, oxygen, flags)
    told: dict[str, Any] = {}
    found = news2.score(standard, oxygen=oxygen, consciousness=case.consciousness, scale=case.scale, years=years,
                        pregnant=case.pregnant)  # fmt: skip
    if found is not None:
        total, parts, risk = found
        told = {"news2": total, "news2_parts": {_PARTS[name]: parts[name] for name in parts}, "news2_band": risk}
    if (years is None or years >= 18) and "pulse" in standard and standard.get("systolic"):
        told["shock_index"] = index = circulation.shock_index(standard["pulse"], standard["systolic"])
        if index and (said_of := circulation.judge_shock_index(index, years, case.pregnant)):
            text, more = f"{said_of.word}, {index}", {"interpretation": said_of.code}
            flags.append(flag("pulse", "score", text, said_of.state, said_of.source, **more))
    return told


def _pews(
    case: Case, standard: dict[str, float], years: float, oxygen: bool | None, flags: list[Flag]
) -> dict[str, Any]:  # fmt: skip
    found = pews.score(standard, years, oxygen=oxygen, refill_seconds=case.refill_seconds, effort=case.effort)
    if found is None:
        return {}
    total, parts, missing = found
    band = found.band
    if band.endswith("or more"):
        least = "at least " if missing else ""
        flags.append(flag("pulse", "score", f"Early warning score {least}{total}", "act", judging.source("pews")))
    return {"pews": total, "pews_parts": {_PARTS[name]: parts[name] for name in parts},
            "pews_missing": [_PARTS[name] for name in missing], "pews_band": band}  # fmt: skip


def _oxygen(case: Case, standard: dict[str, float]) -> bool | None:
    """Whether extra oxygen is given: as said, or by the flow or share of oxygen that was measured."""
    if case.oxygen is not None:
        return case.oxygen
    if "oxygen_flow" in standard:
        return standard["oxygen_flow"] > 0
    return standard["oxygen_concentration"] > 21 if "oxygen_concentration" in standard else None


# -- growth and pressure


def _growth(case: Case, standard: dict[str, float], years: float | None, days: float | None) -> dict[str, Any]:
    """Percentiles of children; of those born early by the corrected age, which is then told."""
    if years is None or days is None or years > 20.1:
        return {"percentiles": []}
    early = growth.corrected_days(days, case.gestation_weeks)
    placed = _percentiles(case, standard, days if early is None else early, years)
    if early is None:
        return {"percentiles": [_placed(one) for one in placed]}
    more = {"corrected_age_days": early}
    return {"percentiles": [{**_placed(one), **more} for one in placed], **more}


def _percentiles(case: Case, standard: dict[str, float], days: float, years: float) -> Iterable[growth.Placed]:
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
