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
from medassist.kernel.errors import Conflict, Invalid, Missing
from medassist.ui import human

if TYPE_CHECKING:
    from medassist.domain.office.models import Room, Site, Staff
    from medassist.domain.scheduling.models import AppointmentType, Slot

SHOWN = ("Appointment", "Slot")


def _there(ctx: Context, given: Book) -> dict[str, Any]:
    return {"site": given.site or queries.slot(given.slot).site_id}  # type: ignore[arg-type]


def _facts(ctx: Context, given: OfAppointment) -> dict[str, Any]:
    return queries.where(given.appointment)


@action("schedule.book", emits="schedule.booked", shows=SHOWN, facts=_there)
def book(ctx: Context, given: Book) -> Appointment:
    """Book a patient with a provider or in a room; never beside another booking of either."""
    patient = people.patient(given.patient)
    wanted, kind = _wanted(given)
    _ask(ctx, given, wanted, patient.pk)
    bookings.lock(wanted.resources)
    made = Appointment(
        patient_id=patient.pk, type=kind, provider=wanted.provider, room=wanted.room, site=wanted.site,
        start_at=wanted.start_at, end_at=wanted.end_at, reason=given.reason, note=given.note,
        booked_by=ctx.actor.id, booked_at=ctx.at,
    )  # fmt: skip
    bookings.claim(wanted, appointment=made)
    made.save(force_insert=True)
    made.slots_changed = bookings.refresh(wanted.provider, wanted.start_at, wanted.end_at)
    return made


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
    wanted = _as_it_is(found)
    bookings.lock(wanted.resources)
    bookings.claim(wanted, appointment=found)
    return _status(ctx, found, "booked")


@action("schedule.reschedule", emits="schedule.rescheduled", shows=SHOWN, facts=_facts)
def reschedule(ctx: Context, given: Reschedule) -> Appointment:
    """Move an appointment to another time, provider or room."""
    found = _locked(given.appointment)
    if found.status not in rules.WAITING:
        raise Conflict(f"Only an appointment that is still expected can be moved; this one: {_said(found)}.")
    before, wanted = _as_it_is(found), _moved(given, found)
    _ask(ctx, given, wanted, found.patient_id, but=found)
    bookings.lock({*before.resources, *wanted.resources})
    bookings.free(appointment=found)
    bookings.claim(wanted, appointment=found)
    found.provider, found.room = wanted.provider, wanted.room
    found.start_at, found.end_at = wanted.start_at, wanted.end_at
    found.reason = given.reason or found.reason
    found.save()
    changed = [bookings.refresh(one.provider, one.start_at, one.end_at) for one in (before, wanted)]
    found.slots_changed = list({slot.pk: slot for slots in changed for slot in slots}.values())
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


@action("schedule.hold", emits="schedule.held", shows=("Slot",))
def hold(ctx: Context, given: HoldTime) -> Hold:
    """Hold time of a provider or a room for something other than a patient."""
    site = office.site(given.site)
    start = _start(given, site)
    wanted = Wanted(
        site, start, start + timedelta(minutes=given.minutes or 0), _provider(given.provider, site, start),
        _room(given.room, site),
    )  # fmt: skip
    bookings.lock(wanted.resources)
    made = Hold(
        site=site, provider=wanted.provider, room=wanted.room, start_at=start, end_at=wanted.end_at, title=given.title
    )
    bookings.claim(wanted, hold=made)
    made.save(force_insert=True)
    made.slots_changed = bookings.refresh(wanted.provider, start, wanted.end_at)
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
    found.slots_changed = bookings.refresh(found.provider, found.start_at, found.end_at)
    return found


# --- who, where, when


def _wanted(given: Book) -> tuple[Wanted, AppointmentType | None]:
    """What a booking asks for, all of it found and fitting together."""
    if given.slot is not None:
        return _by_slot(given)
    site = office.site(given.site)  # type: ignore[arg-type]
    start = _start(given, site)
    kind = queries.type_of(given.type, site.pk) if given.type else None
    end = given.end_at or start + timedelta(minutes=given.minutes or (kind.minutes if kind else 0))
    return Wanted(site, start, end, _provider(given.provider, site, start), _room(given.room, site)), kind


def _by_slot(given: Book) -> tuple[Wanted, AppointmentType | None]:
    slot: Slot = queries.slot(given.slot)  # type: ignore[arg-type]
    if slot.status != "free":
        zone = ZoneInfo(slot.site.timezone)
        raise Conflict(f"{slot.provider.name} is busy {bookings.words(slot.start_at, slot.end_at, zone)}.")
    _same_as_slot(given, slot)
    kind = queries.type_of(given.type, slot.site_id) if given.type else None
    provider = _provider(slot.provider_id, slot.site, slot.start_at)
    return Wanted(slot.site, slot.start_at, slot.end_at, provider, _room(given.room, slot.site)), kind


