"""The boxes of a form for a patient: filled from FHIR elements, and read back into what an action takes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from medassist.domain.people.rules import dates, demographics, names, phones, us_core

Element = dict[str, Any]
ANSWERS = ("gender", "birth_sex", "pronouns", "gender_identity", "language", "marital_status")


def filled(record: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in the boxes for these elements."""
    main = names.usual(record.get("name") or [])
    home = first(record.get("address"), lambda one: one.get("use") not in ("old", "temp"))
    contact = first(record.get("contact"), lambda one: True)
    status = ((record.get("maritalStatus") or {}).get("coding") or [{}])[0].get("code", "")
    needed = us_core.interpreter(record)
    return {
        "family": str(main.get("family") or ""),
        "given": " ".join(part for part in main.get("given") or [] if part),
        "suffix": " ".join(main.get("suffix") or []),
        "preferred": demographics.preferred(record),
        "birth_date": dates.said(str(record.get("birthDate") or "")),
        "gender": record.get("gender") or "",
        "birth_sex": us_core.birth_sex(record),
        "pronouns": us_core.pronouns(record),
        "gender_identity": us_core.gender_identity(record),
        "race": [one.get("code") for one in us_core.chosen(record, us_core.RACE)],
        "ethnicity": first_code(us_core.chosen(record, us_core.ETHNICITY)),
        "language": us_core.language(record).split("-")[0],
        "interpreter": {True: "yes", False: "no", None: ""}[needed],
        "marital_status": status,
        "phone": phones.shown(reached(record, "phone")) if reached(record, "phone") else "",
        "email": reached(record, "email"),
        "line": ", ".join(line for line in home.get("line") or [] if isinstance(line, str)),
        "city": str(home.get("city") or ""),
        "state": str(home.get("state") or ""),
        "postal_code": str(home.get("postalCode") or ""),
        "contact_name": names.full(contact.get("name") or {}),
        "contact_relationship": relation(contact),
        "contact_phone": phones.shown(reached(contact, "phone")) if reached(contact, "phone") else "",
    }


def first(several: Any, fits: Any) -> Element:
    """The first element that fits, else an empty one."""
    return next((one for one in several or [] if isinstance(one, dict) and fits(one)), {})


def first_code(codings: list[Element]) -> str:
    """The first code, "" where there is none."""
    return codings[0].get("code", "") if codings else ""


def reached(record: Mapping[str, Any], system: str) -> str:
    """The first phone or mail."""
    return str(first(record.get("telecom"), lambda one: one.get("system") == system).get("value") or "")


def relation(contact: Mapping[str, Any]) -> str:
    """The relationship of a contact by our code, else in words."""
    concept = first(contact.get("relationship"), lambda one: True)
    code = first_code(concept.get("coding") or [])
    return code if code in us_core.answers("relationship")["codes"] else us_core.concept_text(concept)


def read(boxes: Mapping[str, Any], before: Mapping[str, Any], today: date) -> tuple[Element, dict[str, list[str]]]:
    """What the boxes say, as an action takes it, and what is wrong by box. Boxes nobody touched say nothing."""
    was = filled(before)
    now = {name: boxes.get(name, was[name]) for name in was}
    moved = {name for name in was if now[name] != was[name]}
    told: Element = {}
    faults: dict[str, list[str]] = {}
    _names(told, now, moved, before)
    _born(told, faults, now, moved, today)
    for box in {"preferred", "race", *ANSWERS} & moved - {"language"}:
        told[box] = now[box]
    if "ethnicity" in moved:
        told["ethnicity"] = [now["ethnicity"]] if now["ethnicity"] else []
    if "language" in moved:
        told["languages"] = [now["language"]] if now["language"] else []
    if "interpreter" in moved and now["interpreter"]:
        told["interpreter"] = now["interpreter"] == "yes"
    _reached(told, faults, now, moved, before)
    _lives(told, now, moved, before)
    _called(told, faults, now, moved, before)
    return told, faults


