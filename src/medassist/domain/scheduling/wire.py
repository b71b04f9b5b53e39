"""The schedule in FHIR R4: Appointment, Schedule, Slot."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from medassist.domain.office import queries as office
from medassist.domain.scheduling import queries, rules
from medassist.domain.scheduling.inputs import Book, Cancel, ChangeAppointment, FollowVisit, NoShow, Reschedule
from medassist.domain.scheduling.models import Appointment, Hold, Schedule, Slot
from medassist.exchange.anew import anew
from medassist.exchange.shows import shows
from medassist.kernel.errors import Invalid
from medassist.kernel.identifiers import uuid_or_none
from medassist.kernel.inputs import Inputs

Resource = dict[str, Any]
WHY_CANCELLED = "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason"


# --- out


@shows(
    "schedule.booked", "schedule.cancelled", "schedule.not_come", "schedule.restored", "schedule.rescheduled",
    "schedule.changed", "schedule.followed",
)  # fmt: skip
def to_fhir(booked: Appointment) -> list[Resource]:
    """An appointment, and the slots that it took or gave back."""
    return [appointment(booked), *map(slot, booked.slots_changed)]


@shows("schedule.held", "schedule.released")
def slots_of_hold(held: Hold) -> list[Resource]:
    """The slots that were closed or opened by holding time."""
    return [slot(one) for one in held.slots_changed]


@shows("schedule.offered", "schedule.times_ended", "schedule.schedule_rolled")
def schedule_and_slots(one: Schedule) -> list[Resource]:
    """A provider's schedule, and those of its slots that are new or changed."""
    return [schedule(one), *map(slot, one.slots_changed)]


@anew(Appointment, "Appointment")
def appointment(booked: Appointment) -> Resource:
    """One appointment."""
    made: Resource = {
        "resourceType": "Appointment",
        "id": str(booked.pk),
        "status": booked.status,
        "cancelationReason": _why(booked),
        "serviceType": [{"text": booked.type.name}] if booked.type else None,
        "reasonCode": [{"text": booked.reason}] if booked.reason else None,
        "start": booked.start_at.isoformat(),
        "end": booked.end_at.isoformat(),
        "minutesDuration": round((booked.end_at - booked.start_at).total_seconds() / 60),
        "slot": [{"reference": f"Slot/{one}"} for one in queries.slots_of(booked)],
        "created": booked.booked_at.isoformat(),
        "comment": booked.note,
        "participant": [_part(kind, id) for kind, id in _takes_part(booked) if id],
    }
    return {name: value for name, value in made.items() if value not in (None, "", [])}


def _takes_part(booked: Appointment) -> list[tuple[str, UUID | None]]:
    place = booked.room_id or booked.site_id
    return [("Patient", booked.patient_id), ("Practitioner", booked.provider_id), ("Location", place)]


def _part(kind: str, id: UUID | None) -> Resource:
    return {"actor": {"reference": f"{kind}/{id}"}, "status": "accepted"}


def _why(booked: Appointment) -> Resource | None:
    if booked.status != "cancelled":
        return None
    coding = [{"system": WHY_CANCELLED, "code": booked.status_code}] if booked.status_code else []
    return {"coding": coding, "text": booked.status_reason} if coding else {"text": booked.status_reason}


@anew(Schedule, "Schedule")
def schedule(one: Schedule) -> Resource:
    """When one provider can be booked at one site."""
    actors = [f"Practitioner/{one.provider_id}", f"Location/{one.site_id}"]
    return {
        "resourceType": "Schedule",
        "id": str(one.pk),
        "active": one.active,
        "actor": [{"reference": actor} for actor in actors],
    }


@anew(Slot, "Slot")
def slot(one: Slot) -> Resource:
    """One bookable piece of a schedule."""
    return {
        "resourceType": "Slot",
        "id": str(one.pk),
        "schedule": {"reference": f"Schedule/{one.schedule_id}"},
        "status": one.status,
        "start": one.start_at.isoformat(),
        "end": one.end_at.isoformat(),
    }


# --- in


