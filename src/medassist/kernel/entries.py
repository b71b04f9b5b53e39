"""Reading the trail: who did what to whom and when, the newest first, page by page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Q

from medassist.kernel.models import ActorRow, AuditEntry

PAGE = 100
LATE = timedelta(hours=1)  # an entry is written at most so long after the moment that it names


def search(
    *,
    actor: UUID | None = None,
    patient: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    action: str = "",
    outcome: str = "",
    lists: bool = False,
    before: UUID | None = None,
    limit: int = PAGE,
) -> list[dict[str, Any]]:
    """Entries that fit all that is given, the newest first; `before` is the last one of the page before.

    `lists` finds lists that showed the patient as well: slower, as it reads what every list showed.
    """
    wanted = Q()
    if actor:
        wanted &= Q(actor=actor) | Q(on_behalf_of=actor)
    if patient:
        shown = Q(outcome="listed", detail__contains=str(patient))
        wanted &= Q(patient=patient) | shown if lists else Q(patient=patient)
    if since:
        wanted &= Q(at__gte=since, id__gte=_first(since - LATE))
    if until:
        wanted &= Q(at__lt=until, id__lt=_first(until + LATE))
    if action:
        wanted &= Q(action=action) | Q(act=action) | Q(action__startswith=action.rstrip(".") + ".")
    if outcome:
        wanted &= Q(outcome=outcome)
    if before:
        wanted &= Q(id__lt=before)
    return [_plain(entry) for entry in AuditEntry.objects.filter(wanted).order_by("-id")[:limit]]


def actors(ids: set[UUID]) -> dict[UUID, dict[str, str]]:
    """Names and kinds of those who acted."""
    found = ActorRow.objects.filter(pk__in=ids).values_list("pk", "name", "kind")
    return {pk: {"name": name, "kind": kind} for pk, name, kind in found}


def _first(moment: datetime) -> UUID:
    """The lowest identifier that could have been made at a moment: entries lie in the order of time."""
    return UUID(int=max(0, int(moment.timestamp() * 1000)) << 80)


def _plain(entry: AuditEntry) -> dict[str, Any]:
    ruling = orjson.loads(entry.ruling) if entry.ruling.startswith("{") else None
    detail = orjson.loads(entry.detail or "{}")
    return {
        "id": entry.id, "at": entry.at, "actor": entry.actor, "kind": entry.kind, "on_behalf_of": entry.on_behalf_of,
        "site": entry.site, "via": entry.via, "action": entry.action, "act": entry.act, "subject": entry.subject,
        "patient": entry.patient, "outcome": entry.outcome, "rule": ruling["rule"] if ruling else entry.ruling,
        "why": [reason["text"] for reason in ruling["reasons"]] if ruling else [],
        "shown": detail.get("shown", []), "detail": detail,
    }  # fmt: skip
