"""When something went wrong, in the house's words: what happened and a way on, never what the machine thought."""

from __future__ import annotations

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views.decorators.csrf import requires_csrf_token

log = logging.getLogger(__name__)

WORDS = {
    400: ("This request can't be read", "The address or the form was cut short. Go back and send it again."),
    403: ("Not allowed here", "This page is not open to you."),
    404: ("There is no such page", "It may have moved, or the address is cut short."),
    405: ("This page is not opened this way", "Use the button on the page before."),
    500: ("Something went wrong here", "The log has it under the number below. Nothing you sent was half done."),
}
FOREIGN = (
    "This form is too old to be taken",
    "It was opened before you signed in, or by another site. Nothing was done. Load the page before and send it again.",
)


def _page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    number = getattr(request, "request_id", "")
    if request.path.startswith(("/fhir/", "/mcp")):
        return HttpResponse(f'{{"status": {status}}}', status=status, content_type="application/json")
    # no context processors: they may be what failed
    plain = {"title": title, "text": text, "number": number, "status": status}
    return HttpResponse(loader.get_template("web/error.html").render(plain), status=status)


@requires_csrf_token
def bad(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400."""
    return _page(request, 400, *WORDS[400])


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403."""
    return _page(request, 403, *WORDS[403])


@requires_csrf_token
def missing(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404."""
    return _page(request, 404, *WORDS[404])


@requires_csrf_token
def broken(request: HttpRequest) -> HttpResponse:
    """500."""
    return _page(request, 500, *WORDS[500])


def other_way(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """405: a button's address was opened as a page, or the other way round."""
    page = _page(request, 405, *WORDS[405])
    page.headers["Allow"] = answer.headers.get("Allow", "")
    return page


def foreign_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without our token, or one from before the sign-in."""
    return _page(request, 403, *FOREIGN)
