"""Changing who somebody is. What stood there before is kept as a version."""

from __future__ import annotations

from uuid import UUID

from medassist.domain.people.actions import words
from medassist.domain.people.actions.register import (
    TAKEN,
    doubts,
    identifier_rows,
    must_be_free,
    taken_numbers,
    theirs,
)
from medassist.domain.people.inputs import ChangeDemographics, Element
from medassist.domain.people.models import Identifier, Patient, Version
from medassist.domain.people.rules import demographics, names
from medassist.kernel.action import action
from medassist.kernel.clash import clash
from medassist.kernel.context import Context
from medassist.kernel.errors import Invalid, Missing, ask


@action("people.change_demographics", emits="people.demographics_changed", shows=("Patient",))
def change_demographics(ctx: Context, given: ChangeDemographics) -> Patient:
    """Change a patient's demographics; the version before is kept."""
    one = locked(given.patient)
    must_be_free(given.version, one.version)
    record = given.record if given.whole else demographics.changed(one.record, given.told, given.other)
    if not any(names.full(name) for name in record.get("name") or []) and one.names:
        raise Invalid({"names": ["Enter a name. Where none is known, enter Unknown as the family name."]})
    told = given.identifiers if given.identifiers is not None else [] if given.whole else None
    told = theirs(told, one.mrn) if told is not None else None
    ask(_new_doubts(one.record, record, told), given.confirmed)
    return renew(ctx, one, record, told)


def _new_doubts(before: Element, after: Element, told: list[Element] | None) -> dict[str, list[str]]:
    """Doubts about what is new; what stood there was asked about when it came."""
    found = doubts(after, told or [])
    if before.get("name") == after.get("name"):
        found.pop("names")
    if before.get("birthDate") == after.get("birthDate"):
        found.pop("birth_date")
    return found


def locked(id: UUID) -> Patient:
    """A patient whom nobody else changes until this action is done."""
    found = Patient.objects.select_for_update().filter(pk=id).first()
    if found is None:
        raise Missing("patient", id)
    return found


def held(id: UUID) -> list[Identifier]:
    """The numbers a patient has, in order, but ours."""
    return list(Identifier.objects.filter(patient=id, until=None).order_by("ordinal", "id"))


def renew(ctx: Context, one: Patient, record: Element, told: list[Element] | None) -> Patient:
    """Put new elements and numbers in the place of the old ones, which become a version."""
    rows = held(one.id)
    before = [row.record for row in rows]
    if record == one.record and (told is None or told == before):
        one.told = before
        return one
    Version.objects.create(
        patient=one, number=one.version, record=one.record, identifiers=before, until=ctx.at, changed_by=ctx.actor.id
    )
    one.version += 1
    words.learn(one.draw(record))
    with clash(TAKEN):
        one.save()
        if told is not None and told != before:
            _exchange_numbers(ctx, one, rows, told)
    one.told = before if told is None else told
    return one


def _exchange_numbers(ctx: Context, one: Patient, rows: list[Identifier], told: list[Element]) -> None:
    """End the numbers that are no longer told, add the new ones."""
    new = [entry for entry in told if entry not in [row.record for row in rows]]
    gone = [row.id for row in rows if row.record not in told]
    if gone:
        Identifier.objects.filter(pk__in=gone).update(until=ctx.at)
    last = max((row.ordinal for row in rows), default=-1)
    Identifier.objects.bulk_create(identifier_rows(one.id, new, taken_numbers(new, but=one.id), first=last + 1))
