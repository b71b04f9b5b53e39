"""The banner over every page of one patient: who it is, what must not be overlooked, and where the patient is now."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import NoReverseMatch, reverse

from medassist.domain.office import queries as office
from medassist.domain.records import queries as records
from medassist.domain.visits import queries as visits
from medassist.interfaces.web.board.cards import room_name


def banner(patient: UUID) -> dict[str, Any]:
    """Who it is, allergies and alerts, language; during a visit also the room, the provider and the identity check."""
    told = {**records.banner(patient), "url": _url(patient)}
    visit = visits.open_visit(patient)
    if visit is None:
        return told
    checks = visits.identity_checks(visit.pk)
    who = visit.provider
    return {
        **told,
        "place": room_name(visit.room.name) if visit.room else "Waiting room" if visit.step == "arrived" else "",
        "provider": office.called(who.given, who.family, who.credentials_text, who.roles) if who else "",
        "checked_at": checks[0].at if checks else None,
    }


def _url(patient: UUID) -> str:
    try:
        return reverse("patient", args=[patient])
    except NoReverseMatch:
        return ""
