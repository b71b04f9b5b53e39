"""Corrections: a new row beside the wrong one, and everything that rested on it made anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from medassist.domain.vitals import queries, rules
from medassist.domain.vitals.actions import derived
from medassist.domain.vitals.actions.replacing import SAME, frame, replacing
from medassist.domain.vitals.inputs import AmendObservation, CorrectReading, Found, PlaceAgain
from medassist.domain.vitals.inputs.found import faults
from medassist.domain.vitals.models import Confirmation, Reading, VitalSet
from medassist.domain.vitals.queries.base import local_day, standing
from medassist.kernel import identifiers
from medassist.kernel.action import action
from medassist.kernel.clash import clash
from medassist.kernel.context import Context
from medassist.kernel.errors import Conflict, Invalid, Missing

BEFORE = "This reading was corrected before. Correct the one that stands."
COMPUTED = "This is computed from other signs. Correct one of those."
PLACED = "Sex, birth date or weeks at birth are known otherwise now."
PAIR = ("systolic", "diastolic")
Asked = Mapping[Reading, CorrectReading]


@action(
    "vitals.correct", emits="vitals.corrected", shows=("Observation",),
    facts=lambda ctx, given: queries.where_reading(given.reading),
)  # fmt: skip
def correct(ctx: Context, given: CorrectReading) -> list[Reading]:
    """Correct a vital sign that was entered in error; the wrong value stays to be seen."""
    # no lock: that a reading is replaced once is the database's own constraint
    wrong = Reading.objects.select_related("of").filter(pk=given.reading).first()
    if wrong is None:
        raise Missing("reading", given.reading)
    if wrong.taken_back or Reading.objects.filter(replaces=wrong).exists():
        raise Conflict(BEFORE)
    return _put_right(ctx, {wrong: given}, given.reason)


@action(
    "vitals.amend", emits="vitals.corrected", shows=("Observation",),
    facts=lambda ctx, given: queries.where_observation(given.observation),
)  # fmt: skip
def amend(ctx: Context, given: AmendObservation) -> list[Reading]:
    """Correct an Observation that you reported, or take it back; the wrong values stay to be seen."""
    rows = {row.sign: row for row in standing().select_related("of").filter(observation=given.observation)}
    if not rows:
        raise Conflict(BEFORE)
    _theirs_to_amend(ctx, next(iter(rows.values())).of)
    new = {one.sign: one for one in given.found}
    if more := new.keys() - rows.keys():
        raise Invalid({name: ["This was not in it. Send what is new by itself."] for name in more})
    asked = {row: _asked(row, new.get(sign), given) for sign, row in rows.items() if _says_else(row, new.get(sign))}
    if not asked:
        raise Invalid({"value": ["This is what stands there already."]})
    return _put_right(ctx, asked, given.reason)


@action("vitals.place_again", emits="vitals.placed_again", shows=("Observation",))
def place_again(ctx: Context, given: PlaceAgain) -> list[Reading]:
    """Compute a child's growth percentiles again, after birth date, sex or weeks at birth were told or corrected."""
    made = derived.placed_again(ctx, queries.person(given.patient), PLACED)
    with clash({"vitals_reading_replaces_id_key": BEFORE}):
        Reading.objects.bulk_create(made)
    return made


def _theirs_to_amend(ctx: Context, of: VitalSet) -> None:
    """A system may put right what it reported, as long as nobody here has looked at it."""
    if of.by != ctx.actor.id:
        raise Conflict("Another one reported this. The office corrects it.")
    if Confirmation.objects.filter(of=of).exists():
        raise Conflict("Somebody of the office confirmed this meanwhile. The office corrects it.")


def _says_else(row: Reading, new: Found | None) -> bool:
    if new is None:
        return True
    same_value = (new.value, new.unit, new.on) == (row.value, row.unit, row.on)
    if not same_value and new.unit != row.unit and row.standard is not None:
        same_value = new.standard == row.standard  # shown in a unit that its profile allows
    return not same_value or any(getattr(new, name) not in ("", getattr(row, name)) for name in SAME[:3])


