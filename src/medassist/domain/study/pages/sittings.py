"""Placements and mock examinations: a question at a time, the clock of the server, the result with every reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from medassist.domain.study import actions, inputs, queries
from medassist.domain.study.pages.shown import asked, me, readiness
from medassist.kernel import clock
from medassist.kernel.context import Context, system_context
from medassist.kernel.errors import Invalid
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, leave, page, say, submit


def _to(request: HttpRequest, sitting: UUID, place: int = 0) -> HttpResponse:
    url = reverse("study-sitting", args=[sitting])
    return leave(request, f"{url}?q={place}" if place else url)


@require_POST
@page(act="house.own")
def start_placement(request: HttpRequest, ctx: Context) -> HttpResponse:
    """Begin a placement."""
    return _start(request, ctx, actions.start_placement, inputs.StartPlacement)


@require_POST
@page(act="house.own")
def start_mock(request: HttpRequest, ctx: Context) -> HttpResponse:
    """Begin a mock examination."""
    return _start(request, ctx, actions.start_mock, inputs.StartMock)


def _start(request: HttpRequest, ctx: Context, action: Any, inputs_: Any) -> HttpResponse:
    form = Form.of(request)
    if made := submit(form, ctx, action, inputs_):
        return _to(request, made.pk)
    raise Invalid(form.faults)


@page(act="house.own")
def sitting(request: HttpRequest, ctx: Context, sitting: UUID) -> HttpResponse:
    """A sitting as it stands: its question, the pause between two parts, or what came of it."""
    person = me(ctx)
    one = queries.sitting(sitting, person.pk)
    # whoever comes back after the time was over finds it handed in, even if the minute's sweep has not come by
    if queries.standing(one).over:
        actions.close_over(system_context("web"), inputs.CloseOver(sitting=sitting))
        one = queries.sitting(sitting, person.pk)
    if queries.result_of(one):
        return fragment(request, "study/result.html", _result(one, request.GET.get("only") == "missed"))
    if one.kind == "placement":
        return fragment(request, "study/placement.html", _placement(one))
    now = queries.standing(one)
    if now.running is None:
        return fragment(request, "study/pause.html", _pause(one, now))
    return fragment(request, "study/mock.html", _mock(one, now, request.GET.get("q", "")))


def _placement(one: Any) -> dict[str, Any]:
    names, known = queries.placed_so_far(one)
    question = queries.next_placed(one)
    return {
        "sitting": one,
        "exam": queries.exam(one.exam),
        "question": asked(question) if question else None,
        "number": len(names) + 1,
        "most": queries.choice("placement", "most"),
        "form": Form(),
    }


def _pause(one: Any, now: Any) -> dict[str, Any]:
    number = now.next_number
    return {
        "sitting": one,
        "exam": queries.exam(one.exam),
        "number": number,
        "parts": len(one.parts),
        "count": len(one.parts[number - 1]),
        "minutes": one.minutes[number - 1],
    }


def _mock(one: Any, now: Any, wanted: str) -> dict[str, Any]:
    """The question at a place of the part that runs; without a place, the first that has no answer."""
    items, given = now.items, now.chosen
    free = [at for at, name in enumerate(items) if name not in given]
    at = int(wanted) - 1 if wanted.isdigit() and 0 < int(wanted) <= len(items) else (free or [len(items) - 1])[0]
    return {
        "sitting": one,
        "exam": queries.exam(one.exam),
        "part": now.running,
        "parts": len(one.parts),
        "now": clock.now(),
        "question": asked(queries.question(items[at]), given.get(items[at])),
        "place": at + 1,
        "count": len(items),
        "before": at or None,
        "after": at + 2 if at + 2 <= len(items) else None,
        "places": [
            {"number": n + 1, "answered": name in given, "here": n == at} for n, name in enumerate(items)
        ],
        "unanswered": len(free),
        "form": Form(),
        "last": now.running.number == len(one.parts),
    }  # fmt: skip


def _result(one: Any, only_missed: bool) -> dict[str, Any]:
    bank, given = queries.bank(), queries.chosen(one)
    names = [name for part in one.parts for name in part] or list(given)
    there = [asked(bank.items[name], given.get(name), judged=True) for name in names if name in bank.items]
    rows = [{**row, "place": at + 1, "answered": row["id"] in given} for at, row in enumerate(there)]
    return {
        "sitting": one,
        "kind": one.get_kind_display(),
        "exam": queries.exam(one.exam),
        "result": one.result,
        "areas": one.result.areas,
        "outlook": readiness(queries.outlook(one)),
        "asked_in_all": sum(map(len, one.parts)),
        "questions": [row for row in rows if not (only_missed and row["right"])],
        "only": only_missed,
        "filters": [
            {"label": "All", "url": "?", "on": not only_missed},
            {"label": "Missed", "url": "?only=missed", "on": only_missed},
        ],
        "gone": len(names) - len(there),
    }


@require_POST
@page(act="house.own")
def answer(request: HttpRequest, ctx: Context, sitting: UUID) -> HttpResponse:
    """Keep one answer, and go on."""
    form, one = Form.of(request), queries.sitting(sitting, me(ctx).pk)
    if one.kind == "placement":
        if submit(form, ctx, actions.place, inputs.AnswerPlacement, sitting=sitting):
            return _to(request, sitting)
    elif submit(form, ctx, actions.answer, inputs.AnswerMock, sitting=sitting):
        return _to(request, sitting, _after(request))
    raise Invalid(form.faults)


def _after(request: HttpRequest) -> int:
    """The place to go on with; 0: the first without an answer."""
    text = request.POST.get("after", "")
    return int(text) if text.isdigit() and len(text) < 5 else 0


@require_POST
@page(act="house.own")
def begin(request: HttpRequest, ctx: Context, sitting: UUID) -> HttpResponse:
    """Begin the next part."""
    form = Form.of(request)
    if submit(form, ctx, actions.begin_part, inputs.BeginPart, sitting=sitting):
        return _to(request, sitting)
    raise Invalid(form.faults)


@require_POST
@page(act="house.own")
def end(request: HttpRequest, ctx: Context, sitting: UUID) -> HttpResponse:
    """Hand in a part or the whole."""
    form = Form.of(request)
    if submit(form, ctx, actions.end_part, inputs.EndPart, sitting=sitting):
        return say(request, _to(request, sitting), "Handed in.")
    raise Invalid(form.faults)
