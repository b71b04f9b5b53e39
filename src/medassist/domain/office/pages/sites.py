"""Sites, rooms, hours and closures, for the manager."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from medassist.domain.office import actions, inputs, queries, rules
from medassist.domain.office.pages.sent import sent
from medassist.kernel import clock
from medassist.kernel.context import Context
from medassist.kernel.inputs import Inputs
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, leave, page, say

OFFICE = "house.manage_office"
ZONES = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
    "America/Anchorage", "Pacific/Honolulu", "America/Detroit", "America/Indiana/Indianapolis", "America/Boise",
)  # fmt: skip
STATES = [(f"US-{state}", state) for state in sorted(rules.STATES)]
ROLES = list(rules.ROLES.items())


@page(act=OFFICE)
def sites(request: HttpRequest, ctx: Context) -> HttpResponse:
    """The sites of the practice."""
    return _sites(request, Form())


def _sites(request: HttpRequest, form: Form) -> HttpResponse:
    profiles = [(code, profile["name"]) for code, profile in rules.profiles().items()]
    rows = [{"site": one, "profile": rules.profiles()[one.profile]["name"], "open": queries.open_on(one, _today(one))}
            for one in queries.sites(active=False)]  # fmt: skip
    told = {
        "practice": queries.organization(), "rows": rows, "form": form, "profiles": profiles, "states": STATES,
        "zones": [(zone, zone.replace("_", " ")) for zone in ZONES],
    }  # fmt: skip
    return fragment(request, "office/sites.html", told, form.status)


def _today(site: Any) -> Any:
    return clock.today(site.timezone)


@require_POST
@page(act=OFFICE)
def add_site(request: HttpRequest, ctx: Context) -> HttpResponse:
    """One more site."""
    return sent(
        request, ctx, actions.add_site, inputs.AddSite, lambda form: _sites(request, form), reverse("office:sites"),
        "The site is there. Add its rooms next.",
    )  # fmt: skip


@page(act=OFFICE)
def site(request: HttpRequest, ctx: Context, site: UUID) -> HttpResponse:
    """One site: rooms, hours, closures, settings."""
    return _site(request, site, Form())


def _site(request: HttpRequest, which: UUID, form: Form, part: str = "") -> HttpResponse:
    found = queries.site(which)
    settings = queries.settings(found)
    waiting = [{"step": step, "name": step.replace("-", " ").capitalize(), **limits}
               for step, limits in settings["waiting"].items()]  # fmt: skip
    told = {
        "site": found, "places": queries.rooms(which, active=False), "week": _week(found), "settings": settings,
        "waiting": waiting, "closures": queries.closures(which), "coming": _coming(found), "form": form, "part": part,
        "wrong": [text for texts in form.faults.values() for text in texts],
        "kinds": list(rules.ROOM_KINDS.items()), "weekdays": list(enumerate(rules.WEEKDAYS)),
        "holidays": list(rules.HOLIDAYS.items()), "today": _today(found),
        "profiles": [(code, profile["name"]) for code, profile in rules.profiles().items()],
    }  # fmt: skip
    return fragment(request, "office/site.html", told, form.status)


def _week(found: Any) -> list[dict[str, Any]]:
    """Each weekday with the hours that hold today, and the next change if one is set."""
    rows, today = queries.hours(found.pk), _today(found)
    week = []
    for n, name in enumerate(rules.WEEKDAYS):
        mine = [one for one in rows if one.weekday == n]
        now = max((one for one in mine if one.from_on <= today), key=lambda one: one.from_on, default=None)
        week.append({"name": name, "now": now, "next": next((one for one in mine if one.from_on > today), None)})
    return week


def _coming(found: Any) -> list[dict[str, Any]]:
    """The next holidays on which the site is closed."""
    today = _today(found)
    which = queries.settings(found)["holidays"]
    days = {**rules.holidays(found.state, which, today.year), **rules.holidays(found.state, which, today.year + 1)}
    return [{"on": on, "name": name} for on, name in sorted(days.items()) if on >= today][:6]


def _of_site(part: str, action: Callable, asked: type[Inputs], text: str) -> Callable[..., HttpResponse]:
    """A page that takes one of the forms of a site's page."""

    @require_POST
    @page(act=OFFICE)
    def view(request: HttpRequest, ctx: Context, site: UUID) -> HttpResponse:
        return sent(
            request, ctx, action, asked, lambda form: _site(request, site, form, part),
            reverse("office:site", args=[site]), text, site=site,
        )  # fmt: skip

    view.__doc__ = asked.__doc__
    return view


change_site = _of_site("site", actions.change_site, inputs.ChangeSite, "Kept.")
add_room = _of_site("room", actions.add_room, inputs.AddRoom, "The room is there.")
set_hours = _of_site("hours", actions.set_hours, inputs.SetHours, "The hours are set.")
close_days = _of_site("closure", actions.close_days, inputs.CloseDays, "The days are marked.")


@require_POST
@page(act=OFFICE)
def change_room(request: HttpRequest, ctx: Context, room: UUID) -> HttpResponse:
    """Change a room, or take it out of use."""
    where = queries.room(room).site_id
    return sent(
        request, ctx, actions.change_room, inputs.ChangeRoom, lambda form: _site(request, where, form, "room"),
        reverse("office:site", args=[where]), "The room is changed.", room=room,
    )  # fmt: skip


@require_POST
@page(act=OFFICE)
def withdraw_closure(request: HttpRequest, ctx: Context, closure: UUID) -> HttpResponse:
    """The office is open after all."""
    found = actions.withdraw_closure(ctx, inputs.WithdrawClosure.of(closure=closure))
    return say(request, leave(request, reverse("office:site", args=[found.site_id])), "Open as usual on those days.")


@require_POST
@page(act="house.settings")
def change_settings(request: HttpRequest, ctx: Context, site: UUID) -> HttpResponse:
    """Waiting times, holidays, the clock."""
    return sent(
        request, ctx, actions.change_settings, inputs.ChangeSettings,
        lambda form: _site(request, site, form, "settings"), reverse("office:site", args=[site]),
        "The settings are kept.", site=site,
    )  # fmt: skip
