"""Signing in: password, second step, passkey, the site; links that work once; signing out."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from medassist.interfaces.web.access import (
    factors,
    passkeys,
    passwords,
    places,
    settled,
    sittings,
    throttle,
    tickets,
    told,
    workstations,
)
from medassist.interfaces.web.models import Account, fold
from medassist.interfaces.web.pages.doors import go_on, mine, safe
from medassist.kernel import clock
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, leave, page

HALF = "half"  # the session's key while the second step is still to come
HALF_LASTS = 300  # seconds
WRONG = "That password does not fit this name."
REST = "Too many tries. Rest 10 minutes, then try again, or ask the manager for a new link."


@sensitive_post_parameters("password")
@page(public=True)
def signin(request: HttpRequest, ctx: Any) -> HttpResponse:
    """The sign-in page."""
    here = request.here  # type: ignore[attr-defined]
    if here is not None and request.method == "GET":
        return leave(request, "/lock") if here.locked else go_on(request)
    form = Form.of(request, next=safe(request.GET.get("next", ""), request))
    if form.sent and (account := _by_password(request, form)):
        request.session["back"] = safe(form.value("next"), request)
        return _second_step(request, account)
    return _entrance(request, form)


def _entrance(request: HttpRequest, form: Form) -> HttpResponse:
    told_here = {
        "form": form,
        **places.entrance(),
        "passkeys": passkeys.possible(request),
        "colleagues": workstations.colleagues(request),
    }
    return fragment(request, "web/signin.html", told_here, 429 if REST in form.whole else form.status)


def _by_password(request: HttpRequest, form: Form) -> Account | None:
    """The account whose password this is. Known and unknown names are answered alike, in words and in time."""
    username, password = str(form.value("username"))[:150], str(form.value("password"))
    if not username or not password:
        form.faults["password"] = ["Write your sign-in name and your password."]
        return None
    if throttle.spraying(request):
        form.faults[""] = [REST]
        return None
    account = authenticate(request, username=username, password=password) if len(password) <= 1000 else None
    if account is None:
        _say_why_not(request, form, username)
    return account  # type: ignore[return-value]


def _say_why_not(request: HttpRequest, form: Form, username: str) -> None:
    known = Account.objects.select_related("actor").filter(username=fold(username)).first()
    if left := throttle.left(request, username):
        told.note(request, known, "failed", step="password")
        tries = f"{left} {'try' if left == 1 else 'tries'}"
        form.faults["password"] = [f"{WRONG} {tries} left before a 10 minute rest."]
        return
    # what is tried during the rest is not looked at: one entry says that the rest began
    if getattr(request, "axes_failures_since_start", None) is not None:
        told.note(request, known, "locked-out", step="password")
    form.faults[""] = [REST]


def _second_step(request: HttpRequest, account: Account) -> HttpResponse:
    if not factors.of(account).any:
        sittings.begin(request, account, "password", workstations.at(request))
        if settled.rules().factor_required:
            request.session["must"] = "factor"
        return go_on(request)
    back = request.session.get("back", "")
    request.session.flush()
    request.session[HALF] = {"account": str(account.pk), "at": clock.now().timestamp()}
    request.session["back"] = back
    return leave(request, "/signin/code")


def _half(request: HttpRequest) -> Account | None:
    """Who has given the password and owes the second step."""
    half = request.session.get(HALF)
    if not half or clock.now().timestamp() - half["at"] > HALF_LASTS:
        request.session.pop(HALF, None)
        return None
    return Account.objects.select_related("actor").filter(pk=half["account"], is_active=True).first()


@sensitive_post_parameters("code")
@page(public=True)
def code(request: HttpRequest, ctx: Any) -> HttpResponse:
    """The second step: a code of the app, a recovery code, or the passkey instead."""
    account = _half(request)
    if account is None:
        return leave(request, "/signin")
    form = Form.of(request)
    if form.sent and (how := _by_code(request, account, form)):
        sittings.begin(request, account, f"password+{how}"[:16], workstations.at(request))
        return go_on(request)
    told_here = {"form": form, "passkeys": passkeys.possible(request), "has": factors.of(account)}
    return fragment(request, "web/code.html", told_here, 429 if REST in form.whole else form.status)


def _by_code(request: HttpRequest, account: Account, form: Form) -> str:
    chance = throttle.spend(account, "code")
    if chance.granted and (how := factors.fits(account, str(form.value("code"))[:40])):
        return "app" if how == "totp" else how
    told.note(request, account, "failed" if chance.granted else "locked-out", step="code")
    if chance.left:
        tries = f"{chance.left} {'try' if chance.left == 1 else 'tries'}"
        form.faults["code"] = [f"That code does not fit, or was used before. {tries} left before a 10 minute rest."]
    else:
        request.session.pop(HALF, None)
        form.faults[""] = [REST]
    return ""


@require_POST
@page(public=True)
def passkey_options(request: HttpRequest, ctx: Any) -> HttpResponse:
    """What the browser needs to offer its passkeys."""
    if not passkeys.possible(request):
        return JsonResponse({"why": "Passkeys need a name in the address and a secure connection."}, status=409)
    return JsonResponse(passkeys.begin_using(request))


@require_POST
@page(public=True)
def passkey(request: HttpRequest, ctx: Any) -> HttpResponse:
    """Sign in, or unlock, with the passkey that the browser answered with."""
    here = request.here  # type: ignore[attr-defined]
    try:
        account = passkeys.use(request, request.POST.get("credential", ""))
    except passkeys.NoPasskey as why:
        told.note(request, None, "failed", step="passkey", why=str(why)[:200])
        form = Form.of(request)
        form.faults[""] = ["This passkey is not known here. Sign in with your password."]
        return _entrance(request, form)
    if here is not None and here.locked and here.account == account:
        sittings.unlock(request, here.sitting, "passkey")
    else:
        sittings.begin(request, account, "passkey", workstations.at(request))
    return go_on(request)


@mine
def site(request: HttpRequest, here: sittings.Here) -> HttpResponse:
    """Choose where to work, when there are several sites."""
    found = places.of(here.account.actor_id)
    form = Form.of(request)
    if form.sent:
        chosen = next((one for one in found if one["site"] == form.value("site")), None)
        if chosen:
            sittings.settle(request, chosen)
            told.note(request, here.account, "site-chosen", chosen=chosen["site"])
            return go_on(request)
        form.faults["site"] = ["You hold no position at this site today."]
    now = request.session.get(sittings.PLACE, {}).get("site", "")
    return fragment(request, "web/site.html", {"form": form, "places": found, "current": now}, form.status)


@sensitive_post_parameters("password", "again")
@page(public=True)
def link(request: HttpRequest, ctx: Any, token: str) -> HttpResponse:
    """Set a password by a link that works once."""
    ticket = tickets.find(token, "invite", "reset")
    if ticket is None:
        return _link_is_over(request)
    form = Form.of(request)
    if form.sent and passwords.faultless(form, ticket.account):
        if not tickets.use(ticket):
            return _link_is_over(request)
        passwords.put(request, ticket.account, str(form.value("password")), f"by {ticket.purpose} link")
        return _second_step(request, ticket.account)
    told_here = {"form": form, "account": ticket.account, "rules": password_validators_help_texts()}
    answer = fragment(request, "web/link.html", told_here, form.status)
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _link_is_over(request: HttpRequest) -> HttpResponse:
    told.note(request, None, "link-failed")
    return fragment(request, "web/link-over.html", {}, 410)


@page(public=True)
def once(request: HttpRequest, ctx: Any, token: str) -> HttpResponse:
    """Into the demo office by a link that works once, and only in a home that the demo made."""
    ticket = tickets.find(token, "demo") if tickets.demo_home() else None
    if ticket is None or not tickets.use(ticket):
        return _link_is_over(request)
    sittings.begin(request, ticket.account, "demo")
    return go_on(request)


@page(public=True)
def help(request: HttpRequest, ctx: Any) -> HttpResponse:
    """What to do when one can't sign in."""
    return fragment(request, "web/signin-help.html")


@page(public=True)
def signout(request: HttpRequest, ctx: Any) -> HttpResponse:
    """End this stay; a plain visit only offers the button, so that no foreign page can sign anybody out."""
    here = request.here  # type: ignore[attr-defined]
    if request.method != "POST":
        return fragment(request, "web/signout.html") if here else leave(request, "/signin")
    if here:
        sittings.end(request, here.sitting, "by the person")
    request.session.flush()
    answer = leave(request, "/signin")
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer
