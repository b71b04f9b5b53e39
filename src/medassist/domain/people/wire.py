"""Patients in other people's words: FHIR Patient (US Core) and Flag."""

from __future__ import annotations

from typing import Any

from medassist.domain.people import queries
from medassist.domain.people.inputs import ChangeDemographics, RegisterPatient
from medassist.domain.people.models import Alert, Patient
from medassist.domain.people.rules import demographics
from medassist.exchange.anew import anew
from medassist.exchange.shows import shows

MR = {
    "coding": [
        {"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR", "display": "Medical record number"}
    ],
    "text": "Medical record number",
}
PROFILE = {"profile": ["http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"]}
# every element of a Patient that the register keeps: where ours says nothing, what came from elsewhere is taken away
ELEMENTS = (
    "active", "name", "telecom", "gender", "birthDate", "deceasedBoolean", "deceasedDateTime", "address",
    "maritalStatus", "multipleBirthBoolean", "multipleBirthInteger", "contact", "communication",
)  # fmt: skip
_NAMED = {
    "name": "names", "telecom": "telecoms", "address": "addresses", "contact": "contacts", "gender": "gender",
    "communication": "communication", "maritalStatus": "marital_status", "birthDate": "birth_date", "active": "active",
    "identifier": "identifiers", "extension": "extensions",
}  # fmt: skip
_FLAG_CATEGORY = {
    "clinical": ("clinical", "Clinical"), "safety": ("safety", "Safety"), "access": ("admin", "Administrative"),
    "communication": ("contact", "Subject Contact"), "administrative": ("admin", "Administrative"),
}  # fmt: skip


def fields(resource: dict[str, Any]) -> dict[str, Any]:
    """A FHIR Patient as the fields of our inputs; what has no field goes along in `other`."""
    told = {_NAMED[name]: value for name, value in resource.items() if name in _NAMED}
    for name in ("deceasedBoolean", "deceasedDateTime"):
        if name in resource:
            told["deceased"] = resource[name]
    for name in ("multipleBirthBoolean", "multipleBirthInteger"):
        if name in resource:
            told["multiple_birth"] = resource[name]
    taken = {*_NAMED, *demographics.FRAME, *_CHOICES}
    other = {name: value for name, value in resource.items() if name not in taken}
    if "meta" in other:
        other = {**other, "meta": demographics.elements({"meta": other["meta"]}).get("meta", {})}
    return {**told, "other": other} if other else told


_CHOICES = ("deceasedBoolean", "deceasedDateTime", "multipleBirthBoolean", "multipleBirthInteger")


def from_fhir(resource: dict[str, Any], **more: Any) -> RegisterPatient:
    """A FHIR Patient as a registration."""
    return RegisterPatient.of(**fields(resource), **more)


def change_from_fhir(resource: dict[str, Any], patient: Any, **more: Any) -> ChangeDemographics:
    """A FHIR Patient as a change of all that is known of a patient (PUT)."""
    return ChangeDemographics.of(patient=patient, whole=True, **fields(resource), **more)


def our_number(mrn: str) -> dict[str, Any]:
    """Our record number as a FHIR Identifier."""
    return {"use": "usual", "type": MR, "system": queries.own_system(), "value": mrn}


@anew(Patient, "Patient")
def patient_to_fhir(one: Patient) -> dict[str, Any]:
    """A patient as FHIR Patient: this office's number first, then everybody else's."""
    told = getattr(one, "told", None)
    if told is None:
        told = queries.identifiers(one.id)
    made: dict[str, Any] = {"resourceType": "Patient", "id": str(one.id), "identifier": [our_number(one.mrn), *told]}
    if one.received and one.version > 1:
        made.update(dict.fromkeys(ELEMENTS))
    elif not one.received and "meta" not in one.record:
        made["meta"] = PROFILE
    return {**made, **one.record}


@shows("people.registered", "people.demographics_changed", "people.adopted")
def to_fhir(told: Patient | list[Patient]) -> list[dict[str, Any]]:
    """What the exchange keeps of one patient, or of several."""
    return [patient_to_fhir(one) for one in (told if isinstance(told, list) else [told])]


@anew(Alert, "Flag")
@shows("people.alert_added", "people.alert_ended")
def alert_to_fhir(one: Alert) -> dict[str, Any]:
    """An alert as FHIR Flag."""
    code, display = _FLAG_CATEGORY[one.kind]
    category = {"system": "http://terminology.hl7.org/CodeSystem/flag-category", "code": code, "display": display}
    period = {"start": (one.begins_on or one.made_at.date()).isoformat()}
    if ended := one.ended_at.date() if one.ended_at else one.ends_on:
        period["end"] = ended.isoformat()
    return {
        "resourceType": "Flag",
        "id": str(one.id),
        "status": "inactive" if one.ended_at else "active",
        "category": [{"coding": [category], "text": one.get_kind_display()}],
        "code": {"text": one.text},
        "subject": {"reference": f"Patient/{one.patient_id}"},
        "period": period,
    }
