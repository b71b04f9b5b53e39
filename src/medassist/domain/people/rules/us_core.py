"""US Core's further demographics: made from plain answers, read back as plain answers."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any

from medassist.domain.people.rules import names
from medassist.domain.people.rules.names import DATA

BASE = "http://hl7.org/fhir/StructureDefinition/"
BASE = "http://hl7.org/fhir/StructureDefinition/"
US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"
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
