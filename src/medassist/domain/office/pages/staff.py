"""Who works here: people and their positions, for the manager."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from medassist.domain.office import actions, inputs, queries, rules
from medassist.domain.office.pages.sent import sent
from medassist.kernel import clock
from medassist.kernel.context import Context
from medassist.kernel.inputs import Inputs
from medassist.ui import human
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, leave, page, say, submit, table_csv

STAFF = "house.manage_staff"
ROLES = list(rules.ROLES.items())
COLUMNS = [("Family name", "family"), ("Given name", "given"), ("Credentials", "letters"), ("Positions", "held")]


@page(act=STAFF)
def staff(request: HttpRequest, ctx: Context) -> HttpResponse:
    """Everybody who works or worked here."""
    return _staff(request, Form())


def _staff(request: HttpRequest, form: Form) -> HttpResponse:
    rows = [{**one, "roles": _said(one["positions"])} for one in queries.everybody()]
    sheet = [{"family": r["staff"].family, "given": r["staff"].given, "letters": r["staff"].credentials_text,
              "held": "; ".join(r["roles"])} for r in rows]  # fmt: skip
    if (table := table_csv(request, "staff", COLUMNS, sheet)) is not None:
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
    return person_page(request, staff, Form())


def person_page(request: HttpRequest, which: UUID, form: Form, part: str = "") -> HttpResponse:
    """A person's page with a form that was sent: `part` says which one is shown again, faults and all."""
    found, positions = queries.staff(which), queries.positions(which)
    zone = _zone(request, positions)
    today = clock.today(zone)
    held = [{"row": one, "role": rules.ROLES[one.role], "over": one.to_on is not None and one.to_on < today}
            for one in positions]  # fmt: skip
    known = {name: getattr(found, name) for name in ("given", "family", "credentials_text", "npi")}
    part = part or ("name" if form.posted is not None and "given" in form.posted else "")
    told = {
        "person": found, "held": held, "form": form if part == "name" else Form(None, known), "roles": ROLES,
        "today": today, "sites": [(one.pk, one.name) for one in queries.sites()], "presence": queries.presence(which),
        "wrong": [] if part in FORMS else [text for texts in form.faults.values() for text in texts],
        **_works(which, today, zone),
    }  # fmt: skip
    usual = {"from_on": today.isoformat()}
    told |= {one: replace(form if part == one else Form(None, usual), name=one) for one in FORMS[1:]}
    return fragment(request, "office/person.html", told, form.status)


FORMS = ("name", "shift", "absence")
"""The forms of a person's page that show their own faults."""


def _zone(request: HttpRequest, held: list[Any]) -> str:
    """The clock of the site that one is at, or of one where the person works."""
    here = request.context.site  # type: ignore[attr-defined]
    return queries.site(here).timezone if here else held[0].site.timezone if held else "UTC"


def _works(which: UUID, today: date, zone: str) -> dict[str, Any]:
    """A person's weekly shifts and the time away."""
    alike: dict[tuple, list[Any]] = {}
    for one in queries.shifts(which, today):
        alike.setdefault((one.from_on, one.to_on, one.begins, one.ends, one.site_id), []).append(one)
    rows = [{"row": held[0], "all": held, "days": rules.days_said(one.weekday for one in held),
             "time": human.hours(*(datetime.combine(today, at) for at in (held[0].begins, held[0].ends)))}
            for _, held in sorted(alike.items(), key=lambda one: (one[0][0], one[0][2]))]  # fmt: skip
    gone = [{"row": one, "said": human.stretch(*(at.astimezone(ZoneInfo(zone)) for at in (one.start_at, one.end_at))),
             "why": rules.ABSENCES[one.why]} for one in queries.absences(which)]  # fmt: skip
    weekdays = [(n, name[:3]) for n, name in enumerate(rules.WEEKDAYS)]
    return {"shifts": rows, "away": gone, "weekdays": weekdays, "reasons": list(rules.ABSENCES.items())}


def of_person(action: Callable, asked: type[Inputs], text: str, part: str = "") -> Callable[..., HttpResponse]:
    """A page that takes one of the forms of a person's page."""

    @require_POST
    @page(act=STAFF)
    def view(request: HttpRequest, ctx: Context, staff: UUID) -> HttpResponse:
        return sent(
            request, ctx, action, asked, lambda form: person_page(request, staff, form, part),
            reverse("office:person", args=[staff]), text, staff=staff,
        )  # fmt: skip

    view.__doc__ = asked.__doc__
    return view


change_staff = of_person(actions.change_staff, inputs.ChangeStaff, "Kept.")
give_position = of_person(actions.give_position, inputs.GivePosition, "The position is given.")
leave_office = of_person(actions.leave, inputs.LeaveOffice, "All positions end, and the person can no longer act here.")


@require_POST
@page(act=STAFF)
def end_position(request: HttpRequest, ctx: Context, position: UUID) -> HttpResponse:
    """The last day of a position."""
    who = queries.position(position).staff_id
    return sent(
        request, ctx, actions.end_position, inputs.EndPosition, lambda form: person_page(request, who, form),
        reverse("office:person", args=[who]), "The position ends on that day.", position=position,
    )  # fmt: skip
