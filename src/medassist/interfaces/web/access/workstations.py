"""Shared computers: enrolled by the manager for a site, known by a cookie, on which colleagues take over by PIN."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse

from medassist.domain.office import queries as office
from medassist.interfaces.web.access import pin
from medassist.interfaces.web.models import UNUSABLE, Account, Workstation
from medassist.kernel.errors import Missing

COOKIE = "workstation"
YEAR = 365 * 24 * 3600


def new_token() -> tuple[str, str]:
    """A token for the cookie and the digest that is kept of it."""
    token = secrets.token_urlsafe(32)
    return token, digest(token)


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def put_cookie(request: HttpRequest, answer: HttpResponse, token: str) -> None:
    """Have this browser say from now on which workstation it is."""
    answer.set_cookie(
        COOKIE, token, max_age=YEAR, secure=request.is_secure(), httponly=True, samesite="Strict", path="/"
    )


def at(request: HttpRequest) -> Workstation | None:
    """The enrolled workstation that this browser is, or None."""
    token = request.COOKIES.get(COOKIE, "")
    if not 20 < len(token) < 100:
        return None
    return Workstation.objects.filter(digest=digest(token), ended_at=None).first()


def colleagues(request: HttpRequest) -> list[dict[str, Any]]:
    """Who may take over here by PIN: people of this site's team whose PIN would be looked at now."""
    here = at(request)
    if here is None:
        return []
    try:
        team = {one["actor"]: one for one in office.team(here.site)}
    except Missing:
        return []
    accounts = Account.objects.select_related("actor").filter(actor__in=team, is_active=True).exclude(pin=UNUSABLE)
    return [{"id": str(a.pk), "name": team[a.actor_id]["name"]} for a in accounts if pin.usable(a)]
