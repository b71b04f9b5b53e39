"""What can be read of visits."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from medassist.domain.office import queries as office
from medassist.domain.scheduling import queries as schedule
from medassist.domain.visits import rules
from medassist.domain.visits.models import IdentityCheck, Step, ToDo, Visit
from medassist.kernel import clock
from medassist.kernel.errors import Missing

if TYPE_CHECKING:
    from medassist.domain.office.models import Site

STEPS = rules.STEPS
IDENTIFIERS = rules.IDENTIFIERS


def visit(visit: UUID) -> Visit:
    """One visit, with its room, provider, delegating provider, site and appointment."""
    rows = Visit.objects.select_related("site", "room", "provider", "delegator", "appointment", "appointment__type")
    if (found := rows.filter(pk=visit).first()) is None:
        raise Missing("visit", visit)
    return found


def where(visit: UUID) -> dict[str, Any]:
    """Site, patient and delegating provider of a visit, as facts for the authority."""
    found = Visit.objects.filter(pk=visit).values("site_id", "patient_id", "delegator_id", "provider_id").first()
    if found is None:
        raise Missing("visit", visit)
    delegator = found["delegator_id"] or found["provider_id"]
    return {"site": found["site_id"], "patient": found["patient_id"], "delegator": delegator}


def where_to_do(to_do: UUID) -> dict[str, Any]:
    """Site and patient of a thing to do, as facts for the authority."""
    found = ToDo.objects.filter(pk=to_do).values("visit__site_id", "visit__patient_id").first()
    if found is None:
        raise Missing("thing to do", to_do)
    return {"site": found["visit__site_id"], "patient": found["visit__patient_id"]}


def steps(visit: UUID) -> list[Step]:
    """The steps of a visit that were not taken back, the oldest first."""
    return list(Step.objects.filter(visit=visit, undone_at=None).order_by("begin_at", "id"))


def open_visit(patient: UUID, site: UUID | None = None) -> Visit | None:
    """The visit that a patient is at now, or None."""
    rows = Visit.objects.filter(patient=patient, ended_at=None).select_related("room", "provider", "site")
    return (rows.filter(site=site) if site else rows).first()


def of_patient(patient: UUID, limit: int = 50) -> list[Visit]:
    """A patient's visits, the newest first, without those entered in error."""
    rows = Visit.objects.filter(patient=patient).exclude(step="entered-in-error")
    return list(rows.select_related("site", "room", "provider").order_by("-started_at")[:limit])


def identity_checks(visit: UUID) -> list[IdentityCheck]:
    """When which identifiers were checked, the newest first."""
    return list(IdentityCheck.objects.filter(visit=visit).order_by("-at"))


def to_dos(visit: UUID) -> list[ToDo]:
    """What was asked to be done before leaving, without what was withdrawn."""
    return list(ToDo.objects.filter(visit=visit, withdrawn_at=None))


def patients_here() -> set[UUID]:
    """Patients with an open visit, at any site."""
    return set(Visit.objects.filter(ended_at=None).values_list("patient_id", flat=True))


LONGEST = timedelta(days=1)
"""A visit that began longer ago is not looked at: it is over, or was left open by mistake."""
STAYS = """
SELECT v.id, v.patient_id, v.started_at, s.kind, s.room_id, s.begin_at, s.end_at
  FROM visits_visit v JOIN visits_step s ON s.visit_id = v.id
 WHERE v.site_id = %(site)s AND v.step <> 'entered-in-error' AND s.undone_at IS NULL
   AND v.started_at BETWEEN %(begin)s::timestamptz - %(longest)s AND %(end)s
   AND s.begin_at <= %(end)s AND (s.end_at IS NULL OR s.end_at >= %(begin)s)
   AND (v.patient_id = ANY(%(patients)s)
        OR EXISTS (SELECT FROM visits_step r WHERE r.visit_id = v.id AND r.undone_at IS NULL
                      AND r.room_id = ANY(%(rooms)s)
                      AND r.begin_at <= %(end)s AND (r.end_at IS NULL OR r.end_at >= %(begin)s)))
 ORDER BY v.id, s.begin_at
"""


def who_was_in(
    site: UUID, rooms: Iterable[UUID], patients: Iterable[UUID], begin: datetime, end: datetime
) -> dict[UUID, dict[str, Any]]:
    """Visits that were in one of these rooms, or of one of these patients, in a time; one query.

    By visit: patient, started_at, and steps in that time (kind, room, begin_at, end_at or None).
    """
    asked: dict[str, Any] = {"site": site, "rooms": list(rooms), "patients": list(patients), "begin": begin, "end": end,
                             "longest": LONGEST}  # fmt: skip
    found: dict[UUID, dict[str, Any]] = {}
    with connection.cursor() as cursor:
        cursor.execute(STAYS, asked)
        for visit, patient, began, *step in cursor.fetchall():
            stay = found.setdefault(visit, {"patient": patient, "started_at": began, "steps": []})
            stay["steps"].append(tuple(step))
    return found


def taken_rooms(site: UUID) -> dict[UUID, UUID]:
    """Rooms that hold somebody now, with the visit; one query."""
    return dict(Visit.objects.filter(site=site, ended_at=None, room__isnull=False).values_list("room_id", "pk"))


