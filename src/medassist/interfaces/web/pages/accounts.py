"""Accounts, for the manager: who may sign in, links that are shown once, the rules for all, shared workstations."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from medassist.domain.office import queries as office
from medassist.interfaces.web import actions, inputs
from medassist.interfaces.web.access import factors, pin, settled, tickets, told, workstations
from medassist.interfaces.web.models import Account, Sitting, Workstation
from medassist.kernel.context import Context
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, leave, page, say, submit

ACT = "house.manage_accounts"
_OPEN = Prefetch("sittings", Sitting.objects.filter(ended_at=None))


@page(act=ACT)
def accounts(request: HttpRequest, ctx: Context) -> HttpResponse:
    """Everybody on the staff, and how each signs in."""
    return _all(request, Form())


def _all(request: HttpRequest, form: Form, opening: UUID | None = None) -> HttpResponse:
    people = office.everybody()
    known = {a.actor_id: a for a in Account.objects.select_related("actor").prefetch_related("factors", _OPEN)}
    rows = [_row(one, known.get(one["staff"].actor_id)) for one in people]
    told_here = {
        "rows": rows,
        "form": form,
        "opening": opening,
        "rules": settled.rules(),
        "without": sum(1 for row in rows if row["account"] and row["account"].is_active and not row["has"].any),
        "stations": Workstation.objects.filter(ended_at=None).order_by("name"),
        "sites": {site.pk: site.name for site in office.sites()},
        "this": workstations.at(request),
    }
    return fragment(request, "web/accounts.html", told_here, form.status)


def _row(one: dict[str, Any], account: Account | None) -> dict[str, Any]:
    return {
        **one,
        "account": account,
        "has": factors.of(account) if account else None,
        "pin": bool(account and pin.usable(account)),
        "stays": list(account.sittings.all()) if account else [],
    }


@require_POST
@page(act=ACT)
def open_account(request: HttpRequest, ctx: Context, staff: UUID) -> HttpResponse:
    """Open an account, and show the link by which its person sets the password."""
    form = Form.of(request)
    made = submit(form, ctx, actions.open_account, inputs.OpenAccount, staff=staff)
    return _link(request, made, "invite") if made else _all(request, form, staff)


def _link(request: HttpRequest, account: Account, purpose: str) -> HttpResponse:
    """The link, shown once: who has it sets this account's password."""
    url = request.build_absolute_uri(f"/signin/link/{tickets.issue(account, purpose)}")
    told.note(request, request.here.account, "link-made", purpose=purpose, whose=str(account.pk))  # type: ignore[attr-defined]
    return fragment(request, "web/link-made.html", {"url": url, "account": account, "lasts": tickets.LASTS[purpose]})


@require_POST
@page(act=ACT)
def new_link(request: HttpRequest, ctx: Context, account: UUID) -> HttpResponse:
    """A new link for a person who can't sign in."""
    form = Form.of(request)
    found = submit(form, ctx, actions.renew_link, inputs.RenewLink, account=account)
    return _link(request, found, "reset") if found else _all(request, form)


@require_POST
@page(act=ACT)
def close(request: HttpRequest, ctx: Context, account: UUID) -> HttpResponse:
    """Close an account."""
    form = Form.of(request)
    done = submit(form, ctx, actions.close_account, inputs.CloseAccount, account=account)
    return _said(request, form, done and f"{done.actor.name} can't sign in any more.")


@require_POST
@page(act=ACT)
def reopen(request: HttpRequest, ctx: Context, account: UUID) -> HttpResponse:
    """Open a closed account again."""
    form = Form.of(request)
    done = submit(form, ctx, actions.reopen_account, inputs.ReopenAccount, account=account)
    return _link(request, done, "invite") if done else _all(request, form)


@require_POST
@page(act=ACT)
def reset_second(request: HttpRequest, ctx: Context, account: UUID) -> HttpResponse:
    """Take a person's second factors and PIN away."""
    form = Form.of(request)
    done = submit(form, ctx, actions.reset_second, inputs.ResetSecond, account=account)
    return _said(request, form, done and f"{done.actor.name} signs in by password alone, until a new factor is added.")


@require_POST
@page(act=ACT)
def rules(request: HttpRequest, ctx: Context) -> HttpResponse:
    """Settle how signing in goes for everyone."""
    form = Form.of(request)
    done = submit(form, ctx, actions.set_rules, inputs.SetRules)
    return _said(request, form, done and "The rules hold from now on.")


@require_POST
@page(act=ACT)
def enrol(request: HttpRequest, ctx: Context) -> HttpResponse:
    """Make this browser a shared workstation."""
    form = Form.of(request)
    token, digest = workstations.new_token()
    done = submit(form, ctx, actions.enrol_workstation, inputs.EnrolWorkstation, digest=digest)
    answer = _said(request, form, done and f"This browser is now the workstation {done.name}.")
    if done and done.digest == digest:
        workstations.put_cookie(request, answer, token)
    return answer


@require_POST
@page(act=ACT)
def end_workstation(request: HttpRequest, ctx: Context, workstation: UUID) -> HttpResponse:
    """End a shared workstation."""
    form = Form.of(request)
    done = submit(form, ctx, actions.end_workstation, inputs.EndWorkstation, workstation=workstation)
    return _said(request, form, done and "It is a browser like any other from now on.")


def _said(request: HttpRequest, form: Form, words: Any) -> HttpResponse:
    return say(request, leave(request, "/accounts"), words) if words else _all(request, form)
