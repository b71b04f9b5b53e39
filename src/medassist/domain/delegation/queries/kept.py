"""Policies and grants as they are kept, and the free text that a signer reads."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from medassist.domain.credentials import queries as credentials
from medassist.domain.delegation import rules
from medassist.domain.delegation.models import Grant, Policy
from medassist.kernel.errors import Missing


def policy(policy: UUID) -> Policy:
    """One policy."""
    if (found := Policy.objects.filter(pk=policy).first()) is None:
        raise Missing("policy", policy)
    return found


def policies(state: str = "", site: UUID | None = None, withdrawn: bool = False) -> list[Policy]:
    """The practice's policies, of one state or site when asked, by act, the newest first."""
    rows = Policy.objects.select_related("signer", "approved_by", "site", "replaced_by")
    if state:
        rows = rows.filter(state=state)
    if site:
        rows = rows.filter(Q(site=None) | Q(site=site))
    return list(rows if withdrawn else rows.filter(withdrawn_at=None, replaced_by=None))


def history(state: str, act: str) -> list[Policy]:
    """Every policy that there was for an act in a state, the newest first."""
    return [one for one in policies(state, withdrawn=True) if one.act == act]


def newest(state: str, act: str, site: UUID | None, hash: str) -> Policy | None:
    """The policy in force for an act, a place and a text of the file: what a new one replaces."""
    found = Policy.objects.filter(state=state, act=act, site=site, hash=hash, withdrawn_at=None, replaced_by=None)
    return found.order_by("-at").first()


def to_review(on: date, within: int) -> list[Policy]:
    """Policies whose review is due within so many days, or is overdue."""
    rows = Policy.objects.filter(withdrawn_at=None, replaced_by=None, review_on__lte=on + timedelta(days=within))
    return list(rows.select_related("site").order_by("review_on", "act"))


def policies_at(state: str, site: UUID) -> dict[str, tuple[rules.Policy, ...]]:
    """The policies that bind at a site, as the rules read them, by act."""
    found: dict[str, list[rules.Policy]] = {}
    rows = Policy.objects.filter(Q(site=None) | Q(site=site), state=state, withdrawn_at=None, replaced_by=None)
    for key, act, hash, signed_on, review_on, narrows in rows.values_list(
        "pk", "act", "hash", "signed_on", "review_on", "narrows"
    ):
        found.setdefault(act, []).append(rules.Policy(hash, signed_on, review_on, _narrowing(narrows), str(key)))
    return {act: tuple(rows) for act, rows in found.items()}


def _narrowing(kept: dict[str, Any]) -> rules.Narrowing | None:
    if not kept:
        return None
    return rules.Narrowing(
        forbidden=kept.get("forbidden", False),
        supervision=rules.LEVELS[kept.get("supervision", "")],
        order=kept.get("order", ""),
        hours=kept.get("hours", 0),
        demonstrations=kept.get("demonstrations", 0),
        credentials=tuple(kept.get("credentials", ())),
        delegators=tuple(kept.get("delegators", ())),
    )


def grants(actor: UUID, on: date | None = None) -> list[Grant]:
    """What an account of software is granted and not past its date."""
    on = on or credentials.office_day()
    held = Grant.objects.filter(actor=actor, withdrawn_at=None, actor__active=True)
    return list(held.filter(Q(until=None) | Q(until__gte=on)))


def words(state: str, act: str, book: rules.State | None = None) -> tuple[str, ...]:
    """What a state's file says of an act in words that no engine reads: a person must, before a policy is signed."""
    book = book or rules.state(state)
    entry = book.entry(act) if book else None
    if entry is None:
        return ()
    rows = [
        f"{row.credential}: {other}" for row in entry.rows for other in row.others if other not in entry.clause.others
    ]
    return (*entry.why_policy, *entry.clause.others, *rows)