TODAY = """
SELECT v.id, v.appointment_id, v.patient_id, v.step, v.step_at, v.started_at, v.ended_at, v.reason, v.left_reason,
       v.room_id, r.name, v.provider_id, w.given, w.family, w.credentials_text, w.roles::text,
       EXISTS (SELECT FROM visits_identitycheck i WHERE i.visit_id = v.id),
       (SELECT json_agg(json_build_object('id', t.id, 'text', t.text) ORDER BY t.asked_at, t.id)
          FROM visits_todo t WHERE t.visit_id = v.id AND t.done_at IS NULL AND t.withdrawn_at IS NULL)::text,
       m.by, m.name
  FROM visits_visit v LEFT JOIN office_room r ON r.id = v.room_id LEFT JOIN office_staff w ON w.id = v.provider_id
  LEFT JOIN LATERAL (SELECT s.by, a.name FROM visits_step s JOIN kernel_actor a ON a.id = s.by
                      WHERE s.visit_id = v.id AND s.kind = 'rooming' AND s.undone_at IS NULL
                      ORDER BY s.begin_at DESC LIMIT 1) m ON true
 WHERE v.site_id = %s AND v.step <> 'entered-in-error'
   AND v.started_at < %s AND (v.started_at >= %s OR v.ended_at IS NULL)
 ORDER BY v.step_at, v.id
"""
KEYS = (
    "id", "appointment", "patient", "step", "since", "started_at", "ended_at", "reason", "left_reason", "room",
    "room_name", "provider",
)  # fmt: skip


def today(site: Site | UUID, day: date | None = None) -> list[dict[str, Any]]:
    """Everybody of a site's day for the board: those booked by time, then visits by how long they are at their step.

    Two queries when the Site itself is given. Keys: id (visit or None), appointment, patient, step ("booked" before
    arriving), since, start_at and end_at (booked), type, status, provider, provider_name, room, room_name, reason,
    identity (whether checked), needs (things to do: id, text), by and by_name (who roomed), started_at, ended_at,
    left_reason.
    """
    place = office.site(site) if isinstance(site, UUID) else site
    day = day or clock.today(place.timezone)
    booked = {one["id"]: one for one in schedule.appointments(place.pk, day, place.timezone)}
    here = _visits(place, day)
    came = {one["appointment"] for one in here}
    coming = [_coming(one) for one in booked.values() if one["id"] not in came and one["status"] in EXPECTED]
    return [*coming, *(_with_booking(one, booked.get(one["appointment"])) for one in here)]


EXPECTED = (*schedule.WAITING, "noshow")


def _visits(place: Site, day: date) -> list[dict[str, Any]]:
    begin, end = office.span(day, place.timezone)
    with connection.cursor() as cursor:
        cursor.execute(TODAY, [place.pk, end, begin])
        rows = cursor.fetchall()
    found = []
    for row in rows:
        one = dict(zip(KEYS, row[:12], strict=True))
        one["provider_name"] = office.called(row[12], row[13], row[14], json.loads(row[15])) if one["provider"] else ""
        one["identity"], one["needs"] = row[16], json.loads(row[17] or "[]")
        one["by"], one["by_name"] = row[18], row[19] or ""
        one["by"], one["by_name"] = row[18], row[19] or ""
        found.append(one)
    return found


def _coming(one: dict[str, Any]) -> dict[str, Any]:
    return {
        **{key: one[key] for key in BOOKED}, "id": None, "appointment": one["id"], "patient": one["patient"],
        "step": "booked", "since": None, "started_at": None, "ended_at": None, "left_reason": "", "identity": False,
        "needs": [], "by": None, "by_name": "",
        "provider": one["provider"], "provider_name": one["provider_name"], "room": one["room"],
        "room_name": one["room_name"], "reason": one["reason"],
    }  # fmt: skip


BOOKED = ("start_at", "end_at", "type", "type_code", "status")


def _with_booking(one: dict[str, Any], booked: dict[str, Any] | None) -> dict[str, Any]:
    told = {key: booked[key] for key in BOOKED} if booked else dict.fromkeys(BOOKED)
    return {**told, **one}


DURATIONS = """
SELECT s.kind, count(*), avg(s.spent), percentile_cont(0.5) WITHIN GROUP (ORDER BY s.spent), max(s.spent)
  FROM (SELECT s.visit_id, s.kind, sum(extract(epoch FROM coalesce(s.end_at, %s) - s.begin_at))::float AS spent
          FROM visits_step s JOIN visits_visit v ON v.id = s.visit_id
         WHERE v.site_id = %s AND v.started_at >= %s AND v.started_at < %s AND s.undone_at IS NULL
           AND v.step <> 'entered-in-error' AND s.kind <> ALL(%s)
         GROUP BY 1, 2) s
 GROUP BY 1
"""


def durations(site: Site | UUID, day: date | None = None, at: datetime | None = None) -> dict[str, dict[str, float]]:
    """How long visits of a day spent in each step: visits, mean, median, longest, in seconds; open steps until now."""
    place = office.site(site) if isinstance(site, UUID) else site
    begin, end = office.span(day or clock.today(place.timezone), place.timezone)
    with connection.cursor() as cursor:
        cursor.execute(DURATIONS, [at or clock.now(), place.pk, begin, end, list(rules.LAST)])
        rows = cursor.fetchall()
    return {k: {"visits": n, "mean": mean, "median": median, "longest": top} for k, n, mean, median, top in rows}


def late(site: Site | UUID, at: datetime | None = None) -> list[dict[str, Any]]:
    """Open visits past the site's red threshold for their step: visit, patient, step, minutes, limit."""
    place = office.site(site) if isinstance(site, UUID) else site
    limits, at = office.settings(place)["waiting"], at or clock.now()
    rows = Visit.objects.filter(site=place, ended_at=None).values_list("pk", "patient_id", "step", "step_at")
    waited = [(pk, patient, step, int((at - since).total_seconds() // 60)) for pk, patient, step, since in rows]
    return [
        {"visit": pk, "patient": patient, "step": step, "minutes": minutes, "limit": limits[step]["red"]}
        for pk, patient, step, minutes in waited
        if step in limits and minutes >= limits[step]["red"]
    ]
