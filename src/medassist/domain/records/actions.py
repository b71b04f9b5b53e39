"""What is done to the lists of a patient's record. Every change adds a row that names the one it replaces."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from medassist.domain.people import queries as people
from medassist.domain.records import queries, rules
from medassist.domain.records.inputs import (
    AddAllergy,
    AddEntry,
    AddMedication,
    AddProblem,
    AdoptRecords,
    EndEntry,
    Refute,
    ReviewLists,
)
from medassist.domain.records.models import Allergy, Entry, ListReview, Medication, Problem
from medassist.kernel.action import action
from medassist.kernel.clash import clash
from medassist.kernel.context import Context
from medassist.kernel.doorway import concerns
from medassist.kernel.errors import Conflict, Invalid, Missing
from medassist.kernel.identifiers import uuid7, uuid_or_none

Element = dict[str, Any]
MEANWHILE = {
    f"records_{name}_replaces_id_key": "Somebody changed this entry meanwhile. Look again, then change it."
    for name in ("allergy", "problem", "medication")
}


@action("records.add_allergy", emits="records.allergy_added", shows=("AllergyIntolerance",))
def add_allergy(ctx: Context, given: AddAllergy) -> list[Allergy]:
    """Add an allergy to the patient's list, or that the patient knows of none."""
    people.patient(given.patient)
    standing = [row for row in queries.latest(Allergy, patient=given.patient) if row.counts]
    if given.none_known:
        return [_none_known(ctx, given, standing)]
    _not_twice(given, standing)
    ended = [_after(ctx, row, {"clinicalStatus": _allergy_status("inactive")}, "An allergy was recorded.")
             for row in standing if row.none_known and row.entry != given.replaces]  # fmt: skip
    return [*ended, _add(ctx, Allergy, given, rules.allergy(given.told, ctx.at))]


def _allergy_status(code: str) -> Element:
    return rules.status_concept("allergyintolerance-clinical", code)


def _none_known(ctx: Context, given: AddAllergy, standing: list[Allergy]) -> Allergy:
    if real := [row.display for row in standing if not row.none_known]:
        raise Invalid({"none_known": [f"{', '.join(real)} is on the list. Where that was wrong, refute it first."]})
    if standing:
        raise Conflict("That no allergy is known is recorded already.")
    told = {**given.told, "concept": rules.fact("no-known-allergy"), "verification": "confirmed"}
    return _add(ctx, Allergy, given, rules.allergy(told, ctx.at))


@action("records.add_problem", emits="records.problem_added", shows=("Condition",))
def add_problem(ctx: Context, given: AddProblem) -> Problem:
    """Add a problem to the patient's list."""
    people.patient(given.patient)
    _not_twice(given, [row for row in queries.latest(Problem, patient=given.patient) if row.counts])
    return _add(ctx, Problem, given, rules.problem(given.told, ctx.at))


@action("records.add_medication", emits="records.medication_added", shows=("MedicationStatement",))
def add_medication(ctx: Context, given: AddMedication) -> Medication:
    """Add a medication that the patient takes to the list."""
    people.patient(given.patient)
    _not_twice(given, [row for row in queries.latest(Medication, patient=given.patient) if row.counts])
    return _add(ctx, Medication, given, rules.medication(given.told, ctx.at), kind="MedicationStatement")


def _not_twice(given: AddEntry, standing: Iterable[Entry]) -> None:
    """Ask when the same is on the list already."""
    name = given.display.casefold()
    for row in standing:
        same = row.display.casefold() == name or (given.code and (row.system, row.code) == (given.system, given.code))
        if same and row.entry != given.replaces and "display" not in given.confirmed:
            since = f" since {rules.since(row.onset)}" if row.onset else ""
            raise Invalid(doubts={"display": [f"{row.display} is on the list{since}. Add it once more?"]})


def _add(ctx: Context, model: type[Entry], given: AddEntry, record: Element, **more: Any) -> Any:
    """A new entry, or a new row of the entry that it puts right."""
    before = queries.entry(model, given.patient, given.replaces) if given.replaces else None
    made: Any = model(  # type: ignore[misc]
        entry=before.entry if before else uuid7(), replaces=before, patient_id=given.patient, recorded_at=ctx.at,
        recorded_by=ctx.actor.id, **more,
    )  # fmt: skip
    if before and before.received and getattr(before, "kind", None) not in (None, more.get("kind")):
        raise Conflict("This medication was ordered elsewhere. Stop it here, and add what is taken now.")
    made.draw(record)
    with clash(MEANWHILE):
        made.save(force_insert=True)
    return made


def _after(ctx: Context, row: Entry, changes: Element, reason: str) -> Any:
    """A new row of an entry: its elements with some changed (None takes one away), and why."""
    made: Any = type(row)(  # type: ignore[misc]
        entry=row.entry, replaces=row, patient_id=row.patient_id, recorded_at=ctx.at, recorded_by=ctx.actor.id,
        reason=reason, received=row.received, **({"kind": row.kind} if isinstance(row, Medication) else {}),
    )  # fmt: skip
    made.draw({name: value for name, value in {**row.record, **changes}.items() if value is not None})
    with clash(MEANWHILE):
        made.save(force_insert=True)
    return made


def _counting(model: type[Entry], given: EndEntry | Refute) -> Any:
    row = queries.entry(model, given.patient, given.entry)
    if not row.counts:
        raise Conflict(f"{row.display} is no longer on the list.")
    return row


def _today() -> str:
    return date.isoformat(people.today())


