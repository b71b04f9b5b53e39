"""When a provider is away: no slot is open, and the front desk finds another time for who is booked."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from medassist.domain.office import queries as office
from medassist.domain.scheduling import queries
from medassist.domain.scheduling.actions.times import roll_schedule
from medassist.domain.scheduling.inputs import FollowAbsence, RollSlots
from medassist.domain.scheduling.models import Schedule
from medassist.domain.worklist import actions as worklist
from medassist.domain.worklist import queries as tasks
from medassist.domain.worklist.inputs import Add, Withdraw
from medassist.kernel.action import action
from medassist.kernel.context import Context
from medassist.ui import human

if TYPE_CHECKING:
    from medassist.domain.office.models import Absence


def _site(ctx: Context, given: FollowAbsence) -> dict[str, object]:
    return {"site": given.site}


@action("schedule.follow_absence", emits="schedule.absence_followed", shows=None, facts=_site)
def follow_absence(ctx: Context, given: FollowAbsence) -> Schedule:
    """Close or open the slots of a provider who is away or there after all, and tell the front desk who is booked."""
    gone = office.absence(given.absence)
    schedule = roll_schedule(ctx, RollSlots(site=given.site, provider=gone.staff_id))
    about = f"absence/{gone.pk}"
    if gone.withdrawn_at is None:
        _ask_to_move(ctx, given, gone, about)
    else:
        for task in (one for one in tasks.about(about) if one["status"] == "open"):
            worklist.withdraw(ctx, Withdraw(task=task["id"], reason=f"{gone.staff.name} is there after all."))
    return schedule


def _ask_to_move(ctx: Context, given: FollowAbsence, gone: Absence, about: str) -> None:
    booked = queries.with_provider(gone.staff_id, given.site, gone.start_at, gone.end_at)
    if not booked:
        return
    zone = ZoneInfo(office.site(given.site).timezone)
    said = human.stretch(*(at.astimezone(zone) for at in (gone.start_at, gone.end_at)))
    asked = Add(
        kind="reschedule", title=f"{gone.staff.name} is away {said}"[:200], details=_by_day(booked, zone),
        site=given.site, about=about, once=True,
    )  # fmt: skip
    worklist.add(ctx, asked)


def _by_day(booked: list[datetime], zone: ZoneInfo) -> str:
    """How many are booked on each day: who they are stands on the day sheet."""
    days = Counter(at.astimezone(zone).date() for at in booked)
    lines = [f"{human.planned(day)}: {count} booked" for day, count in sorted(days.items())]
    return "\n".join([*lines, "Book them with somebody else or for another time, on the day sheet."])
