"""The week of the team: who works when, and who is away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from medassist.domain.delegation import queries as delegation
from medassist.domain.office import queries as office
from medassist.domain.scheduling import queries as scheduling
from medassist.interfaces.web.ahead import load
from medassist.interfaces.web.ahead.world import Someone
from medassist.kernel import clock, reading
from medassist.kernel.context import Context
from medassist.ui import human, pages

ANY = "any time"


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of one person: the hours by the clock, and why not all of them."""

    hours: tuple[str, ...]
    away: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """As the table in CSV has it."""
        return "; ".join((*self.hours, *self.away))


@require_GET
@pages.page(act="house.own")
def page(request: HttpRequest, ctx: Context) -> HttpResponse:
    """Who works when in a week, and who is away."""
    if ctx.site is None:
        return pages.leave(request, "/site")
    site = office.site(ctx.site)
    asked = pages.asked_day(request.GET.get("on", ""), clock.today(site.timezone))
    monday = asked - timedelta(days=asked.weekday())
    days = [monday + timedelta(days=n) for n in range(7)]
    rows = _rows(site, days)
    names = [human.planned(day) for day in days]
    columns = [("Name", "name"), ("Role", "roles"), *((name, name) for name in names)]
    lines = [{**row, **dict(zip(names, (cell.text for cell in row["cells"]), strict=True))} for row in rows]
    if sheet := pages.table_csv(request, f"week-{monday}", columns, lines):
        return sheet
    opened = office.open_days(site, days[0], days[-1])
    told = {
        "site": site, "first": days[0], "last": days[-1], "rows": rows,
        "days": [{"on": day, "name": human.planned(day), "why": opened[day]["why"]} for day in days],
        "hands": [sum(1 for row in rows if row["assists"] and row["cells"][n].hours) for n in range(7)],
        "before": _address(monday - timedelta(days=7)), "after": _address(monday + timedelta(days=7)),
        "this": monday <= clock.today(site.timezone) <= days[-1],
        "manages": reading.may(ctx, "house.manage_staff", "office").allowed,
    }  # fmt: skip
    return pages.fragment(request, "web/ahead/week.html", told)


def _address(day: date) -> str:
    return f"{reverse('week')}?on={day}"


def _rows(site: Any, days: list[date]) -> list[dict[str, Any]]:
    """Everybody with a position in these days, in the order of the roles."""
    known, order = delegation.acts().unlicensed, list(office.ROLES)
    week, rows = Week(site, days), []
    for one in load.people(site, days[0], days[-1]).values():
        roles = sorted({role for role, _ in one.roles}, key=order.index)
        rows.append({
            "id": one.id, "name": one.name, "roles": ", ".join(office.ROLES[role] for role in roles),
            "assists": bool(known.intersection(roles)), "cells": [week.cell(one, day) for day in days],
            "place": order.index(roles[0]),
        })  # fmt: skip
    return sorted(rows, key=lambda row: row["place"])


class Week:
    """What is kept of who works when on some days of a site; four queries for everybody."""

    def __init__(self, site: Any, days: list[date]) -> None:
        first, last, zone = days[0], days[-1], site.timezone
        self.zone = ZoneInfo(zone)
        self.shifts = office.on_shift(site.pk, first, last, zone)
        self.offered = scheduling.offered(site.pk, first, last, zone)
        self.gone = office.away(office.span(first, zone)[0], office.span(last, zone)[1])

    def cell(self, one: Someone, day: date) -> Cell:
        """One day of one person; empty when no position holds."""
        if not one.roles_on(day):
            return Cell(())
        first, last = office.span(day, str(self.zone))
        gone = [row for row in self.gone.get(one.id, ()) if row.start_at < last and row.end_at > first]
        if whole := [row for row in gone if row.start_at <= first and row.end_at >= last]:
            return Cell((), tuple(office.ABSENCES[row.why] for row in whole))
        said = tuple(f"{office.ABSENCES[row.why]} {self._said(row.start_at, row.end_at)}" for row in gone)
        return Cell(self._hours(one, day), said)

    def _hours(self, one: Someone, day: date) -> tuple[str, ...]:
        kept = self.shifts.get(one.id, {}).get(day)
        if kept is None and one.kind:
            kept = [span for span in self.offered.get(one.id, ()) if span[0].astimezone(self.zone).date() == day]
        return (ANY,) if kept is None else tuple(self._said(*span) for span in kept)

    def _said(self, begin: datetime, end: datetime) -> str:
        return human.hours(begin.astimezone(self.zone), end.astimezone(self.zone))