@action("records.stop", emits="records.medication_stopped", shows=("MedicationStatement", "MedicationRequest"))
def stop(ctx: Context, given: EndEntry) -> Medication:
    """Take a medication off the list, as the patient no longer takes it."""
    row = _counting(Medication, given)
    changes: Element = {"status": "stopped"}
    if row.kind == "MedicationStatement":
        changes["effectivePeriod"] = {**(row.record.get("effectivePeriod") or {}), "end": given.on or _today()}
        changes["statusReason"] = [{"text": given.reason}]
        changes["effectiveDateTime"] = None
    else:
        changes["statusReason"] = {"text": given.reason}
    return _after(ctx, row, changes, given.reason)


@action("records.resolve", emits="records.problem_resolved", shows=("Condition",))
def resolve(ctx: Context, given: EndEntry) -> Problem:
    """Mark a problem as resolved."""
    row = _counting(Problem, given)
    status = rules.status_concept("condition-clinical", "resolved")
    before = dict.fromkeys(name for name in row.record if name.startswith("abatement"))
    changes = {**before, "clinicalStatus": status, "abatementDateTime": given.on or _today()}
    return _after(ctx, row, changes, given.reason)


@action(
    "records.refute",
    emits="records.entry_refuted",
    shows=("AllergyIntolerance", "Condition", "MedicationStatement", "MedicationRequest"),
)
def refute(ctx: Context, given: Refute) -> Entry:
    """Take an entry off a list because it was wrong from the start; it stays in the record as refuted."""
    row = _counting(queries.LISTS[given.list], given)
    if given.list == "medication":
        return _after(ctx, row, {"status": "entered-in-error"}, given.reason)
    if given.list == "allergy":
        made = {
            "clinicalStatus": _allergy_status("inactive"),
            "verificationStatus": _refuted("allergyintolerance-verification"),
        }
    else:
        made = {
            "clinicalStatus": rules.status_concept("condition-clinical", "inactive"),
            "verificationStatus": _refuted("condition-ver-status"),
        }
    return _after(ctx, row, made, given.reason)


def _refuted(system: str) -> Element:
    return rules.status_concept(system, "refuted")


@action("records.review", emits="records.reviewed", shows=None)
def review(ctx: Context, given: ReviewLists) -> list[ListReview]:
    """Record that allergies, medications or problems were gone through with the patient."""
    people.patient(given.patient)
    if given.allergies == "unchanged" and not _allergies_asked(given.patient):
        why = "Nothing is recorded about allergies yet. Ask, then enter them or that none is known."
        raise Invalid({"allergies": [why]})
    return ListReview.objects.bulk_create(
        ListReview(
            patient_id=given.patient, list=name, outcome=outcome, visit=given.visit, at=ctx.at, by=ctx.actor.id
        )  # fmt: skip
        for name, outcome in given.reviewed.items()
    )


def _allergies_asked(patient: UUID) -> bool:
    return any(row.counts for row in queries.latest(Allergy, patient=patient))


MODELS: dict[str, type[Entry]] = {
    "AllergyIntolerance": Allergy, "Condition": Problem, "MedicationRequest": Medication,
    "MedicationStatement": Medication,
}  # fmt: skip


@action("records.adopt", emits="records.adopted", shows=tuple(MODELS))
def adopt(ctx: Context, given: AdoptRecords) -> list[Entry]:
    """Take over list entries from another system as they are kept there."""
    told = [_Told(at, one) for at, one in enumerate(given.resources)]
    known = people.existing({one.patient for one in told})
    for one in told:
        if one.patient not in known:
            raise Missing("patient", one.patient)
    if len(known) == 1:
        concerns(next(iter(known)))
    rows: dict[int, Entry] = {}
    for model in dict.fromkeys(one.model for one in told):
        rows |= _adopt_list(ctx, model, [one for one in told if one.model is model])
    return [rows[at] for at in range(len(told))]


class _Told:
    """One resource on its way in: where it stands, of which list, whose."""

    def __init__(self, at: int, resource: Element):
        self.at, self.kind = at, resource.get("resourceType", "")
        if self.kind not in MODELS:
            raise Invalid({f"resources.{at}": [f"{self.kind or 'This'} is on no list."]})
        self.model = MODELS[self.kind]
        self.record = {k: v for k, v in resource.items() if k not in ("resourceType", "id")}
        whose = (resource.get("patient") or resource.get("subject") or {}).get("reference") or ""
        patient, entry = uuid_or_none(whose.removeprefix("Patient/")), uuid_or_none(resource.get("id"))
        if patient is None or entry is None:
            raise Invalid({f"resources.{at}": ["An id and a reference to a patient are needed."]})
        self.patient, self.entry = patient, entry


def _adopt_list(ctx: Context, model: type[Entry], told: list[_Told]) -> dict[int, Entry]:
    """Write what is new or changed of one list in one statement."""
    standing = {row.entry: row for row in queries.latest(model, entry__in=[one.entry for one in told])}
    rows, new = {}, []
    for one in told:
        before = standing.get(one.entry)
        if before and before.record == one.record:
            rows[one.at] = before
            continue
        made = model(  # type: ignore[misc]
            entry=one.entry, replaces=before, patient_id=one.patient, recorded_at=ctx.at, recorded_by=ctx.actor.id,
            received=True, **({"kind": one.kind} if model is Medication else {}),
        )  # fmt: skip
        rows[one.at] = standing[one.entry] = made.draw(one.record)
        new.append(made)
    with clash(MEANWHILE):
        model.objects.bulk_create(new)
    return rows
