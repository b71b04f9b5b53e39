"""The lists as they stand now, who reviewed them and when."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from medassist.domain.people import queries as people
from medassist.domain.records import rules
from medassist.domain.records.models import Allergy, Entry, ListReview, Medication, Problem
from medassist.kernel.errors import Missing

Line = dict[str, Any]
LISTS: dict[str, type[Entry]] = {"allergy": Allergy, "problem": Problem, "medication": Medication}


def latest(model: type[Entry], **wanted: Any) -> QuerySet[Any]:
    """The newest row of each entry."""
    return model.objects.filter(replaced_by__isnull=True, **wanted)  # type: ignore[misc]


def entry(model: type[Entry], patient: UUID, entry: UUID) -> Any:
    """One entry as it stands; Missing when the patient has none such."""
    found = latest(model, patient=patient, entry=entry).first()
    if found is None:
        raise Missing("entry", entry)
    return found


def _common(row: Entry) -> Line:
    return {
        "id": row.entry, "row": row.id, "patient": row.patient_id, "name": row.display, "system": row.system,
        "code": row.code, "status": row.status, "verification": row.verification, "onset": row.onset,
        "since": rules.since(row.onset),
        "note": row.note, "reason": row.reason, "recorded_at": row.recorded_at, "recorded_by": row.recorded_by,
        "received": row.received, "counts": row.counts,
    }  # fmt: skip


def _allergy(row: Allergy) -> Line:
    return {
        **_common(row), "category": row.category, "criticality": row.criticality, "reaction": row.reactions,
        "none_known": row.none_known,
    }  # fmt: skip


def _problem(row: Problem) -> Line:
    return {**_common(row), "category": row.category, "abatement": rules.since(row.abatement)}


def _medication(row: Medication) -> Line:
    return {**_common(row), "kind": row.kind, "dosage": row.dosage, "ended": rules.since(row.ended)}


def _of(model: type[Entry], line: Callable[[Any], Line], ids: Iterable[UUID], past: bool) -> dict[UUID, list[Line]]:
    wanted = list(ids)
    found: dict[UUID, list[Line]] = {id: [] for id in wanted}
    for row in latest(model, patient__in=wanted).order_by("display", "id"):
        told = line(row)
        if past or told["counts"]:
            found[row.patient_id].append(told)
    return found


def allergies_of(ids: Iterable[UUID], past: bool = False) -> dict[UUID, list[Line]]:
    """The allergies of several patients; with `past` those too that no longer count. "None known" is not among them."""
    told = _of(Allergy, _allergy, ids, past)
    order = {"high": 0, "unable-to-assess": 1, "": 1, "low": 2}
    return {
        id: sorted(
            (line for line in lines if past or not line["none_known"]), key=lambda a: order.get(a["criticality"], 1)
        )
        for id, lines in told.items()
    }


def allergies(patient: UUID, past: bool = False) -> list[Line]:
    """The allergies of one patient, the dangerous ones first."""
    return allergies_of([patient], past)[patient]


def none_known(ids: Iterable[UUID]) -> set[UUID]:
    """Which of these patients were asked and know of no allergy."""
    rows = latest(Allergy, patient__in=list(ids), none_known=True)
    return {row.patient_id for row in rows if row.counts}


def problems_of(ids: Iterable[UUID], past: bool = False) -> dict[UUID, list[Line]]:
    """The problems of several patients."""
    return _of(Problem, _problem, ids, past)


def problems(patient: UUID, past: bool = False) -> list[Line]:
    """The problems of one patient."""
    return problems_of([patient], past)[patient]


def medications_of(ids: Iterable[UUID], past: bool = False) -> dict[UUID, list[Line]]:
    """What several patients take."""
    return _of(Medication, _medication, ids, past)


def medications(patient: UUID, past: bool = False) -> list[Line]:
    """What one patient takes."""
    return medications_of([patient], past)[patient]


def history(list: str, patient: UUID, entry: UUID) -> list[Entry]:  # type: ignore[valid-type]
    """All rows of one entry, newest first."""
    return [*LISTS[list].objects.filter(patient=patient, entry=entry).order_by("-id")]


def reviews(patient: UUID, visit: UUID | None = None) -> dict[str, Line]:
    """The newest review of each list, in this visit where one is named."""
    rows = ListReview.objects.filter(patient=patient)
    if visit:
        rows = rows.filter(visit=visit)
    found: dict[str, Line] = {}
    for row in rows.order_by("list", "-at").distinct("list"):
        found[row.list] = {"outcome": row.outcome, "at": row.at, "by": row.by, "visit": row.visit}
    return found


def reviewed_in(visits: Iterable[UUID]) -> dict[UUID, set[str]]:
    """Which lists were gone through in these visits."""
    wanted = list(visits)
    found: dict[UUID, set[str]] = {id: set() for id in wanted}
    for visit, name in ListReview.objects.filter(visit__in=wanted).values_list("visit", "list"):
        if visit is not None:
            found[visit].add(name)
    return found


def banner(patient: UUID) -> Line:
    """The banner over a chart: who it is, alerts, and the allergies that must not be overlooked."""
    told = allergies(patient)
    return {
        **people.banner(patient),
        "allergies": [{"name": a["name"], "reaction": a["reaction"], "criticality": a["criticality"]} for a in told],
        "allergies_known": bool(told) or patient in none_known([patient]),
    }
