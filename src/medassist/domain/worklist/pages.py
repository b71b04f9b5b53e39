"""The worklist on screen: mine, my team's, unowned, overdue; one task and all that can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from medassist.domain.office import queries as office
from medassist.domain.people import queries as people
from medassist.domain.worklist import actions, inputs, queries
from medassist.kernel import clock
from medassist.kernel.context import Context
from medassist.kernel.inputs import Inputs
from medassist.ui import human
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, leave, listed, page, say, submit, table_csv

LIST = "house.list"
SOON = timedelta(minutes=10)
VIEWS = {
    "mine": ("Mine", "Nothing waits for you."),
    "team": ("Team", "No task is open."),
    "unowned": ("Unowned", "Every task has somebody."),
    "overdue": ("Overdue", "Nothing is over its time."),
    "ended": ("Ended", "Nothing ended in the last 7 days."),
}
COLUMNS = [
    ("Task", "title"), ("Kind", "kind_name"), ("Patient", "name"), ("Owner", "owner_name"), ("Pool", "pool_name"),
    ("Priority", "priority_name"), ("Due", "due_at"), ("Status", "status"), ("Outcome", "outcome"),
    ("Reason", "reason"),
]  # fmt: skip
Rows = list[dict[str, Any]]


def _view(view: str, find: Callable[[Context], Rows]) -> Callable[..., HttpResponse]:
    """A page of the worklist."""

    @page(lists="tasks")
    def shown(request: HttpRequest, ctx: Context) -> HttpResponse:
        return _list(request, ctx, view, find(ctx)) if ctx.site else leave(request, "/site")

    shown.__doc__ = f"The tasks: {VIEWS[view][0].lower()}."
    return shown


mine = _view("mine", lambda ctx: queries.mine(ctx.actor.id, ctx.site, roles=_roles(ctx)))
team = _view("team", lambda ctx: queries.team(ctx.site))  # type: ignore[arg-type]
unowned = _view("unowned", lambda ctx: queries.pool(ctx.site))  # type: ignore[arg-type]
overdue = _view("overdue", lambda ctx: queries.overdue(ctx.site))
ended = _view("ended", lambda ctx: queries.ended(ctx.site, ctx.at - timedelta(days=7)))  # type: ignore[arg-type]


def _list(request: HttpRequest, ctx: Context, view: str, rows: Rows, form: Form | None = None) -> HttpResponse:
    who = people.brief({one["patient"] for one in rows if one["patient"]})
    listed(request, who, view=view)
    for one in rows:
        one |= {"name": who.get(one["patient"], {}).get("name", ""), **_due(one)}
    if (table := table_csv(request, f"tasks-{view}", COLUMNS, rows)) is not None:
        return table
    counted = queries.counts(ctx.actor.id, ctx.site, _roles(ctx))  # type: ignore[arg-type]
    numbers = {"mine": counted["mine"], "overdue": counted["overdue"]}
    told = {
        "view": view, "rows": rows, "empty": VIEWS[view][1], "form": form or Form(), **_choices(ctx),
        "tabs": [{"url": reverse(f"worklist:{code}"), "on": code == view,
                  "label": f"{name} {numbers[code]}" if numbers.get(code) else name}
                 for code, (name, _) in VIEWS.items()],
    }  # fmt: skip
    return fragment(request, "worklist/list.html", told, form.status if form else 200)


def _roles(ctx: Context) -> list[str]:
    found = office.staff_by_actor(ctx.actor.id)
    return found.roles if found else []


def _due(one: dict[str, Any]) -> dict[str, str]:
    """How a task stands to its time: the state, and the words."""
    now, due = clock.now(), one["due_at"]
    if one["status"] != "open" or due is None:
        return {"state": "none", "due": ""}
    state = "act" if due < now else "watch" if due - now < SOON else "none"
    return {"state": state, "due": human.due(timezone.localtime(due), timezone.localtime(now))}


def _choices(ctx: Context) -> dict[str, Any]:
    people_here = [(str(one["id"]), one["name"]) for one in office.team(ctx.site)] if ctx.site else []
    return {
        "kinds": [(code, kind["name"]) for code, kind in queries.KINDS.items()],
        "pools": [("", "As usual for its kind"), *((code, pool["name"]) for code, pool in queries.POOLS.items())],
        "team": [("", "Nobody yet"), *people_here], "priorities": [("", "As usual"), *queries.PRIORITIES.items()],
    }  # fmt: skip


@require_POST
@page(act=LIST)
def add(request: HttpRequest, ctx: Context) -> HttpResponse:
    """One more task."""
    form = Form.of(request)
    due = _due_in(form)
    if made := submit(form, ctx, actions.add, inputs.Add, site=ctx.site, **due):
        to = (
            reverse("worklist:mine") if made.owner and made.owner.actor_id == ctx.actor.id else reverse("worklist:team")
        )
        return say(request, leave(request, to), f"Added: {made.title}.")
    return _list(request, ctx, "team", queries.team(ctx.site), form)  # type: ignore[arg-type]


def _due_in(form: Form) -> dict[str, Any]:
    """`minutes` from now, as the form has it: an hour is typed sooner than a clock time."""
    minutes = str(form.value("minutes")).strip()
    return {"due_at": clock.now() + timedelta(minutes=int(minutes))} if minutes.isdecimal() else {}


# --- one task


@page(lists="tasks")
def task(request: HttpRequest, ctx: Context, task: UUID) -> HttpResponse:
    """One task, its notes, and what can be done with it."""
    return _task(request, ctx, task, Form())


def _task(request: HttpRequest, ctx: Context, which: UUID, form: Form) -> HttpResponse:
    found = queries.task(which)
    who = people.brief([found.patient_id]) if found.patient_id else {}
    listed(request, who, task=str(which))
    told = {
        "one": found, "who": next(iter(who.values()), {}), "notes": queries.notes(which), "form": form,
        "kind": queries.KINDS.get(found.kind, {}).get("name", found.kind), "open": found.status == "open",
        "pool": queries.POOLS.get(found.pool, {}).get("name", ""), "added_by": office.names([found.added_by]),
        "mine": bool(found.owner and found.owner.actor_id == ctx.actor.id), **_choices(ctx),
        **_due({"status": found.status, "due_at": found.due_at}),
        "passed_to": queries.pool_name(found.escalated_to), "outcomes": queries.outcomes(found.kind),
        "ended_by": office.names([found.ended_by] if found.ended_by else []),
        "wrong": [text for texts in form.faults.values() for text in texts],
    }  # fmt: skip
    return fragment(request, "worklist/task.html", told, form.status)


def _does(action: Callable, asked: type[Inputs], text: str, to: str = "worklist:task") -> Callable[..., HttpResponse]:
    """A page that does one thing with a task."""

    @require_POST
    @page(act=LIST)
    def view(request: HttpRequest, ctx: Context, task: UUID) -> HttpResponse:
        form = Form.of(request)
        if found := submit(form, ctx, action, asked, task=task):
            url = reverse(to, args=[task]) if to == "worklist:task" else reverse(to)
            return say(request, leave(request, url), text.format(title=found.title))
        return _task(request, ctx, task, form)

    view.__doc__ = asked.__doc__
    return view


take = _does(actions.take, inputs.Take, "Yours: {title}.")
done = _does(actions.done, inputs.Done, "Done: {title}.", "worklist:mine")
close = _does(actions.close, inputs.Close, "Closed: {title}.", "worklist:mine")
reopen = _does(actions.reopen, inputs.Reopen, "Open again: {title}.")
note = _does(actions.note, inputs.Note, "The note is kept.")
acknowledge = _does(actions.acknowledge, inputs.Acknowledge, "Acknowledged: {title}.", "worklist:mine")
assign = _does(actions.assign, inputs.Assign, "Passed on: {title}.")


@require_POST
@page(act=LIST)
def plan(request: HttpRequest, ctx: Context, task: UUID) -> HttpResponse:
    """Another time or priority."""
    form = Form.of(request)
    if submit(form, ctx, actions.plan, inputs.Plan, task=task, **_due_in(form)):
        return say(request, leave(request, reverse("worklist:task", args=[task])), "It has another time.")
    return _task(request, ctx, task, form)
