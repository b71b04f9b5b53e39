"""Links that work once: the first password, a new password, the way into the demo office."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from medassist.interfaces.web.models import Account, Ticket
from medassist.kernel import clock

LASTS = {"invite": timedelta(days=3), "reset": timedelta(hours=24), "demo": timedelta(minutes=10)}
DEMO_MARK = "demo/made"
"""A file of this name in HOME says that this home was made by `--demo` (medassist.demo.make)."""


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def issue(account: Account, purpose: str) -> str:
    """A new link's token; earlier unused ones of the same purpose stop working (a demo opens many browsers at once)."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        if purpose != "demo":
            account.tickets.filter(used_at=None, purpose__in=("invite", "reset")).update(used_at=clock.now())
        until = clock.now() + LASTS[purpose]
        Ticket.objects.create(account=account, purpose=purpose, digest=_digest(token), until_at=until)
    return token


def find(token: str, *purposes: str) -> Ticket | None:
    """The ticket behind a token, if it still works."""
    found = Ticket.objects.select_related("account__actor").filter(
        digest=_digest(token), purpose__in=purposes, used_at=None, until_at__gt=clock.now(), account__is_active=True
    )
    return found.first()


def use(ticket: Ticket) -> bool:
    """Use it up; False when somebody else just did."""
    return bool(Ticket.objects.filter(pk=ticket.pk, used_at=None).update(used_at=clock.now()))


def demo_home() -> bool:
    """Whether this home was made by `--demo`; only there does a link sign in without a password."""
    return (Path(settings.MEDASSIST_HOME) / DEMO_MARK).exists()
