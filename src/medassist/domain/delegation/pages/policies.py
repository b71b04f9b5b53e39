"""The practice's policies: which acts wait for one, what must be read before signing, and signing."""

from __future__ import annotations

from datetime import timedelta
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
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, leave, page, say, submit, table_csv

ACT = "house.sign_policy"
A_YEAR = timedelta(days=365)
SOON = timedelta(days=60)
RULES = {
    "allowed": ("good", "Open"),
    "conditional": ("info", "With conditions"),
    "prohibited": ("stop", "No"),
    "absent": ("watch", "Not found"),
}
COLUMNS = (("Act", "name"), ("Code", "act"), ("The state's file", "word"), ("Policy", "told"), ("Review", "review_on"))


@page(act=ACT)
def policies(request: HttpRequest, ctx: Context) -> HttpResponse:
    """Every act with what the state's file says, and the practice's policy for it."""
    site = _site(ctx)
    rows = _rows(site)
    if csv := table_csv(request, "policies", COLUMNS, rows):
        return csv
    waiting = [row for row in rows if row["waits"] and row["kind"] == "administrative"]
    told = {"rows": rows, "site": site, "waiting": waiting, "form": Form(), "book": queries.book(site.state)}
    return fragment(request, "delegation/policies.html", told)


def _rows(site: Any) -> list[dict[str, Any]]:
    kept: dict[str, list[Any]] = {}
    for one in queries.policies(site.state, site.pk):
        kept.setdefault(one.act, []).append(one)
    book, acts, today = queries.book(site.state), rules.acts(), credentials.office_day()
    kinds = [(act, "administrative") for act in acts.administrative] + [(act, "clinical") for act in acts.clinical]
    return [_row(book, act, kind, kept.get(act, []), today) for act, kind in kinds]


def _row(book: rules.State, act: str, kind: str, signed: list[Any], today: Any) -> dict[str, Any]:
    rule = book.entry(act).rule
    ruled = rule if kind == "clinical" or act in book else ""
    good = [one for one in signed if one.review_on >= today and (one.hash == book.hash or not ruled)]
    state, word = RULES[ruled] if ruled else ("none", "The practice decides")
    late = [one for one in signed if one not in good]
    told = f"signed by {good[0].signer.name}" if good else "to be signed again" if late else ""
    entry = book.entry(act) if ruled else None
    return {
        "act": act,
        "name": rules.acts().name(act),
        "kind": kind,
        "state": state,
        "word": word,
        "policy": good[0] if good else None,
        "late": late[0] if late and not good else None,
        "waits": not good and ruled != "prohibited",
        "may_sign": ruled != "prohibited",
        "told": told,
        "conflict": bool(entry and entry.conflict),
        "soon": bool(good) and good[0].review_on - today <= SOON,
        "review_on": good[0].review_on if good else None,
    }


@page(act=ACT)
def sign(request: HttpRequest, ctx: Context, act_name: str) -> HttpResponse:
    """The page on which one act's policy is signed, beneath what the state's file says of it."""
    if act_name not in rules.acts().clinical and act_name not in rules.acts().administrative:
        raise Missing("act", act_name)
    site = _site(ctx)
    book = _book(site, request.GET.get("text", "") or request.POST.get("hash", ""))
    form = Form.of(request, review_on=(credentials.office_day() + A_YEAR).isoformat())
    if submit(form, ctx, actions.sign_policy, inputs.SignPolicy, acts=(act_name,), state=site.state):
        text = f"Signed: {rules.acts().name(act_name)}."
        return say(request, leave(request, reverse("policies")), text)
    entry = book.entry(act_name)
    providers = [one for one in office.team(site.pk) if one["provider"]]
    told = {
        "form": form,
        "act": act_name,
        "name": rules.acts().name(act_name),
        "clinical": act_name in rules.acts().clinical,
        "entry": entry,
        "rule": RULES[entry.rule],
        "book": book,
        "site": site,
        "takes": rules.takes_of(entry.clause) if entry.rule in ("allowed", "conditional") else [],
        "words": queries.words(site.state, act_name, book),
        "history": queries.history(site.state, act_name),
        "coming": [one for since, one in queries.shelf(site.state).adopted if since > credentials.office_day()],
        "sources": list({(r.citation, r.url): r for r in entry.reasons if r.citation}.values()),
        "stale": entry.rule != "absent" and entry.stale(credentials.office_day()),
        "providers": [("", "Choose"), *((str(one["id"]), one["name"]) for one in providers)],
        "sites": [("", f"Every site in {book.name}"), (str(site.pk), site.name)],
    }
    return fragment(request, "delegation/sign.html", told, form.status)


@require_POST
@page(act=ACT)
def sign_office(request: HttpRequest, ctx: Context) -> HttpResponse:
    """One signature for the administrative work that waits for one."""
    site = _site(ctx)
    book = queries.book(site.state)
    waiting = tuple(row["act"] for row in _rows(site) if row["waits"] and row["kind"] == "administrative")
    form = Form.of(request)
    parts = {"acts": waiting, "state": site.state, "review_on": credentials.office_day() + A_YEAR, "hash": book.hash}
    if waiting and submit(form, ctx, actions.sign_policy, inputs.SignPolicy, **parts):
        return say(request, leave(request, reverse("policies")), "Signed: the office's administrative work.")
    rows = _rows(site)
    told = {
        "rows": rows,
        "site": site,
        "waiting": [row for row in rows if row["act"] in waiting],
        "form": form,
        "book": book,
    }
    return fragment(request, "delegation/policies.html", told, form.status)


@require_POST
@page(act=ACT)
def withdraw(request: HttpRequest, ctx: Context, policy: UUID) -> HttpResponse:
    """Take a policy back."""
    form = Form.of(request)
    if submit(form, ctx, actions.withdraw_policy, inputs.WithdrawPolicy, policy=policy):
        return say(request, leave(request, reverse("policies")), "Withdrawn. The act waits for a policy again.")
    raise Invalid(form.faults)


def _book(site: Any, hash: str) -> rules.State:
    """The text to be read: the one in force, or one that is adopted from a later day."""
    return queries.book_of(site.state, hash) or queries.book(site.state)


def _site(ctx: Context) -> Any:
    if ctx.site is None:
        raise Missing("site")
    return office.site(ctx.site)
