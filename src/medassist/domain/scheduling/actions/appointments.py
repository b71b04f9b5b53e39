"""Booking, cancelling and moving appointments."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from medassist.domain.office import queries as office
from medassist.domain.people import queries as people
from medassist.domain.scheduling import queries, rules
from medassist.domain.scheduling.actions import bookings
from medassist.domain.scheduling.actions.bookings import Wanted
from medassist.domain.scheduling.inputs import (
    Book,
    Cancel,
    ChangeAppointment,
    FollowVisit,
    HoldTime,
    NoShow,
    OfAppointment,
    ReleaseTime,
    Reschedule,
    Restore,
    When,
)
from medassist.domain.scheduling.models import Appointment, Hold
from medassist.kernel import doorway
from medassist.kernel.action import action
from medassist.kernel.context import Context
from medassist.kernel.errors import Conflict, Invalid, Missing, ask
from medassist.ui import human

if TYPE_CHECKING:
    from medassist.domain.office.models import Site
    from medassist.domain.scheduling.models import AppointmentType, Slot

SHOWN = ("Appointment", "Slot")


def _there(ctx: Context, given: Book) -> dict[str, Any]:
    return {"site": given.site or queries.slot(given.slot).site_id}  # type: ignore[arg-type]


def _site(ctx: Context, given: HoldTime) -> dict[str, Any]:
    return {"site": given.site}


def _facts(ctx: Context, given: OfAppointment) -> dict[str, Any]:
    return queries.where(given.appointment)


@action("schedule.book", emits="schedule.booked", shows=SHOWN, facts=_there)
def book(ctx: Context, given: Book) -> Appointment:
    """Book a patient with a provider or in a room; never beside another booking of either."""
    if not people.existing([given.patient]):
        raise Missing("patient", given.patient)
    wanted, kind = _wanted(ctx, given)
    made = Appointment(
        patient_id=given.patient, type=kind, provider=wanted.provider, room=wanted.room, site=wanted.site,
        start_at=wanted.start_at, end_at=wanted.end_at, reason=given.reason, note=given.note,
        booked_by=ctx.actor.id, booked_at=ctx.at,
    )  # fmt: skip
    bookings.claim(wanted, appointment=made)
    made.save(force_insert=True)
    return _refreshed(made)


@action("schedule.cancel", emits="schedule.cancelled", shows=SHOWN, facts=_facts, undo="schedule.restore")
def cancel(ctx: Context, given: Cancel) -> Appointment:
    """Cancel an appointment, with a reason; the time is free again."""
    return _ended(ctx, given, "cancelled", given.code, given.reason or rules.CANCEL_REASONS[given.code])


@action("schedule.no_show", emits="schedule.not_come", shows=SHOWN, facts=_facts, undo="schedule.restore")
def no_show(ctx: Context, given: NoShow) -> Appointment:
    """Note that nobody came; what is left of the time is free again."""
    return _ended(ctx, given, "noshow", "", given.reason)


@action("schedule.restore", emits="schedule.restored", shows=SHOWN, facts=_facts)
def restore(ctx: Context, given: Restore) -> Appointment:
    """Take back a cancelling or a no-show within ten minutes, if the time is still free."""
    found = _locked(given.appointment)
    if found.status not in ("cancelled", "noshow"):
        raise Conflict("There is nothing to take back.")
    if found.status_by != ctx.actor.id:
        raise Conflict("Somebody else entered this; only that person can take it back.")
    if found.status_at is None or ctx.at - found.status_at > rules.UNDO:
        raise Conflict("It was entered more than 10 minutes ago. Book again instead.")
    bookings.claim(_as_it_is(found), appointment=found)
    return _status(ctx, found, "booked")


@action("schedule.reschedule", emits="schedule.rescheduled", shows=SHOWN, facts=_facts)
def reschedule(ctx: Context, given: Reschedule) -> Appointment:
    """Move an appointment to another time, provider or room."""
    found = _locked(given.appointment)
    if found.status not in rules.WAITING:
        raise Conflict(f"Only an appointment that is still expected can be moved; this one: {_said(found)}.")
    before, wanted = _as_it_is(found), _moved(ctx, given, found)
    bookings.lock({*before.resources, *wanted.resources})
    bookings.free(appointment=found)
    bookings.claim(wanted, appointment=found)
    found.provider, found.room = wanted.provider, wanted.room
    found.start_at, found.end_at = wanted.start_at, wanted.end_at
    found.reason = given.reason or found.reason
    found.save()
    left = bookings.refresh(before.provider, before.start_at, before.end_at).changed
    _refreshed(found)
    found.slots_changed = list({slot.pk: slot for slot in [*left, *found.slots_changed]}.values())
    return found


@action("schedule.change", emits="schedule.changed", shows=("Appointment",), facts=_facts)
def change(ctx: Context, given: ChangeAppointment) -> Appointment:
    """Change what is said about an appointment: its reason or its note."""
    found = _locked(given.appointment)
    new = {name: value for name in ("reason", "note") if (value := getattr(given, name)) is not None}
    for name, value in new.items():
        setattr(found, name, value)
    found.save(update_fields=list(new) or None)
    return found


FOLLOWS = {
    "arrived": ("booked", "pending", "noshow", "fulfilled"),
    "fulfilled": ("arrived", "checked-in"),
    "booked": ("arrived",),
}


@action("schedule.follow_visit", emits="schedule.followed", shows=("Appointment",), facts=_facts)
def follow_visit(ctx: Context, given: FollowVisit) -> Appointment:
    """Note on the appointment what its visit tells: the patient has come, was seen, or had not come after all."""
    found = _locked(given.appointment)
    if found.status not in FOLLOWS[given.status]:
        raise Conflict(f"This appointment: {_said(found)}.")
    return _status(ctx, found, given.status, refresh=False)


@action("schedule.hold", emits="schedule.held", shows=("Slot",), facts=_site)
def hold(ctx: Context, given: HoldTime) -> Hold:
    """Hold time of a provider or a room for something other than a patient."""
    place = office.place(given.site, given.provider, given.room, given.on, given.start_at)
    start = _start(given, place.site)
    wanted = _fitting(place, start, start + timedelta(minutes=given.minutes or 0))
    made = Hold(
        site=wanted.site, provider=wanted.provider, room=wanted.room, start_at=start, end_at=wanted.end_at,
        title=given.title,
    )  # fmt: skip
    bookings.claim(wanted, hold=made)
    made.save(force_insert=True)
    made.slots_changed = bookings.refresh(wanted.provider, start, wanted.end_at).changed
    return made


@action("schedule.release", emits="schedule.released", shows=("Slot",))
def release(ctx: Context, given: ReleaseTime) -> Hold:
    """Release time that was held; it can be booked again."""
    rows = Hold.objects.select_for_update(of=("self",)).select_related("site", "provider", "room")
    if (found := rows.filter(pk=given.hold).first()) is None:
        raise Missing("held time", given.hold)
    if found.released_at:
        raise Conflict("This time was released already.")
    bookings.lock(Wanted(found.site, found.start_at, found.end_at, found.provider, found.room).resources)
    bookings.free(hold=found)
    found.released_at = ctx.at
    found.save(update_fields=["released_at"])
    found.slots_changed = bookings.refresh(found.provider, found.start_at, found.end_at).changed
    return found


# --- who, where, when


def _wanted(ctx: Context, given: Book) -> tuple[Wanted, AppointmentType | None]:
    """What a booking asks for, found, fitting together and not unlikely; and the type."""
    slot = _slot(given)
    site, provider = (slot.site_id, slot.provider_id) if slot else (given.site, given.provider)
    moment = slot.start_at if slot else given.start_at
    place = office.place(site, provider, given.room, given.on if slot is None else None, moment)  # type: ignore[arg-type]
    start = slot.start_at if slot else _start(given, place.site)
    end = slot.end_at if slot else given.end_at or _after(start, given.minutes)
    asked = queries.asked(given.patient, place.site.pk, given.type, start, end)
    wanted = _fitting(place, start, end or start + timedelta(minutes=asked.type.minutes if asked.type else 0))
    _ask(ctx, given, wanted, place, asked)
    return wanted, asked.type


def _after(start: datetime, minutes: int | None) -> datetime | None:
    return start + timedelta(minutes=minutes) if minutes else None


def _slot(given: Book) -> Slot | None:
    """The slot that a booking names: open, and not contradicted by what is said beside it."""
    if given.slot is None:
        return None
    slot = queries.slot(given.slot)
    if slot.status != "free":
        zone = ZoneInfo(slot.site.timezone)
        raise Conflict(f"{slot.provider.name} is busy {bookings.words(slot.start_at, slot.end_at, zone)}.")
    told = {"site": slot.site_id, "provider": slot.provider_id, "start_at": slot.start_at}
    wrong = [name for name, of_slot in told.items() if getattr(given, name) not in (None, of_slot)]
    if given.end_at and given.end_at > slot.end_at:
        wrong.append("end_at")
    if wrong:
        raise Invalid({name: ["The slot says otherwise."] for name in wrong})
    return slot


def _start(given: When, site: Site) -> datetime:
    if given.start_at is not None:
        return given.start_at
    found = office.moment(given.on, given.at, site.timezone)  # type: ignore[arg-type]
    if found is None:
        said = f"{human.clock(datetime.combine(given.on, given.at))} on {human.day(given.on)}"  # type: ignore[arg-type]
        raise Invalid({"at": [f"There is no {said}: clocks go forward over it. Take an hour later."]})
    return found


def _fitting(place: office.Place, start: datetime, end: datetime) -> Wanted:
    """The time with its person and room, if the person works there that day and the room is the site's."""
    if place.staff is not None and not place.works:
        said = f"{place.staff.name} holds no position at {place.site.name} on {human.day(place.on)}."
        raise Invalid({"provider": [said]})
    if place.room is not None and (place.room.site_id != place.site.pk or not place.room.active):
        raise Invalid({"room": [f"Room {place.room.name} is not a room of {place.site.name} in use."]})
    return Wanted(place.site, start, end, place.staff, place.room)


