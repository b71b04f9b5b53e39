"""What US Core's vital signs profiles ask, written out by hand from the guide, to hold ours to.

Source: HL7 US Core, main branch of April 2026 (9.0.0), StructureDefinitions us-core-vital-signs and those derived from
it, http://hl7.org/fhir/us/core/; the required bindings are FHIR R4's value sets ucum-bodyweight, ucum-bodylength and
ucum-bodytemp; the panel of a set is R4's vitalspanel, http://hl7.org/fhir/R4/vitalspanel.html.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

US = "http://hl7.org/fhir/us/core/StructureDefinition/"
LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
STATUSES = {"registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error", "unknown"}


@dataclass(frozen=True)
class Profile:
    """Codes that must all be among the codings, units allowed for the value, and components: code to units."""

    codes: tuple[str, ...]
    units: frozenset[str] = frozenset()
    needed: dict[str, frozenset[str]] = field(default_factory=dict)
    may: dict[str, frozenset[str]] = field(default_factory=dict)


def _units(*codes: str) -> frozenset[str]:
    return frozenset(codes)


MMHG = _units("mm[Hg]")
PROFILES = {
    US + "us-core-blood-pressure": Profile(("85354-9",), needed={"8480-6": MMHG, "8462-4": MMHG}),
    US + "us-core-average-blood-pressure": Profile(("96607-7",), needed={"96608-5": MMHG, "96609-3": MMHG}),
    US + "us-core-heart-rate": Profile(("8867-4",), _units("/min")),
    US + "us-core-respiratory-rate": Profile(("9279-1",), _units("/min")),
    US + "us-core-body-temperature": Profile(("8310-5",), _units("Cel", "[degF]")),
    US + "us-core-body-weight": Profile(("29463-7",), _units("g", "kg", "[lb_av]")),
    US + "us-core-body-height": Profile(("8302-2",), _units("cm", "[in_i]")),
    US + "us-core-head-circumference": Profile(("9843-4",), _units("cm", "[in_i]")),
    US + "us-core-bmi": Profile(("39156-5",), _units("kg/m2")),
    US + "us-core-pulse-oximetry": Profile(
        ("59408-5", "2708-6"), _units("%"), may={"3151-8": _units("L/min"), "3150-0": _units("%")}
    ),
    US + "pediatric-bmi-for-age": Profile(("59576-9",), _units("%")),
    US + "pediatric-weight-for-height": Profile(("77606-2",), _units("%")),
    US + "head-occipital-frontal-circumference-percentile": Profile(("8289-1",), _units("%")),
    "http://hl7.org/fhir/StructureDefinition/vitalspanel": Profile(("85353-1",)),
}
BASE = US + "us-core-vital-signs"


def broken(one: dict[str, Any]) -> list[str]:
    """Every rule of the profiles that it claims which it breaks; nothing claimed is a fault of its own."""
    claimed = one.get("meta", {}).get("profile", [])
    if BASE not in claimed:
        return ["claims no profile of vital signs"]
    found = list(_base(one))
    for url in claimed:
        if url != BASE:
            found += _profile(one, PROFILES[url])
    return found


def _base(one: dict[str, Any]) -> Iterator[str]:
    if one.get("status") not in STATUSES:
        yield "status"
    coded = [c for concept in one.get("category", ()) for c in concept.get("coding", ())]
    if [c for c in coded if (c.get("system"), c.get("code")) == (CATEGORY, "vital-signs")] != coded[:1]:
        yield "category:VSCat 1..1"
    if not one.get("subject", {}).get("reference", "").startswith("Patient/"):
        yield "subject: a patient"
    when = one.get("effectiveDateTime", "")
    if len(when) < 10 or "T" in when and not (when.endswith("Z") or when[-6] in "+-"):
        yield "vs-1: a day at least; a time has its zone"
    if not any(name in one for name in ("valueQuantity", "valueCodeableConcept", "component", "hasMember")):
        yield "vs-2: a value, components or members"
    for performer in one.get("performer", ()):
        if performer["reference"].split("/")[0] not in ("Practitioner", "Organization", "Patient", "PractitionerRole"):
            yield "performer: of a type that the profile allows"
    for part in one.get("component", ()):
        if not any(name.startswith("value") or name == "dataAbsentReason" for name in part):
            yield "vs-3: a component has a value, or says why not"


def _profile(one: dict[str, Any], profile: Profile) -> Iterator[str]:
    codes = _codes(one["code"])
    yield from (f"code {code}" for code in profile.codes if code not in codes)
    if profile.units:
        yield from _quantity(one.get("valueQuantity"), profile.units)
    elif any(name.startswith("value") for name in one):
        yield "value[x] 0..0"
    parts = [(code, part) for part in one.get("component", ()) for code in _codes(part["code"])]
    for code, units in {**profile.needed, **profile.may}.items():
        found = [part for mine, part in parts if mine == code]
        if len(found) > 1 or code in profile.needed and not found:
            yield f"component {code}"
        for part in found:
            if "dataAbsentReason" not in part:
                yield from _quantity(part.get("valueQuantity"), units)


def _codes(concept: dict[str, Any]) -> list[str]:
    return [c["code"] for c in concept.get("coding", ()) if c.get("system") == LOINC]


def _quantity(quantity: dict[str, Any] | None, units: frozenset[str]) -> Iterator[str]:
    if quantity is None:
        yield "valueQuantity"
        return
    yield from (f"valueQuantity.{name} 1..1" for name in ("value", "unit", "system", "code") if name not in quantity)
    if (quantity.get("system"), quantity.get("code") in units) != (UCUM, True):
        yield f"valueQuantity.code {quantity.get('code')}"
