"""Reading is guarded too: opening a chart and listing people ask the authority and leave one entry each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from medassist.kernel import audit, authority
from medassist.kernel.errors import Refused
from medassist.kernel.identifiers import uuid_or_none
from medassist.kernel.ruling import NO_FACTS, Act
from medassist.kernel.trail import Entry

if TYPE_CHECKING:
    from medassist.kernel.context import Context
    from medassist.kernel.ruling import Ruling

SecondLock = Callable[["Context", UUID], "Ruling | None"]
_second_locks: list[SecondLock] = []


def second_lock(lock: SecondLock) -> SecondLock:
    """Have `lock(ctx, patient)` asked too before a person opens a chart; what it returns is the ruling instead."""
    if lock not in _second_locks:
        _second_locks.append(lock)
    return lock


def _locked(ctx: Context, patient: UUID) -> Ruling | None:
    # systems and interface accounts are bound by their written grants alone
    if ctx.actor.kind not in ("person", "agent"):
        return None
    return next((ruling for lock in _second_locks if (ruling := lock(ctx, patient))), None)


def opening(
    ctx: Context, subject: str, act: str = "house.open_chart", facts: Mapping[str, Any] = NO_FACTS, what: str = "opened"
) -> Ruling:
    """Ask whether this chart may be opened, and say in the trail that it was; Refused when not."""
    kind, _, which = subject.partition("/")
    patient = uuid_or_none(which) if kind == "patient" else facts.get("patient")
    ruling = authority.rule(ctx, Act(act, facts), subject)
    if ruling.allowed and kind == "patient" and patient is not None:
        ruling = _locked(ctx, patient) or ruling
    outcome = what if ruling.allowed else "refused"
    audit.keep([Entry(ctx, "reading.open", act, subject, patient, outcome, ruling)])
    if not ruling.allowed:
        raise Refused(ruling)
    return ruling


def listing(
    ctx: Context, name: str, filters: Mapping[str, Any] | None = None, ids: Iterable[UUID] = (), act: str = "house.list"
) -> None:
    """Ask whether this list may be seen, and keep which filter was used and whom it showed; Refused when not."""
    ruling = authority.rule(ctx, Act(act), f"list/{name}")
    shown = [str(one) for one in ids]
    detail = {"filter": dict(filters or {}), "shown": shown}
    outcome = "listed" if ruling.allowed else "refused"
    audit.keep([Entry(ctx, "reading.list", act, f"list/{name}", None, outcome, ruling, detail=detail)])
    if not ruling.allowed:
        raise Refused(ruling)


def may(ctx: Context, act: str, subject: str, facts: Mapping[str, Any] = NO_FACTS) -> Ruling:
    """The ruling on an act, for showing what is possible; leaves no entry, as nothing was done or seen."""
    return authority.rule(ctx, Act(act, facts), subject)
