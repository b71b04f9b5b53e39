"""Standing orders: which are in force, every version with its text and signer, signing and withdrawing one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from medassist.domain.credentials import queries as credentials
from medassist.domain.delegation import queries as delegation
from medassist.domain.office import queries as office
from medassist.domain.orders import actions, inputs, queries
from medassist.kernel import reading
from medassist.kernel.context import Context
from medassist.kernel.errors import Invalid
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, leave, page, say, submit, table_csv

SIGN = "house.sign_standing_order"
A_YEAR, SOON = timedelta(days=365), timedelta(days=60)
COLUMNS = (
    ("Number", "number"), ("Version", "version"), ("Act", "act"), ("Title", "title"), ("State", "word"),
    ("Signed by", "by"), ("Signed on", "signed_on"), ("Review", "review_on"),
)  # fmt: skip


@page(act="house.own")
def standing(request: HttpRequest, ctx: Context) -> HttpResponse:
    """Every standing order with its versions, for those who carry them out; a provider signs here."""
    return _shown(request, ctx, Form(None, {"review_on": (credentials.office_day() + A_YEAR).isoformat()}))


@page(act=SIGN)
def version(request: HttpRequest, ctx: Context, order: UUID) -> HttpResponse:
    """The next version of one, with the text as it stands."""
    one = queries.standing_order(order)
    begun = {"ordered": one.act, "title": one.title, "text": one.text, "replaces": one.pk, "site": one.site_id or ""}
    return _shown(request, ctx, Form(None, {**begun, "review_on": (credentials.office_day() + A_YEAR).isoformat()}))


@require_POST
@page(act=SIGN)
def sign(request: HttpRequest, ctx: Context) -> HttpResponse:
    """Sign a standing order, or the next version of one."""
    form = Form.of(request)
    if kept := submit(form, ctx, actions.sign_standing, inputs.SignStandingOrder):
        return _back(request, f"Signed: {kept.title}, version {kept.version}.")
    return _shown(request, ctx, form)


@require_POST
@page(act=SIGN)
def withdraw(request: HttpRequest, ctx: Context, order: UUID) -> HttpResponse:
    """Withdraw a standing order."""
    form = Form.of(request)
    if submit(form, ctx, actions.withdraw_standing, inputs.WithdrawStandingOrder, standing_order=order):
        return _back(request, "Withdrawn. What rested on it waits for an order.")
    raise Invalid(form.faults)


def _back(request: HttpRequest, text: str) -> HttpResponse:
    return say(request, leave(request, reverse("orders:standing")), text)


def _shown(request: HttpRequest, ctx: Context, form: Form) -> HttpResponse:
    rows = [_row(one, credentials.office_day()) for one in queries.all_standing_orders()]
    if sheet := table_csv(request, "standing-orders", COLUMNS, rows):
        return sheet
    told = {
        "rows": rows, "form": form, "signs": reading.may(ctx, SIGN, "office").allowed,
        "in_force": sum(1 for row in rows if row["open"]),
        "acts": [("", "Choose"), *((code, act.name) for code, act in delegation.acts().clinical.items())],
        "sites": [("", "Every site"), *((str(one.pk), one.name) for one in office.sites())],
    }  # fmt: skip
    return fragment(request, "orders/standing.html", told, form.status)


def _row(one: Any, today: date) -> dict[str, Any]:
    state, word = _stands(one, today)
    return {
        "order": one, "state": state, "word": word, "open": state in ("good", "watch"), "number": one.number,
        "version": one.version, "act": delegation.acts().name(one.act), "title": one.title,
        "by": f"{one.signer.name}, {one.kind}", "signed_on": one.signed_on, "review_on": one.review_on,
    }  # fmt: skip


def _stands(one: Any, today: date) -> tuple[str, str]:
    """Where one version stands: in force, to be reviewed soon, overdue, replaced, withdrawn."""
    if one.withdrawn_on and one.withdrawn_on <= today:
        return "none", "Withdrawn"
    if hasattr(one, "replaced_by"):
        return "none", "Replaced"
    if one.review_on < today:
        return "act", "Review overdue"
    return ("watch", "Review soon") if one.review_on - today <= SOON else ("good", "In force")
