"""A FHIR Observation read as readings: which sign, which value, how measured. Plain dicts in, plain values out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from medassist.codecs import fhir, units
from medassist.domain.vitals.rules.data import data
from medassist.domain.vitals.rules.signs import PANELS, SIGNS, Sign, by_code, in_standard

LOINC, SNOMED, UCUM = "http://loinc.org", "http://snomed.info/sct", "http://unitsofmeasure.org"
POSITION = "http://hl7.org/fhir/StructureDefinition/observation-bodyPosition"
WRONG = {"entered-in-error", "cancelled"}
EARLY = {"preliminary", "registered"}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_PANEL_CODES = {code for one in PANELS.values() if "code" in one for code in (one["code"], *one.get("also", ()))}


@dataclass(frozen=True, slots=True)
class Read:
    """One reading in an Observation."""

    sign: str
    value: Decimal | None
    unit: str
    on: date | None = None
    body_site: str = ""
    method: str = ""
    position: str = ""
    qualifiers: dict[str, Any] = field(default_factory=dict)

    @property
    def standard(self) -> Decimal | None:
        """The value in the unit of comparison, or None when the unit does not fit."""
        if self.value is None:
            return None
        try:
            return in_standard(self.sign, self.value, self.unit)
        except units.UnitError:
            return None


@dataclass(frozen=True, slots=True)
class Seen:
    """One Observation as this domain reads it."""

    id: str
    patient: str
    encounter: str
    at: datetime
    status: str
    device: str
    readings: tuple[Read, ...]

    @property
    def wrong(self) -> bool:
        """Whether its sender took it back."""
        return self.status in WRONG

    @property
    def preliminary(self) -> bool:
        """Whether its sender calls it preliminary."""
        return self.status in EARLY


def read(resource: dict[str, Any]) -> Seen | None:
    """An Observation as readings; None when it holds no vital sign with a value that this domain knows."""
    if resource.get("resourceType") != "Observation":
        return None
    at, readings = moment(resource), _readings(resource)
    if at is None or not readings:
        return None
    return Seen(
        str(resource.get("id") or ""), _reference(resource.get("subject"), "Patient"),
        _reference(resource.get("encounter"), "Encounter"), at, str(resource.get("status") or ""),
        _device(resource.get("device")), readings,
    )  # fmt: skip


def _reference(value: Any, kind: str) -> str:
    found = fhir.local(value.get("reference", "")) if isinstance(value, dict) else None
    return found[1] if found and found[0] == kind else ""


def _device(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    return str(value.get("display") or value.get("reference") or "a device")[:200]


def moment(resource: dict[str, Any]) -> datetime | None:
    """When it was measured: the moment told, or the middle of a day told without a time."""
    period = resource.get("effectivePeriod")
    told = (
        resource.get("effectiveDateTime")
        or resource.get("effectiveInstant")
        or (period.get("start") or period.get("end") if isinstance(period, dict) else None)
        or resource.get("issued")
    )
    if not isinstance(told, str):
        return None
    try:
        low, _ = fhir.period(told)
    except ValueError:
        return None
    # noon in UTC is the same calendar day in every American time zone
    return low if "T" in told else low.astimezone(UTC) + timedelta(hours=12)


def _readings(resource: dict[str, Any]) -> tuple[Read, ...]:
    how = _how(resource)
    found = [one for one in [_reading(resource, resource.get("code"), how)] if one]
    for part in resource.get("component") or ():
        if isinstance(part, dict) and (one := _reading(part, part.get("code"), how)):
            if one.sign not in {r.sign for r in found}:
                found.append(one)
    if not found or not _belongs(found, resource.get("code")):
        return ()
    return tuple(found)


def _belongs(found: list[Read], concept: Any) -> bool:
    """Parts count only inside what this domain knows: a panel, or the sign itself."""
    codes = {code for system, code in _codings(concept) if system in (LOINC, "")}
    return bool(codes & _PANEL_CODES) or any(code in by_code() for code in codes)


def _reading(holder: dict[str, Any], concept: Any, how: dict[str, Any]) -> Read | None:
    known = _sign(concept)
    if known is None:
        return None
    sign, says = known
    how = {**how, "qualifiers": {**how["qualifiers"]}}
    for kind, slot in (("site", "body_site"), ("position", "position")):
        how[slot] = how[slot] or says.get(kind, "")
    for kind in ("oxygen", "note"):
        if kind in says:
            how["qualifiers"].setdefault(kind, says[kind])
    if sign.date:
        on = _day(holder)
        return Read(sign.name, None, "", on, **how) if on else None
    if sign.coded:
        return None  # the words of another system for an answer are not ours to guess
    quantity = holder.get("valueQuantity")
    found = _quantity(quantity, sign) if isinstance(quantity, dict) else _integer(holder, sign)
    if found is None:
        return None
    if isinstance(quantity, dict) and quantity.get("comparator"):
        how["qualifiers"]["comparator"] = str(quantity["comparator"])[:4]
    return Read(sign.name, *found, None, **how)


def _sign(concept: Any) -> tuple[Sign, dict[str, Any]] | None:
    """The sign of a concept, with what its codes together say beside the value."""
    known = [by_code()[code] for system, code in _codings(concept) if system in (LOINC, "") and code in by_code()]
    if not known:
        return None
    sign = known[0][0]
    says: dict[str, Any] = {}
    for other, code in known:
        if other is sign:
            says |= {key: value for key, value in code.items() if key in ("site", "position", "oxygen", "note")}
    return sign, says


def sign_of(concept: Any) -> str:
    """The name of the sign that a concept means, or "" when it means none that is known here."""
    known = _sign(concept)
    return known[0].name if known else ""


def _codings(concept: Any) -> list[tuple[str, str]]:
    if not isinstance(concept, dict):
        return []
    return [
        (str(c.get("system") or ""), str(c.get("code") or ""))
        for c in concept.get("coding") or ()
        if isinstance(c, dict)
    ]


def _quantity(quantity: dict[str, Any], sign: Sign) -> tuple[Decimal, str] | None:
    """Value and unit: UCUM where it is said, else what the text of the unit means, else that text."""
    try:
        value = units.number(quantity["value"])
    except (KeyError, units.UnitError):
        return None
    told = [str(quantity[k]) for k in ("code", "unit") if quantity.get(k) not in (None, "")]
    for text in told:
        try:
            return value, _scored(units.code(text), sign)
        except units.UnknownUnit:
            continue
    return value, told[0][:100] if told else _scored("1", sign)


def _scored(unit: str, sign: Sign) -> str:
    # a bare number is what a score is
    return sign.standard if sign.standard == "{score}" and unit == "1" else unit


def _integer(holder: dict[str, Any], sign: Sign) -> tuple[Decimal, str] | None:
    value = holder.get("valueInteger")
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return Decimal(value), _scored("1", sign)


def _day(holder: dict[str, Any]) -> date | None:
    told = holder.get("valueDateTime")
    match = _DAY.match(told) if isinstance(told, str) else None
    try:
        return date.fromisoformat(match[0]) if match else None
    except ValueError:
        return None


# -- how it was measured


def _how(resource: dict[str, Any]) -> dict[str, Any]:
    qualifiers: dict[str, Any] = {}
    if cuff := _cuff(resource):
        qualifiers["cuff"] = cuff
    return {
        "body_site": _key("site", resource.get("bodySite")), "method": _key("method", resource.get("method")),
        "position": _position(resource), "qualifiers": qualifiers,
    }  # fmt: skip


def _key(kind: str, concept: Any) -> str:
    """Our key of a coded qualifier, else its text as it came."""
    if not isinstance(concept, dict):
        return ""
    table = data("qualifiers")[kind]
    codes = {code for system, code in _codings(concept) if system == SNOMED}
    text = str(concept.get("text") or next((c.get("display") or "" for c in concept.get("coding") or ()), ""))
    for key, one in table.items():
        if one.get("code") in codes or text and text.casefold() == one["word"].casefold():
            return key
    return text[:200]


def _position(resource: dict[str, Any]) -> str:
    for part in resource.get("extension") or ():
        if isinstance(part, dict) and part.get("url") == POSITION:
            return _key("position", part.get("valueCodeableConcept"))
    return ""


def _cuff(resource: dict[str, Any]) -> str:
    for part in resource.get("component") or ():
        if isinstance(part, dict) and ("8358-4" in {code for _, code in _codings(part.get("code"))}):
            return _key("cuff", part.get("valueCodeableConcept"))
    return ""


__all__ = ["LOINC", "POSITION", "SIGNS", "SNOMED", "UCUM", "Read", "Seen", "moment", "read", "sign_of"]
