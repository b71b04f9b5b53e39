"""Corrections: a new row beside the wrong one, and everything that rested on it made anew."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from medassist.domain.vitals import queries, rules
from medassist.domain.vitals.actions import index
from medassist.domain.vitals.inputs import CorrectReading, Found
from medassist.domain.vitals.inputs.found import faults
from medassist.domain.vitals.models import Reading
from medassist.domain.vitals.queries.base import local_day, standing
from medassist.kernel import identifiers
from medassist.kernel.action import action
from medassist.kernel.clash import clash
from medassist.kernel.context import Context
from medassist.kernel.errors import Conflict, Invalid, Missing

BEFORE = "This reading was corrected before. Correct the one that stands."
SAME = ("body_site", "method", "position", "qualifiers")
KEPT = ("of_id", "patient_id", "taken_at", "sign", "ordinal", "value", "unit", "standard", "on", *SAME)


@action(
    "vitals.correct", emits="vitals.corrected", shows=("Observation",),
    facts=lambda ctx, given: queries.where_reading(given.reading),
)  # fmt: skip
def correct(ctx: Context, given: CorrectReading) -> list[Reading]:
    """Correct a vital sign that was entered in error; the wrong value stays to be seen."""
    # no lock: that a reading is replaced once is the database's own constraint
    wrong = Reading.objects.filter(pk=given.reading).first()
    if wrong is None:
        raise Missing("reading", given.reading)
    if wrong.taken_back or Reading.objects.filter(replaces=wrong).exists():
        raise Conflict(BEFORE)
    right = None if given.takes_back else _right(ctx, wrong, given)
    made = _replacing(ctx, wrong, right, given.reason)
    made += _with_index(ctx, wrong, right, given.reason)
    with clash({"vitals_reading_replaces_id_key": BEFORE}):
        Reading.objects.bulk_create(made)
    return made


def _right(ctx: Context, wrong: Reading, given: CorrectReading) -> Reading:
    """The row that stands in place of the wrong one."""
    how = {name: getattr(given, name) for name in SAME if getattr(given, name) is not None}
    told = {**{name: getattr(wrong, name) for name in SAME}, **how}
    words = {k: v for k, v in told["qualifiers"].items() if isinstance(v, str)}
    found = Found(
        sign=wrong.sign, value=given.value, unit=given.unit or wrong.unit, on=given.on, ordinal=wrong.ordinal,
        **{**told, "qualifiers": words},
    )  # fmt: skip
    _check(wrong, found, given)
    if found.value == wrong.value and found.unit == wrong.unit and found.on == wrong.on and not _differs(wrong, how):
        raise Invalid({"value": ["This is what stands there already."]})
    return Reading(
        id=identifiers.uuid7(), value=found.value, unit=found.unit, standard=found.standard, on=found.on,
        doubts=list(given.confirmed and _doubts(wrong, found)), **_frame(ctx, wrong, given.reason), **told,
    )  # fmt: skip


def _differs(wrong: Reading, how: dict[str, Any]) -> bool:
    return any(getattr(wrong, name) != value for name, value in how.items())


def _check(wrong: Reading, found: Found, given: CorrectReading) -> None:
    """What can't be is refused; what is unlikely is asked about once."""
    told = [why for whys in faults([found, *_others(wrong)], local_day(wrong.recorded_at)).values() for why in whys]
    if told:
        raise Invalid({"value" if given.on is None else "on": told})
    asked = _doubts(wrong, found)
    if asked and "value" not in given.confirmed:
        raise Invalid(doubts={"value": asked})


def _others(wrong: Reading) -> list[Found]:
    """The pressures beside it, as long as they are in order themselves."""
    rows = standing().filter(of=wrong.of_id, ordinal=wrong.ordinal, sign__in=("systolic", "diastolic"))
    if wrong.sign not in ("systolic", "diastolic"):
        return []
    rows = rows.exclude(sign=wrong.sign).filter(standard__isnull=False)
    return [Found(sign=row.sign, value=row.value, unit=row.unit, ordinal=row.ordinal) for row in rows]


def _doubts(wrong: Reading, found: Found) -> list[str]:
    if found.value is None:
        return []
    on = local_day(wrong.taken_at)
    last = queries.last_values(wrong.patient_id, wrong.taken_at, leave_out=wrong.pk)
    known = queries.known(queries.person(wrong.patient_id), on, last)
    return rules.doubts(
        found.sign, found.value, found.unit, years=known.years, last=last.get(wrong.sign), on=on, child=known.child
    )


def _frame(ctx: Context, old: Reading, reason: str) -> dict[str, Any]:
    """What a correcting row takes over from the one that it replaces."""
    return {
        "of_id": old.of_id, "patient_id": old.patient_id, "taken_at": old.taken_at, "sign": old.sign,
        "ordinal": old.ordinal, "replaces": old, "reason": reason, "by": ctx.actor.id, "recorded_at": ctx.at,
    }  # fmt: skip


def _back(ctx: Context, old: Reading, reason: str) -> Reading:
    """A row that only says that the old one was wrong."""
    return Reading(id=identifiers.uuid7(), **_frame(ctx, old, reason))


def _replacing(ctx: Context, wrong: Reading, right: Reading | None, reason: str) -> list[Reading]:
    """The correction, and the unchanged signs that FHIR shows in the same Observation, carried into the new one."""
    made = [right or _back(ctx, wrong, reason)]
    beside = standing().filter(observation=wrong.observation).exclude(pk=wrong.pk) if wrong.observation else []
    carried = [_carried(ctx, old, reason) for old in beside]
    rows = [row for row in [right, *carried] if row is not None]
    together = rows[0].id if rows else None
    for row in rows:
        row.observation = together
    return made + carried


def _carried(ctx: Context, old: Reading, reason: str) -> Reading:
    kept = {name: getattr(old, name) for name in KEPT}
    return Reading(id=identifiers.uuid7(), doubts=old.doubts, replaces=old, reason=reason, by=ctx.actor.id,
                   recorded_at=ctx.at, **kept)  # fmt: skip


def _with_index(ctx: Context, wrong: Reading, right: Reading | None, reason: str) -> list[Reading]:
    """Every BMI that was computed from the wrong value, computed again or taken back."""
    if wrong.sign not in ("weight", "height"):
        return []
    return [_index_again(ctx, old, wrong, right, reason) for old in index.resting_on(wrong)]


def _index_again(ctx: Context, old: Reading, wrong: Reading, right: Reading | None, reason: str) -> Reading:
    other = "height" if wrong.sign == "weight" else "weight"
    named = _id(old.qualifiers.get(other))
    mate = Reading.objects.filter(pk=named).first() if named else None
    weight, height = (right, mate) if wrong.sign == "weight" else (mate, right)
    made = index.index(weight, height, old.ordinal) if weight and height else None
    if made is None:
        return _back(ctx, old, reason)
    made.of_id, made.taken_at, made.replaces, made.reason = old.of_id, old.taken_at, old, reason
    made.by, made.recorded_at = ctx.actor.id, ctx.at
    return made


def _id(text: Any) -> UUID | None:
    return identifiers.uuid_or_none(text)
