"""One's own study: what for, what there is to do today, how ready one is, examinations sat, classes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from medassist.domain.study import actions, inputs, queries
from medassist.domain.study.pages.shown import TEACH, me, readiness
from medassist.kernel import reading
from medassist.kernel.context import Context
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, leave, page, say, submit


@page(act="house.own")
def home(request: HttpRequest, ctx: Context) -> HttpResponse:
    """What there is to study today, and how ready one is."""
    return fragment(request, "study/home.html", told_home(ctx, me(ctx)))


def told_home(ctx: Context, person: Any, form: Form | None = None, joining: Form | None = None) -> dict[str, Any]:
    """What stands on the page; `form` says what one prepares for, `joining` which class, as they were sent."""
    goal = queries.aim(person.pk)
    exam = queries.exam(goal.exam) if goal else None
    teaches = reading.may(ctx, TEACH, "office").allowed
    sat = queries.sittings(person.pk)
    found: dict[str, Any] = {
        "goal": goal,
        "exam": exam,
        "days": (goal.on - queries.office_day()).days if goal and goal.on else None,
        "exams": [(one.code, one.name) for one in queries.exams() if one.known],
        "unknown": [one for one in queries.exams() if not one.known],
        "form": form or Form(initial=_said(goal)),
        "joining": joining or Form(),
        "open": {one.kind: one for one in reversed(sat) if queries.result_of(one) is None},
        "done": [_sat(one) for one in sat if queries.result_of(one)][:10],
        "classes": queries.joined(person.pk),
        "most": queries.choice("placement", "most"),
        "new_of": queries.choice("practice", "new_a_day"),
        "reading": queries.reading(),
        "teaches": teaches,
        "taught": queries.taught(person.pk) if teaches else [],
    }
    if exam:
        found |= {"today": queries.today(person.pk), "ready": readiness(queries.readiness(person.pk, exam))}
        found |= {"areas": queries.by_area(person.pk, exam)}
        found |= {"mock": queries.mock_of(exam), "there": len(queries.pool(exam).ids)}
    return found


def _said(goal: Any) -> dict[str, str]:
    """What stands in the form of the aim."""
    return {"exam": goal.exam, "on": goal.on.isoformat() if goal.on else ""} if goal else {}


def _sat(one: Any) -> dict[str, Any]:
    """A finished sitting in one line."""
    exam, result = queries.exam(one.exam), one.result
    return {"sitting": one, "exam": exam.name, "result": result, "kind": one.get_kind_display()}


@require_POST
@page(act="house.own")
def aim(request: HttpRequest, ctx: Context) -> HttpResponse:
    """Say what one prepares for."""
    form = Form.of(request)
    if made := submit(form, ctx, actions.aim, inputs.AimAt):
        name = queries.exam(made.exam).name
        return say(request, leave(request, reverse("study")), f"You prepare for {name}.")
    return fragment(request, "study/home.html", told_home(ctx, me(ctx), form), form.status)
