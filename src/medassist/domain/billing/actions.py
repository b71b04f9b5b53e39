"""What is done in billing: so far, coverage. Every change adds a row that names the one it replaces."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from medassist.domain.billing import queries, rules
from medassist.domain.billing.inputs import AdoptCoverages, EndCoverage, RecordCoverage
from medassist.domain.billing.models import Coverage
from medassist.domain.people import queries as people
from medassist.kernel.action import action
from medassist.kernel.clash import clash
from medassist.kernel.context import Context
from medassist.kernel.doorway import concerns
from medassist.kernel.errors import Conflict, Invalid, Missing
from medassist.kernel.identifiers import uuid7, uuid_or_none

Element = dict[str, Any]
MEANWHILE = {"billing_coverage_replaces_id_key": "Somebody changed this coverage meanwhile. Look again."}


@action("billing.record_coverage", emits="billing.coverage_recorded", shows=("Coverage",))
def record_coverage(ctx: Context, given: RecordCoverage) -> Coverage:
    """Record who pays for a patient's care, as it stands on the card."""
    people.patient(given.patient)
    before = queries.one(given.patient, given.replaces) if given.replaces else None
    _not_twice(given)
    told = given.model_dump(exclude={"confirmed", "replaces", "reason"})
    return _write(ctx, given.patient, rules.coverage(told), before, given.reason)


def _not_twice(given: RecordCoverage) -> None:
    """Ask when another coverage of the patient pays in the same place, refuse the same card twice."""
    for line in queries.coverages(given.patient):
        if line["id"] == given.replaces:
            continue
        if (line["payer"].casefold(), line["member_id"]) == (given.payer.casefold(), given.member_id):
            raise Conflict(f"{line['payer']} {line['member_id']} is recorded already.")
        if line["rank"] == given.rank and "rank" not in given.confirmed:
            raise Invalid(doubts={"rank": [f"{line['payer']} pays in this place already. Keep both there?"]})


@action("billing.end_coverage", emits="billing.coverage_ended", shows=("Coverage",))
def end_coverage(ctx: Context, given: EndCoverage) -> Coverage:
    """End a coverage that no longer holds; it stays in the record."""
    before = queries.one(given.patient, given.coverage)
    if before.status == "cancelled":
        raise Conflict("This coverage was ended before.")
    period = {**(before.record.get("period") or {}), "end": given.on or people.today().isoformat()}
    return _write(ctx, given.patient, {**before.record, "status": "cancelled", "period": period}, before, given.reason)


def _write(ctx: Context, patient: UUID, record: Element, before: Coverage | None, reason: str) -> Coverage:
    made = Coverage(
        entry=before.entry if before else uuid7(), replaces=before, patient_id=patient, recorded_at=ctx.at,
        recorded_by=ctx.actor.id, reason=reason, received=bool(before and before.received),
    )  # fmt: skip
    made.draw(record)
    with clash(MEANWHILE):
        made.save(force_insert=True)
    return made


@action("billing.adopt", emits="billing.adopted", shows=("Coverage",))
def adopt(ctx: Context, given: AdoptCoverages) -> list[Coverage]:
    """Take over coverages from another system as they are kept there."""
    told = [_told(at, one) for at, one in enumerate(given.resources)]
    known = people.existing({patient for _, patient, _ in told})
    if missing := next((patient for _, patient, _ in told if patient not in known), None):
        raise Missing("patient", missing)
    if len(known) == 1:
        concerns(next(iter(known)))
    standing = {row.entry: row for row in queries.latest(entry__in=[entry for entry, _, _ in told])}
    new = []
    for entry, patient, record in told:
        before = standing.get(entry)
        if before is None or before.record != record:
            made = Coverage(
                entry=entry, replaces=before, patient_id=patient, recorded_at=ctx.at, recorded_by=ctx.actor.id,
                received=True,
            )  # fmt: skip
            new.append(made.draw(record))
            standing[entry] = made
    with clash(MEANWHILE):
        Coverage.objects.bulk_create(new)
    return [standing[entry] for entry, _, _ in told]


def _told(at: int, resource: Element) -> tuple[UUID, UUID, Element]:
    """Key, patient and elements of one resource."""
    entry = uuid_or_none(resource.get("id"))
    whose = str((resource.get("beneficiary") or {}).get("reference") or "")
    patient = uuid_or_none(whose.removeprefix("Patient/"))
    if resource.get("resourceType") != "Coverage" or entry is None or patient is None:
        raise Invalid({f"resources.{at}": ["A Coverage with an id and a beneficiary is expected."]})
    return entry, patient, {name: value for name, value in resource.items() if name not in ("resourceType", "id")}
