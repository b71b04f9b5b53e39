"""The coverage that patients have."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from medassist.domain.billing import rules
from medassist.domain.billing.models import Coverage
from medassist.domain.people import queries as people
from medassist.kernel.errors import Missing


def latest(**wanted: Any) -> QuerySet[Coverage]:
    """The newest row of each coverage."""
    return Coverage.objects.filter(replaced_by__isnull=True, **wanted)


def one(patient: UUID, coverage: UUID) -> Coverage:
    """One coverage as it stands; Missing when the patient has none such."""
    found = latest(patient=patient, entry=coverage).first()
    if found is None:
        raise Missing("coverage", coverage)
    return found


def in_force(row: Coverage, day: str) -> bool:
    """Whether a coverage holds on a day (ISO)."""
    begun = not row.begins_on or row.begins_on[:10] <= day[: len(row.begins_on[:10])]
    ended = row.ends_on and row.ends_on[:10] < day[: len(row.ends_on[:10])]
    return row.status in rules.IN_FORCE and begun and not ended


def coverages_of(ids: Iterable[UUID], past: bool = False) -> dict[UUID, list[dict[str, Any]]]:
    """The coverages of several patients, in the order in which they pay."""
    wanted, day = list(ids), people.today().isoformat()
    found: dict[UUID, list[dict[str, Any]]] = {id: [] for id in wanted}
    for row in latest(patient__in=wanted).order_by("rank", "id"):
        if past or in_force(row, day):
            found[row.patient_id].append(_line(row, day))
    return found


def coverages(patient: UUID, past: bool = False) -> list[dict[str, Any]]:
    """The coverages of one patient."""
    return coverages_of([patient], past)[patient]


def _line(row: Coverage, day: str) -> dict[str, Any]:
    return {
        "id": row.entry, "rank": row.rank, "payer": row.payer, "plan": row.plan, "member_id": row.member_id,
        "group": row.group, "subscriber": row.subscriber, "relationship": row.relationship, "status": row.status,
        "begins_on": row.begins_on[:10], "ends_on": row.ends_on[:10], "in_force": in_force(row, day),
    }  # fmt: skip
