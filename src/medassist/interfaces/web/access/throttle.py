"""How often one may guess. Passwords: django-axes, by name and address together. PINs and codes: by account."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.http import HttpRequest

from medassist.interfaces.web.models import Account, Tries, fold
from medassist.kernel import clock

PASSWORDS = 5  # wrong passwords for one name from one address, then a rest
CODES = 5
PINS = 5  # then the PIN rests until a sign-in in full
REST = timedelta(minutes=10)
SPRAY = 60  # wrong passwords from one address for all names together; a whole office may share the address


def name_mark(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """What axes keeps instead of a sign-in name: people type passwords there by mistake."""
    typed = (credentials or {}).get("username") or ""
    if not typed and request is not None:
        typed = request.POST.get("username", "")
    return hmac.new(settings.SECRET_KEY.encode(), fold(str(typed)).encode(), hashlib.sha256).hexdigest()


def address(request: HttpRequest) -> str:
    """Where the request comes from, past as many proxies as the settings trust."""
    trusted = getattr(settings, "MEDASSIST_PROXIES", 0)
    told = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if trusted and len(told) >= trusted:
        return told[-trusted][:45]
    return request.META.get("REMOTE_ADDR", "")


def spraying(request: HttpRequest) -> bool:
    """Whether this address has tried too many passwords, whatever the names."""
    tried = AccessAttempt.objects.filter(ip_address=address(request), attempt_time__gte=clock.now() - REST)
    return (tried.aggregate(n=Sum("failures_since_start"))["n"] or 0) >= SPRAY


def left(request: HttpRequest, username: str) -> int:
    """How many passwords may still be tried for this name from here. Known and unknown names alike."""
    return max(0, PASSWORDS - AxesProxyHandler.get_failures(request, {"username": username}))


@dataclass(frozen=True)
class Chance:
    """Whether one more guess is granted, how many are left after it, and until when none is."""

    granted: bool
    left: int = 0
    rest_until: datetime | None = None


def spend(account: Account, what: str) -> Chance:
    """Take one of the guesses before looking whether it fits, so that many at once get no more than their number."""
    most = PINS if what == "pin" else CODES
    with transaction.atomic():
        Tries.objects.get_or_create(account=account, what=what)
        tries = Tries.objects.select_for_update().get(account=account, what=what)
        if tries.rest_until and tries.rest_until <= clock.now():
            tries.count, tries.rest_until = 0, None
        if tries.count >= most:
            return Chance(False, 0, tries.rest_until)
        tries.count += 1
        # a PIN is short: only a sign-in in full gives it new guesses
        if tries.count >= most and what != "pin":
            tries.rest_until = clock.now() + REST
        tries.save()
        return Chance(True, most - tries.count, tries.rest_until)


def forget(account: Account, *what: str) -> None:
    """It fitted, or the person proved who they are in full: the guesses count from the beginning."""
    Tries.objects.filter(account=account, what__in=what).delete()


def resting(account: Account, what: str) -> bool:
    """Whether no guess would be granted now."""
    most = PINS if what == "pin" else CODES
    tries = Tries.objects.filter(account=account, what=what).first()
    return bool(tries and tries.count >= most and not (tries.rest_until and tries.rest_until <= clock.now()))
