"""The office on screen: sites, rooms, hours, closures and staff for the manager; who is here for everybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from medassist.domain.office import actions, inputs, queries, rules
from medassist.kernel import clock
from medassist.kernel.context import Context
from medassist.kernel.errors import Missing
from medassist.kernel.inputs import Inputs
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, leave, page, say, submit, table_csv

OFFICE, STAFF, HERE = "house.manage_office", "house.manage_staff", "house.check_in"
ZONES = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
    "America/Anchorage", "Pacific/Honolulu", "America/Detroit", "America/Indiana/Indianapolis", "America/Boise",
)  # fmt: skip
STATES = [(f"US-{state}", state) for state in sorted(rules.STATES)]
ROLES = list(rules.ROLES.items())
STAFF_COLUMNS = [("Family name", "family"), ("Given name", "given"), ("Credentials", "letters"), ("Positions", "held")]


def _sent(
    request: HttpRequest, ctx: Context, action: Callable, asked: type[Inputs], again: Callable[[Form], HttpResponse],
    url: str, text: str, **fixed: Any,
) -> HttpResponse:  # fmt: skip
    """Do what a form asks, say so on the page it belongs to; or show that page again with what is wrong."""
    form = Form.of(request)
    if submit(form, ctx, action, asked, **fixed):
        return say(request, leave(request, url), text)
    return again(form)


# --- sites


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
    return _sent(
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
        return _sent(
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
    return _sent(
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
    return _sent(
        request, ctx, actions.change_settings, inputs.ChangeSettings,
        lambda form: _site(request, site, form, "settings"), reverse("office:site", args=[site]),
        "The settings are kept.", site=site,
    )  # fmt: skip


# --- staff


@page(act=STAFF)
def staff(request: HttpRequest, ctx: Context) -> HttpResponse:
    """Everybody who works or worked here."""
    return _staff(request, Form())


def _staff(request: HttpRequest, form: Form) -> HttpResponse:
    rows = [{**one, "roles": _said(one["positions"])} for one in queries.everybody()]
    sheet = [{"family": r["staff"].family, "given": r["staff"].given, "letters": r["staff"].credentials_text,
              "held": "; ".join(r["roles"])} for r in rows]  # fmt: skip
    if (table := table_csv(request, "staff", STAFF_COLUMNS, sheet)) is not None:
        return table
    told = {"rows": rows, "form": form, "roles": ROLES, "sites": [(one.pk, one.name) for one in queries.sites()]}
    return fragment(request, "office/staff.html", told, form.status)


def _said(held: list[Any]) -> list[str]:
    return [f"{rules.ROLES[one.role]}, {one.site.name}" for one in held]


@require_POST
@page(act=STAFF)
def add_staff(request: HttpRequest, ctx: Context) -> HttpResponse:
    """One more person."""
    form = Form.of(request)
    if made := submit(form, ctx, actions.add_staff, inputs.AddStaff):
        url = reverse("office:person", args=[made.pk])
        return say(request, leave(request, url), f"{made.name} works here. An account is opened under Accounts.")
    return _staff(request, form)


@page(act=STAFF)
def person(request: HttpRequest, ctx: Context, staff: UUID) -> HttpResponse:
    """One person: name, letters, NPI, positions."""
    return _person(request, staff, Form())


def _person(request: HttpRequest, which: UUID, form: Form) -> HttpResponse:
    found, today = queries.staff(which), clock.now().date()
    held = [{"row": one, "role": rules.ROLES[one.role], "over": one.to_on is not None and one.to_on < today}
            for one in queries.positions(which)]  # fmt: skip
    known = {name: getattr(found, name) for name in ("given", "family", "credentials_text", "npi")}
    mine = form.posted is not None and "given" in form.posted
    first = form if mine else Form(None, known)
    told = {
        "person": found, "held": held, "form": first, "roles": ROLES, "today": today,
        "sites": [(one.pk, one.name) for one in queries.sites()], "presence": queries.presence(which),
        "wrong": [] if mine else [text for texts in form.faults.values() for text in texts],
    }  # fmt: skip
    return fragment(request, "office/person.html", told, form.status)


def _of_person(action: Callable, asked: type[Inputs], text: str) -> Callable[..., HttpResponse]:
    """A page that takes one of the forms of a person's page."""

    @require_POST
    @page(act=STAFF)
    def view(request: HttpRequest, ctx: Context, staff: UUID) -> HttpResponse:
        return _sent(
            request, ctx, action, asked, lambda form: _person(request, staff, form),
            reverse("office:person", args=[staff]), text, staff=staff,
        )  # fmt: skip

    view.__doc__ = asked.__doc__
    return view


change_staff = _of_person(actions.change_staff, inputs.ChangeStaff, "Kept.")
give_position = _of_person(actions.give_position, inputs.GivePosition, "The position is given.")
leave_office = _of_person(
    actions.leave, inputs.LeaveOffice, "All positions end, and the person can no longer act here."
)


@require_POST
@page(act=STAFF)
def end_position(request: HttpRequest, ctx: Context, position: UUID) -> HttpResponse:
    """The last day of a position."""
    who = queries.position(position).staff_id
    return _sent(
        request, ctx, actions.end_position, inputs.EndPosition, lambda form: _person(request, who, form),
        reverse("office:person", args=[who]), "The position ends on that day.", position=position,
    )  # fmt: skip


# --- who is here


def _me(ctx: Context) -> Any:
    if (found := queries.staff_by_actor(ctx.actor.id)) is None:
        raise Missing("person of the staff")
    return found


@page(act=HERE)
def here(request: HttpRequest, ctx: Context) -> HttpResponse:
    """Who is in the building now, and my own checking in and out."""
    if ctx.site is None:
        return leave(request, "/site")
    team = queries.team(ctx.site)
    for one in team:
        one["held"] = ", ".join(rules.ROLES[role] for role in one["roles"])
    me = queries.staff_by_actor(ctx.actor.id)
    told = {
        "site": queries.site(ctx.site), "here": [one for one in team if one["present"]],
        "away": [one for one in team if not one["present"]], "mine": queries.presence(me.pk) if me else None, "me": me,
    }  # fmt: skip
    return fragment(request, "office/here.html", told)


@require_POST
@page(act=HERE)
def check_in(request: HttpRequest, ctx: Context) -> HttpResponse:
    """I am here."""
    actions.check_in(ctx, inputs.CheckIn.of(staff=_me(ctx).pk, site=ctx.site))
    return say(request, leave(request, reverse("office:here")), "You are checked in.")


@require_POST
@page(act=HERE)
def check_out(request: HttpRequest, ctx: Context) -> HttpResponse:
    """I leave."""
    actions.check_out(ctx, inputs.CheckOut.of(staff=_me(ctx).pk))
    return say(request, leave(request, reverse("office:here")), "You are checked out.")
