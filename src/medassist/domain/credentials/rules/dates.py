"""Months and weeks on the calendar: a month after the 31st is the last day of the next. Days as lists write them."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})( 12:00:00 AM)?")


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