def _as_it_is(found: Appointment) -> Wanted:
    return Wanted(found.site, found.start_at, found.end_at, found.provider, found.room)


def _moved(ctx: Context, given: Reschedule, found: Appointment) -> Wanted:
    """Where and when an appointment is to be instead; what is not said stays."""
    slot = queries.slot(given.slot) if given.slot else None
    start = slot.start_at if slot else _start(given, found.site) if given.told else found.start_at
    length = timedelta(minutes=given.minutes) if given.minutes else found.end_at - found.start_at
    end = slot.end_at if slot else start + length
    provider = slot.provider_id if slot else given.provider or found.provider_id
    site = slot.site_id if slot else found.site_id
    # a room stays with its site
    room = given.room or (found.room_id if site == found.site_id else None)
    place = office.place(site, provider, room, at=start)
    wanted = _fitting(place, start, end)
    asked = queries.asked(found.patient_id, site, None, start, end, but=found.pk)
    _ask(ctx, given, wanted, place, asked)
    if wanted.site.pk != found.site_id:
        found.site = wanted.site
    return wanted


# --- what is unlikely, and is asked


def _ask(ctx: Context, given: Any, wanted: Wanted, place: office.Place, asked: queries.Asked) -> None:
    """Raise what somebody should confirm: a time gone by, a closed office, a provider away, a patient in two places."""
    doubts: dict[str, list[str]] = {}
    if why := _odd_time(ctx, wanted, place.held):
        doubts["at"] = [why]
    if place.staff and (gone := [one for one in place.away if rules.overlaps(one, (wanted.start_at, wanted.end_at))]):
        local = (at.astimezone(ZoneInfo(wanted.site.timezone)) for at in gone[0])
        doubts["provider"] = [f"{place.staff.name} is away {human.stretch(*local)}. Book it all the same?"]
    if asked.elsewhere:
        begin, end, zone, whom = asked.elsewhere
        said = f"{bookings.words(begin, end, ZoneInfo(zone))}{f' with {whom}' if whom else ''}"
        doubts["patient"] = [f"The patient is booked {said}. Keep both?"]
    ask(doubts, given.confirmed)


