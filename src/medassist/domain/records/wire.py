"""The lists in other people's words: AllergyIntolerance, Condition, MedicationStatement, MedicationRequest."""

from __future__ import annotations

from typing import Any

from medassist.domain.records import rules
from medassist.domain.records.inputs import AddAllergy, AddMedication, AddProblem
from medassist.domain.records.models import Allergy, Entry, Medication, Problem
from medassist.exchange.anew import anew
from medassist.exchange.shows import shows


@anew(Allergy, "AllergyIntolerance", replaced_by=None)
@anew(Problem, "Condition", replaced_by=None)
@anew(Medication, "MedicationStatement", "MedicationRequest", replaced_by=None)
@shows(
    "records.allergy_added", "records.problem_added", "records.medication_added", "records.medication_stopped",
    "records.problem_resolved", "records.entry_refuted", "records.adopted",
)  # fmt: skip
def to_fhir(told: Entry | list[Entry]) -> list[dict[str, Any]]:
    """What the exchange keeps of one entry, or of several."""
    rows = told if isinstance(told, list) else [told]
    return [{"resourceType": row.resource, "id": str(row.entry), **row.record} for row in rows]


def _onset(resource: dict[str, Any]) -> str:
    """When it began: a moment as its day, all else as it was told."""
    told = rules.moment(resource, "onset")
    return told[:10] if "onsetDateTime" in resource else told


def _plain(resource: dict[str, Any], patient: Any) -> dict[str, Any]:
    coding = rules.coding_of(resource.get("code"))
    return {
        "patient": patient, "display": rules.said(resource.get("code")), "system": coding.get("system") or "",
        "code": coding.get("code") or "", "onset": _onset(resource), "note": rules.notes(resource),
    }  # fmt: skip


def allergy_from_fhir(resource: dict[str, Any], patient: Any, **more: Any) -> AddAllergy:
    """A FHIR AllergyIntolerance as an entry of ours."""
    plain = _plain(resource, patient)
    if plain["code"] == rules.fact("no-known-allergy")["coding"][0]["code"]:
        return AddAllergy.of(patient=patient, none_known=True, note=plain["note"], **more)
    reaction: dict[str, Any] = next(iter(resource.get("reaction") or []), {})
    return AddAllergy.of(
        **plain,
        category=next(iter(resource.get("category") or []), ""),
        kind=resource.get("type") or "",
        criticality=resource.get("criticality") or "",
        reaction=", ".join(rules.said(m) for m in reaction.get("manifestation") or []),
        severity=reaction.get("severity") or "",
        verification=rules.code_of(resource.get("verificationStatus")),
        **more,
    )


def problem_from_fhir(resource: dict[str, Any], patient: Any, **more: Any) -> AddProblem:
    """A FHIR Condition as an entry of ours."""
    verification = rules.code_of(resource.get("verificationStatus"))
    return AddProblem.of(**_plain(resource, patient), verification=verification, **more)


def medication_from_fhir(resource: dict[str, Any], patient: Any, **more: Any) -> AddMedication:
    """A FHIR MedicationStatement as an entry of ours."""
    coding, name = rules.medicine(resource)
    period = resource.get("effectivePeriod") or {}
    onset = str(period.get("start") or resource.get("effectiveDateTime") or "")[:10]
    return AddMedication.of(
        patient=patient, display=name, system=coding.get("system") or "", code=coding.get("code") or "", onset=onset,
        note=rules.notes(resource), dosage=rules.dosage(resource), **more,
    )  # fmt: skip
