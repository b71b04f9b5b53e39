"""Demographics as FHIR elements (US Core): made from plain answers, read back as plain answers, checked."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any
from uuid import UUID, uuid5

from medassist.codecs import fhir
from medassist.domain.people.rules import dates, names, phones
from medassist.domain.people.rules.names import DATA

US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"
BASE = "http://hl7.org/fhir/StructureDefinition/"
RACE, ETHNICITY = US_CORE + "us-core-race", US_CORE + "us-core-ethnicity"
BIRTH_SEX = US_CORE + "us-core-birthsex"
INTERPRETER = US_CORE + "us-core-interpreter-needed"
INTERPRETER_REQUIRED = BASE + "patient-interpreterRequired"
GENDER_IDENTITY, PRONOUNS = BASE + "individual-genderIdentity", BASE + "individual-pronouns"
OLD_GENDER_IDENTITY = US_CORE + "us-core-genderIdentity"
NOT_TOLD = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"

Element = dict[str, Any]


@cache
def answers(of: str) -> dict[str, Any]:
    """The answers that one question of the demographics has, with their source ("race", "pronouns", …)."""
    return json.loads((DATA / "demographics.json").read_text("utf-8"))[of]


@cache
def _detailed(of: str) -> dict[str, list[str]]:
    return json.loads((DATA / "race_ethnicity.json").read_text("utf-8"))[of]


def coding(of: str, code: str) -> Element:
    """A coding of one of our lists, with its system and display."""
    known = answers(of)
    if code in known["codes"]:
        system = known.get("systems", {}).get(code, known.get("system"))
        return {"system": system, "code": code, "display": known["codes"][code]}
    return {"system": NOT_TOLD, "code": code, "display": answers("not_told")["codes"][code]}


def _valued(url: str, kind: str, value: Any) -> Element:
    return {"url": url, f"value{kind}": value}


def categories(url: str, codes: Iterable[str]) -> Element:
    """The US Core extension of race or ethnicity: categories, detailed codes with their category, and the text."""
    of = "race" if url == RACE else "ethnicity"
    chosen = list(dict.fromkeys(codes))
    detailed = {code: _detailed(of)[code] for code in chosen if code in _detailed(of)}
    omb = [code for code in chosen if code not in detailed]
    omb += [parent for _, parent in detailed.values() if parent not in omb]
    system = answers(of)["system"]
    parts = [_valued("ombCategory", "Coding", coding(of, code)) for code in omb]
    parts += [
        _valued("detailed", "Coding", {"system": system, "code": code, "display": detailed[code][0]})
        for code in detailed
    ]
    said = [part["valueCoding"]["display"] for part in parts if part["url"] == "detailed" or not detailed]
    return {"url": url, "extension": [*parts, _valued("text", "String", ", ".join(said))]}


def known_codes(of: str, codes: Collection[str]) -> list[str]:
    """What is wrong with codes of race or ethnicity."""
    if not codes:
        return []
    known = answers(of)["codes"].keys() | _detailed(of).keys() | answers("not_told")["codes"].keys()
    return [f"“{code[:40]}” is no code of {of}." for code in codes if code not in known]


def extension(record: Mapping[str, Any], *urls: str) -> Element | None:
    """The first extension of one of these kinds."""
    for url in urls:
        for one in record.get("extension") or []:
            if isinstance(one, dict) and one.get("url") == url:
                return one
    return None


def value(one: Element | None) -> Any:
    """The value of a simple extension, whatever its type."""
    return next((v for k, v in (one or {}).items() if k.startswith("value")), None)


def _inner(one: Element | None, url: str) -> Any:
    return next((value(e) for e in (one or {}).get("extension") or [] if e.get("url") == url), None)


def _code(concept: Any) -> Element:
    """The first coding of a CodeableConcept, or the Coding itself."""
    if isinstance(concept, dict) and "coding" in concept:
        return next((c for c in concept["coding"] or [] if isinstance(c, dict)), {})
    return concept if isinstance(concept, dict) else {}


def concept_text(concept: Mapping[str, Any]) -> str:
    """A CodeableConcept in words."""
    first = next((c for c in concept.get("coding") or [] if isinstance(c, dict)), {})
    return names.shown(str(concept.get("text") or first.get("display") or first.get("code") or ""))


def chosen(record: Mapping[str, Any], url: str) -> list[Element]:
    """The codings of race or ethnicity: categories, then detailed ones."""
    parts = (extension(record, url) or {}).get("extension") or []
    found = [e.get("valueCoding") for kind in ("ombCategory", "detailed") for e in parts if e.get("url") == kind]
    return [one for one in found if isinstance(one, dict)]


def birth_sex(record: Mapping[str, Any]) -> str:
    """The sex recorded at birth, as US Core's code; "" when not told."""
    found = value(extension(record, BIRTH_SEX))
    return found if isinstance(found, str) else ""


