"""How well vital signs are taken: the site and each who roomed, over a week, four weeks or a month; by sums alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from medassist.domain.office import queries as office
from medassist.domain.vitals import queries as vitals
from medassist.kernel import clock, reading
from medassist.kernel.context import Context
from medassist.kernel.identifiers import uuid_or_none
from medassist.ui import human, pages

ALL = "house.view_quality"
FEW = 10  # below, a share is told as two numbers: a percentage of three visits says nothing
PERIODS: dict[str, tuple[str, Callable[[date], date]]] = {
    "week": ("This week", lambda today: today - timedelta(days=today.weekday())),
    "4-weeks": ("Last 4 weeks", lambda today: today - timedelta(days=27)),
    "month": ("This month", lambda today: today.replace(day=1)),
}
Sums = Mapping[str, Any]
RAISED = vitals.raised()
# heading, numerator, denominator, what it is: shares
SHARES = (
    ("Complete", "complete", "expected", "Roomed visits in which every sign that the office expects for the age and "
     "the type of visit was recorded, of those in which any is expected. The list is the office's own."),
    ("Pressure repeated", "again", "raised", "Raised first pressures that were measured a second time in the visit, of "
     "all raised first pressures: from {upper} or {lower}, at {years} years and over.".format(**RAISED)),
    ("After the rest", "rested", "again", "Second pressures that were measured once the rest was over, of all second "
     "pressures of raised first ones. One that came earlier was asked about and confirmed, or a device measured it."),
    ("By a device", "machine", "readings", "Readings that a device measured, of all readings; what is computed, such "
     "as BMI, is left out."),
    ("Corrected", "corrected", "readings", "Readings whose value was changed or taken back later, of all readings."),
    ("Critical in time", "in_time", "calls", "Critical values that a provider or nurse acknowledged by the time they "
     "were due, of all that told somebody; those withdrawn after a correction are left out."),
)  # fmt: skip
# heading, median, nine of ten, how many, what it is: times
TIMES = (
    ("Rooming to first signs", "spent", "spent_90", "timed", "From the beginning of rooming to the first set recorded, "
     "in visits whose first set came after it."),
    ("Taken to recorded", "late", "late_90", "sets", "From the time at which a set was taken to its record."),
    ("Critical answered", "answered", "", "calls", "From telling somebody of a critical value to its acknowledgment, "
     "of those acknowledged."),
)  # fmt: skip
COLUMNS = [
    ("Site", "site"), ("Who roomed", "name"), ("From", "from"), ("To", "to"), ("Visits roomed", "visits"),
    ("Complete", "complete"), ("of", "expected"), ("Pressures repeated", "again"), ("of raised", "raised"),
    ("After the rest", "rested"), ("By a device", "machine"), ("Corrected", "corrected"), ("of readings", "readings"),
    ("Rooming to first signs, median s", "spent"), ("p90 s", "spent_90"), ("Taken to recorded, median s", "late"),
    ("p90 s", "late_90"), ("Critical in time", "in_time"), ("of critical", "calls"),
    ("Critical answered, median s", "answered"),
]  # fmt: skip


@require_GET
@pages.page(act="house.own")
def page(request: HttpRequest, ctx: Context) -> HttpResponse:
    """How well vital signs are taken; who may not see everybody's line sees the own one."""
    if ctx.site is None:
        return pages.leave(request, "/site")
    open_to = [one for one in office.sites() if _may(ctx.but(site=one.pk))]
    asked = uuid_or_none(request.GET.get("site", ""))
    place = next((one for one in open_to if one.pk == asked), None) or office.site(ctx.site)
    code = request.GET.get("period", "") if request.GET.get("period", "") in PERIODS else "4-weeks"
    today = clock.today(place.timezone)
    first = PERIODS[code][1](today)
    found = vitals.quality(place, *_span(first, today, place.timezone))
    whole = place in open_to
    rows = [row for row in found if whole or row["ma"] == ctx.actor.id]
    table = [{**row, "site": place.name, "from": first, "to": today, "name": row["name"] or "All"} for row in rows]
    if sheet := pages.table_csv(request, "vital-signs-quality", COLUMNS, table):
        return sheet
    told = {
        "lines": [_line(row) for row in rows if row["visits"]], "whole": whole, "place": place,
        "first": first, "today": today, "heads": [one[0] for one in (*SHARES, *TIMES)],
        "meanings": [(one[0], one[-1]) for one in (*SHARES, *TIMES)],
        "periods": [{"url": f"?period={one}&site={place.pk}", "label": label, "on": one == code}
                    for one, (label, _) in PERIODS.items()],
        "sites": [{"url": f"?period={code}&site={one.pk}", "label": one.name, "on": one == place} for one in open_to]
                 if len(open_to) > 1 else [],
    }  # fmt: skip
    return pages.fragment(request, "web/quality.html", told)


def _may(ctx: Context) -> bool:
    return reading.may(ctx, ALL, "office").allowed


def _span(first: date, last: date, zone: str) -> tuple[datetime, datetime]:
    """From the beginning of one day to the end of another, where the site is."""
    return office.span(first, zone)[0].astimezone(ZoneInfo(zone)), office.span(last, zone)[1]


def _line(row: Sums) -> dict[str, Any]:
    """One line of the table: what each figure says, and on how many it rests."""
    shares = [_share(row[part], row[whole]) for _, part, whole, _ in SHARES]
    times = [_time(row[middle], row.get(nine), row[many]) for _, middle, nine, many, _ in TIMES]
    return {"name": row["name"], "visits": row["visits"], "cells": [*shares, *times]}


def _share(part: int, whole: int) -> tuple[str, str]:
    """The share, and what it rests on; few are told as they are."""
    if not whole:
        return human.MISSING, ""
    if whole < FEW:
        return f"{part} of {whole}", ""
    return f"{round(100 * part / whole)} %", f"{part:,} of {whole:,}"


def _time(middle: float | None, nine: float | None, many: int) -> tuple[str, str]:
    """The median, and what nine of ten stay under where there are enough."""
    if middle is None:
        return human.MISSING, ""
    return _minutes(middle), f"9 of 10 within {_minutes(nine)}" if nine is not None and many >= FEW else f"of {many:,}"


def _minutes(seconds: float) -> str:
    return f"{round(seconds)} s" if seconds < 60 else f"{human.number(round(seconds / 60, 1))} min"
