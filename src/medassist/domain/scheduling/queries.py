"""What can be read of the schedule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q

from medassist.domain.office import queries as office
from medassist.domain.scheduling import rules
from medassist.domain.scheduling.models import Appointment, AppointmentType, Availability, Hold, Schedule, Slot
from medassist.kernel import clock
from medassist.kernel.errors import Missing

STATUSES = rules.STATUSES
WAITING = rules.WAITING
CANCEL_REASONS = rules.CANCEL_REASONS


def appointment(appointment: UUID) -> Appointment:
    """One appointment, with its type, provider, room and site."""
    rows = Appointment.objects.select_related("type", "provider", "room", "site")
    if (found := rows.filter(pk=appointment).first()) is None:
        raise Missing("appointment", appointment)
    return found


def where(appointment: UUID) -> dict[str, Any]:
    """Site and patient of an appointment, as facts for the authority."""
    found = Appointment.objects.filter(pk=appointment).values("site_id", "patient_id").first()
    if found is None:
        raise Missing("appointment", appointment)
    return {"site": found["site_id"], "patient": found["patient_id"]}


def slot(slot: UUID) -> Slot:
    """One slot, with its provider and site."""
    if (found := Slot.objects.select_related("provider", "site").filter(pk=slot).first()) is None:
        raise Missing("slot", slot)
    return found


def types(site: UUID | None = None, active: bool = True) -> list[AppointmentType]:
    """What can be booked at a site: its own types and those of every site."""
    rows = AppointmentType.objects.filter(Q(site=site) | Q(site=None))
    return list(rows.filter(active=True) if active else rows)


def type_of(type: UUID, site: UUID) -> AppointmentType:
    """One type that can be booked at a site."""
    found = AppointmentType.objects.filter(Q(site=site) | Q(site=None), pk=type, active=True).first()
    if found is None:
        raise Missing("appointment type", type)
    return found


PLAIN = ("id", "start_at", "end_at", "status", "reason", "note", "status_reason")


def appointments(site: UUID, day: date, zone: str, statuses: Iterable[str] = ()) -> list[dict[str, Any]]:
    """The appointments of a site's calendar day, by time, with names of room and type; one query."""
    begin, end = office.span(day, zone)
    rows = Appointment.objects.filter(site=site, start_at__gte=begin, start_at__lt=end)
    rows = rows.filter(status__in=list(statuses)) if statuses else rows
    found = rows.order_by("start_at", "id").values_list(*PATHS)
    return [_row(dict(zip(NAMES, row, strict=True))) for row in found]


def coming(site: UUID, from_on: date, to_on: date, zone: str) -> list[dict[str, Any]]:
    """What is booked on some days and not over: id, start_at, end_at, provider, type, acts; no patient; one query."""
    begin, end = office.span(from_on, zone)[0], office.span(to_on, zone)[1]
    rows = Appointment.objects.filter(site=site, start_at__gte=begin, start_at__lt=end, status__in=WAITING)
    names = ("id", "start_at", "end_at", "provider_id", "type__name", "type__acts")
    keys = ("id", "start_at", "end_at", "provider", "type", "acts")
    return [dict(zip(keys, row, strict=True)) for row in rows.order_by("start_at", "id").values_list(*names)]


def with_provider(provider: UUID, site: UUID, begin: datetime, end: datetime) -> list[datetime]:
    """When somebody is still expected by a provider at a site between two moments; no patient; one query."""
    rows = Appointment.objects.filter(provider=provider, site=site, start_at__lt=end, end_at__gt=begin)
    return list(rows.filter(status__in=WAITING).order_by("start_at").values_list("start_at", flat=True))


NAMED = {
    "patient_id": "patient", "provider_id": "provider", "room_id": "room", "room__name": "room_name",
    "type__name": "type", "type__code": "type_code", "provider__given": "given", "provider__family": "family",
    "provider__credentials_text": "letters", "provider__roles": "roles",
}  # fmt: skip
PATHS = (*PLAIN, *NAMED)
NAMES = (*PLAIN, *NAMED.values())


def _row(one: dict[str, Any]) -> dict[str, Any]:
    given, family, letters, roles = (one.pop(key) for key in ("given", "family", "letters", "roles"))
    one["provider_name"] = office.called(given, family, letters, roles) if one["provider"] else ""
    return one


