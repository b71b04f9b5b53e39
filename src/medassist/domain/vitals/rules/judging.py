"""The judgement beside a value, from cited sources only; none for an age that the source does not speak of."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from medassist.codecs import units
from medassist.domain.vitals.rules.bands import Bands, bands
from medassist.domain.vitals.rules.data import data
from medassist.domain.vitals.rules.signs import in_standard

INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
_DISPLAY = {"HH": "Critical high", "H": "High", "N": "Normal", "L": "Low", "LL": "Critical low"}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What stands beside a value: state (good, info, watch, act), its word, more of it, HL7's code, the source."""

    state: str
    word: str
    note: str
    code: str
    source: dict[str, str]

    def as_dict(self) -> dict[str, Any]:
        """Plain data for pages and other programs."""
        return {"state": self.state, "word": self.word, "note": self.note, "code": self.code, "source": self.source}


class Rule(NamedTuple):
    """One table of judgements and the ages it speaks of."""

    start: float
    end: float
    bands: Bands
    usual: tuple[float, float] | None


def source(key: str) -> dict[str, str]:
    """A source of judgements by its key."""
    found: dict[str, str] = data("judgements")["sources"][key]
    return found


def judge(
    name: str, value: Decimal, unit: str, years: float | None, *, oxygen: bool = False, pregnant: bool = False
) -> Judgement | None:
    """The judgement of one value; None where no source speaks of this sign at this age."""
    try:
        return judged(name, float(in_standard(name, value, unit)), years, oxygen=oxygen, pregnant=pregnant)
    except units.UnitError:
        return None


def judged(
    name: str, value: float, years: float | None, *, oxygen: bool = False, pregnant: bool = False
) -> Judgement | None:
    """As `judge`, of a value in the unit of comparison."""
    table = rule(name, years, pregnant)
    if table is None:
        return None
    found: Judgement = table.bands.at(value)
    # enough oxygen in the blood says little while oxygen is given
    return None if oxygen and name == "oxygen_saturation" and found.state == "good" else found


def rule(name: str, years: float | None, pregnant: bool = False) -> Rule | None:
    """The table of a sign at an age; None where no source speaks of it."""
    starts, rules = _rules(pregnant).get(name, ((), ()))
    if years is None or not starts:
        return None
    at = bisect_right(starts, years) - 1
    return rules[at] if at >= 0 and years < rules[at].end else None


@cache
def _rules(pregnant: bool) -> dict[str, tuple[tuple[float, ...], tuple[Rule, ...]]]:
    """All tables by sign, in the order of their ages."""
    told = data("judgements")
    rows = told["pregnancy"] if pregnant else {**told["bands"], **_children(told["bands"])}
    found = {name: sorted((_compiled(row) for row in tables), key=lambda one: one.start)
             for name, tables in rows.items()}  # fmt: skip
    return {name: (tuple(one.start for one in rules), tuple(rules)) for name, rules in found.items()}


def _compiled(row: dict[str, Any]) -> Rule:
    def said(band: dict[str, Any]) -> Judgement:
        severe = row.get("severe_source", row["source"]) if band["state"] == "act" else row["source"]
        source = data("judgements")["sources"][band.get("source", severe)]
        return Judgement(band["state"], band["word"], band.get("note", ""), band["code"], source)

    made = bands(row["bands"], said, row["places"], row.get("below", False))
    return Rule(float(row["from_years"]), float(row.get("to_years", 999)), made, _good(row["bands"]))


def _good(rows: list[dict[str, Any]]) -> tuple[float, float] | None:
    at = next(n for n, band in enumerate(rows) if band["state"] == "good")
    return (float(rows[at - 1]["to"]), float(rows[at]["to"])) if at and "to" in rows[at] else None


def _children(adults: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Pulse and breathing of children by the points that the early warning score gives, before the adults' tables."""
    table = data("pews")
    return {name: [*_by_points(table["parts"][name], table["judged"]), *adults[name]]
            for name in ("pulse", "respirations")}  # fmt: skip


def _by_points(part: dict[str, Any], words: dict[str, Any]) -> Iterable[dict[str, Any]]:
    for age in part["ages"]:
        calm = next(n for n, band in enumerate(age["bands"]) if band["points"] == 0)
        rows = []
        for n, band in enumerate(age["bands"]):
            state, word, code = words[str(band["points"])]
            word = word.format("low" if n < calm else "high")
            rows.append({**band, "state": state, "word": word[0].upper() + word[1:],
                         "code": code.format("L" if n < calm else "H"), "note": "for this age"})  # fmt: skip
        yield {**age, "places": part["places"], "source": "pews", "bands": rows}


def interpretation(judgement: Judgement | None) -> list[dict[str, Any]] | None:
    """FHIR's interpretation of a judgement."""
    if judgement is None:
        return None
    coding = {"system": INTERPRETATION, "code": judgement.code, "display": _DISPLAY[judgement.code]}
    return [{"coding": [coding], "text": judgement.word}]


def usual(name: str, years: float | None) -> tuple[Decimal, Decimal] | None:
    """The range that is called in range at this age, in the unit of comparison; None where no source gives one."""
    if name == "systolic":
        return _usual_pressure(years)
    found = rule(name, years)
    if found is None or found.usual is None:
        return None
    low, high = found.usual
    return Decimal(str(low)), Decimal(str(high))


def _usual_pressure(years: float | None) -> tuple[Decimal, Decimal] | None:
    told = data("judgements")["pressure"]
    if years is None or years < told["from_years"]:
        return None
    low = next(Decimal(str(b["systolic_below"])) for b in told["bands"] if "systolic_below" in b)
    return low, min(Decimal(str(b["systolic_from"])) for b in told["bands"] if "systolic_from" in b)
