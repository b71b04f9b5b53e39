"""Coverage of one patient on screen: a part of the patient's page, and a page of its own."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from medassist.domain.billing import actions, inputs, queries, rules
from medassist.kernel.context import Context
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, leave, page, part_wanted, say, submit
from medassist.ui.shell import banner

CHART = "patient/{patient}"
RANKS = [("1", "Pays first"), ("2", "Pays second"), ("3", "Pays third")]


@page(opens=CHART)
def coverage(request: HttpRequest, ctx: Context, patient: UUID) -> HttpResponse:
    """Who pays for a patient's care."""
    return _coverage(request, patient, Form())


def _coverage(request: HttpRequest, patient: UUID, form: Form) -> HttpResponse:
    told = {
        "banner": banner(patient), "patient": patient, "form": form, "lines": queries.coverages(patient, past=True),
        "relationships": list(rules.RELATIONSHIPS.items()), "ranks": RANKS,
    }  # fmt: skip
    return fragment(request, "billing/coverage.html", told, form.status)


def _kept(request: HttpRequest, patient: UUID, text: str) -> HttpResponse:
    if part_wanted(request):
        return say(request, _coverage(request, patient, Form()), text)
    return say(request, leave(request, reverse("billing:coverage", args=[patient])), text)


@require_POST
@page(opens=CHART)
def record(request: HttpRequest, ctx: Context, patient: UUID) -> HttpResponse:
    """Keep what stands on a card."""
    form = Form.of(request)
    if done := submit(form, ctx, actions.record_coverage, inputs.RecordCoverage, patient=patient):
        return _kept(request, patient, f"{done.payer} is recorded.")
    return _coverage(request, patient, form)


@require_POST
@page(opens=CHART)
def end(request: HttpRequest, ctx: Context, patient: UUID, coverage: UUID) -> HttpResponse:
    """End a coverage."""
    form = Form.of(request)
    if done := submit(form, ctx, actions.end_coverage, inputs.EndCoverage, patient=patient, coverage=coverage):
        return _kept(request, patient, f"{done.payer} is ended.")
    return _coverage(request, patient, form)
