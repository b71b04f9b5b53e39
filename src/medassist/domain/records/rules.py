"""What can be true of the lists: FHIR elements made from plain answers, and read back; which entries count now."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

Element = dict[str, Any]
DATA = Path(__file__).parent / "data"
TERMS = "http://terminology.hl7.org/CodeSystem/"
ACTIVE = {
    "AllergyIntolerance": {"active", ""},
    "Condition": {"active", "recurrence", "relapse", ""},
    "MedicationStatement": {"active", "intended", "on-hold", "unknown", ""},
    "MedicationRequest": {"active", "on-hold", "draft", "unknown", ""},
}
WRONG = {"refuted", "entered-in-error"}


@cache
def fact(name: str) -> Element:
    """A statement that has a code of its own ("no-known-allergy"), with its source."""
    return json.loads((DATA / "facts.json").read_text("utf-8"))["facts"][name]


def counts(kind: str, status: str, verification: str) -> bool:
    """Whether an entry is part of the list as it stands now."""
    return status in ACTIVE[kind] and verification not in WRONG


def coding_of(concept: Any) -> Element:
    """The first coding of a CodeableConcept."""
    codings = concept.get("coding") if isinstance(concept, dict) else None
    return next((c for c in codings or [] if isinstance(c, dict)), {})


_AGES = {"a": "y", "mo": "mo", "wk": "wk", "d": "d"}


def said(concept: Any) -> str:
    """A CodeableConcept in words."""
    if not isinstance(concept, dict):
        return ""
    first = coding_of(concept)
    return plain(concept.get("text") or first.get("display") or first.get("code") or "")


def plain(text: object) -> str:
    """A text on one line, without signs that are no letters."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in str(text)).split())


def code_of(concept: Any) -> str:
    """The code of a CodeableConcept, or the code itself."""
    return concept if isinstance(concept, str) else str(coding_of(concept).get("code") or "")


def moment(record: Mapping[str, Any], name: str) -> str:
    """A choice of onset[x], abatement[x] as text: a date, an age, a period, words."""
    for key, value in record.items():
        if not key.startswith(name) or not key[len(name) :][:1].isupper():
            continue
        if isinstance(value, str):
            return plain(value)
        if "start" in value or "end" in value:
            return " to ".join(filter(None, (value.get("start"), value.get("end"))))
        if "value" in value:
            unit = str(value.get("code") or value.get("unit") or "")
            return f"at {_figure(value['value'])} {_AGES.get(unit, value.get('unit') or unit)}".strip()
        if "low" in value or "high" in value:
            ends = [str((value.get(end) or {}).get("value", "")) for end in ("low", "high")]
            return " to ".join(filter(None, ends))
    return ""


def since(text: str) -> str:
    """A beginning as it is read: May 22, 2015; May 2015; 2015; other words as they were told."""
    match = _DAY.match(text)
    if not match:
        return text
    year, month, day = match.groups()
    if not month or not 1 <= int(month) <= 12:
        return year
    name = _MONTHS[int(month) - 1]
    return f"{name} {int(day)}, {year}" if day else f"{name} {year}"


_DAY = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?=$|T)")
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def notes(record: Mapping[str, Any]) -> str:
    """All notes as one text."""
    told = record.get("note") or []
    return "\n".join(str(n["text"]) for n in told if isinstance(n, dict) and n.get("text"))


def reactions(record: Mapping[str, Any]) -> str:
    """The manifestations of all reactions in words, with the worst severity that was told."""
    told = [r for r in record.get("reaction") or [] if isinstance(r, dict)]
    shown = [said(m) for r in told for m in r.get("manifestation") or []]
    severity = next((s for s in ("severe", "moderate", "mild") if s in {r.get("severity") for r in told}), "")
    return ", ".join(filter(None, [*dict.fromkeys(shown), severity]))


def dosage(record: Mapping[str, Any]) -> str:
    """How a medication is taken, in words where words were told, else made of the numbers."""
    told = record.get("dosageInstruction") or record.get("dosage") or []
    return "; ".join(filter(None, (_one_dosage(d) for d in told if isinstance(d, dict))))


def _one_dosage(told: Mapping[str, Any]) -> str:
    if text := told.get("text") or told.get("patientInstruction"):
        return plain(text)
    parts = []
    for dose in (told.get("doseAndRate") or [])[:1]:
        quantity = dose.get("doseQuantity") or {}
        if quantity.get("value") is not None:
            parts.append(f"{_figure(quantity['value'])} {quantity.get('unit') or quantity.get('code') or ''}".strip())
    repeat = (told.get("timing") or {}).get("repeat") or {}
    if repeat.get("frequency") and repeat.get("period") and repeat.get("periodUnit"):
        times = f"{repeat['frequency']} times" if repeat["frequency"] != 1 else "once"
        period = _figure(repeat["period"])
        unit = _UNITS.get(repeat["periodUnit"], repeat["periodUnit"])
        parts.append(f"{times} a {unit}" if period == "1" else f"{times} in {period} {unit}s")
    if told.get("asNeededBoolean") is True:
        parts.append("as needed")
    return " ".join(parts)


