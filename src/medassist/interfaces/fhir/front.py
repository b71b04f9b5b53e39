"""The FHIR API's own entrance: its requests need no session, no form token and no page headers, and skip all of them.

Measured: what stands before a page (sessions, forms, policies for browsers, the list of addresses) took a quarter of
the time of a read.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse

from medassist.interfaces.fhir.server import answered, serve
from medassist.kernel.identifiers import uuid7

PREFIX = "/fhir/R4"


class Front:
    """First of all middleware: answers what is addressed to the FHIR API, and hands on everything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or hand on."""
        path = request.path_info
        if not (path.startswith(PREFIX) and (len(path) == len(PREFIX) or path[len(PREFIX)] == "/")):
            return self.get_response(request)
        answer = _answer(request, path[len(PREFIX) + 1 :])
        if request.method == "HEAD":
            answer.content = b""
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["X-Request-ID"] = request.META.get("HTTP_X_REQUEST_ID", "")[:200] or uuid7().hex
        return answer


def _answer(request: HttpRequest, rest: str) -> HttpResponse:
    """A read is tried again when the kept connection turns out to be dead; asking it each time would cost a tenth."""
    if request.method in ("GET", "HEAD"):
        connection.health_check_done = True  # type: ignore[attr-defined]
        try:
            return answered(request, rest)
        except (OperationalError, InterfaceError):
            connection.close()
    return serve(request, rest)
