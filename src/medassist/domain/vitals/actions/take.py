"""Sets taken by people, sets that devices report, and their confirmation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from medassist.codecs import fhir
from medassist.domain.visits import queries as visits
from medassist.domain.vitals import queries, rules
from medassist.domain.vitals.actions import series
from medassist.domain.vitals.actions.derived import with_derived
from medassist.domain.vitals.inputs import ConfirmVitals, ReceiveVitals, TakeVitals
from medassist.domain.vitals.inputs.asked import Signs
from medassist.domain.vitals.models import Confirmation, Reading, VitalSet
from medassist.domain.vitals.queries.base import standing
from medassist.kernel import events, identifiers
from medassist.kernel.action import action
from medassist.kernel.clash import clash
from medassist.kernel.context import Context
from medassist.kernel.errors import Conflict, Invalid, Missing, ask

if TYPE_CHECKING:
    from medassist.domain.people.models import Patient

MACHINES = {"fhir", "hl7"}
"""Ways in on which nobody can be asked: a doubt makes a set preliminary there (decisions, 15)."""


def _there(ctx: Context, given: TakeVitals) -> dict[str, Any]:
    """Where the visit is: who may measure, and under whom, is decided there."""
    return visits.where(given.visit) if given.visit is not None else {}


@action("vitals.take", emits="vitals.taken", shows=("Observation",), facts=_there)
def take(ctx: Context, given: TakeVitals) -> VitalSet:
    """Record one set of vital signs that you measured."""
    patient = _patient(given)
    asked = _asked(ctx, given, patient)
    if ctx.via not in MACHINES:
        ask(asked, given.confirmed)
    preliminary = bool(asked.keys() - given.confirmed)
    return _record(ctx, given, patient, asked, preliminary=preliminary, device=given.device)


@action("vitals.receive", emits="vitals.received", shows=("Observation",))
def receive(ctx: Context, given: ReceiveVitals) -> VitalSet:
    """Record vital signs that a device or another system reports; they stay preliminary until somebody confirms."""
    patient = _patient(given)
    return _record(ctx, given, patient, _asked(ctx, given, patient), preliminary=True, device=given.device)


@action(
    "vitals.confirm", emits="vitals.confirmed", shows=("Observation",),
    facts=lambda ctx, given: queries.where_set(given.set),
)  # fmt: skip
def confirm(ctx: Context, given: ConfirmVitals) -> VitalSet:
    """Confirm vital signs that a device reported."""
    found = VitalSet.objects.filter(pk=given.set).first()
    if found is None:
        raise Missing("set of vital signs", given.set)
    if found.status != "preliminary":
        raise Conflict("This set was taken by a person; there is nothing to confirm.")
    if Confirmation.objects.filter(of=found).exists():
        raise Conflict("This set was confirmed before.")
    if not standing().filter(of=found).exists():
        raise Conflict("All of this set was taken back; there is nothing to confirm.")
    with clash({"vitals_confirmation_of_id_key": "This set was confirmed before."}):
        Confirmation.objects.create(of=found, by=ctx.actor.id, at=ctx.at)
    return found


def _asked(ctx: Context, given: TakeVitals | ReceiveVitals, patient: Patient) -> dict[str, list[str]]:
    """What is asked about a set and its time; of systems that send what is long known, the time is not asked."""
    asked = queries.asked_about(given, patient)
    by_hand_or_device = ctx.via not in MACHINES or given.device
    if by_hand_or_device and (why := rules.time_doubts(given.taken_at, ctx.at)):
        asked["taken_at"] = why
    return asked


def _patient(given: Signs) -> Patient:
    """The patient, whom this visit is of and who was born by then."""
    patient = queries.person(given.patient)
    if why := rules.time_fault(given.taken_at, given.taken_at, patient.birth_date):
        raise Invalid({"taken_at": [why]})
    if given.visit is not None and visits.where(given.visit)["patient"] != patient.pk:
        raise Invalid({"visit": ["This visit is another patient's."]})
    return patient


def _record(
    ctx: Context, given: Signs, patient: Patient, asked: dict[str, list[str]], *, preliminary: bool, device: str
) -> VitalSet:
    """Write a set with its readings, and what is computed from them; a series of readings moves on by it."""
    part = series.joined(ctx, given, patient)
    made = VitalSet.objects.create(
        patient=patient, visit_id=given.visit, site_id=ctx.site, taken_at=given.taken_at, recorded_at=ctx.at,
        by=ctx.actor.id, device=device, status="preliminary" if preliminary else "final",
        position=given.position or (part.position if part else ""), note=given.note,
        instrument_id=given.instrument if isinstance(given, ReceiveVitals) else None,
        series=part.series if part else None,
    )  # fmt: skip
    rows = _rows(ctx, made, given, asked, part)
    computed = [*with_derived(rows, patient, given.taken_at), *series.mean(ctx, part, rows)]
    made.written = Reading.objects.bulk_create(computed)
    if preliminary and asked:
        events.emit("vitals.doubted", f"vitals/{made.pk}", f"{made._meta.label}/{made.pk}")
    return made


def _rows(
    ctx: Context, made: VitalSet, given: Signs, asked: dict[str, list[str]], part: series.Part | None
) -> list[Reading]:
    """One row a sign; those that FHIR shows together share an observation."""
    shared: dict[Any, UUID] = {}
    rows: list[Reading] = []
    for one in given.found:
        id = identifiers.uuid7()
        pressure = rules.sign(one.sign).panel == "blood-pressure"
        ordinal = one.ordinal + (part.shift if part and pressure else 0)
        group = (rules.sign(one.sign).panel or one.sign, ordinal)
        about_time = [] if rows else asked.get("taken_at", [])  # a doubt of the whole set stands with its first row
        rows.append(
            Reading(
                id=id, of=made, patient_id=made.patient_id, taken_at=made.taken_at, sign=one.sign, ordinal=ordinal,
                value=one.value, unit=one.unit, standard=one.standard, on=one.on, coded=one.coded,
                body_site=one.body_site,
                method=one.method or (part.method if part and pressure else ""),
                position=one.position or (made.position if pressure else ""),
                sent=fhir.dumps(one.sent).decode() if one.sent else "",
                qualifiers=one.qualifiers, doubts=[*asked.get(one.field, []), *about_time], by=ctx.actor.id,
                recorded_at=ctx.at, observation=shared.setdefault(group, id),
            )
        )  # fmt: skip
    return rows