def _same_as_slot(given: Book, slot: Slot) -> None:
    """What is said beside a slot must not say otherwise."""
    told = {"site": slot.site_id, "provider": slot.provider_id, "start_at": slot.start_at}
    wrong = [name for name, of_slot in told.items() if getattr(given, name) not in (None, of_slot)]
    if given.end_at and given.end_at > slot.end_at:
        wrong.append("end_at")
    if wrong:
        raise Invalid({name: ["The slot says otherwise."] for name in wrong})


def _start(given: When, site: Site) -> datetime:
    if given.start_at is not None:
        return given.start_at
    found = office.moment(given.on, given.at, site.timezone)  # type: ignore[arg-type]
    if found is None:
        said = f"{human.clock(datetime.combine(given.on, given.at))} on {human.day(given.on)}"  # type: ignore[arg-type]
        raise Invalid({"at": [f"There is no {said}: clocks go forward over it. Take an hour later."]})
    return found


def _provider(staff: UUID | None, site: Site, start: datetime) -> Staff | None:
    if staff is None:
        return None
    on = start.astimezone(ZoneInfo(site.timezone)).date()
    if (found := office.working(staff, site.pk, on)) is None:
        name = office.staff(staff).name
        raise Invalid({"provider": [f"{name} holds no position at {site.name} on {human.day(on)}."]})
    return found


def _room(room: UUID | None, site: Site) -> Room | None:
    if room is None:
        return None
    found = office.room(room)
    if found.site_id != site.pk or not found.active:
        raise Invalid({"room": [f"Room {found.name} is not a room of {site.name} in use."]})
    return found


def _as_it_is(found: Appointment) -> Wanted:
    return Wanted(found.site, found.start_at, found.end_at, found.provider, found.room)


def _moved(given: Reschedule, found: Appointment) -> Wanted:
    """Where and when an appointment is to be instead; what is not said stays."""
    if given.slot is not None:
        slot = queries.slot(given.slot)
        return Wanted(slot.site, slot.start_at, slot.end_at, _provider(slot.provider_id, slot.site, slot.start_at))
    start = _start(given, found.site) if given.told else found.start_at
    length = timedelta(minutes=given.minutes) if given.minutes else found.end_at - found.start_at
    provider = _provider(given.provider or found.provider_id, found.site, start)
    room = _room(given.room, found.site) if given.room else found.room
    return Wanted(found.site, start, start + length, provider, room)


# --- what is unlikely, and is asked


def _ask(ctx: Context, given: Any, wanted: Wanted, patient: UUID, but: Appointment | None = None) -> None:
    """Raise what somebody should confirm: a time gone by, a closed office, a patient in two places."""
    doubts: dict[str, list[str]] = {}
    if "at" not in given.confirmed and (why := _odd_time(ctx, wanted)):
        doubts["at"] = [why]
    if "patient" not in given.confirmed and (why := _elsewhere(wanted, patient, but)):
        doubts["patient"] = [why]
    if doubts:
        raise Invalid(doubts=doubts)


def _odd_time(ctx: Context, wanted: Wanted) -> str:
    zone = ZoneInfo(wanted.site.timezone)
    start, end = wanted.start_at.astimezone(zone), wanted.end_at.astimezone(zone)
    if wanted.start_at < ctx.at - timedelta(hours=1):
        return f"{human.planned(start.date())}, {human.clock(start)} has passed. Book it all the same?"
    held = office.open_on(wanted.site, start.date())
    if held["opens"] is None:
        return f"{wanted.site.name} is closed on {human.planned(start.date())}: {held['why']}. Book it all the same?"
    if start.time() < held["opens"] or end.date() > start.date() or end.time() > held["closes"]:
        opens, closes = (human.clock(datetime.combine(start.date(), held[k])) for k in ("opens", "closes"))
        return f"{wanted.site.name} is open {opens}–{closes} that day. Book it all the same?"
    return ""


def _elsewhere(wanted: Wanted, patient: UUID, but: Appointment | None) -> str:
    for other in queries.of_patient(patient, wanted.start_at, wanted.end_at):
        if other.status not in rules.ENDED and other != but:
            zone = ZoneInfo(other.site.timezone)
            whom = f" with {other.provider.name}" if other.provider else ""
            return f"The patient is booked {bookings.words(other.start_at, other.end_at, zone)}{whom}. Keep both?"
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
    found.slots_changed = bookings.refresh(found.provider, found.start_at, found.end_at) if refresh else []
    return found
