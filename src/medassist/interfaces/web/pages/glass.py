"""Breaking the glass: a restricted chart opens for an hour to one who says why; the manager is told."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from medassist.domain.people import actions, inputs
from medassist.kernel.authority import Ruling
from medassist.kernel.context import Context
from medassist.kernel.identifiers import uuid_or_none
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, leave, page, say, submit

NEED = "break-glass"


@page(act="house.break_glass")
def glass(request: HttpRequest, ctx: Context, patient: UUID) -> HttpResponse:
    """Say why, and the chart is open for an hour. The page names nobody: the chart is not open yet."""
    form = Form.of(request)
    if submit(form, ctx, actions.break_glass, inputs.BreakGlass, patient=patient):
        back = request.session.pop("glass", "") or "/"
        return say(request, leave(request, back), "Open for an hour. The manager is told.", "watch")
    return fragment(request, "web/glass.html", {"form": form, "reasons": inputs.GLASS_REASONS}, form.status)


def ways(request: HttpRequest, ruling: Ruling) -> list[dict[str, Any]]:
    """What this office offers towards a yes on a refusal's page."""
    parts = request.resolver_match.kwargs if request.resolver_match else {}
    patient = uuid_or_none(parts.get("patient", ""))
    if patient is None or not any(need.code == NEED for need in ruling.needs):
        return []
    if request.method == "GET" and hasattr(request, "session"):
        request.session["glass"] = request.path
    text = "Open it all the same, with a reason."
    return [
        {"text": text, "sub": "It is kept, and the manager is told.", "url": f"/glass/{patient}", "label": "Say why"}
    ]
