"""The lists of one patient on screen: a part of the patient's page, and a page of its own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from medassist.domain.records import actions, inputs, queries
from medassist.kernel.context import Context
from medassist.kernel.errors import Missing
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, leave, page, part_wanted, say, submit
from medassist.ui.shell import banner

CHART = "patient/{patient}"
ADD: dict[str, tuple[Any, Any]] = {
    "allergy": (actions.add_allergy, inputs.AddAllergy),
    "problem": (actions.add_problem, inputs.AddProblem),
    "medication": (actions.add_medication, inputs.AddMedication),
}
END = {"problem": actions.resolve, "medication": actions.stop}
ENDED = {"problem": "resolved", "medication": "stopped"}
CRITICALITY = [("", "Not told"), ("low", "Low"), ("high", "High: could be life-threatening")]


@page(opens=CHART)
def lists(request: HttpRequest, ctx: Context, patient: UUID) -> HttpResponse:
    """Allergies, medications and problems of one patient."""
    return _lists(request, patient)


def _lists(request: HttpRequest, patient: UUID, sent: str = "", form: Form | None = None) -> HttpResponse:
    past = request.GET.get("past") == "1"
    told = {
        "banner": banner(patient),
        "patient": patient,
        "allergies": queries.allergies(patient, past),
        "none_known": patient in queries.none_known([patient]),
        "medications": queries.medications(patient, past),
        "problems": queries.problems(patient, past),
        "reviews": queries.reviews(patient),
        "past": past,
        "forms": {name: form if name == sent and form else Form() for name in (*ADD, "end", "review")},
        "criticality": CRITICALITY,
    }
    return fragment(request, "records/lists.html", told, form.status if form else 200)


def _kept(request: HttpRequest, patient: UUID, text: str) -> HttpResponse:
    """The lists again, in their place for htmx, else their page."""
    if part_wanted(request):
        return say(request, _lists(request, patient), text)
    return say(request, leave(request, reverse("records:lists", args=[patient])), text)


@require_POST
@page(opens=CHART)
def add(request: HttpRequest, ctx: Context, patient: UUID, list: str) -> HttpResponse:
    """Add to a list."""
    action, asked = ADD[list]
    form = Form.of(request)
    if submit(form, ctx, action, asked, patient=patient):
        return _kept(request, patient, "Kept.")
    return _lists(request, patient, list, form)


@require_POST
@page(opens=CHART)
def end(request: HttpRequest, ctx: Context, patient: UUID, list: str, entry: UUID) -> HttpResponse:
    """Stop a medication, resolve a problem."""
    form = Form.of(request)
    if done := submit(form, ctx, END[list], inputs.EndEntry, patient=patient, entry=entry):
        return _kept(request, patient, f"{done.display}: {ENDED[list]}.")
    return _lists(request, patient, "end", form)


@require_POST
@page(opens=CHART)
def refute(request: HttpRequest, ctx: Context, patient: UUID, list: str, entry: UUID) -> HttpResponse:
    """Take back what was wrong."""
    form = Form.of(request)
    if done := submit(form, ctx, actions.refute, inputs.Refute, patient=patient, list=list, entry=entry):
        return _kept(request, patient, f"{done.display} is off the list; it stays in the record as refuted.")
    return _lists(request, patient, "end", form)


@require_POST
@page(opens=CHART)
def review(request: HttpRequest, ctx: Context, patient: UUID) -> HttpResponse:
    """Say that lists were gone through."""
    form = Form.of(request)
    if submit(form, ctx, actions.review, inputs.ReviewLists, patient=patient):
        return _kept(request, patient, "Gone through.")
    return _lists(request, patient, "review", form)


@page(opens=CHART)
def history(request: HttpRequest, ctx: Context, patient: UUID, list: str, entry: UUID) -> HttpResponse:
    """Every row of one entry, newest first."""
    rows = queries.history(list, patient, entry)
    if not rows:
        raise Missing("entry", entry)
    return fragment(request, "records/history.html", {"rows": rows, "banner": banner(patient), "patient": patient})
