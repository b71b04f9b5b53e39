"""Classes: opening one, joining by its code, and what its teacher sees of those who joined."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from medassist.domain.study import actions, inputs, queries
from medassist.domain.study.pages.home import told_home
from medassist.domain.study.pages.shown import TEACH, me, readiness
from medassist.kernel.context import Context
from medassist.kernel.errors import Invalid
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, leave, page, say, submit, table_csv

COLUMNS = (
    ("Person", "name"), ("Prepares for", "exam"), ("Examination", "on"), ("Answers in practice", "reviews"),
    ("Mock examinations", "mocks"), ("Of 100 questions", "share"), ("From", "low"), ("To", "high"),
)  # fmt: skip


@require_POST
@page(act=TEACH)
def open_class(request: HttpRequest, ctx: Context) -> HttpResponse:
    """Open a class."""
    form = Form.of(request)
    if made := submit(form, ctx, actions.open_class, inputs.OpenClass):
        url = reverse("study-class", args=[made.pk])
        return say(request, leave(request, url), f"{made.name} is open. People join by its code.")
    raise Invalid(form.faults)


@require_POST
@page(act="house.own")
def join(request: HttpRequest, ctx: Context) -> HttpResponse:
    """Join a class by its code."""
    form = Form.of(request)
    if made := submit(form, ctx, actions.join, inputs.JoinClass):
        return say(request, leave(request, reverse("study")), f"You are in {made.group.name}.")
    return fragment(request, "study/home.html", told_home(ctx, me(ctx), joining=form), form.status)


@require_POST
@page(act="house.own")
def leave_class(request: HttpRequest, ctx: Context, group: UUID) -> HttpResponse:
    """Leave a class."""
    form = Form.of(request)
    if submit(form, ctx, actions.leave, inputs.LeaveClass, group=group):
        return say(request, leave(request, reverse("study")), "You left the class. Its teacher sees nothing of you.")
    raise Invalid(form.faults)


@page(act=TEACH)
def class_view(request: HttpRequest, ctx: Context, group: UUID) -> HttpResponse:
    """A class of one's own: who did how much, and how ready each is."""
    found = queries.class_of(group, me(ctx).pk)
    members = [
        {**one, "ready": readiness(one["readiness"]) if one["readiness"] else None} for one in queries.members(found.pk)
    ]
    if csv := table_csv(request, "class", COLUMNS, [_line(one) for one in members]):
        return csv
    return fragment(request, "study/class.html", {"group": found, "members": members})


def _line(one: dict) -> dict:
    """A member as a line of a table."""
    ready = one["ready"] or {}
    return {
        "name": one["name"],
        "exam": one["exam"].name if one["exam"] else "",
        "on": one["aim"].on if one["aim"] else None,
        "reviews": one["reviews"],
        "mocks": one["mocks"],
        **{name: ready.get(name) for name in ("share", "low", "high")},
    }
