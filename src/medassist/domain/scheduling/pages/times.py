"""What is offered: providers' weekly times, types of appointment, and time held for something else."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from medassist.domain.delegation import queries as delegation
from medassist.domain.office import queries as office
from medassist.domain.scheduling import actions, inputs, queries
from medassist.kernel import clock
from medassist.kernel.context import Context
from medassist.ui.forms import Form
from medassist.ui.pages import asked_day, fragment, leave, page, say, submit

OFFICE, SETTINGS = "house.manage_office", "house.settings"
WEEKDAYS = list(enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")))


@page(act=OFFICE)
def times(request: HttpRequest, ctx: Context) -> HttpResponse:
    """When each provider can be booked, and what can be booked."""
    return _times(request, ctx, Form()) if ctx.site else leave(request, "/site")


def _times(request: HttpRequest, ctx: Context, form: Form, part: str = "") -> HttpResponse:
    site = office.site(ctx.site)  # type: ignore[arg-type]
    rows = [{"row": one, "name": one.schedule.provider.name, "day": WEEKDAYS[one.weekday][1]}
            for one in queries.availability(site.pk)]  # fmt: skip
    told: dict[str, Any] = {
        "site": site, "rows": rows, "kinds": _kinds(site.pk), "part": part, "weekdays": WEEKDAYS,
        "offer": form if part == "offer" else Form(None, {"from_on": clock.today(site.timezone).isoformat()}),
        "kind": form if part == "type" else Form(), "today": clock.today(site.timezone),
        "providers": [(str(one["id"]), one["name"]) for one in office.providers(site.pk)],
        "wrong": [text for texts in form.faults.values() for text in texts] if part == "end" else [],
    }  # fmt: skip
    return fragment(request, "scheduling/times.html", told, form.status)


def _kinds(site: UUID) -> list[dict[str, Any]]:
    """The types of visit, each with every clinical act and whether it asks for it."""
    acts = delegation.acts().clinical
    return [
        {"type": one, "asks": [acts[code].name for code in one.acts if code in acts],
         "acts": [(code, act.name, code in one.acts) for code, act in acts.items()]}
        for one in queries.types(site, active=False)
    ]  # fmt: skip


def _back(request: HttpRequest, text: str) -> HttpResponse:
    return say(request, leave(request, reverse("scheduling:times")), text)


@require_POST
@page(act=OFFICE)
def offer(request: HttpRequest, ctx: Context) -> HttpResponse:
    """A stretch of some weekdays in which a provider can be booked."""
    form = Form.of(request)
    if submit(form, ctx, actions.offer, inputs.OfferTimes, site=ctx.site):
        return _back(request, "The time is offered. Its slots are open for the next 14 days.")
    return _times(request, ctx, form, "offer")


@require_POST
@page(act=OFFICE)
def end(request: HttpRequest, ctx: Context, availability: UUID) -> HttpResponse:
    """The last day of a stretch."""
    form = Form.of(request)
    if submit(form, ctx, actions.end_times, inputs.EndTimes, availability=availability):
        return _back(request, "It is offered until then. Who is booked later stays booked.")
    return _times(request, ctx, form, "end")


@require_POST
@page(act=SETTINGS)
def add_type(request: HttpRequest, ctx: Context) -> HttpResponse:
    """One more type of appointment of this site."""
    form = Form.of(request)
    if made := submit(form, ctx, actions.add_type, inputs.AddType, site=ctx.site):
        return _back(request, f"{made.name} can be booked.")
    return _times(request, ctx, form, "type")


@require_POST
@page(act=SETTINGS)
def change_type(request: HttpRequest, ctx: Context, type: UUID) -> HttpResponse:
    """Another length, or out of use."""
    form = Form.of(request)
    # no box ticked sends nothing: the form says that it shows them
    acts = {"acts": tuple(request.POST.getlist("acts"))} if "shows-acts" in request.POST else {}
    if made := submit(form, ctx, actions.change_type, inputs.ChangeType, type=type, **acts):
        return _back(request, f"{made.name} is changed.")
    return _times(request, ctx, form, "end")


# --- held time


@page(act="house.list")
def hold(request: HttpRequest, ctx: Context) -> HttpResponse:
    """Hold time for calls, lunch, a meeting."""
    if ctx.site is None:
        return leave(request, "/site")
    form = Form.of(request, **{name: request.GET.get(name, "") for name in ("on", "at", "provider")}, minutes="30")
    if made := submit(form, ctx, actions.hold, inputs.HoldTime, site=ctx.site):
        return say(request, leave(request, _day_of(made)), f"{made.title}: the time is held.")
    site = office.site(ctx.site)
    held = queries.day(site.pk, asked_day(str(form.value("on")), clock.today(site.timezone)), site.timezone)["holds"]
    told = {
        "site": site, "form": form, "held": held,
        "providers": [(str(one["id"]), one["name"]) for one in office.providers(site.pk)],
    }  # fmt: skip
    return fragment(request, "scheduling/hold.html", told, form.status)


@require_POST
@page(act="house.list")
def release(request: HttpRequest, ctx: Context, hold: UUID) -> HttpResponse:
    """The time is open again."""
    made = actions.release(ctx, inputs.ReleaseTime.of(hold=hold))
    return say(request, leave(request, _day_of(made)), f"{made.title}: the time is open again.")


def _day_of(made: Any) -> str:
    """The day sheet on which something lies."""
    on = made.start_at.astimezone(ZoneInfo(made.site.timezone)).date()
    return f"{reverse('scheduling:day')}?on={on}"