def pronouns(record: Mapping[str, Any]) -> str:
    """The pronouns as they are said: she/her."""
    one = extension(record, PRONOUNS)
    concept = _inner(one, "value") or value(one) or {}
    first = _code(concept)
    short = answers("pronouns")["short"].get(first.get("code"), "")
    return short or names.shown(str((isinstance(concept, dict) and concept.get("text")) or first.get("display") or ""))


def gender_identity(record: Mapping[str, Any]) -> str:
    """The gender identity in words."""
    one = extension(record, GENDER_IDENTITY, OLD_GENDER_IDENTITY)
    concept = _inner(one, "value") or value(one) or {}
    first = _code(concept)
    return names.shown(str((isinstance(concept, dict) and concept.get("text")) or first.get("display") or ""))


def interpreter(record: Mapping[str, Any]) -> bool | None:
    """Whether an interpreter is needed; None when not told."""
    needed = value(extension(record, INTERPRETER))
    if isinstance(needed, dict):
        return {"373066001": True, "373067005": False}.get(_code(needed).get("code", ""))
    required = value(extension(record, INTERPRETER_REQUIRED))
    return required if isinstance(required, bool) else None


def language(record: Mapping[str, Any]) -> str:
    """The tag of the language that is preferred, else of the first."""
    spoken = [c for c in record.get("communication") or [] if isinstance(c, dict)]
    spoken.sort(key=lambda c: c.get("preferred") is not True)
    for one in spoken:
        if code := _code(one.get("language")).get("code"):
            return str(code)[:35]
    return ""


def language_name(tag: str) -> str:
    """The name of a language in English, or its tag."""
    return answers("language")["codes"].get(tag.split("-")[0], tag)


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
    if gender is not None and (not isinstance(gender, str) or gender not in answers("gender")["codes"]):
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
        made["maritalStatus"] = {"coding": [coding("marital_status", status)]} if isinstance(status, str) else status
    if (tags := told.get("languages")) is not None:
        made["communication"] = [_spoken(tag, at == 0) for at, tag in enumerate(tags)]
    return made


_PLAIN = {
    "active": "active", "names": "name", "birth_date": "birthDate", "gender": "gender", "telecoms": "telecom",
    "addresses": "address", "contacts": "contact", "communication": "communication", "extensions": "extension",
}  # fmt: skip


def _spoken(tag: str, preferred: bool) -> Element:
    known = {"system": answers("language")["system"], "code": tag}
    if (name := language_name(tag)) != tag:
        known["display"] = name
    return {"language": {"coding": [known], "text": name}, **({"preferred": True} if preferred else {})}


def told_extensions(told: Mapping[str, Any]) -> dict[str, Element | None]:
    """The extensions that plain answers make, by url; None where the answer was emptied."""
    made: dict[str, Element | None] = {}
    for answer, url in (("race", RACE), ("ethnicity", ETHNICITY)):
        if (codes := told.get(answer)) is not None:
            made[url] = categories(url, codes) if codes else None
    if (sex := told.get("birth_sex")) is not None:
        made[BIRTH_SEX] = _valued(BIRTH_SEX, "Code", sex) if sex else None
    if (needed := told.get("interpreter")) is not None:
        code = coding("interpreter", "373066001" if needed else "373067005")
        made[INTERPRETER] = _valued(INTERPRETER, "Coding", code)
    for answer, url in (("gender_identity", GENDER_IDENTITY), ("pronouns", PRONOUNS)):
        if (said := told.get(answer)) is not None:
            inner = _valued("value", "CodeableConcept", _concept(answer, said))
            made[url] = {"url": url, "extension": [inner]} if said else None
    return made


def _concept(of: str, said: str) -> Element:
    """A code of our list as a concept; other words as text."""
    known = answers(of)["codes"]
    by_word = {text.casefold(): code for code, text in [*known.items(), *answers(of).get("short", {}).items()]}
    code = said if said in known else by_word.get(said.casefold(), "")
    return {"coding": [coding(of, code)]} if code else {"text": said}


def with_extensions(record: Element, told: Mapping[str, Element | None]) -> Element:
    """The record with some extensions made new, in the place where they stood; None takes one away."""
    if not told:
        return record
    kept = [told.get(one.get("url"), one) for one in record.get("extension") or []]
    there = {one.get("url") for one in record.get("extension") or []}
    kept += [one for url, one in told.items() if url not in there]
    return {**record, "extension": [one for one in kept if one is not None]}


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
    made = with_extensions(made, told_extensions(told))
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
