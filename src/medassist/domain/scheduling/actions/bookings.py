"""Who is busy when: claiming and releasing the time of people and rooms, and what that does to slots."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from medassist.domain.scheduling.models import Appointment, Booking, Hold, Slot
from medassist.kernel import doorway
from medassist.kernel.errors import Conflict
from medassist.ui import human

if TYPE_CHECKING:
    from medassist.domain.office.models import Room, Site, Staff

# Whoever books or frees a person's or a room's time waits here for others who do the same, in one order. The exclusion
# constraint alone is safe too, but two who insert at once can end in a deadlock, and slots would be counted wrong.
LOCK = "SELECT pg_advisory_xact_lock(one) FROM unnest(%s::bigint[]) one"

# Waits for the lock and takes the time in one statement: the constraint is checked against what is there by then, not
# against the statement's own snapshot.
CLAIM = """
WITH locked AS MATERIALIZED (SELECT pg_advisory_xact_lock(one) FROM unnest(%s::bigint[]) one)
INSERT INTO scheduling_booking (id, resource, during, appointment_id, hold_id, active)
SELECT one.id, one.resource, tstzrange(%s, %s), %s, %s, true
  FROM (SELECT count(*) FROM locked) waited, unnest(%s::uuid[], %s::bigint[]) one(id, resource)
ON CONFLICT DO NOTHING RETURNING id
"""

BUSY = """SELECT resource, lower(during), upper(during) FROM scheduling_booking
WHERE active AND int8range(resource, resource, '[]') && int8range(%s, %s, '[]') AND during && tstzrange(%s, %s)
  AND id <> ALL(%s) ORDER BY during LIMIT 1"""

REFRESH = """
WITH now AS MATERIALIZED (
  SELECT o.id, CASE WHEN b.booked THEN 'busy'
                    WHEN o.closed OR b.held THEN 'busy-unavailable' ELSE 'free' END AS status
    FROM scheduling_slot o,
         LATERAL (SELECT bool_or(appointment_id IS NOT NULL) AS booked, bool_or(hold_id IS NOT NULL) AS held
                    FROM scheduling_booking
                   WHERE active AND int8range(resource, resource, '[]') && int8range(%s, %s, '[]')
                     AND during && tstzrange(o.start_at, o.end_at)) b
   WHERE o.provider_id = %s AND o.start_at < %s AND o.end_at > %s AND o.status <> 'entered-in-error'),
changed AS (UPDATE scheduling_slot s SET status = now.status FROM now WHERE s.id = now.id AND s.status <> now.status
            RETURNING s.id)
SELECT s.id, s.schedule_id, s.provider_id, s.site_id, s.start_at, s.end_at, now.status, s.closed,
       EXISTS (SELECT FROM changed c WHERE c.id = s.id)
  FROM now JOIN scheduling_slot s ON s.id = now.id
"""
SLOT = ("id", "schedule_id", "provider_id", "site_id", "start_at", "end_at", "status", "closed")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A time, and the person and room that it takes."""

    site: Site
    start_at: datetime
    end_at: datetime
    provider: Staff | None = None
    room: Room | None = None

    @property
    def resources(self) -> list[int]:
        """The numbers of the person and the room, in the order in which they are locked."""
        return sorted(one.resource for one in (self.provider, self.room) if one is not None)

    def who(self, resource: int) -> str:
        """The name of the person or room that a number stands for."""
        if self.provider is not None and self.provider.resource == resource:
            return self.provider.name
        return f"Room {self.room.name}" if self.room is not None else "Somebody"


def lock(resources: Iterable[int]) -> None:
    """Wait until nobody else books or frees these; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [sorted(resources)])


def claim(wanted: Wanted, appointment: Appointment | None = None, hold: Hold | None = None) -> None:
    """Take the time, or raise a Conflict that says who is busy when."""
    rows = [Booking(resource=one) for one in wanted.resources]
    of = (appointment.pk if appointment else None, hold.pk if hold else None)
    with connection.cursor() as cursor:
        cursor.execute(
            CLAIM,
            [
                wanted.resources,
                wanted.start_at,
                wanted.end_at,
                *of,
                [row.pk for row in rows],
                [row.resource for row in rows],
            ],
        )
        if cursor.rowcount < len(rows):
            raise Conflict(_who_is_busy(wanted, [row.pk for row in rows]))
    doorway.note_bulk(Booking, rows)


def _who_is_busy(wanted: Wanted, ours: list[UUID]) -> str:
    zone = ZoneInfo(wanted.site.timezone)
    for resource in wanted.resources:
        with connection.cursor() as cursor:
            cursor.execute(BUSY, [resource, resource, wanted.start_at, wanted.end_at, ours])
            if row := cursor.fetchone():
                return f"{wanted.who(resource)} is busy {words(row[1], row[2], zone)}."
    return "Somebody booked this time a moment ago."


def words(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """A stretch as it is said: Mon Nov 23, 10:20–10:40."""
    start, end = start.astimezone(zone), end.astimezone(zone)
    return f"{human.planned(start.date())}, {human.clock(start)}–{human.clock(end)}"


def free(appointment: Appointment | None = None, hold: Hold | None = None) -> None:
    """Give the time back. Lock first."""
    mine = {"appointment": appointment} if appointment else {"hold": hold}
    Booking.objects.filter(**mine, active=True).update(active=False)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The slots that a time touches, and those of them that changed."""

    touched: list[Slot]
    changed: list[Slot]


def refresh(provider: Staff | None, begin: datetime, end: datetime) -> Refreshed:
    """Bring a provider's slots between two moments up to date."""
    if provider is None:
        return Refreshed([], [])
    with connection.cursor() as cursor:
        cursor.execute(REFRESH, [provider.resource, provider.resource, provider.pk, end, begin])
        rows = cursor.fetchall()
    touched = [Slot.from_db("default", SLOT, row[:8]) for row in rows]
    changed = [slot for slot, row in zip(touched, rows, strict=True) if row[8]]
    doorway.note_bulk(Slot, changed)
    return Refreshed(touched, changed)
