"""The lock: who was here comes back by PIN, password or passkey; on an enrolled workstation a colleague takes over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from medassist.interfaces.web.access import drafts, passkeys, pin, settled, sittings, throttle, told, workstations
from medassist.interfaces.web.access.sittings import Here
from medassist.interfaces.web.models import Account
from medassist.interfaces.web.pages.doors import came_from, go_on, mine
from medassist.kernel import clock
from medassist.kernel.identifiers import uuid_or_none
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, leave, page

JUST = timedelta(minutes=1)


@page(public=True)
def lock(request: HttpRequest, ctx: Any) -> HttpResponse:
    """Lock at once (Ctrl .), and show the lock. It names no patient."""
    here: Here | None = request.here  # type: ignore[attr-defined]
    if here is None:
        return leave(request, "/signin")
    if request.method == "POST":
        if not here.locked:
            request.session["back"] = came_from(request)
            sittings.lock(request, here.sitting, "idle" if request.POST.get("why") == "idle" else "by the person")
        if _just(here):
            # the other tabs, and a screen that the server's clock locked a moment before, keep what was typed too
            drafts.keep(request, here.sitting, came_from(request), request.POST.get("draft", ""))
        return leave(request, "/lock")
    return _face(request, here, Form.of(request)) if here.locked else go_on(request)


def _just(here: Here) -> bool:
    """Whether the screen was locked a moment ago."""
    return here.sitting.locked_at is not None and clock.now() - here.sitting.locked_at < JUST


def _face(request: HttpRequest, here: Here, form: Form) -> HttpResponse:
    told_here = {
        "form": form,
        "person": here.account.actor.name,
        "since": here.sitting.locked_at,
        "just": _just(here),
        "pin": pin.usable(here.account),
        "passkeys": passkeys.possible(request) and here.account.factors.filter(kind="passkey").exists(),
        "colleagues": [one for one in workstations.colleagues(request) if one["id"] != str(here.account.pk)],
    }
    return fragment(request, "web/lock.html", told_here, form.status)


@sensitive_post_parameters("pin", "password")
@require_POST
@page(public=True)
def unlock(request: HttpRequest, ctx: Any) -> HttpResponse:
    """Come back to one's own locked stay."""
    here: Here | None = request.here  # type: ignore[attr-defined]
    if here is None:
        return leave(request, "/signin")
    if not here.locked:
        return go_on(request)
    form = Form.of(request)
    if how := _proves(request, here, form):
        sittings.unlock(request, here.sitting, how)
        return go_on(request)
    if form.faults:
        return _face(request, here, form)
    # nothing is left to guess: this stay ends, and the next sign-in is in full
    sittings.end(request, here.sitting, "too many wrong PINs")
    request.session.flush()
    return leave(request, "/signin")


def _proves(request: HttpRequest, here: Here, form: Form) -> str:
    if password := str(form.value("password")):
        return _by_password(request, here, form, password)
    fits, left = pin.fits(here.account, str(form.value("pin")))
    if fits:
        return "pin"
    told.note(request, here.account, "pin-failed", left=left)
    if left:
        tries = f"{left} {'try' if left == 1 else 'tries'}"
        form.faults["pin"] = [f"That PIN does not fit. {tries} left before a sign-in in full."]
    return ""


def _by_password(request: HttpRequest, here: Here, form: Form, password: str) -> str:
    found = authenticate(request, username=here.account.username, password=password[:1000])
    if found == here.account:
        return "password"
    told.note(request, here.account, "failed", step="unlock")
    if left := throttle.left(request, here.account.username):
        tries = f"{left} {'try' if left == 1 else 'tries'}"
        form.faults["password"] = [f"That password does not fit. {tries} left before a 10 minute rest."]
    return ""


@sensitive_post_parameters("pin")
@require_POST
@page(public=True)
def takeover(request: HttpRequest, ctx: Any) -> HttpResponse:
    """A colleague goes on at an enrolled workstation; the stay of the one before ends."""
    station = workstations.at(request)
    who = uuid_or_none(request.POST.get("who", ""))
    listed = {one["id"] for one in workstations.colleagues(request)} if station else set()
    account = Account.objects.select_related("actor").filter(pk=who).first() if who and str(who) in listed else None
    if station is None or account is None:
        return leave(request, "/signin")
    fits, left = pin.fits(account, request.POST.get("pin", ""))
    if fits:
        here: Here | None = request.here  # type: ignore[attr-defined]
        if here is not None:
            sittings.end(request, here.sitting, "taken over")
        request.session.pop("back", None)
        sittings.begin(request, account, "pin", station)
        return go_on(request)
    told.note(request, account, "pin-failed", left=left, workstation=str(station.pk))
    tries = f"{left} {'try' if left == 1 else 'tries'}"
    words = f"That PIN does not fit. {tries} left." if left else "That PIN rests now. Sign in with your password."
    return fragment(request, "web/takeover.html", {"words": words, "colleagues": workstations.colleagues(request)}, 422)


@require_POST
@mine
def draft(request: HttpRequest, here: Here) -> HttpResponse:
    """What was typed here and not yet sent when the screen locked: given back once, to its person, at its page."""
    return JsonResponse({"fields": drafts.take(request, here.sitting, request.POST.get("path", ""))})


@require_POST
@page(public=True)
def seen(request: HttpRequest, ctx: Any) -> HttpResponse:
    """The person is still at the page, typing or reading; a locked or ended stay answers 401."""
    here: Here | None = request.here  # type: ignore[attr-defined]
    awake = here is not None and not here.locked
    answer = HttpResponse(status=204 if awake else 401)
    answer.headers["X-Lock-After"] = str(settled.rules().lock_minutes * 60)
    return answer
