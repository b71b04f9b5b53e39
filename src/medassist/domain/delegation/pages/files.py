"""The rules in force: which text of the state's file, since when, who checked it, where its sources disagree."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from medassist.domain.credentials import queries as credentials
from medassist.domain.delegation import actions, inputs, queries, rules
from medassist.domain.office import queries as office
from medassist.kernel.context import Context
from medassist.kernel.errors import Invalid, Missing
from medassist.ui import human
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, leave, page, say, submit

ACT = "house.sign_policy"


@page(act=ACT)
def in_force(request: HttpRequest, ctx: Context) -> HttpResponse:
    """Which text of the state's rules is in force here, and all that the practice knows of it."""
    return _shown(request, ctx, Form())


def _shown(request: HttpRequest, ctx: Context, form: Form) -> HttpResponse:
    site, today = _site(ctx), credentials.office_day()
    shelf = queries.shelf(site.state)
    book = shelf.on(today)
    rows = queries.texts(site.state, withdrawn=True)
    adopted = [row for row in rows if row.adopted_by_id]
    told = {
        "site": site, "book": book, "form": form, "today": today, "rows": [_row(one, book, today) for one in adopted],
        "faults": queries.broken([site.state]).get(site.state, []), "own": book is not None and book is shelf.lying,
        "newer": _newer(shelf, book), "outside": book.outside(today) if book else "",
        "conflicts": _conflicts(book) if book else [], "checks": queries.checks(site.state),
        "hands": [one for one in office.team(site.pk) if not rules.acts().unlicensed.isdisjoint(one["roles"])],
    }  # fmt: skip
    return fragment(request, "delegation/rules.html", told, form.status)


def _row(one: Any, book: rules.State | None, today: Any) -> dict[str, Any]:
    """One adopted text and where it stands in time."""
    if one.withdrawn_at:
        state, word = "none", "Withdrawn"
    elif one.from_on > today:
        state, word = "info", "To come"
    else:
        state, word = ("good", "In force") if book and one.hash == book.hash else ("none", "Replaced")
    return {"row": one, "state": state, "word": word}


def _newer(shelf: queries.Shelf, book: rules.State | None) -> str:
    """The day on which the package's own text was researched, where it is newer than the adopted one."""
    if book is None or shelf.lying is None or book is shelf.lying:
        return ""
    its, ours = shelf.lying.data["last_researched"], book.data["last_researched"]
    return its if its > ours else ""


def _conflicts(book: rules.State) -> list[dict[str, Any]]:
    """The acts whose sources disagree, with the file's words."""
    acts = [act["act"] for act in book.data["acts"] if book.entry(act["act"]).conflict]
    entries = [book.entry(act) for act in acts]
    return [
        {"act": one.act, "name": rules.acts().name(one.act), "rule": one.rule, "words": one.clause.others}
        for one in entries
    ]


@require_POST
@page(act=ACT)
def adopt(request: HttpRequest, ctx: Context) -> HttpResponse:
    """Adopt a text that was looked at before."""
    form = Form.of(request)
    if kept := submit(form, ctx, actions.adopt, inputs.AdoptFile):
        text = f"Adopted from {human.day(kept.from_on)}. Policies for the text before are to be read and signed again."
        return say(request, leave(request, reverse("rules")), text)
    raise Invalid(form.faults)


@require_POST
@page(act=ACT)
def withdraw(request: HttpRequest, ctx: Context, file: UUID) -> HttpResponse:
    """Take an adopted text back."""
    form = Form.of(request)
    if submit(form, ctx, actions.withdraw_file, inputs.WithdrawFile, file=file):
        return say(request, leave(request, reverse("rules")), "Withdrawn. The text before it holds.")
    raise Invalid(form.faults)


@require_POST
@page(act=ACT)
def check(request: HttpRequest, ctx: Context) -> HttpResponse:
    """Record who looked at the rules for the practice."""
    form = Form.of(request)
    if kept := submit(form, ctx, actions.record_check, inputs.RecordCheck, state=_site(ctx).state):
        return say(request, leave(request, reverse("rules")), f"On record: checked by {kept.name}.")
    return _shown(request, ctx, form)


def _site(ctx: Context) -> Any:
    if ctx.site is None:
        raise Missing("site")
    return office.site(ctx.site)
