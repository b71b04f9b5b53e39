"""Visits in FHIR R4: Encounter, with the statuses and places that it went through."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from medassist.domain.visits import queries, rules
from medassist.domain.visits.models import Step, Visit
from medassist.exchange.anew import anew
from medassist.exchange.shows import shows

Resource = dict[str, Any]
CLASS = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB", "display": "ambulatory"}


@anew(Visit, "Encounter")
@shows(
    "visits.arrived", "visits.rooming", "visits.room_moved", "visits.reason_set", "visits.ready",
    "visits.with_provider", "visits.to_do_asked", "visits.checked_out", "visits.left", "visits.stepped_back",
)  # fmt: skip
def to_fhir(visit: Visit) -> Resource:
    """One visit as it stands."""
    steps = queries.steps(visit.pk)
    made: Resource = {
        "resourceType": "Encounter",
        "id": str(visit.pk),
        "status": rules.ENCOUNTER[visit.step],
        "statusHistory": _history(steps),
        "class": CLASS,
        "subject": {"reference": f"Patient/{visit.patient_id}"},
        "participant": _provider(visit),
        "appointment": [{"reference": f"Appointment/{visit.appointment_id}"}] if visit.appointment_id else None,
        "period": _period(visit.started_at, visit.ended_at),
        "reasonCode": [{"text": visit.reason}] if visit.reason else None,
        "location": _places(visit, steps),
        "serviceProvider": {"reference": f"Organization/{visit.site.organization_id}"},
    }
    return {name: value for name, value in made.items() if value not in (None, [])}


def _history(steps: list[Step]) -> list[Resource]:
    """Each status that is over, with its time; steps of one status in a row taken together."""
    told = []
    for status, run in groupby(steps, key=lambda step: rules.ENCOUNTER[step.kind]):
        pieces = list(run)
        if pieces[-1].end_at is not None and status not in ("finished", "cancelled"):
            told.append({"status": status, "period": _period(pieces[0].begin_at, pieces[-1].end_at)})
    return told


def _places(visit: Visit, steps: list[Step]) -> list[Resource]:
    """The site, and each room with the time there."""
    whole = {
        "location": {"reference": f"Location/{visit.site_id}"},
        "period": _period(visit.started_at, visit.ended_at),
    }
    rooms = [{**whole, "status": "completed" if visit.ended_at else "active"}]
    for room, run in groupby((step for step in steps if step.kind not in rules.LAST), key=lambda step: step.room_id):
        pieces = list(run)
        if room is not None:
            end = pieces[-1].end_at
            period, status = _period(pieces[0].begin_at, end), "completed" if end else "active"
            rooms.append({"location": {"reference": f"Location/{room}"}, "status": status, "period": period})
    return rooms


def _provider(visit: Visit) -> list[Resource] | None:
    return [{"individual": {"reference": f"Practitioner/{visit.provider_id}"}}] if visit.provider_id else None


def _period(begin: Any, end: Any) -> Resource:
    return {"start": begin.isoformat()} | ({"end": end.isoformat()} if end else {})
