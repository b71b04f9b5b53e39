"""The judgement beside a value, from cited sources only; none for an age that the source does not speak of."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from medassist.codecs import units
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


def _source(key: str) -> dict[str, str]:
    return data("judgements")["sources"][key]


def _dec(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def judge(
    name: str, value: Decimal, unit: str, years: float | None, *, oxygen: bool = False, pregnant: bool = False
) -> Judgement | None:
    """The judgement of one value; None where no source speaks of this sign at this age."""
    rule = _rule(name, years)
    if rule is None or pregnant and rule["source"] in ("news2", "cdc-bmi"):
        return None
    try:
        standard = in_standard(name, value, unit)
    except units.UnitError:
        return None
    figure = standard.quantize(Decimal(1).scaleb(-rule["places"]), rounding=ROUND_HALF_UP)
    band = next(b for b in rule["bands"] if "to" not in b or _below(figure, _dec(b["to"]), rule.get("below", False)))
    if oxygen and name == "oxygen_saturation" and band["state"] == "good":
        return None
    source = rule.get("severe_source", rule["source"]) if band["state"] == "act" else rule["source"]
    return Judgement(band["state"], band["word"], "", band["code"], _source(source))


def _below(figure: Decimal, limit: Decimal, strictly: bool) -> bool:
    return figure < limit if strictly else figure <= limit


def _rule(name: str, years: float | None) -> dict[str, Any] | None:
    if years is None:
        return None
    rules = data("judgements")["bands"].get(name, ())
    return next((r for r in rules if r["from_years"] <= years < r.get("to_years", 999)), None)


def judge_pressure(systolic: Decimal | None, diastolic: Decimal | None, years: float | None) -> Judgement | None:
    """The judgement of a blood pressure in mmHg, by the worse of its two numbers; a pair needs both to be in range."""
    rule = data("judgements")["pressure"]
    if years is None or years < rule["from_years"] or systolic is None and diastolic is None:
        return None
    band = next(b for b in rule["bands"] if _in_band(b, systolic, diastolic))
    if band["state"] == "good" and (systolic is None or diastolic is None):
        return None
    source = rule["low_source"] if band.get("low") else rule["source"]
    return Judgement(band["state"], band["word"], band["category"], band["code"], _source(source))


def _in_band(band: dict[str, Any], systolic: Decimal | None, diastolic: Decimal | None) -> bool:
    tests = [
        (part, edge)
        for part in ("systolic", "diastolic")
        for edge in ("over", "from", "below")
        if f"{part}_{edge}" in band
    ]
    if not tests:
        return True
    given = {"systolic": systolic, "diastolic": diastolic}
    return any(_edge(given[part], edge, _dec(band[f"{part}_{edge}"])) for part, edge in tests)


def _edge(value: Decimal | None, edge: str, limit: Decimal) -> bool:
    if value is None:
        return False
    return value > limit if edge == "over" else value < limit if edge == "below" else value >= limit


def repeat_pressure(systolic: Decimal | None, diastolic: Decimal | None, years: float | None) -> bool:
    """Whether the office measures this pressure again; after how long says the protocol."""
    rule = data("judgements")["pressure"]
    return years is not None and years >= rule["from_years"] and _in_band(rule["repeat"], systolic, diastolic)


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
    found = _rule(name, years)
    if found is None:
        return None
    at = next(n for n, band in enumerate(found["bands"]) if band["state"] == "good")
    return (_dec(found["bands"][at - 1]["to"]), _dec(found["bands"][at]["to"])) if at else None


def _usual_pressure(years: float | None) -> tuple[Decimal, Decimal] | None:
    rule = data("judgements")["pressure"]
    if years is None or years < rule["from_years"]:
        return None
    low = next(_dec(b["systolic_below"]) for b in rule["bands"] if "systolic_below" in b)
    high = min(_dec(b["systolic_from"]) for b in rule["bands"] if "systolic_from" in b)
    return low, high
