"""A signed-in browser at the office, and what a page of several domains needs."""

from __future__ import annotations

from django.test import Client

from medassist.interfaces.web.board.live import drawings
from medassist.kernel.context import Context
from tests.access.given import given_account, signed_in
from tests.office.given import as_staff, given_staff

HTMX = {"HTTP_HX_REQUEST": "true"}


def at_work(given: str = "Ana", family: str = "Reyes", role: str = "medical-assistant") -> Client:
    """A browser in which somebody of the staff has signed in; `client.ctx` is the context of that person."""
    drawings.drawn.clear()
    drawings.views.clear()
    drawings.waits.clear()
    person = given_staff(given, family, role)
    client = signed_in(given_account(person, username=f"{given}.{family}@alderstreet.example".lower()))
    client.person, client.ctx = person, as_staff(person)  # type: ignore[attr-defined]
    return client


def context_of(client: Client) -> Context:
    """The context in which the person at this browser acts."""
    return client.ctx  # type: ignore[attr-defined]