_UNITS = {"s": "second", "min": "minute", "h": "hour", "d": "day", "wk": "week", "mo": "month", "a": "year"}


def _figure(value: object) -> str:
    text = str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def medicine(record: Mapping[str, Any]) -> tuple[Element, str]:
    """The coding and the name of the medication, whether it is told as a concept, contained, or referred to."""
    if concept := record.get("medicationCodeableConcept"):
        return coding_of(concept), said(concept)
    reference = record.get("medicationReference") or {}
    wanted = str(reference.get("reference") or "").removeprefix("#")
    for one in record.get("contained") or []:
        if isinstance(one, dict) and one.get("id") == wanted:
            return coding_of(one.get("code")), said(one.get("code"))
    return {}, plain(reference.get("display") or reference.get("reference") or "")


def concept(told: Mapping[str, Any]) -> Element:
    """A CodeableConcept of the answers system, code, display."""
    made: Element = {"text": told["display"]}
    if told.get("code"):
        made["coding"] = [
            {
                k: v
                for k, v in (("system", told.get("system")), ("code", told["code"]), ("display", told["display"]))
                if v
            }
        ]
    return made


def status_concept(system: str, code: str) -> Element:
    """A CodeableConcept of one of FHIR's own status codes."""
    return {"coding": [{"system": TERMS + system, "code": code}]}


def told_note(text: str, at: datetime) -> list[Element]:
    """A note as FHIR Annotation."""
    return [{"text": text, "time": at.isoformat()}] if text else []


def allergy(told: Mapping[str, Any], at: datetime) -> Element:
    """The elements of an AllergyIntolerance."""
    made: Element = {
        "clinicalStatus": status_concept("allergyintolerance-clinical", "active"),
        "verificationStatus": status_concept(
            "allergyintolerance-verification", told.get("verification") or "unconfirmed"
        ),
        "code": told["concept"] if "concept" in told else concept(told),
        "patient": {"reference": f"Patient/{told['patient']}"},
        "recordedDate": at.isoformat(),
    }
    if told.get("category"):
        made["category"] = [told["category"]]
    if told.get("kind"):
        made["type"] = told["kind"]
    if told.get("criticality"):
        made["criticality"] = told["criticality"]
    if told.get("reaction"):
        made["reaction"] = [{"manifestation": [{"text": told["reaction"]}]}]
        if told.get("severity"):
            made["reaction"][0]["severity"] = told["severity"]
    return _ending(made, told, at)


def problem(told: Mapping[str, Any], at: datetime) -> Element:
    """The elements of a Condition on the problem list."""
    made: Element = {
        "clinicalStatus": status_concept("condition-clinical", "active"),
        "verificationStatus": status_concept("condition-ver-status", told.get("verification") or "unconfirmed"),
        "category": [status_concept("condition-category", "problem-list-item")],
        "code": concept(told),
        "subject": {"reference": f"Patient/{told['patient']}"},
        "recordedDate": at.isoformat(),
    }
    return _ending(made, told, at)


def medication(told: Mapping[str, Any], at: datetime) -> Element:
    """The elements of a MedicationStatement: what the patient says they take."""
    made: Element = {
        "status": "active",
        "medicationCodeableConcept": concept(told),
        "subject": {"reference": f"Patient/{told['patient']}"},
        "dateAsserted": at.isoformat(),
    }
    if told.get("dosage"):
        made["dosage"] = [{"text": told["dosage"]}]
    if told.get("onset"):
        made["effectivePeriod"] = {"start": told["onset"]}
    if told.get("note"):
        made["note"] = told_note(told["note"], at)
    return made


def _ending(made: Element, told: Mapping[str, Any], at: datetime) -> Element:
    if onset := told.get("onset"):
        made["onsetDateTime" if onset[:4].isdigit() and len(onset) in (4, 7, 10) else "onsetString"] = onset
    if told.get("note"):
        made["note"] = told_note(told["note"], at)
    return made


def onset_faults(text: str) -> list[str]:
    """A beginning is a FHIR date or words; words that look like a date of another form are asked for again."""
    if text and text[0].isdigit() and len(text) in (4, 7, 10):
        try:
            datetime.strptime(text, {4: "%Y", 7: "%Y-%m", 10: "%Y-%m-%d"}[len(text)])  # noqa: DTZ007  a day, no moment
        except ValueError:
            return [f"“{text}” is no date of the form 2024-08-12, 2024-08 or 2024."]
    return []
