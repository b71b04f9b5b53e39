"""Who works when: a person's shifts and absences, for the manager."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from medassist.domain.office import actions, inputs, queries
from medassist.domain.office.pages.sent import sent
from medassist.domain.office.pages.staff import STAFF, of_person, person_page
from medassist.kernel.context import Context
from medassist.ui.pages import page

RECORDED = "Recorded. Nobody counts on them then; what is booked with a provider becomes a task of the front desk."

set_shifts = of_person(actions.set_shifts, inputs.SetShifts, "The shifts are set.", "shift")
end_shifts = of_person(actions.end_shifts, inputs.EndShifts, "The shifts end on that day.")
record_absence = of_person(actions.record_absence, inputs.RecordAbsence, RECORDED, "absence")


@require_POST
@page(act=STAFF)
def withdraw_absence(request: HttpRequest, ctx: Context, absence: UUID) -> HttpResponse:
    """There after all."""
    who = queries.absence(absence).staff_id
    return sent(
        request, ctx, actions.withdraw_absence, inputs.WithdrawAbsence, lambda form: person_page(request, who, form),
        reverse("office:person", args=[who]), "There as usual.", absence=absence,
    )  # fmt: skip
