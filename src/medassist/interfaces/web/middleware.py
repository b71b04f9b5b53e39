"""What surrounds every request: a number for it, safe headers, who is asking. Machines' addresses skip the person."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone

from medassist.interfaces.web.access import sittings
from medassist.interfaces.web.logs import REQUEST
from medassist.interfaces.web.pages import errors
from medassist.kernel.identifiers import uuid7
from medassist.ui.pages import leave

Answer = Callable[[HttpRequest], HttpResponse]
# Addresses without a person behind a browser: they carry a token or nothing, and never a session.
LIGHT = ("/fhir/", "/healthz", "/readyz", "/metrics", "/static/", "/mcp", "/.well-known/", "/oauth/")
# What a page asks for by itself keeps nobody awake; a page marks it by this header, a stream by its address.
QUIET_HEADER = "X-Quiet"
QUIET = ("/streams/", "/stream/")
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in ("accelerometer", "autoplay", "camera", "display-capture", "geolocation", "gyroscope", "hid",
                    "magnetometer", "microphone", "midi", "payment", "serial", "usb", "browsing-topics")
)  # fmt: skip


def light(path: str) -> bool:
    """Whether this address is a machine's or a file's."""
    return path.startswith(LIGHT)


class Headers:
    """Outermost: the request's number, in the answer and in the log, and headers that hold for every answer."""

    def __init__(self, get_response: Answer):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Number the request, answer it, add the headers."""
        given = request.headers.get("X-Request-ID", "")
        request.request_id = given if REQUEST_ID.fullmatch(given) else uuid7().hex  # type: ignore[attr-defined]
        token = REQUEST.set(request.request_id)  # type: ignore[attr-defined]
        try:
            answer = self.get_response(request)
        finally:
            REQUEST.reset(token)
        answer.headers["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        answer.headers.setdefault("Permissions-Policy", PERMISSIONS)
        answer.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return answer


class Sessions(SessionMiddleware):
    """Django's sessions, for people only."""

    def process_request(self, request: HttpRequest) -> None:
        """Attach the session."""
        if not light(request.path):
            super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Save it."""
        return response if light(request.path) else super().process_response(request, response)


class Csrf(CsrfViewMiddleware):
    """Django's guard against foreign forms. Without a session's cookie there is nothing to guard."""

    def process_view(self, request: HttpRequest, callback: Any, args: Any, kwargs: Any) -> Any:
        """Look for the token."""
        return None if light(request.path) else super().process_view(request, callback, args, kwargs)


class People:
    """Who is asking: `request.here` (account and stay), `request.context` (for actions), `request.user`."""

    def __init__(self, get_response: Answer):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look who it is, answer in the site's time zone, keep what a person was shown out of every cache."""
        here = None if light(request.path) else sittings.read(request, _quiet(request))
        request.here = here  # type: ignore[attr-defined]
        request.user = here.account if here and not here.locked else AnonymousUser()  # type: ignore[assignment]
        request.context = here.context if here and not here.locked else None  # type: ignore[attr-defined]
        zone = request.session.get(sittings.PLACE, {}).get("timezone") if here else None
        with timezone.override(ZoneInfo(zone) if zone else None):
            answer = self.get_response(request)
        if answer.status_code == 405 and not answer.content and not light(request.path):
            answer = errors.other_way(request, answer)
        if here is not None:
            answer.headers.setdefault("Cache-Control", "no-store")
        return answer

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """A locked stay sees the lock; one that owes a site or a second factor sees to that first."""
        here = request.here  # type: ignore[attr-defined]
        if here is None or getattr(getattr(view, "page", None), "public", False):
            return None
        if here.locked:
            if request.method == "GET" and not request.headers.get("HX-Request"):
                request.session["back"] = request.get_full_path()
            return leave(request, "/lock")
        if getattr(view, "open_because", ""):
            return None
        if request.session.get("must") == "factor":
            return leave(request, "/me/second")
        return leave(request, "/site") if request.session.get("choose") else None


def _quiet(request: HttpRequest) -> bool:
    return QUIET_HEADER in request.headers or request.path.startswith(QUIET)
