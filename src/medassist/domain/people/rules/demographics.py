"""Demographics as FHIR elements: made from plain answers, changed, checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from medassist.codecs import fhir
from medassist.domain.people.rules import dates, names, phones, us_core

Element = dict[str, Any]


def deceased(record: Mapping[str, Any]) -> bool:
    """Whether the patient has died."""
    return bool(record.get("deceasedDateTime")) or record.get("deceasedBoolean") is True


def faults(record: Mapping[str, Any]) -> dict[str, list[str]]:
    """What in a patient's elements cannot be so, by field."""
    found: dict[str, list[str]] = {}
    for field in ("name", "telecom", "address", "contact", "communication", "extension"):
        several = record.get(field)
        if several is not None and (not isinstance(several, list) or any(not isinstance(e, dict) for e in several)):
            found[_FIELDS[field]] = [f"{field} is a list of objects."]
    if not found and (why := names.faults(record.get("name") or [])):
        found["names"] = why
    born = record.get("birthDate")
    if born is not None and (why := dates.fhir_faults(born) if isinstance(born, str) else ["A date is a text."]):
        found["birth_date"] = why
    gender = record.get("gender")
    if gender is not None and (not isinstance(gender, str) or gender not in us_core.answers("gender")["codes"]):
        found["gender"] = [f"“{str(gender)[:40]}” is none of female, male, other, unknown."]
    return found


_FIELDS = {"name": "names", "telecom": "telecoms", "address": "addresses", "contact": "contacts",
           "communication": "languages", "extension": "extensions"}  # fmt: skip


def phone_digits(record: Mapping[str, Any]) -> list[str]:
    """The digits of every phone number of the patient."""
    found = []
    for one in record.get("telecom") or []:
        if one.get("system") in {"phone", "sms", "fax", None} and isinstance(one.get("value"), str):
            found.append(phones.digits(one["value"][:60]))
    return [number for number in dict.fromkeys(found) if len(number) >= 4]


def record_of(told: Mapping[str, Any]) -> Element:
    """The FHIR elements that plain answers make; what is None was not said and is not in the result."""
    made: Element = {}
    for answer, element in _PLAIN.items():
        if (value := told.get(answer)) is not None:
            made[element] = value
    if (died := told.get("deceased")) is not None:
        made["deceasedDateTime" if isinstance(died, str) else "deceasedBoolean"] = died
    if (birth := told.get("multiple_birth")) is not None:
        made["multipleBirthBoolean" if isinstance(birth, bool) else "multipleBirthInteger"] = birth
    if (status := told.get("marital_status")) is not None:
        made["maritalStatus"] = (
            {"coding": [us_core.coding("marital_status", status)]} if isinstance(status, str) else status
        )
    if (tags := told.get("languages")) is not None:
        made["communication"] = [_spoken(tag, at == 0) for at, tag in enumerate(tags)]
    return made


_PLAIN = {
    "active": "active", "names": "name", "birth_date": "birthDate", "gender": "gender", "telecoms": "telecom",
    "addresses": "address", "contacts": "contact", "communication": "communication", "extensions": "extension",
}  # fmt: skip


def _spoken(tag: str, preferred: bool) -> Element:
    known = {"system": us_core.answers("language")["system"], "code": tag}
    if (name := us_core.language_name(tag)) != tag:
        known["display"] = name
    return {"language": {"coding": [known], "text": name}, **({"preferred": True} if preferred else {})}


def emptied(record: Element) -> Element:
    """The record without elements that hold nothing; FHIR knows no empty ones."""
    return {name: value for name, value in record.items() if value not in ("", [], {}, None)}


def texts_faults(record: Any) -> list[str]:
    """Whether some text in here, however deep, holds a sign that no database keeps (NUL, half a surrogate pair)."""
    try:
        plain = fhir.dumps(record)
    except UnicodeEncodeError:
        return ["A text holds half of a character (a lone surrogate), which cannot be kept."]
    nul = b"\\u0000" in plain and _holds_nul(record)
    return ["A text holds a NUL character, which cannot be kept."] if nul else []


def _holds_nul(told: Any) -> bool:
    if isinstance(told, str):
        return "\x00" in told
    inner = [*told, *told.values()] if isinstance(told, dict) else told if isinstance(told, list) else []
    return any(_holds_nul(one) for one in inner)


def moment_faults(text: str) -> list[str]:
    """What is wrong with a FHIR dateTime."""
    day, _, rest = text.partition("T")
    if why := dates.fhir_faults(day):
        return why
    return (
        [] if not rest or _CLOCK.fullmatch(rest) else [f"“{text[:40]}” is no moment of the form 2026-11-23T10:42:00Z."]
    )


_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d|:60)?(\.\d+)?(Z|[+-](0\d|1[0-4]):[0-5]\d)?")


def changed(record: Mapping[str, Any], told: Mapping[str, Any], other: Mapping[str, Any] | None = None) -> Element:
    """A record after a change: what was said takes the place of what stood there, all else stays."""
    made = {**record, **(other or {}), **record_of(told)}
    if (died := told.get("deceased")) is not None:
        made.pop("deceasedBoolean" if isinstance(died, str) else "deceasedDateTime", None)
    if (birth := told.get("multiple_birth")) is not None:
        made.pop("multipleBirthInteger" if isinstance(birth, bool) else "multipleBirthBoolean", None)
    made = us_core.with_extensions(made, us_core.told_extensions(told))
    if (preferred := told.get("preferred")) is not None:
        made["name"] = _with_preferred(made.get("name") or [], preferred)
    return emptied(made)


def _with_preferred(given: list[Element], preferred: str) -> list[Element]:
    main = names.usual(given)
    kept = [one for one in given if one is main or one.get("use") not in ("usual", "nickname")]
    return [*kept, {"use": "usual", "given": [preferred]}] if preferred else kept


def preferred(record: Mapping[str, Any]) -> str:
    """The name by which the patient wants to be called, where it is another than the given one."""
    told = record.get("name") or []
    main = names.usual(told)
    for use in ("usual", "nickname"):
        for one in told:
            if one is not main and one.get("use") == use and (said := names.given_of(one) or names.full(one)):
                return said if said != names.given_of(main) else ""
    return ""


FRAME = frozenset({"resourceType", "id", "identifier"})
_NAMESPACE = UUID("018f3c1e-7a52-7c7e-9d0b-5a7c5a7d1e01")
"""Under it an identity that is no UUID becomes one, the same each time."""


def identity(resource: Mapping[str, Any]) -> UUID:
    """The house's key for a Patient resource: its id where that is a UUID, else one made of it."""
    told = str(resource.get("id") or "")
    try:
        return UUID(told)
    except ValueError:
        return uuid5(_NAMESPACE, f"Patient/{told}")


def elements(resource: Mapping[str, Any]) -> Element:
    """What of a Patient resource is kept as demographics: all but its frame and the numbers, which are rows."""
    made = {name: value for name, value in resource.items() if name not in FRAME}
    if isinstance(meta := made.get("meta"), dict):
        # the server writes these three anew for each version
        made["meta"] = {k: v for k, v in meta.items() if k not in ("versionId", "lastUpdated", "source")}
    return emptied(made)
