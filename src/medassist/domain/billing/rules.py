"""What can be true of coverage: FHIR elements made from plain answers, and read back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

Element = dict[str, Any]
RELATIONSHIPS = {
    "self": "Self", "spouse": "Spouse", "child": "Child", "parent": "Parent", "common": "Common law spouse",
    "other": "Other", "injured": "Injured party",
}  # fmt: skip
RELATIONSHIP_SYSTEM = "http://terminology.hl7.org/CodeSystem/subscriber-relationship"
CLASS_SYSTEM = "http://terminology.hl7.org/CodeSystem/coverage-class"
IN_FORCE = {"active", ""}
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


def date_faults(text: str) -> list[str]:
    """What is wrong with a date, as far as it is known."""
    if not text:
        return []
    if not _DATE.fullmatch(text):
        return [f"“{text[:20]}” is no date of the form 2026-01-31."]
    try:
        date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return [f"There is no day {text}."]
    return []


def words(value: Any) -> str:
    """A text on one line."""
    return " ".join(str(value or "").split())


def said(concept: Any) -> str:
    """A CodeableConcept in words."""
    if not isinstance(concept, dict):
        return ""
    first = next((c for c in concept.get("coding") or [] if isinstance(c, dict)), {})
    return words(concept.get("text") or first.get("display") or first.get("code"))


def class_of(record: Mapping[str, Any], kind: str) -> Element:
    """The plan's group, plan … of a Coverage (Coverage.class)."""
    for one in record.get("class") or []:
        if any(c.get("code") == kind for c in (one.get("type") or {}).get("coding") or []):
            return one
    return {}


def payer(record: Mapping[str, Any]) -> str:
    """Who pays, in words."""
    first = next((p for p in record.get("payor") or [] if isinstance(p, dict)), {})
    return words(first.get("display") or _contained(record, first) or first.get("reference"))


def _contained(record: Mapping[str, Any], reference: Mapping[str, Any]) -> str:
    wanted = str(reference.get("reference") or "").removeprefix("#")
    return next((words(o.get("name")) for o in record.get("contained") or [] if o.get("id") == wanted), "")


def member_id(record: Mapping[str, Any]) -> str:
    """The member's number on the card."""
    numbers = [i for i in record.get("identifier") or [] if isinstance(i, dict)]
    typed = [i for i in numbers if any(c.get("code") == "MB" for c in (i.get("type") or {}).get("coding") or [])]
    return words(next((i.get("value") for i in [*typed, *numbers] if i.get("value")), record.get("subscriberId")))


def relationship(record: Mapping[str, Any]) -> str:
    """How the patient stands to the subscriber, by code."""
    codings = (record.get("relationship") or {}).get("coding") or []
    return next((str(c.get("code")) for c in codings if c.get("code")), "")


def coverage(told: Mapping[str, Any]) -> Element:
    """The elements of a Coverage."""
    made: Element = {
        "status": "active",
        "beneficiary": {"reference": f"Patient/{told['patient']}"},
        "payor": [{"display": told["payer"]}],
        "order": told["rank"],
    }
    if told.get("member_id"):
        made["subscriberId"] = told["member_id"]
        type_ = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MB"}]}
        made["identifier"] = [{"type": type_, "value": told["member_id"]}]
    if relation := told.get("relationship"):
        coding = {"system": RELATIONSHIP_SYSTEM, "code": relation, "display": RELATIONSHIPS[relation]}
        made["relationship"] = {"coding": [coding]}
    if told.get("subscriber"):
        made["subscriber"] = {"display": told["subscriber"]}
    classes = [_class(kind, told[kind]) for kind in ("group", "plan") if told.get(kind)]
    if classes:
        made["class"] = classes
    period = {end: told[name] for end, name in (("start", "begins_on"), ("end", "ends_on")) if told.get(name)}
    if period:
        made["period"] = period
    return made


def _class(kind: str, value: str) -> Element:
    return {"type": {"coding": [{"system": CLASS_SYSTEM, "code": kind}]}, "value": value}