def day(site: UUID, day: date, zone: str) -> dict[str, Any]:
    """A site's day: `appointments` and `holds` by time, and `open`: the stretches in which each provider is offered."""
    begin, end = office.span(day, zone)
    holds = Hold.objects.filter(site=site, released_at=None, start_at__lt=end, end_at__gt=begin)
    return {
        "appointments": appointments(site, day, zone),
        "holds": list(holds.values("id", "provider_id", "room_id", "start_at", "end_at", "title")),
        "open": offered(site, day, day, zone),
    }


def offered(site: UUID, from_on: date, to_on: date, zone: str) -> dict[UUID, list[rules.Stretch]]:
    """When each provider can be booked on some days: the times offered, without absences; two queries."""
    rows = Availability.objects.filter(
        Q(to_on=None) | Q(to_on__gte=from_on), schedule__site=site, schedule__active=True, from_on__lte=to_on
    ).values_list("schedule__provider_id", "weekday", "begins", "ends", "from_on", "to_on")
    found: dict[UUID, list[rules.Stretch]] = {}
    for day in (from_on + timedelta(days=n) for n in range((to_on - from_on).days + 1)):
        for provider, weekday, begins, ends, since, until in rows:
            if weekday == day.weekday() and since <= day and (until is None or day <= until):
                begin, end = office.moment(day, begins, zone), office.moment(day, ends, zone)
                if begin and end:
                    found.setdefault(provider, []).append((begin, end))
    gone = office.away(office.span(from_on, zone)[0], office.span(to_on, zone)[1], found)
    return {
        who: rules.without(rules.merged(stretches), [(one.start_at, one.end_at) for one in gone.get(who, ())])
        for who, stretches in found.items()
    }


def free(
    site: UUID, from_on: date, minutes: int, *, to_on: date | None = None, provider: UUID | None = None,
    after: datetime | None = None, step: int = 10, limit: int = 200,
) -> list[dict[str, Any]]:  # fmt: skip
    """Where so many minutes are free: start_at, end_at, provider, by time. Closed days and past times are left out."""
    place, to_on, after = office.site(site), to_on or from_on, after or clock.now()
    days = office.open_days(place, from_on, to_on)
    begin, end = office.span(from_on, place.timezone)[0], office.span(to_on, place.timezone)[1]
    people = office.of_staff(offers := offered(site, from_on, to_on, place.timezone))
    taken = busy([one["resource"] for one in people.values()], begin, end)
    zone, found = ZoneInfo(place.timezone), []
    for who, stretches in offers.items():
        if provider in (None, who):
            today = [s for s in stretches if days[s[0].astimezone(zone).date()]["opens"] is not None]
            for start in rules.openings(today, taken.get(people[who]["resource"], []), minutes, step, after):
                found.append({"start_at": start, "end_at": start + timedelta(minutes=minutes), "provider": who})
    return sorted(found, key=lambda one: (one["start_at"], str(one["provider"])))[:limit]


def find_next(
    site: UUID, minutes: int, *, provider: UUID | None = None, after: datetime | None = None, limit: int = 5,
    days: int = 60, step: int = 10,
) -> list[dict[str, Any]]:  # fmt: skip
    """The next free times, looking a fortnight at a time until enough are found or the days are through."""
    zone, found = office.site(site).timezone, []
    first = (after or clock.now()).astimezone(ZoneInfo(zone)).date()
    for n in range(0, days, 14):
        since = first + timedelta(days=n)
        found += free(
            site,
            since,
            minutes,
            to_on=since + timedelta(days=13),
            provider=provider,
            after=after,
            step=step,
            limit=limit,
        )
        if len(found) >= limit:
            break
    return found[:limit]


# in the words of the exclusion constraint, so that its index is used
BUSY = """
SELECT b.resource, lower(b.during), upper(b.during) FROM unnest(%s::bigint[]) one
  JOIN scheduling_booking b ON int8range(b.resource, b.resource, '[]') && int8range(one, one, '[]')
 WHERE b.active AND b.during && tstzrange(%s, %s) ORDER BY b.during
"""


def busy(resources: Iterable[int], begin: datetime, end: datetime) -> dict[int, list[rules.Stretch]]:
    """When people and rooms are booked between two moments, by their numbers; one query."""
    found: dict[int, list[rules.Stretch]] = {}
    with connection.cursor() as cursor:
        cursor.execute(BUSY, [list(resources), begin, end])
        for resource, since, until in cursor.fetchall():
            found.setdefault(resource, []).append((since, until))
    return found


