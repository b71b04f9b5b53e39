"""The devices that measure, for the manager: where each stands, when it was heard, how far its clock is off."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from medassist.domain.office import actions, inputs
from medassist.domain.office import queries as office
from medassist.domain.vitals import queries as vitals
from medassist.kernel.context import Context
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, leave, page, say, submit

OFFICE = "house.manage_office"
CARRIED = ("", "Carried about")


@page(act=OFFICE)
def devices(request: HttpRequest, ctx: Context) -> HttpResponse:
    """The devices of this site."""
    return _page(request, ctx, Form())


def _page(request: HttpRequest, ctx: Context, form: Form) -> HttpResponse:
    if ctx.site is None:
        return leave(request, "/site")
    heard = vitals.heard(ctx.site)
    rows = [{**one, **_heard(heard.get(one["device"].pk))} for one in office.devices(ctx.site)]
    told = {
        "rows": rows, "form": form, "count": sum(one["device"].active for one in rows),
        "places": [CARRIED, *((str(room.pk), _called(room.name)) for room in office.rooms(ctx.site))],
        "kinds": list(office.DEVICE_KINDS.items()),
        "profiles": [(code, one["name"]) for code, one in office.senders().items()],
        "hints": office.senders().values(),
    }  # fmt: skip
    return fragment(request, "web/devices.html", told, form.status)


def _called(room: str) -> str:
    return f"Room {room}" if room[:1].isdigit() else room


def _heard(told: dict[str, Any] | None) -> dict[str, Any]:
    """When a device was heard, and its clock in words."""
    if told is None:
        return {"heard_at": None, "clock": "", "clock_state": "none"}
    wrong = bool(told.get("note"))
    drift = told.get("drift")
    words = vitals.off(drift) if wrong and drift is not None else "right" if drift is not None else "not said"
    return {"heard_at": told["at"], "clock": words, "clock_state": "watch" if wrong else "none"}


@require_POST
@page(act=OFFICE)
def add(request: HttpRequest, ctx: Context) -> HttpResponse:
    """One more device."""
    form = Form.of(request)
    if made := submit(form, ctx, actions.add_device, inputs.AddDevice, site=ctx.site):
        return say(request, leave(request, reverse("devices")), f"{made.name} is there. What it sends is taken in now.")
    return _page(request, ctx, form)


@require_POST
@page(act=OFFICE)
def place(request: HttpRequest, ctx: Context, device: UUID) -> HttpResponse:
    """Where a device stands from now on."""
    form = Form.of(request)
    room = form.value("room") or None
    if made := submit(form, ctx, actions.place_device, inputs.PlaceDevice, device=device, room=room):
        return say(request, leave(request, reverse("devices")), f"{made.name} stands there from now on.")
    return _page(request, ctx, form)


@require_POST
@page(act=OFFICE)
def change(request: HttpRequest, ctx: Context, device: UUID) -> HttpResponse:
    """How a device sends."""
    form = Form.of(request)
    if made := submit(form, ctx, actions.change_device, inputs.ChangeDevice, device=device):
        return say(request, leave(request, reverse("devices")), f"{made.name} is changed.")
    return _page(request, ctx, form)


@require_POST
@page(act=OFFICE)
def retire(request: HttpRequest, ctx: Context, device: UUID) -> HttpResponse:
    """A device that is not used any more."""
    form = Form.of(request)
    if made := submit(form, ctx, actions.retire_device, inputs.RetireDevice, device=device):
        return say(request, leave(request, reverse("devices")), f"{made.name} is out of use.")
    return _page(request, ctx, form)
