"""What can be booked, when providers are offered, and the slots that other systems see."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from medassist.domain.office import queries as office
from medassist.domain.scheduling import queries, rules
from medassist.domain.scheduling.actions import bookings
from medassist.domain.scheduling.inputs import AddType, ChangeType, EndTimes, OfferTimes, RollSlots, TakeProfileTypes
from medassist.domain.scheduling.models import AppointmentType, Availability, Schedule, Slot
from medassist.kernel import clock
from medassist.kernel.action import action
from medassist.kernel.clash import clash
from medassist.kernel.context import Context
from medassist.kernel.errors import Conflict, Invalid, Missing

TAKEN = {"one_type_a_code": "Another type of appointment has this code."}


@action("schedule.add_type", emits="schedule.type_added", shows=None)
def add_type(ctx: Context, given: AddType) -> AppointmentType:
    """Add a type of appointment that can be booked."""
    site = office.site(given.site) if given.site else None
    with clash(TAKEN):
        return AppointmentType.objects.create(
            site=site, code=given.code, name=given.name, minutes=given.minutes, needs_room=given.needs_room,
            acts=_once(given.acts),
        )  # fmt: skip


@action("schedule.change_type", emits="schedule.type_changed", shows=None)
def change_type(ctx: Context, given: ChangeType) -> AppointmentType:
    """Change a type of appointment, or take it out of use."""
    if (found := AppointmentType.objects.filter(pk=given.type).first()) is None:
        raise Missing("appointment type", given.type)
    new = {n: v for n in ("name", "minutes", "active") if (v := getattr(given, n)) is not None}
    if given.acts is not None:
        new["acts"] = _once(given.acts)
    for name, value in new.items():
        setattr(found, name, value)
    found.save(update_fields=list(new) or None)
    return found


def _once(acts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(acts))


@action("schedule.take_profile_types", emits="schedule.types_taken", shows=None)
def take_profile_types(ctx: Context, given: TakeProfileTypes) -> list[AppointmentType]:
    """Give a site the types of appointment that its kind of facility usually books; those it has stay."""
    site = office.site(given.site)
    there = set(AppointmentType.objects.filter(site=site).values_list("code", flat=True))
    usual = office.profiles()[site.profile]["appointment_types"]
    return AppointmentType.objects.bulk_create(
        AppointmentType(site=site, **one) for one in usual if one["code"] not in there
    )


@action("schedule.offer", emits="schedule.offered", shows=("Schedule", "Slot"))
def offer(ctx: Context, given: OfferTimes) -> Schedule:
    """Offer a provider's time on some weekdays: it can be booked from then on."""
    site = office.site(given.site)
    if office.working(given.provider, site.pk, max(given.from_on, clock.today(site.timezone))) is None:
        name = office.staff(given.provider).name
        raise Invalid({"provider": [f"{name} holds no position at {site.name} then."]})
    schedule, _ = Schedule.objects.get_or_create(provider_id=given.provider, site=site)
    _no_overlap(schedule, given)
    Availability.objects.bulk_create(
        Availability(
            schedule=schedule, weekday=weekday, begins=given.begins, ends=given.ends, minutes=given.minutes,
            from_on=given.from_on, to_on=given.to_on,
        )
        for weekday in sorted(given.weekdays)
    )  # fmt: skip
    return _rolled(ctx, schedule)


@action("schedule.end_times", emits="schedule.times_ended", shows=("Schedule", "Slot"))
def end_times(ctx: Context, given: EndTimes) -> Schedule:
    """End a stretch that a provider is offered, on its last day; open slots after it are withdrawn."""
    rows = Availability.objects.select_for_update(of=("self",)).select_related("schedule")
    if (found := rows.filter(pk=given.availability).first()) is None:
        raise Missing("offered time", given.availability)
    if found.to_on and found.to_on <= given.to_on:
        raise Conflict("It ends before that already.")
    # a stretch that never was: its last day lies before its first
    found.to_on = given.to_on
    found.save(update_fields=["to_on"])
    return _rolled(ctx, found.schedule)


@action("schedule.roll_slots", emits="schedule.slots_rolled", shows=None)
def roll_slots(ctx: Context, given: RollSlots) -> int:
    """Bring the slots of the next fortnight up to date, for other systems to see and book."""
    rolled = [
        roll_schedule(ctx, RollSlots(site=one.site_id, provider=one.provider_id))
        for one in queries.schedules(given.site, given.provider)
    ]
    return len(rolled)


