"""Enrolling another system: its account, what it may do, and its token."""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from medassist.domain.delegation import actions as delegation
from medassist.domain.delegation.inputs import GrantActs
from medassist.exchange import actions as exchange
from medassist.exchange.inputs import EnrolClient, IssueToken
from medassist.interfaces.fhir import scopes
from medassist.kernel.context import Context


def enrol(
    ctx: Context, client: str, given: tuple[str, ...], site: UUID | None = None, expires_at: datetime | None = None
) -> str:
    """Give a system a token for these scopes; with scopes that write, it may do what a medical assistant may."""
    account = exchange.enrol(ctx, EnrolClient.of(client=client))
    profile = "medical-assistant" if scopes.writes(given) else "read"
    delegation.grant(ctx, GrantActs.of(actor=account.pk, profile=profile, site=site))
    token = f"ma_{secrets.token_urlsafe(32)}"
    exchange.issue_token(ctx, IssueToken.of(
        actor=account.pk, client=client, hash=sha256(token.encode()).digest(), scopes=given, site=site,
        expires_at=expires_at,
    ))  # fmt: skip
    return token
