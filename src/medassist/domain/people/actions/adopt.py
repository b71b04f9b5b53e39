"""Taking over patients whom another system keeps."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from medassist.domain.people.actions import words
from medassist.domain.people.actions.change import renew
from medassist.domain.people.actions.register import TAKEN, taken_numbers
from medassist.domain.people.inputs import AdoptPatients
from medassist.domain.people.models import Identifier, Patient
from medassist.domain.people.queries.numbers import next_mrns, own_system
from medassist.domain.people.rules import demographics
from medassist.kernel.action import action
from medassist.kernel.clash import clash
from medassist.kernel.context import Context
from medassist.kernel.doorway import concerns


@action("people.adopt", emits="people.adopted", shows=("Patient",))
def adopt(ctx: Context, given: AdoptPatients) -> list[Patient]:
    """Take over patients from another system as they are kept there."""
    told = {demographics.identity(one): one for one in given.resources}
    there = {one.id: one for one in Patient.objects.select_for_update().filter(pk__in=list(told)).order_by("pk")}
    if len(told) == 1:
        concerns(next(iter(told)))
    for id, one in there.items():
        _again(ctx, one, told[id])
    new = _new(ctx, {id: one for id, one in told.items() if id not in there})
    return [there.get(id) or new[id] for id in told]


def _again(ctx: Context, one: Patient, told: dict[str, Any]) -> Patient:
    return renew(ctx, one, demographics.elements(told), _others(told))


def _others(told: dict[str, Any]) -> list[dict[str, Any]]:
    """The identifiers but ours: they come back when our own export is read again."""
    return [one for one in told.get("identifier") or [] if one.get("system") != own_system()]


def _new(ctx: Context, told: dict[UUID, dict[str, Any]]) -> dict[UUID, Patient]:
    """Write new patients in a few statements, however many."""
    made, rows = [], []
    seen = taken_numbers([number for one in told.values() for number in _others(one)]) if told else set()
    for (id, one), mrn in zip(told.items(), next_mrns(len(told)), strict=True):
        row = Patient(id=id, mrn=mrn, registered_at=ctx.at, received=True)
        words.learn(row.draw(demographics.elements(one)))
        row.told = _others(one)
        for at, number in enumerate(row.told):
            pair = (number.get("system") or "", number.get("value") or "")
            rows.append(Identifier.of(id, at, number, shared=all(pair) and pair in seen))
            seen.add(pair)
        made.append(row)
    with clash(TAKEN):
        Patient.objects.bulk_create(made)
        Identifier.objects.bulk_create(rows)
    return {one.id: one for one in made}