def _asked(row: Reading, new: Found | None, given: AmendObservation) -> CorrectReading:
    how: dict[str, Any] = {}
    if new is not None:
        how = {name: getattr(new, name) or None for name in SAME[:3]}
        how |= {"value": new.value, "unit": new.unit, "on": new.on}
    return CorrectReading.of(reading=row.pk, reason=given.reason, confirmed=given.confirmed, **how)


def _put_right(ctx: Context, asked: Asked, reason: str) -> list[Reading]:
    """Write the right rows, what FHIR shows beside them, and what is computed from them."""
    if any("basis" in wrong.qualifiers for wrong in asked):
        raise Conflict(COMPUTED)
    told = {wrong: None if given.takes_back else _found(wrong, given) for wrong, given in asked.items()}
    rights = {wrong: _right(ctx, wrong, found, asked[wrong], told) for wrong, found in told.items()}
    made = replacing(ctx, rights, reason)
    first = next(iter(asked))
    made += derived.again(ctx, made, reason, queries.person(first.patient_id))
    with clash({"vitals_reading_replaces_id_key": BEFORE}):
        Reading.objects.bulk_create(made)
    return made


def _found(wrong: Reading, given: CorrectReading) -> Found:
    """What is right, with how it was measured as it stands unless something else is said."""
    told = {name: getattr(wrong, name) if getattr(given, name) is None else getattr(given, name) for name in SAME}
    told["qualifiers"] = {k: v for k, v in told["qualifiers"].items() if isinstance(v, str)}
    return Found(
        sign=wrong.sign, value=given.value, unit=given.unit or wrong.unit, on=given.on, ordinal=wrong.ordinal, **told
    )


def _right(
    ctx: Context, wrong: Reading, found: Found | None, given: CorrectReading, told: Mapping[Reading, Found | None]
) -> Reading | None:
    """The row that stands in place of the wrong one."""
    if found is None:
        return None
    how = {name: getattr(wrong, name) if getattr(given, name) is None else getattr(given, name) for name in SAME}
    asked = _check(wrong, found, given, told)
    if (found.value, found.unit, found.on) == (wrong.value, wrong.unit, wrong.on) and all(
        getattr(wrong, name) == value for name, value in how.items()
    ):
        raise Invalid({"value": ["This is what stands there already."]})
    return Reading(
        id=identifiers.uuid7(), value=found.value, unit=found.unit, standard=found.standard, on=found.on,
        doubts=asked, **frame(ctx, wrong, given.reason), **how,
    )  # fmt: skip


def _check(wrong: Reading, found: Found, given: CorrectReading, told: Mapping[Reading, Found | None]) -> list[str]:
    """What can't be is refused; what is unlikely is asked about once, and answered with what was confirmed."""
    together = [found, *_others(wrong, told)]
    if why := [why for whys in faults(together, local_day(wrong.recorded_at)).values() for why in whys]:
        raise Invalid({"value" if given.on is None else "on": why})
    asked = _doubts(wrong, found)
    if asked and "value" not in given.confirmed:
        raise Invalid(doubts={"value": asked})
    return asked


def _others(wrong: Reading, told: Mapping[Reading, Found | None]) -> Iterable[Found]:
    """The pressures beside it: as they are put right too, or as they stand, while they are in order themselves."""
    if wrong.sign not in PAIR:
        return
    rows = standing().filter(of=wrong.of_id, ordinal=wrong.ordinal, sign__in=PAIR).exclude(sign=wrong.sign)
    for row in rows.filter(standard__isnull=False):
        if row not in told:
            yield Found(sign=row.sign, value=row.value, unit=row.unit, ordinal=row.ordinal)
        elif (new := told[row]) is not None:
            yield new


def _doubts(wrong: Reading, found: Found) -> list[str]:
    if found.value is None:
        return []
    on = local_day(wrong.taken_at)
    last = queries.last_values(wrong.patient_id, wrong.taken_at, leave_out=wrong.pk)
    known = queries.known(queries.person(wrong.patient_id), on, last)
    return rules.doubts(
        found.sign, found.value, found.unit, years=known.years, last=last.get(wrong.sign), on=on, child=known.child
    )
