"""Who works when: weekly shifts, and time away. Both are told by rows that end; none is deleted."""

from __future__ import annotations

from medassist.domain.office import queries, rules
from medassist.domain.office.inputs import EndShifts, RecordAbsence, SetShifts, WithdrawAbsence
from medassist.domain.office.models import Absence, Shift, Staff
from medassist.kernel.action import action
from medassist.kernel.context import Context
from medassist.kernel.errors import Conflict, Invalid, Missing

SHOWN = ("PractitionerRole",)


@action("office.set_shifts", emits="office.shifts_set", shows=SHOWN)
def set_shifts(ctx: Context, given: SetShifts) -> Staff:
    """Set when somebody works at a site on some weekdays, from a date on."""
    person, place = _alone(given), queries.site(given.site)
    if queries.working(person.pk, place.pk, given.from_on) is None:
        raise Invalid({"site": [f"{person.name} holds no position at {place.name} then."]})
    _no_overlap(given)
    Shift.objects.bulk_create(
        Shift(
            staff=person, site=place, weekday=weekday, begins=given.begins, ends=given.ends, from_on=given.from_on,
            to_on=given.to_on,
        )
        for weekday in sorted(given.weekdays)
    )  # fmt: skip
    return person


@action("office.end_shifts", emits="office.shifts_ended", shows=SHOWN)
def end_shifts(ctx: Context, given: EndShifts) -> Staff:
    """End some of somebody's weekly shifts on their last day."""
    found = {one.pk: one for one in Shift.objects.select_for_update().filter(staff=given.staff, pk__in=given.shifts)}
    if missing := given.shifts - found.keys():
        raise Missing("shift", next(iter(missing)))
    for one in found.values():
        if one.to_on and one.to_on <= given.to_on:
            raise Conflict(f"That of {rules.WEEKDAYS[one.weekday]} ends before that already.")
        one.to_on = given.to_on
        one.save(update_fields=["to_on"])
    return queries.staff(given.staff)


@action("office.record_absence", emits="office.absence_recorded", shows=SHOWN)
def record_absence(ctx: Context, given: RecordAbsence) -> Absence:
    """Record when somebody is away: nobody counts on them, and providers cannot be booked then."""
    person, zone = _alone(given), queries.site(given.site).timezone
    start, end = rules.away(given.from_on, given.to_on or given.from_on, given.begins, given.ends, zone)
    if start is None or end is None:
        raise Invalid({"begins": ["Clocks go forward over one of these times. Take an hour later."]})
    if end <= ctx.at:
        raise Invalid({"from_on": ["This time is over."]})
    if Absence.objects.filter(staff=person, withdrawn_at=None, start_at__lt=end, end_at__gt=start).exists():
        raise Conflict(f"An absence of {person.name} is recorded in that time already.")
    return Absence.objects.create(staff=person, start_at=start, end_at=end, why=given.why, by=ctx.actor.id)


@action("office.withdraw_absence", emits="office.absence_withdrawn", shows=SHOWN)
def withdraw_absence(ctx: Context, given: WithdrawAbsence) -> Absence:
    """Withdraw an absence: somebody is there after all."""
    found = Absence.objects.select_for_update(of=("self",)).select_related("staff").filter(pk=given.absence).first()
    if found is None:
        raise Missing("absence", given.absence)
    if found.withdrawn_at:
        raise Conflict("This absence was withdrawn already.")
    found.withdrawn_at = ctx.at
    found.save(update_fields=["withdrawn_at"])
    return found


def _alone(given: SetShifts | RecordAbsence) -> Staff:
    """The person, until the transaction ends nobody else's to plan for: of two at once, one is told of the other."""
    if (person := Staff.objects.select_for_update().filter(pk=given.staff, active=True).first()) is None:
        raise Missing("staff", given.staff)
    return person


def _no_overlap(given: SetShifts) -> None:
    same = Shift.objects.filter(staff=given.staff, weekday__in=given.weekdays, begins__lt=given.ends)
    for one in same.filter(ends__gt=given.begins).select_related("site"):
        if (one.to_on is None or one.to_on >= max(given.from_on, one.from_on)) and (
            given.to_on is None or given.to_on >= one.from_on
        ):
            said = f"{one.begins:%H:%M}–{one.ends:%H:%M} at {one.site.name}"
            raise Conflict(f"On {rules.WEEKDAYS[one.weekday]}s, {said} is set already. End it first.")
