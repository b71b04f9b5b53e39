"""What booking has to know of a place on a day, by one query."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import connection

from medassist.domain.office import rules
from medassist.domain.office.models import Room, Site, Staff
from medassist.kernel.errors import Missing

PLACE = """
SELECT to_jsonb(s)::text, to_jsonb(w)::text, to_jsonb(r)::text,
       EXISTS (SELECT FROM office_position p WHERE p.staff_id = w.id AND p.site_id = s.id AND p.from_on <= d.on
                  AND (p.to_on IS NULL OR p.to_on >= d.on)), d.on,
       (SELECT jsonb_agg(jsonb_build_array(h.weekday, h.from_on, h.opens, h.closes)) FROM office_hours h
         WHERE h.site_id = s.id AND NOT h.replaced AND h.weekday = extract(isodow FROM d.on) - 1)::text,
       (SELECT jsonb_agg(jsonb_build_array(c.open, c.reason)) FROM office_closure c
         WHERE c.site_id = s.id AND c.withdrawn_at IS NULL AND d.on BETWEEN c.from_on AND c.to_on)::text,
       (SELECT jsonb_agg(jsonb_build_array(a.start_at, a.end_at)) FROM office_absence a
         WHERE a.staff_id = w.id AND a.withdrawn_at IS NULL
           AND a.start_at < (d.on + 1)::timestamp AT TIME ZONE s.timezone
           AND a.end_at > d.on::timestamp AT TIME ZONE s.timezone)::text
  FROM office_site s
  CROSS JOIN LATERAL (SELECT coalesce(%s::date, (%s::timestamptz AT TIME ZONE s.timezone)::date) AS on) d
  LEFT JOIN office_staff w ON w.id = %s LEFT JOIN office_room r ON r.id = %s
 WHERE s.id = %s
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A site on a day, with a person and a room that somebody asks for: what booking has to know, by one query."""

    site: Site
    on: date
    staff: Staff | None
    works: bool
    """Whether the person holds a position there that day."""
    room: Room | None
    held: dict[str, Any]
    """As `open_on`."""
    away: tuple[rules.Stretch, ...]
    """When the person is away that day."""


def place(
    site: UUID, staff: UUID | None, room: UUID | None, on: date | None = None, at: datetime | None = None
) -> Place:
    """What booking has to know of the office, for a calendar day or for the day of a moment."""
    with connection.cursor() as cursor:
        cursor.execute(PLACE, [on, at, staff, room, site])
        row = cursor.fetchone()
    if row is None:
        raise Missing("site", site)
    found = [_loaded(model, text) for model, text in zip((Site, Staff, Room), row[:3], strict=True)]
    for asked, made, name in ((staff, found[1], "staff"), (room, found[2], "room")):
        if asked is not None and made is None:
            raise Missing(name, asked)
    where, who, which = found
    gone = tuple((datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in json.loads(row[7] or "[]"))
    return Place(where, row[4], who, row[3] and who.active, which, _held(where, *row[4:7]), gone)


def _loaded(model: Any, text: str | None) -> Any:
    """A row of one of our tables from its JSON; foreign keys as UUIDs, the rest is text, numbers and JSON."""
    if text is None:
        return None
    told = json.loads(text)
    fields = model._meta.concrete_fields
    values = [UUID(told[f.column]) if _is_key(f) and told[f.column] else told[f.column] for f in fields]
    return model.from_db("default", [f.attname for f in fields], values)


def _is_key(field: Any) -> bool:
    return field.primary_key or field.is_relation


def _held(where: Site, on: date, hours: str | None, marked: str | None) -> dict[str, Any]:
    closed: dict[str, Any] = {"opens": None, "closes": None}
    marks = json.loads(marked or "[]")
    if shut := next((reason for open_, reason in marks if not open_), None):
        return {**closed, "why": shut}
    which = where.settings.get("holidays", rules.HOLIDAY_DEFAULT)
    if (feast := rules.holidays(where.state, which, on.year).get(on)) and not marks:
        return {**closed, "why": feast}
    rows = [
        (weekday, date.fromisoformat(since), opens and time.fromisoformat(opens), closes and time.fromisoformat(closes))
        for weekday, since, opens, closes in json.loads(hours or "[]")
    ]
    if (held := rules.hours_of(rows, on)) is None:
        return {**closed, "why": f"Closed on {rules.WEEKDAYS[on.weekday()]}s"}
    return {"opens": held[0], "closes": held[1], "why": ""}
