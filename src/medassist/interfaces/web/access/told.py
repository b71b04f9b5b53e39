"""Security events in the trail: who signed in, who failed, who locked, whose password or second factor changed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from medassist.interfaces.web.access import throttle
from medassist.interfaces.web.models import Account
from medassist.kernel import audit, clock
from medassist.kernel.context import SYSTEM, Actor, Context


def actor(account: Account) -> Actor:
    """The person behind an account, as the trail knows people."""
    return Actor(account.actor_id, "person", account.actor.name)


def note(
    request: HttpRequest, account: Account | None, outcome: str, *, site: UUID | None = None, **detail: Any
) -> None:
    """Keep one event. Without an account nobody is named, and nothing that was typed is kept."""
    # who failed to prove who they are is not yet the person: the system tells it, about the account
    who = actor(account) if account is not None and outcome not in UNPROVEN else SYSTEM
    ctx = Context(who, "web", clock.now(), site=site)
    subject = f"account/{account.pk}" if account is not None else "account/unknown"
    told = {"address": throttle.address(request), "request": getattr(request, "request_id", ""), **detail}
    audit.note(ctx, action="web.access", outcome=outcome, subject=subject, detail=told)


UNPROVEN = {"failed", "locked-out", "link-failed", "pin-failed", "code-failed"}