def _names(told: Element, now: Element, moved: set[str], before: Mapping[str, Any]) -> None:
    """The main name anew in its place; other names stay."""
    if not moved & {"family", "given", "suffix"}:
        return
    main = names.usual(before.get("name") or [])
    made = {**main, "family": now["family"], "given": now["given"].split(), "suffix": now["suffix"].split()}
    made.setdefault("use", "official")
    made.pop("text", None)
    made = {name: part for name, part in made.items() if part}
    kept = before.get("name") or []
    told["names"] = [made if one is main else one for one in kept] if main in kept else [made, *kept]
    if not now["family"] and not now["given"]:
        told["names"] = [one for one in told["names"] if one is not made]


def _born(told: Element, faults: dict[str, list[str]], now: Element, moved: set[str], today: date) -> None:
    if "birth_date" in moved:
        read_as = dates.read(now["birth_date"], today) if now["birth_date"] else dates.Read(("",))
        told["birth_date"] = read_as.first
        if read_as.why:
            faults["birth_date"] = [read_as.why]


def _dialled(faults: dict[str, list[str]], box: str, typed: str) -> str:
    number = phones.e164(typed)
    if typed and not number:
        faults[box] = [f"“{typed[:40]}” is no phone number. Write ten digits, or + and the country's code first."]
    return number


def _reached(
    told: Element, faults: dict[str, list[str]], now: Element, moved: set[str], before: Mapping[str, Any]
) -> None:
    telecom = list(before.get("telecom") or [])
    for box, system in (("phone", "phone"), ("email", "email")):
        if box not in moved:
            continue
        value = _dialled(faults, box, now[box]) if system == "phone" else now[box]
        if system == "email" and value and ("@" not in value or " " in value):
            faults[box] = [f"“{value[:60]}” is no e-mail address."]
        telecom = _put(telecom, lambda one, s=system: one.get("system") == s, {"system": system, "value": value})
        told["telecoms"] = telecom


def _put(several: list[Element], fits: Any, made: Element) -> list[Element]:
    """The list with the first that fits made new; added where none fits, taken away where nothing is said."""
    at = next((n for n, one in enumerate(several) if fits(one)), None)
    said = any(value for name, value in made.items() if name != "system")
    if at is None:
        return [*several, made] if said else several
    return [*several[:at], *([{**several[at], **made}] if said else []), *several[at + 1 :]]


def _lives(told: Element, now: Element, moved: set[str], before: Mapping[str, Any]) -> None:
    if moved & {"line", "city", "state", "postal_code"}:
        line = [part.strip() for part in now["line"].split(",") if part.strip()]
        parts = {"line": line, "city": now["city"], "state": now["state"], "postalCode": now["postal_code"]}
        was = first(before.get("address"), lambda one: one.get("use") not in ("old", "temp"))
        made = {name: part for name, part in {"use": "home", **was, **parts}.items() if part}
        made.pop("text", None)
        several = list(before.get("address") or [])
        kept = [one for one in several if one is not was]
        told["addresses"] = [made, *kept] if any(parts.values()) else kept


def _called(
    told: Element, faults: dict[str, list[str]], now: Element, moved: set[str], before: Mapping[str, Any]
) -> None:
    """The first contact anew; others stay."""
    if not moved & {"contact_name", "contact_relationship", "contact_phone"}:
        return
    number = _dialled(faults, "contact_phone", now["contact_phone"])
    several = list(before.get("contact") or [])
    made: Element = dict(several[0]) if several else {}
    if now["contact_name"] != names.full(made.get("name") or {}):
        made["name"] = {"text": now["contact_name"]}
    if "contact_relationship" in moved:
        code = now["contact_relationship"]
        known = code in us_core.answers("relationship")["codes"]
        made["relationship"] = [{"coding": [us_core.coding("relationship", code)]} if known else {"text": code}]
    if "contact_phone" in moved:
        made["telecom"] = [{"system": "phone", "value": number}] if number else []
    made = {name: part for name, part in made.items() if part and part != [{"text": ""}]}
    told["contacts"] = [made, *several[1:]] if now["contact_name"] or number else several[1:]
