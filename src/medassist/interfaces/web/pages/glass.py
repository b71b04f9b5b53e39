"""Restricted charts on screen: restricting one, and breaking the glass for an hour with a reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from medassist.domain.office import queries as office
from medassist.domain.people import actions, inputs
from medassist.domain.people import queries as people
from medassist.domain.visits import queries as visits
from medassist.kernel.context import Context
from medassist.kernel.errors import Missing
from medassist.kernel.identifiers import uuid_or_none
from medassist.kernel.ruling import Ruling
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, leave, listed, page, say, submit

NEED = "break-glass"


@page(act="house.break_glass")
def glass(request: HttpRequest, ctx: Context, patient: UUID) -> HttpResponse:
    """Say why, and the chart is open for an hour. The page names nobody: the chart is not open yet."""
    form = Form.of(request)
    if submit(form, ctx, actions.break_glass, inputs.BreakGlass, patient=patient):
        back = request.session.pop("glass", "") or "/"
        return say(request, leave(request, back), "Open for an hour. The manager is told.", "watch")
    return fragment(request, "web/glass.html", {"form": form, "reasons": inputs.GLASS_REASONS}, form.status)


@page(lists="restricted charts", act="house.restrict_chart")
def restrict(request: HttpRequest, ctx: Context, patient: UUID) -> HttpResponse:
    """Restrict a chart to some people, or lift the restriction; each with the reason."""
    whose = people.brief([patient]).get(patient)
    if whose is None:
        raise Missing("patient", patient)
    listed(request, [patient])
    form, found = Form.of(request), people.restriction(patient)
    action, asked = (
        (actions.lift_restriction, inputs.LiftRestriction) if found else (actions.restrict, inputs.RestrictChart)
    )
    if submit(form, ctx, action, asked, patient=patient):
        words = "The chart opens to everybody again." if found else "The chart is restricted."
        return say(request, leave(request, request.path), words)
    told = {"form": form, "whose": whose, "found": found, "team": _team(), "names": _names(found)}
    return fragment(request, "web/restrict.html", told, form.status)


def _team() -> list[dict[str, Any]]:
    people_here = (one for one in office.everybody() if one["staff"].active)
    return [{"actor": str(one["staff"].actor_id), "name": one["staff"].name} for one in people_here]


def _names(found: Any) -> list[str]:
    return sorted(office.names(found.open_to).values()) if found else []


def _whose(request: HttpRequest) -> UUID | None:
    """The patient of the page that was refused: named in its address, or by the visit."""
    parts = request.resolver_match.kwargs if request.resolver_match else {}
    if visit := parts.get("visit"):
        return visits.where(visit)["patient"]
    return uuid_or_none(parts.get("patient", ""))


def ways(request: HttpRequest, ruling: Ruling) -> list[dict[str, Any]]:
    """What this office offers towards a yes on a refusal's page."""
    if not any(need.code == NEED for need in ruling.needs) or (patient := _whose(request)) is None:
        return []
    if request.method == "GET" and hasattr(request, "session"):
        request.session["glass"] = request.path
    text = "Open it all the same, with a reason."
    return [
        {"text": text, "sub": "It is kept, and the manager is told.", "url": f"/glass/{patient}", "label": "Say why"}
    ]