@action("schedule.roll_schedule", emits="schedule.schedule_rolled", shows=("Schedule", "Slot"))
def roll_schedule(ctx: Context, given: RollSlots) -> Schedule:
    """Bring one provider's slots at one site up to date."""
    for schedule in queries.schedules(given.site, given.provider):
        return _rolled(ctx, schedule)
    raise Missing("schedule", given.provider)


def _no_overlap(schedule: Schedule, given: OfferTimes) -> None:
    same = Availability.objects.filter(schedule=schedule, weekday__in=given.weekdays, begins__lt=given.ends)
    for one in same.filter(ends__gt=given.begins):
        if (one.to_on is None or one.to_on >= given.from_on) and (given.to_on is None or given.to_on >= one.from_on):
            raise Conflict(f"{one.begins:%H:%M}–{one.ends:%H:%M} is offered already on one of these weekdays.")


def _rolled(ctx: Context, schedule: Schedule) -> Schedule:
    """Make, close and withdraw slots until they say what is offered; the schedule carries those that changed."""
    provider, site = office.staff(schedule.provider_id), office.site(schedule.site_id)
    first = clock.today(site.timezone)
    last = first + timedelta(days=rules.HORIZON)
    bookings.lock([provider.resource])
    offered = _offered(schedule, first, last, site)
    begin, end = office.span(first, site.timezone)[0], office.span(last, site.timezone)[1]
    there = {slot.start_at: slot for slot in queries.slots(schedule.pk, begin=begin, end=end)}
    changed = {slot.pk: slot for slot in [*_new(schedule, offered, there), *_differing(offered, there)]}
    changed |= {slot.pk: slot for slot in bookings.refresh(provider, begin, end).changed}
    schedule.shown_to_on = last
    schedule.save(update_fields=["shown_to_on"])
    schedule.slots_changed = list(changed.values())
    return schedule


def _offered(schedule: Schedule, first: date, last: date, site: Any) -> dict:
    """Start of each slot that should be: (end, whether the site is closed or the provider away then)."""
    rows = list(Availability.objects.filter(schedule=schedule))
    gone = _away(schedule, first, last, site)
    days = office.open_days(site, first, last)
    found = {}
    for day, held in days.items():
        for row in rows:
            if row.weekday == day.weekday() and row.from_on <= day and (row.to_on is None or day <= row.to_on):
                wall = lambda d, t: office.moment(d, t, site.timezone)  # noqa: E731
                for start, end in rules.cut(day, row.begins, row.ends, row.minutes, wall):
                    away = any(rules.overlaps((start, end), one) for one in gone)
                    found[start] = (end, held["opens"] is None or away)
    return found


def _away(schedule: Schedule, first: date, last: date, site: Any) -> list[rules.Stretch]:
    begin, end = office.span(first, site.timezone)[0], office.span(last, site.timezone)[1]
    gone = office.away(begin, end, [schedule.provider_id]).get(schedule.provider_id, ())
    return [(one.start_at, one.end_at) for one in gone]


def _new(schedule: Schedule, offered: dict, there: dict) -> list[Slot]:
    return Slot.objects.bulk_create(
        Slot(
            schedule=schedule, provider_id=schedule.provider_id, site_id=schedule.site_id, start_at=start, end_at=end,
            closed=closed, status="busy-unavailable" if closed else "free",
        )
        for start, (end, closed) in offered.items()
        if start not in there
    )  # fmt: skip


def _differing(offered: dict, there: dict) -> list[Slot]:
    """Slots that are there but offered otherwise, or no longer; what is booked in them stays booked."""
    changed = []
    for start, slot in there.items():
        end, closed = offered.get(start, (slot.end_at, slot.closed))
        status = "entered-in-error" if start not in offered else slot.status
        if start in offered and slot.status == "entered-in-error":
            status = "busy-unavailable" if closed else "free"
        if (end, closed, status) != (slot.end_at, slot.closed, slot.status):
            slot.end_at, slot.closed, slot.status = end, closed, status
            slot.save(update_fields=["end_at", "closed", "status"])
            changed.append(slot)
    return changed