def from_fhir(told: Resource, known: UUID | None = None) -> Inputs:
    """What an Appointment from outside asks: a new one books; of a known one, the first difference is asked for."""
    if known is None:
        return booking(told)
    return change(told, queries.appointment(known))


def booking(told: Resource) -> Book:
    """A new Appointment, by a Slot or by its times, as inputs."""
    if (status := told.get("status")) not in ("proposed", "pending", "booked"):
        raise Invalid({"status": [f"An appointment begins as booked, not as {status}."]})
    part = _parts(told)
    slots = [uuid_or_none(one["reference"].rpartition("/")[2]) for one in told.get("slot", []) if "reference" in one]
    if part.get("Patient") is None:
        raise Invalid({"participant": ["An appointment names a patient known here."]})
    return Book.of(
        patient=part["Patient"], provider=part.get("Practitioner"), slot=slots[0] if slots else None,
        start_at=told.get("start"), end_at=told.get("end"), reason=_reason(told), note=told.get("comment", ""),
        minutes=None if told.get("end") else told.get("minutesDuration"), **_place(part.get("Location"), bool(slots)),
    )  # fmt: skip


def change(told: Resource, now: Appointment) -> Inputs:
    """What a new version of a known Appointment asks: to cancel it, to note a no-show, to move or reword it."""
    status, which = told.get("status"), {"appointment": now.pk}
    if status == "cancelled" and now.status != "cancelled":
        return Cancel.of(**which, **_cancelling(told))
    if status == "noshow" and now.status != "noshow":
        return NoShow.of(**which, reason=_reason(told))
    if status in ("arrived", "fulfilled") and status != now.status:
        return FollowVisit.of(**which, status=status)
    if status != now.status:
        raise Invalid({"status": [f"From {now.status} to {status} is not a way that an appointment goes here."]})
    if (moved := _moved(told, now)) is not None:
        return moved
    return ChangeAppointment.of(**which, reason=_reason(told), note=told.get("comment", ""))


def _moved(told: Resource, now: Appointment) -> Reschedule | None:
    start, end = told.get("start"), told.get("end")
    provider = _parts(told).get("Practitioner")
    same = start is None or (_moment(start), _moment(end) if end else now.end_at) == (now.start_at, now.end_at)
    if same and provider in (None, now.provider_id):
        return None
    minutes = round((_moment(end) - _moment(start)).total_seconds() / 60) if start and end else None
    return Reschedule.of(
        appointment=now.pk, start_at=start, minutes=minutes, provider=provider if provider != now.provider_id else None
    )


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid({"start": [f"{text} is not a moment in time."]}) from None
    if found.tzinfo is None:
        raise Invalid({"start": [f"{text} says no time zone."]})
    return found


def _parts(told: Resource) -> dict[str, UUID | None]:
    """Who takes part, by type of resource; the first of each."""
    found: dict[str, UUID | None] = {}
    for one in told.get("participant", []):
        kind, _, which = one.get("actor", {}).get("reference", "").rpartition("/")
        found.setdefault(kind.rpartition("/")[2], uuid_or_none(which))
    return found


def _place(location: UUID | None, by_slot: bool) -> dict[str, Any]:
    """A Location is a site or a room here; without one, the only site there is."""
    sites = {one.pk: one for one in office.sites()}
    if location in sites:
        return {"site": location}
    if location is not None:
        room = office.room(location)
        return {"site": room.site_id, "room": room.pk}
    return {"site": next(iter(sites))} if len(sites) == 1 and not by_slot else {}


def _reason(told: Resource) -> str:
    said = told.get("reasonCode", [])
    texts = [one.get("text") or next((c.get("display", "") for c in one.get("coding", [])), "") for one in said]
    return "; ".join(text for text in texts if text) or told.get("description", "")


def _cancelling(told: Resource) -> dict[str, Any]:
    said = told.get("cancelationReason", {})
    codes = [one.get("code") for one in said.get("coding", []) if one.get("system") == WHY_CANCELLED]
    code = next((code for code in codes if code in rules.CANCEL_REASONS), "other")
    words = said.get("text") or _reason(told) or ", ".join(filter(None, codes))
    return {"code": code, "reason": words or "Cancelled by another system, which gave no reason"}
