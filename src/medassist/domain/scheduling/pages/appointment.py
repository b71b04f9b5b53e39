"""One appointment: to cancel, to note that nobody came, to move."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from medassist.domain.office import queries as office
from medassist.domain.people import queries as people
from medassist.domain.scheduling import actions, inputs, queries, rules
from medassist.kernel.context import Context
from medassist.ui import human
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, leave, listed, page, say, submit

LIST = "house.list"


@page(lists="schedule")
def appointment(request: HttpRequest, ctx: Context, appointment: UUID) -> HttpResponse:
    """What is booked, and what can be done about it."""
    return _show(request, appointment, Form())


def _show(request: HttpRequest, which: UUID, form: Form, part: str = "") -> HttpResponse:
    found = queries.appointment(which)
    zone = ZoneInfo(found.site.timezone)
    start = found.start_at.astimezone(zone)
    listed(request, [found.patient_id], appointment=str(which))
    known = {"on": start.date().isoformat(), "at": f"{start:%H:%M}", "provider": str(found.provider_id or "")}
    told = {
        "one": found, "who": people.brief([found.patient_id]).get(found.patient_id, {}), "part": part,
        "form": form if part == "cancel" else Form(), "move": form if part == "move" else Form(None, known),
        "waiting": found.status in rules.WAITING, "status": rules.STATUSES[found.status],
        "reasons": list(rules.CANCEL_REASONS.items()), "day": start.date(), "said": human.planned(start.date()),
        "providers": [(str(one["id"]), one["name"]) for one in office.providers(found.site_id, start.date())],
        "undo": found.status in ("cancelled", "noshow"),
    }  # fmt: skip
    return fragment(request, "scheduling/appointment.html", told, form.status)


def _sheet(found: Any) -> str:
    day = found.start_at.astimezone(ZoneInfo(found.site.timezone)).date()
    return f"{reverse('scheduling:day')}?on={day.isoformat()}"


def _name(found: Any) -> str:
    return people.brief([found.patient_id])[found.patient_id]["family"]


@require_POST
@page(act=LIST)
def cancel(request: HttpRequest, ctx: Context, appointment: UUID) -> HttpResponse:
    """It will not take place."""
    form = Form.of(request)
    if found := submit(form, ctx, actions.cancel, inputs.Cancel, appointment=appointment):
        back = reverse("scheduling:restore", args=[appointment])
        return say(request, leave(request, _sheet(found)), f"{_name(found)} is cancelled. The time is open.", undo=back)
    return _show(request, appointment, form, "cancel")


@require_POST
@page(act=LIST)
def no_show(request: HttpRequest, ctx: Context, appointment: UUID) -> HttpResponse:
    """Nobody came."""
    form = Form.of(request)
    if found := submit(form, ctx, actions.no_show, inputs.NoShow, appointment=appointment):
        back = reverse("scheduling:restore", args=[appointment])
        return say(request, leave(request, _sheet(found)), f"{_name(found)} did not come.", undo=back)
    return _show(request, appointment, form, "cancel")


@require_POST
@page(act=LIST)
def move(request: HttpRequest, ctx: Context, appointment: UUID) -> HttpResponse:
    """Another time or provider."""
    form = Form.of(request)
    if found := submit(form, ctx, actions.reschedule, inputs.Reschedule, appointment=appointment):
        start = found.start_at.astimezone(ZoneInfo(found.site.timezone))
        text = f"{_name(found)} is booked {human.planned(start.date())}, {human.clock(start)} instead."
        return say(request, leave(request, _sheet(found)), text)
    return _show(request, appointment, form, "move")


@require_POST
@page(act=LIST)
def restore(request: HttpRequest, ctx: Context, appointment: UUID) -> HttpResponse:
    """Take a cancelling back."""
    found = actions.restore(ctx, inputs.Restore.of(appointment=appointment))
    return say(request, leave(request, _sheet(found)), f"{_name(found)} is booked again.")
