"""One's own account: password, second factors, PIN, where one is signed in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from medassist.domain.office import queries as office
from medassist.interfaces.web.access import factors, passkeys, passwords, pin, places, settled, sittings, throttle, totp
from medassist.interfaces.web.access import told as trail
from medassist.interfaces.web.access.sittings import Here
from medassist.interfaces.web.pages.doors import mine
from medassist.kernel import clock
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, leave, say

FRESH = timedelta(minutes=10)  # so long after a sign-in in full the password is not asked again
SECRET = "app"  # the session's key for a secret that is not yet proven


@mine
def me(request: HttpRequest, here: Here) -> HttpResponse:
    """My account."""
    stays = here.account.sittings.filter(ended_at=None).order_by("-seen_at")[:20]
    told = {
        "account": here.account,
        "places": [
            {**place, "as": [office.ROLES.get(role, role) for role in place["roles"]]}
            for place in places.of(here.account.actor_id)
        ],
        "factors": here.account.factors.order_by("made_at"),
        "has": factors.of(here.account),
        "stays": stays,
        "this": here.sitting,
        "fresh": _fresh(here),
        "form": Form.of(request),
    }
    return fragment(request, "web/me.html", told)


def _fresh(here: Here) -> bool:
    return here.sitting.how != "pin" and clock.now() - here.sitting.began_at < FRESH


def _really(request: HttpRequest, here: Here, form: Form) -> bool:
    """Whether it is really this person: just signed in, or the password once more."""
    if _fresh(here):
        return True
    given = str(form.value("current"))[:1000]
    if given and authenticate(request, username=here.account.username, password=given) == here.account:
        return True
    if given:
        trail.note(request, here.account, "failed", step="confirm")
    left = throttle.left(request, here.account.username)
    words = "That is not your password now." if given else "Write your password, as you signed in a while ago."
    form.faults["current"] = [words if left else "Too many tries. Rest 10 minutes, then try again."]
    return False


@sensitive_post_parameters("current", "password", "again")
@mine
def password(request: HttpRequest, here: Here) -> HttpResponse:
    """Change my password; everywhere else I am signed out."""
    form = Form.of(request)
    if form.sent and _really(request, here, form) and passwords.faultless(form, here.account):
        passwords.put(request, here.account, str(form.value("password")), "by the person", stay=here.sitting)
        return say(request, leave(request, "/me"), "Your password is changed. Everywhere else you are signed out.")
    told = {"form": form, "fresh": _fresh(here), "rules": password_validators_help_texts()}
    return fragment(request, "web/me-password.html", told, form.status)


@mine
def second(request: HttpRequest, here: Here) -> HttpResponse:
    """Which second factor I would like, or owe."""
    told = {
        "has": factors.of(here.account),
        "passkeys": passkeys.possible(request),
        "owed": request.session.get("must") == "factor",
        "fresh": _fresh(here),
    }
    return fragment(request, "web/second.html", told)


@sensitive_post_parameters("current", "code")
@mine
def app(request: HttpRequest, here: Here) -> HttpResponse:
    """Add an authenticator app."""
    form = Form.of(request)
    secret = request.session.get(SECRET) or totp.new_secret()
    request.session[SECRET] = secret
    if form.sent and _really(request, here, form):
        if factors.add_app(here.account, secret, str(form.value("code"))):
            request.session.pop(SECRET, None)
            return _added(request, here, "app")
        form.faults["code"] = ["This code does not come from this secret. Look at the app again, and at its clock."]
    address = totp.address(secret, places.practice(), here.account.username)
    told = {"form": form, "secret": secret, "qr": _qr(address), "fresh": _fresh(here)}
    return fragment(request, "web/app.html", told, form.status)


def _qr(text: str) -> SafeString:
    import qrcode  # not at the top: it brings an imaging library, and every command would wait for it
    from qrcode.image.svg import SvgPathImage

    image = qrcode.make(text, image_factory=SvgPathImage, box_size=12, border=2)
    return mark_safe(image.to_string(encoding="unicode").replace("svg:", ""))


def _added(request: HttpRequest, here: Here, kind: str) -> HttpResponse:
    """A second factor is there: recovery codes go with the first one."""
    request.session.pop("must", None)
    trail.note(request, here.account, "factor-added", kind=kind)
    if factors.of(here.account).codes:
        return say(request, leave(request, "/me"), "The second factor is kept.")
    return _codes(request, here)


def _codes(request: HttpRequest, here: Here) -> HttpResponse:
    codes = factors.new_codes(here.account)
    trail.note(request, here.account, "codes-made", count=len(codes))
    return fragment(request, "web/codes.html", {"codes": codes})


@sensitive_post_parameters("current")
@require_POST
@mine
def codes(request: HttpRequest, here: Here) -> HttpResponse:
    """Make new recovery codes; the earlier ones stop working."""
    form = Form.of(request)
    if not factors.of(here.account).any:
        return leave(request, "/me/second")
    if not _really(request, here, form):
        return _ask_password(request, form, "Make new recovery codes")
    return _codes(request, here)


def _ask_password(request: HttpRequest, form: Form, what: str) -> HttpResponse:
    return fragment(request, "web/confirm.html", {"form": form, "what": what, "action": request.path}, form.status)


@require_POST
@mine
def passkey_options(request: HttpRequest, here: Here) -> HttpResponse:
    """What the browser needs to make a passkey."""
    if not passkeys.possible(request):
        return JsonResponse({"why": "Passkeys need a name in the address and a secure connection."}, status=409)
    return JsonResponse(passkeys.begin_making(request, here.account, places.practice()))


@sensitive_post_parameters("current")
@require_POST
@mine
def passkey(request: HttpRequest, here: Here) -> HttpResponse:
    """Keep the passkey that the browser made."""
    form = Form.of(request)
    if not _really(request, here, form):
        return _ask_password(request, form, "Add a passkey")
    try:
        passkeys.make(request, here.account, request.POST.get("credential", ""), str(form.value("name")))
    except passkeys.NoPasskey as why:
        trail.note(request, here.account, "factor-failed", why=str(why)[:200])
        return say(request, leave(request, "/me"), "The passkey was not kept. Try once more.", "watch")
    return _added(request, here, "passkey")


@sensitive_post_parameters("current")
@require_POST
@mine
def remove(request: HttpRequest, here: Here, factor: Any) -> HttpResponse:
    """Take one of my second factors away."""
    form = Form.of(request)
    if not _really(request, here, form):
        return _ask_password(request, form, "Take this second factor away")
    if kind := factors.remove(here.account, factor):
        trail.note(request, here.account, "factor-removed", kind=kind)
        if settled.rules().factor_required and not factors.of(here.account).any:
            request.session["must"] = "factor"
    return say(request, leave(request, "/me"), "It is taken away." if kind else "It was not there any more.")


@sensitive_post_parameters("current", "pin", "again")
@mine
def pin_page(request: HttpRequest, here: Here) -> HttpResponse:
    """Set or drop the PIN that unlocks."""
    form = Form.of(request)
    if form.sent and _really(request, here, form):
        if form.value("drop"):
            pin.drop(here.account)
            trail.note(request, here.account, "pin-dropped")
            return say(request, leave(request, "/me"), "Your PIN is taken away.")
        if why := pin.fault(str(form.value("pin"))):
            form.faults["pin"] = [why]
        elif form.value("pin") != form.value("again"):
            form.faults["again"] = ["The two are not the same. Write it again."]
        else:
            pin.put(here.account, str(form.value("pin")))
            trail.note(request, here.account, "pin-set")
            return say(request, leave(request, "/me"), "Your PIN is set. It unlocks, and takes over at workstations.")
    return fragment(
        request, "web/me-pin.html", {"form": form, "fresh": _fresh(here), "account": here.account}, form.status
    )


@require_POST
@mine
def everywhere(request: HttpRequest, here: Here) -> HttpResponse:
    """Sign me out everywhere, here as well."""
    sittings.end_all(request, here.account, "by the person")
    request.session.flush()
    answer = leave(request, "/signin")
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer
