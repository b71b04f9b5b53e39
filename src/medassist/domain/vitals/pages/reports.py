"""What devices sent and what is not certain, on screen: whose it is, what nobody has confirmed, what was put aside."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from medassist.domain.people import queries as people
from medassist.domain.visits import queries as visits
from medassist.domain.vitals import actions, inputs, queries
from medassist.kernel.context import Context
from medassist.kernel.errors import Invalid
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, leave, listed, page, say, submit

DAY = timedelta(hours=24)
GONE = ("booked", "left", "entered-in-error")


@page(lists="reports")
def unmatched(request: HttpRequest, ctx: Context) -> HttpResponse:
    """What devices sent and nobody was found for, and what waits to be confirmed."""
    return _page(request, ctx)


def _page(request: HttpRequest, ctx: Context, form: Form | None = None, wrong: UUID | None = None) -> HttpResponse:
    if ctx.site is None:
        return leave(request, "/site")
    since = ctx.at - DAY
    here = [one for one in visits.today(ctx.site) if one["id"] and one["step"] not in GONE]
    unsure = queries.unconfirmed(ctx.site, since)
    known = {one["id"]: one["patient"] for one in here}
    who = people.brief({*known.values(), *(visits.where(one)["patient"] for one in unsure if one not in known)})
    listed(request, who)
    told = {
        "rows": queries.waiting(ctx.site), "count": queries.waiting_count(ctx.site), "settled": _settled(ctx, since),
        "choices": _choices(here, who), "confirm": _confirm(unsure, who, known), "form": form or Form(), "wrong": wrong,
    }  # fmt: skip
    return fragment(request, "vitals/unmatched.html", told, form.status if form else 200)


def _settled(ctx: Context, since: Any) -> list[dict[str, Any]]:
    assert ctx.site is not None
    return [one for one in queries.settled(ctx.site, since, 20) if one["status"] in ("charted", "dismissed")]


def _choices(here: list[dict[str, Any]], who: dict[UUID, dict[str, Any]]) -> list[tuple[UUID, str]]:
    """Visits of the day: those in a room first, by room."""
    rows = sorted(here, key=lambda one: (one["room_name"] is None, one["room_name"] or "", one["started_at"]))
    return [(one["id"], _called(one, who.get(one["patient"], {}))) for one in rows]


def _called(one: dict[str, Any], person: dict[str, Any]) -> str:
    place = one["room_name"] or visits.STEPS[one["step"]]
    place = f"Room {place}" if place[:1].isdigit() else place
    return f"{place}: {person.get('name', 'Unknown')}, {person.get('age', '')}".rstrip(", ")


def _confirm(unsure: dict[UUID, UUID], who: dict[UUID, Any], known: dict[UUID, UUID]) -> list[dict[str, Any]]:
    sets = [queries.one_set(of) for of in unsure.values()]
    return [{**one, "name": who.get(one["patient"], {}).get("name", "Unknown")} for one in sets]


@require_POST
@page(act="house.list")
def assign(request: HttpRequest, ctx: Context, report: UUID) -> HttpResponse:
    """Say whose it is."""
    form = Form.of(request)
    if not (made := submit(form, ctx, actions.assign_report, inputs.AssignReport, report=report)):
        return _page(request, ctx, form, report)
    back = reverse("rooming", args=[made.visit_id]) if form.value("rooming") else reverse("vitals:unmatched")
    return say(request, leave(request, back), "Charted as measured by the device. Confirm it in the chart.")


@require_POST
@page(act="house.list")
def dismiss(request: HttpRequest, ctx: Context, report: UUID) -> HttpResponse:
    """It is nobody's."""
    form = Form.of(request)
    if not submit(form, ctx, actions.dismiss_report, inputs.DismissReport, report=report):
        return _page(request, ctx, form, report)
    return say(request, leave(request, reverse("vitals:unmatched")), "Put aside, with the reason.")


@require_POST
@page(act="house.list")
def confirm(request: HttpRequest, ctx: Context, set: UUID) -> HttpResponse:
    """Somebody looked at what a device measured."""
    form = Form.of(request)
    if not submit(form, ctx, actions.confirm, inputs.ConfirmVitals, set=set):
        raise Invalid(form.faults, form.doubts)
    return say(request, leave(request, reverse("vitals:unmatched")), "Vital signs confirmed.")
