"""Vital signs that another system recorded, taken over as they are kept there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from medassist.domain.people import queries as people
from medassist.domain.vitals.actions import many
from medassist.domain.vitals.inputs import AdoptVitals
from medassist.domain.vitals.models import Confirmation, Reading, VitalSet
from medassist.domain.vitals.queries.base import standing
from medassist.domain.vitals.rules import observation
from medassist.domain.vitals.rules.observation import Read, Seen
from medassist.kernel import identifiers
from medassist.kernel.action import action
from medassist.kernel.context import Context
from medassist.kernel.doorway import concerns
from medassist.kernel.errors import Invalid, Missing

TAKEN_BACK = "Its sender took it back."
CHANGED = "Its sender changed it."
FURTHEST = timedelta(days=366)  # a clock elsewhere may be wrong; a year ahead is no measurement
Key = tuple[UUID, Seen]


# shows=None: the exchange shows what was adopted as it came
@action("vitals.adopt", emits="vitals.adopted", shows=None)
def adopt(ctx: Context, given: AdoptVitals) -> list[Reading | None]:
    """Take over vital signs from another system; answers with one reading a resource, in order, or nothing."""
    keys = [_key(ctx, number, one) for number, one in enumerate(given.resources)]
    known = [key for key in keys if key is not None]
    _patients_known(known)
    there = _there(id for id, _ in known)
    rows = _new(ctx, [key for key in known if key[0] not in there])
    for id, seen in known:
        if id in there:
            _again(ctx, id, seen, there[id])
    old = Reading.objects.in_bulk([id for id, _ in known if id in there])
    return [None if key is None else rows.get(key[0]) or old[key[0]] for key in keys]


def _key(ctx: Context, number: int, resource: dict[str, Any]) -> Key | None:
    seen = observation.read(resource)
    if seen is None:
        return None
    id = identifiers.uuid_or_none(seen.id)
    if id is None:
        raise Invalid({f"resources.{number}.id": ["The id is not one of this office's keys."]})
    if seen.at > ctx.at + FURTHEST:
        raise Invalid({f"resources.{number}.effective": ["This time is still to come."]})
    return id, seen


def _patients_known(known: list[Key]) -> None:
    """Each must be of a patient who is kept here."""
    wanted = {seen.patient for _, seen in known}
    ids = {text: identifiers.uuid_or_none(text) for text in wanted}
    found = people.patients(id for id in ids.values() if id)
    for text, id in ids.items():
        if id not in found:
            raise Missing("patient", text or "named by this observation")
    if len(found) == 1:
        concerns(next(iter(found)))


def _there(ids: Iterable[UUID]) -> dict[UUID, list[Reading]]:
    """The standing readings of Observations that were adopted before; none left is an empty list."""
    ids = list(ids)
    found: dict[UUID, list[Reading]] = {
        id: [] for id in Reading.objects.filter(pk__in=ids).values_list("pk", flat=True)
    }
    for row in standing().filter(observation__in=list(found)).select_related("of", "of__confirmation"):
        if row.observation is not None:
            found[row.observation].append(row)
    return found


def _new(ctx: Context, known: list[Key]) -> dict[UUID, Reading]:
    """Write new ones in three statements, however many: sets, readings, and those taken back by their sender."""
    sets: dict[Any, VitalSet] = {}
    taken: set[Any] = set()
    first: dict[UUID, Reading] = {}
    rows: list[Reading] = []
    backs: list[Reading] = []
    for id, seen in known:
        if (group := _together(seen)) not in sets:
            sets[group] = _set(ctx, seen)
        of = sets[group]
        for place, one in enumerate(seen.readings):
            row = _reading(ctx, of, seen, one, id, id if place == 0 else identifiers.uuid7())
            row.ordinal = _free(taken, of, one.sign)
            first.setdefault(id, row)
            rows.append(row)
            if seen.wrong:
                backs.append(_back(ctx, row, TAKEN_BACK))
    for model, made in ((VitalSet, sets.values()), (Reading, rows), (Reading, backs)):
        many.write(model, made)
    return first


def _together(seen: Seen) -> tuple[Any, ...]:
    """What makes Observations one set: patient, encounter, time, device, and how sure their sender is."""
    return seen.patient, seen.encounter, seen.at, seen.device, seen.preliminary


def _set(ctx: Context, seen: Seen) -> VitalSet:
    status = "preliminary" if seen.preliminary else "final"
    return VitalSet(patient_id=UUID(seen.patient), taken_at=seen.at, recorded_at=ctx.at, by=ctx.actor.id,
                    device=seen.device, status=status, received=True, site_id=ctx.site)  # fmt: skip


def _reading(ctx: Context, of: VitalSet, seen: Seen, one: Read, observation: UUID, id: UUID) -> Reading:
    return Reading(
        id=id, of=of, patient_id=of.patient_id, taken_at=seen.at, sign=one.sign, value=one.value, unit=one.unit,
        standard=one.standard, on=one.on, body_site=one.body_site, method=one.method, position=one.position,
        qualifiers=one.qualifiers, observation=observation, by=ctx.actor.id, recorded_at=ctx.at,
    )  # fmt: skip


def _free(taken: set[Any], of: VitalSet, sign: str) -> int:
    """The next free number of a sign in its set."""
    ordinal = 1
    while (of.pk, sign, ordinal) in taken:
        ordinal += 1
    taken.add((of.pk, sign, ordinal))
    return ordinal


def _back(ctx: Context, old: Reading, reason: str) -> Reading:
    return Reading(of=old.of, patient_id=old.patient_id, taken_at=old.taken_at, sign=old.sign, ordinal=old.ordinal,
                   replaces=old, reason=reason, by=ctx.actor.id, recorded_at=ctx.at)  # fmt: skip


# -- the same Observation again, with other content


def _again(ctx: Context, id: UUID, seen: Seen, old: list[Reading]) -> None:
    """Its sender changed it: what differs is replaced, what is gone is taken back, and final is final."""
    if seen.wrong:
        Reading.objects.bulk_create([_back(ctx, row, TAKEN_BACK) for row in old])
        return
    by_sign = {row.sign: row for row in old}
    of = old[0].of if old else Reading.objects.select_related("of").get(pk=id).of
    made = [_changed(ctx, of, seen, one, id, by_sign.get(one.sign)) for one in seen.readings]
    gone = [_back(ctx, row, CHANGED) for row in old if row.sign not in {one.sign for one in seen.readings}]
    Reading.objects.bulk_create([row for row in [*made, *gone] if row is not None])
    if of.status == "preliminary" and not seen.preliminary and not Confirmation.objects.filter(of=of).exists():
        Confirmation.objects.create(of=of, by=ctx.actor.id, at=ctx.at)


def _changed(ctx: Context, of: VitalSet, seen: Seen, one: Read, id: UUID, old: Reading | None) -> Reading | None:
    row = _reading(ctx, of, seen, one, id, identifiers.uuid7())
    if old is None:
        return _late(row)
    same = ("value", "unit", "on", "body_site", "method", "position", "qualifiers", "taken_at")
    if all(getattr(row, name) == getattr(old, name) for name in same):
        return None
    row.replaces, row.reason, row.ordinal = old, CHANGED, old.ordinal
    return row


def _late(row: Reading) -> Reading:
    """A sign that its sender added later, or gave again after taking it back: it follows the last row of its kind."""
    rows = Reading.objects.filter(of=row.of_id, sign=row.sign, observation=row.observation)
    last = Reading.objects.filter(replaces__in=rows, replaced_by__isnull=True).first()
    if last is not None:
        row.replaces, row.reason, row.ordinal = last, CHANGED, last.ordinal
        return row
    used = set(Reading.objects.filter(of=row.of_id, sign=row.sign).values_list("ordinal", flat=True))
    row.ordinal = next(n for n in range(1, len(used) + 2) if n not in used)
    return row
