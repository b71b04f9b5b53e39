"""Days that can be, months and weeks on the calendar, and days as lists write them.

A month after the 31st is the last day of the next.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import date, timedelta

AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})( 12:00:00 AM)?")
EARLIEST = date(1940, 1, 1)
"""Nobody at work today held, did or learned anything before; an earlier day is a slip of the keyboard."""
YEARS_AHEAD = 50
"""Longer than a working life: a later day is a slip too, and days are counted from it on many pages."""


def day_faults(
    today: date, been: Mapping[str, date | None] | None = None, ahead: Mapping[str, date | None] | None = None
) -> dict[str, list[str]]:
    """What is wrong with days, by field: `been` has happened by today, `ahead` may be still to come."""
    told = [(name, day, True) for name, day in (been or {}).items()]
    told += [(name, day, False) for name, day in (ahead or {}).items()]
    return {name: [why] for name, day, done in told if day and (why := _day_fault(day, today, done))}


def _day_fault(day: date, today: date, done: bool) -> str:
    if day < EARLIEST:
        return f"No day before {EARLIEST.year} is kept: look at the year."
    if done and day > today:
        return "That day is not there yet."
    return f"That is more than {YEARS_AHEAD} years ahead: look at the year." if _too_far(day, today) else ""


def _too_far(day: date, today: date) -> bool:
    return day > after_months(today, YEARS_AHEAD * 12)


def after_months(day: date, months: int) -> date:
    """The same day so many months later (earlier, if negative), or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_between(start: date, end: date) -> int:
    """Whole months from a day to a later one; 0 when the later one is not later."""
    months = max(0, (end.year - start.year) * 12 + end.month - start.month)
    return months - 1 if months and after_months(start, months) > end else months


def after_hours(day: date, hours: int, a_week: int) -> date:
    """The day on which so many hours are done, at so many a week; a week that is begun counts whole."""
    return day + timedelta(weeks=-(-hours // a_week))


def american(text: str) -> date | None:
    """A day written month first, as federal lists write it; None where it is none."""
    found = AMERICAN.fullmatch(text)
    try:
        return date(int(found[3]), int(found[1]), int(found[2])) if found else None
    except ValueError:
        return None