def _odd_time(ctx: Context, wanted: Wanted, held: dict[str, Any]) -> str:
    zone = ZoneInfo(wanted.site.timezone)
    start, end = wanted.start_at.astimezone(zone), wanted.end_at.astimezone(zone)
    if wanted.start_at < ctx.at - timedelta(hours=1):
        return f"{human.planned(start.date())}, {human.clock(start)} has passed. Book it all the same?"
    if held["opens"] is None:
        return f"{wanted.site.name} is closed on {human.planned(start.date())}: {held['why']}. Book it all the same?"
    if start.time() < held["opens"] or end.date() > start.date() or end.time() > held["closes"]:
        opens, closes = (human.clock(datetime.combine(start.date(), held[k])) for k in ("opens", "closes"))
        return f"{wanted.site.name} is open {opens}–{closes} that day. Book it all the same?"
    return ""


# --- ends and follows


def _locked(appointment: UUID) -> Appointment:
    # locked alone: rows joined to a row that one waits for are those of before the wait
    if (found := Appointment.objects.select_for_update().filter(pk=appointment).first()) is None:
        raise Missing("appointment", appointment)
    doorway.concerns(found.patient_id)
    return found


def _said(found: Appointment) -> str:
    return rules.STATUSES[found.status].lower()


def _ended(ctx: Context, given: OfAppointment, status: str, code: str, reason: str) -> Appointment:
    found = _locked(given.appointment)
    if found.status not in rules.WAITING:
        raise Conflict(f"This appointment: {_said(found)}.")
    bookings.lock(_as_it_is(found).resources)
    bookings.free(appointment=found)
    return _status(ctx, found, status, code, reason)


def _status(
    ctx: Context, found: Appointment, status: str, code: str = "", reason: str = "", refresh: bool = True
) -> Appointment:
    found.status, found.status_code, found.status_reason = status, code, reason
    found.status_by, found.status_at = ctx.actor.id, ctx.at
    found.save(update_fields=["status", "status_code", "status_reason", "status_by", "status_at"])
    return _refreshed(found) if refresh else found


def _refreshed(found: Appointment) -> Appointment:
    """The appointment with the slots that it touches and those that changed, for showing."""
    slots = bookings.refresh(found.provider, found.start_at, found.end_at)
    found.slots_touched, found.slots_changed = [slot.pk for slot in slots.touched], slots.changed
    return found
