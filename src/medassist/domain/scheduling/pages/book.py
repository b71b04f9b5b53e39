"""Booking: whom, with whom, when; and the next free times."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from medassist.domain.office import queries as office
from medassist.domain.people import queries as people
from medassist.domain.scheduling import actions, inputs, queries
from medassist.kernel import clock
from medassist.kernel.context import Context
from medassist.kernel.identifiers import uuid_or_none
from medassist.ui import human
from medassist.ui.forms import Form
from medassist.ui.pages import asked_day, fragment, leave, listed, page, say, submit

MOST = 8  # patients offered for what was typed
OFFERED = 6  # times offered


@page(lists="schedule")
def book(request: HttpRequest, ctx: Context) -> HttpResponse:
    """Book a patient: type who it is, choose the time, Enter."""
    if ctx.site is None:
        return leave(request, "/site")
    form = Form.of(request, **{name: request.GET.get(name, "") for name in ("on", "at", "provider", "type")})
    # a patient is chosen by a name typed into the form, never by an address that logs could keep
    if form.sent and form.value("patient"):
        if made := submit(form, ctx, actions.book, inputs.Book, site=ctx.site):
            return _booked(request, made)
    return _form(request, ctx, form)


def _form(request: HttpRequest, ctx: Context, form: Form) -> HttpResponse:
    site = office.site(ctx.site)  # type: ignore[arg-type]
    typed, chosen = str(form.value("who")).strip(), uuid_or_none(form.value("patient"))
    lines = list(people.brief([chosen]).values()) if chosen else people.find(typed, MOST).lines if typed else []
    listed(request, [one["id"] for one in lines], booking=True)
    kinds = queries.types(site.pk)
    told = {
        "site": site, "form": form, "lines": lines, "typed": typed, "looked": bool(typed or chosen),
        "types": [(str(one.pk), f"{one.name}, {one.minutes} min") for one in kinds],
        "providers": [(str(one["id"]), one["name"]) for one in office.providers(site.pk)],
        "times": [] if form.value("at") else _times(site, form, kinds),
    }  # fmt: skip
    return fragment(request, "scheduling/book.html", told, form.status)


def _booked(request: HttpRequest, made: Any) -> HttpResponse:
    zone = ZoneInfo(made.site.timezone)
    start = made.start_at.astimezone(zone)
    name = people.brief([made.patient_id])[made.patient_id]["family"]
    whom = f" with {made.provider.name}" if made.provider else ""
    text = f"{name} is booked {human.planned(start.date())}, {human.clock(start)}{whom}."
    return say(request, leave(request, f"{reverse('scheduling:day')}?on={start.date().isoformat()}"), text)


@page(act="house.list")
def find_next(request: HttpRequest, ctx: Context) -> HttpResponse:
    """The next free times for a type of visit; no patient is named here."""
    if ctx.site is None:
        return leave(request, "/site")
    site, kinds = office.site(ctx.site), queries.types(ctx.site)
    form = Form(None, {name: request.GET.get(name, "") for name in ("type", "provider", "on")})
    told = {
        "site": site, "form": form, "times": _times(site, form, kinds, 12),
        "types": [(str(one.pk), f"{one.name}, {one.minutes} min") for one in kinds],
        "providers": [("", "Anybody"), *((str(one["id"]), one["name"]) for one in office.providers(site.pk))],
    }  # fmt: skip
    return fragment(request, "scheduling/next.html", told)


def _times(site: Any, form: Form, kinds: list[Any], limit: int = OFFERED) -> list[dict[str, Any]]:
    """Free times for what the form has chosen so far, each with the address that books it."""
    wanted: UUID | None = uuid_or_none(form.value("type"))
    kind = next((one for one in kinds if one.pk == wanted), kinds[0] if kinds else None)
    if kind is None:
        return []
    after = None
    if form.value("on"):
        on = asked_day(str(form.value("on")), clock.today(site.timezone))
        after = max(office.span(on, site.timezone)[0], clock.now())
    provider = uuid_or_none(form.value("provider"))
    found = queries.find_next(site.pk, kind.minutes, provider=provider, after=after, limit=limit, step=kind.minutes)
    names = {one["id"]: one["short"] for one in office.providers(site.pk)}
    zone = ZoneInfo(site.timezone)
    return [_offer(one, names, kind, zone) for one in found]


def _offer(one: dict[str, Any], names: dict[UUID, str], kind: Any, zone: ZoneInfo) -> dict[str, Any]:
    start = one["start_at"].astimezone(zone)
    asked = f"on={start.date().isoformat()}&at={start:%H:%M}&provider={one['provider']}&type={kind.pk}"
    return {
        **one, "day": human.planned(start.date()), "clock": human.clock(start), "name": names.get(one["provider"], ""),
        "on": start.date().isoformat(), "at": f"{start:%H:%M}", "url": f"{reverse('scheduling:book')}?{asked}",
    }  # fmt: skip