ASKED = """
SELECT t.id, t.name, t.minutes, o.start_at, o.end_at, o.zone, o.given, o.family
  FROM (SELECT 1) one
  LEFT JOIN scheduling_appointmenttype t ON t.id = %s AND t.active AND (t.site_id = %s OR t.site_id IS NULL)
  LEFT JOIN LATERAL (
       SELECT a.start_at, a.end_at, s.timezone AS zone, w.given, w.family FROM scheduling_appointment a
         JOIN office_site s ON s.id = a.site_id LEFT JOIN office_staff w ON w.id = a.provider_id
        WHERE a.patient_id = %s AND a.status <> ALL(%s) AND a.id IS DISTINCT FROM %s
          AND a.start_at < coalesce(%s, %s + make_interval(mins => t.minutes)) AND a.end_at > %s
        ORDER BY a.start_at LIMIT 1) o ON true
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A type of appointment, and where else the patient is booked at that time."""

    type: AppointmentType | None
    elsewhere: tuple[datetime, datetime, str, str] | None
    """From, to, the time zone there, and with whom."""


def asked(
    patient: UUID, site: UUID, type: UUID | None, start: datetime, end: datetime | None, but: UUID | None = None
) -> Asked:
    """What booking has to know of the schedule, by one query. Without an end the type says how long."""
    with connection.cursor() as cursor:
        cursor.execute(ASKED, [type, site, patient, list(rules.ENDED), but, end, start, start])
        *kind, begin, until, zone, given, family = cursor.fetchone()
    if type is not None and kind[0] is None:
        raise Missing("appointment type", type)
    found = AppointmentType.from_db("default", ("id", "name", "minutes"), kind) if kind[0] else None
    return Asked(found, (begin, until, zone, f"{given} {family}" if family else "") if begin else None)


def of_patient(patient: UUID, begin: datetime | None = None, end: datetime | None = None) -> list[Appointment]:
    """A patient's appointments that overlap a time (or all), the earliest first, cancelled ones too."""
    rows = Appointment.objects.filter(patient=patient).select_related("type", "provider", "room", "site")
    rows = rows.filter(end_at__gt=begin) if begin else rows
    return list(rows.filter(start_at__lt=end) if end else rows)


def slots(
    schedule: UUID | None = None, *, begin: datetime, end: datetime, status: str = "", site: UUID | None = None
) -> list[Slot]:
    """Slots that begin between two moments, of one schedule or of a site."""
    rows = Slot.objects.filter(start_at__gte=begin, start_at__lt=end).select_related("provider")
    rows = rows.filter(schedule=schedule) if schedule else rows
    rows = rows.filter(site=site) if site else rows
    return list(rows.filter(status=status) if status else rows)


def slots_of(appointment: Appointment) -> list[UUID]:
    """The slots that an appointment takes; asked of the database where the action does not know them."""
    if (known := appointment.slots_touched) is not None:
        return known if appointment.status not in rules.ENDED else []
    if appointment.provider_id is None or appointment.status in rules.ENDED:
        return []
    rows = Slot.objects.filter(
        provider=appointment.provider_id, site=appointment.site_id, start_at__lt=appointment.end_at,
        end_at__gt=appointment.start_at,
    )  # fmt: skip
    return list(rows.exclude(status="entered-in-error").values_list("pk", flat=True))


def schedules(site: UUID | None = None, provider: UUID | None = None) -> list[Schedule]:
    """Active schedules of a site, or of a provider."""
    rows = Schedule.objects.filter(active=True).select_related("provider", "site")
    rows = rows.filter(site=site) if site else rows
    return list(rows.filter(provider=provider) if provider else rows)


def availability(site: UUID, provider: UUID | None = None) -> list[Availability]:
    """What is offered at a site and not over, by provider, weekday and time."""
    rows = Availability.objects.filter(Q(to_on=None) | Q(to_on__gte=clock.now().date()), schedule__site=site)
    rows = rows.filter(schedule__provider=provider) if provider else rows
    order = ("schedule__provider__family", "weekday", "begins")
    return list(rows.select_related("schedule__provider").order_by(*order))
