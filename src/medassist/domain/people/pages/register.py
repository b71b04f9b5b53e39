"""The page on which a patient is registered; who may be the same person is shown while one types."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from medassist.domain.people import actions, queries
from medassist.domain.people.inputs import RegisterPatient
from medassist.domain.people.pages.forms import beside, chart, choices, said, typed, wrong
from medassist.domain.people.rules import boxes, dates, demographics
from medassist.kernel import reading
from medassist.kernel.context import Context
from medassist.kernel.errors import Invalid
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, leave, listed, page, say, submit

FIRST = {"family", "given", "birth_date", "phone", "gender"}  # the boxes that stand first


@page(act="records.manage")
def register(request: HttpRequest, ctx: Context) -> HttpResponse:
    """The form for a new patient."""
    form = Form.of(request)
    alike: list[dict[str, Any]] = []
    if form.sent:
        told, faults = boxes.read(typed(request), {}, queries.today())
        if not wrong(form, faults):
            consent = {"yes": True, "no": False}.get(request.POST.get("consent_to_text", ""))
            made = submit(form, ctx, actions.register, RegisterPatient, **said(told), consent_to_text=consent)
            if made:
                return say(
                    request,
                    leave(request, chart(made.pk)),
                    f"{made.given} {made.family} is registered, MRN {made.mrn}.",
                )
            alike = _alike(ctx, told) if "duplicate" in form.doubts else []
        beside(form)
    more = any(form.value(name) or name in form.faults for name in boxes.filled({}) if name not in FIRST)
    told_so_far = {"form": form, "alike": alike, "more": more, "race": request.POST.getlist("race"), **choices()}
    return fragment(request, "people/register.html", told_so_far, form.status)


def _alike(ctx: Context, told: dict[str, Any]) -> list[dict[str, Any]]:
    """Likely duplicates as lines with links; the trail says whom this showed."""
    found = queries.duplicates(demographics.changed({}, told))
    lines = [{**one, "url": chart(one["id"])} for one in found if one["likely"]]
    reading.listing(ctx, "patients", {"alike": True}, [one["id"] for one in lines])
    return lines


@require_POST
@page(lists="patients")
def alike(request: HttpRequest, ctx: Context) -> HttpResponse:
    """While one types: how the birth date is understood, and who is already known that is very like."""
    now = queries.today()
    told, faults = boxes.read(typed(request), {}, now)
    told = {name: value for name, value in told.items() if name not in faults}
    lines: list[dict[str, Any]] = []
    if told.get("names") and (told.get("birth_date") or told.get("telecoms")):
        lines = [one for one in _found(told) if one["likely"]]
    listed(request, [one["id"] for one in lines], alike=True)
    born = told.get("birth_date", "")
    context = {
        "alike": [{**one, "url": chart(one["id"])} for one in lines],
        "born": dates.said(born), "age": dates.age(born, now), "fault": (faults.get("birth_date") or [""])[0],
        "or_else": [dates.said(one) for one in dates.read(request.POST.get("birth_date", ""), now).readings[1:2]],
        "typed_born": bool(request.POST.get("birth_date", "").strip()),
    }  # fmt: skip
    return fragment(request, "people/alike.html", context)


def _found(told: dict[str, Any]) -> list[dict[str, Any]]:
    try:
        return queries.duplicates(RegisterPatient.of(**told).record)
    except Invalid:
        return []
