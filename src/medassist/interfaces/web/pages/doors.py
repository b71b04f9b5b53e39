"""What the pages of signing in share: where to go afterwards, and pages that need a person but open no record."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from medassist.interfaces.web.access.sittings import Here
from medassist.ui.pages import leave

View = Callable[..., HttpResponse]
HOME = "/"
NOT_BACK = ("/signin", "/signout", "/lock", "/seen", "/draft", "/site")


def safe(url: str, request: HttpRequest) -> str:
    """An address of this house's own pages, or the board: nobody is sent elsewhere after signing in."""
    url = (url or "").strip()
    fine = (
        url.startswith("/")
        and len(url) < 2000
        and url.isprintable()
        and "\\" not in url
        and url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    )
    return url if fine and not urlsplit(url).path.startswith(NOT_BACK) else HOME


def came_from(request: HttpRequest) -> str:
    """The page of ours on which the button was pressed, as a path."""
    sent = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "")
    here = sent.netloc == request.get_host()
    return safe(sent.path + (f"?{sent.query}" if sent.query else ""), request) if here else HOME


def go_on(request: HttpRequest) -> HttpResponse:
    """To the page that was asked for before signing in, or to choose a site first."""
    if request.session.get("choose"):
        return leave(request, "/site")
    return leave(request, safe(request.session.pop("back", HOME), request))


def mine(view: View) -> View:
    """A page of one's own account: it needs a person who is signed in, and opens nothing of the record."""

    @wraps(view)
    def guarded(request: HttpRequest, **parts: Any) -> HttpResponse:
        here: Here | None = getattr(request, "here", None)
        if here is None:
            return leave(request, f"/signin?next={request.path}")
        if here.locked:
            return leave(request, "/lock")
        answer = view(request, here, **parts)
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer

    guarded.open_because = "one's own account"  # type: ignore[attr-defined]
    return guarded
