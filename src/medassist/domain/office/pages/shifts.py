"""Who works when: a person's shifts and absences, for the manager."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from medassist.domain.office import actions, inputs, queries
from medassist.domain.office.pages.sent import sent
from medassist.domain.office.pages.staff import STAFF, person_page
from medassist.kernel.context import Context
from medassist.kernel.inputs import Inputs
from medassist.ui.pages import page


def _sent(
    request: HttpRequest, ctx: Context, who: UUID, part: str, action: Callable, asked: type[Inputs], text: str,
    **fixed: Any,
) -> HttpResponse:  # fmt: skip
    """Do what a form of a person's page asks; or show that page again with what is wrong."""
    url = reverse("office:person", args=[who])
    return sent(request, ctx, action, asked, lambda form: person_page(request, who, form, part), url, text, **fixed)


@require_POST
@page(act=STAFF)
def set_shifts(request: HttpRequest, ctx: Context, staff: UUID) -> HttpResponse:
    """When somebody works on some weekdays."""
    said = "The shifts are set."
    return _sent(request, ctx, staff, "shift", actions.set_shifts, inputs.SetShifts, said, staff=staff)


@require_POST
@page(act=STAFF)
def end_shifts(request: HttpRequest, ctx: Context, staff: UUID) -> HttpResponse:
    """The last day of some weekly shifts."""
    said = "The shifts end on that day."
    return _sent(request, ctx, staff, "end", actions.end_shifts, inputs.EndShifts, said, staff=staff)


@require_POST
@page(act=STAFF)
def record_absence(request: HttpRequest, ctx: Context, staff: UUID) -> HttpResponse:
    """When somebody is away."""
    said = "Recorded. Nobody counts on them then; what is booked with a provider becomes a task of the front desk."
    return _sent(request, ctx, staff, "absence", actions.record_absence, inputs.RecordAbsence, said, staff=staff)


@require_POST
@page(act=STAFF)
def withdraw_absence(request: HttpRequest, ctx: Context, absence: UUID) -> HttpResponse:
    """There after all."""
    who, said = queries.absence(absence).staff_id, "There as usual."
    return _sent(request, ctx, who, "end", actions.withdraw_absence, inputs.WithdrawAbsence, said, absence=absence)
