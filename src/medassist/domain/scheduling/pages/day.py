"""The day sheet: a column a provider, rows of five minutes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from medassist.domain.delegation import queries as delegation
from medassist.domain.office import queries as office
from medassist.domain.people import queries as people
from medassist.domain.scheduling import queries, rules
from medassist.kernel import clock
from medassist.kernel.context import Context
from medassist.ui import human
from medassist.ui.pages import asked_day, fragment, leave, listed, page, table_csv

if TYPE_CHECKING:
    from medassist.domain.office.models import Site

ROW, SHORT_DAY, LONGEST_DAY = timedelta(minutes=5), 108, 192
LOOK = {"booked": "b-plain", "pending": "b-soft", "proposed": "b-soft", "arrived": "b-here", "fulfilled": "b-done"}
COLUMNS = [
    ("Start", "start_at"), ("End", "end_at"), ("Family name", "family"), ("Given name", "given"), ("MRN", "mrn"),
    ("Type", "type"), ("Provider", "provider_name"), ("Room", "room_name"), ("Status", "status"), ("Reason", "reason"),
]  # fmt: skip


@page(lists="schedule")
def day(request: HttpRequest, ctx: Context) -> HttpResponse:
    """One day of the site: who is booked with whom, and what is open."""
    if ctx.site is None:
        return leave(request, "/site")
    site = office.site(ctx.site)
    on = asked_day(request.GET.get("on", ""), clock.today(site.timezone))
    told = queries.day(site.pk, on, site.timezone)
    who = people.brief({one["patient"] for one in told["appointments"]})
    listed(request, who, on=on.isoformat())
    for one in told["appointments"]:
        one["who"] = who.get(one["patient"], {})
    rows = [{**one, **one["who"]} for one in told["appointments"]]
    if (table := table_csv(request, f"schedule-{on}", COLUMNS, rows)) is not None:
        return table
    return fragment(request, "scheduling/day.html", _sheet(site, on, told))


def _sheet(site: Site, on: date, told: dict[str, Any]) -> dict[str, Any]:
    today, held = clock.today(site.timezone), office.open_on(site, on)
    expected = [one for one in told["appointments"] if one["status"] not in rules.ENDED]
    grid = Grid(site, on, held, expected, told["holds"])
    begin, end = office.span(on, site.timezone)
    slots = queries.slots(begin=begin, end=end, status="free", site=site.pk)
    return {
        "site": site, "on": on, "said": f"{on:%a}, {human.day(on, today)}", "closed": held["why"],
        "columns": _columns(site, on, grid, expected, told["holds"], slots), "hours": grid.hours, "long": grid.long,
        "now": grid.place(clock.now()) if on == today else None,
        "ended": [one for one in told["appointments"] if one["status"] in rules.ENDED],
        "counts": {"booked": len(expected), "open": len(slots), "held": len(told["holds"])},
        "before": _address(on - timedelta(days=1)), "after": _address(on + timedelta(days=1)), "today": on == today,
        "types": [(str(one.pk), f"{one.name}, {one.minutes} min") for one in queries.types(site.pk)],
        "statuses": rules.STATUSES, "lapses": delegation.lapses(site.pk, on), "away": _away(site, on),
    }  # fmt: skip


def _away(site: Site, on: date) -> list[str]:
    """Which providers are away that day, and when."""
    zone, (begin, end) = ZoneInfo(site.timezone), office.span(on, site.timezone)
    short = {one["id"]: one["short"] for one in office.providers(site.pk, on)}
    gone = office.away(begin, end, short)
    return [
        f"{short[who]} is away {human.stretch(one.start_at.astimezone(zone), one.end_at.astimezone(zone))}."
        for who, rows in gone.items()
        for one in rows
    ]


def _address(on: date) -> str:
    return f"{reverse('scheduling:day')}?on={on.isoformat()}"


class Grid:
    """Where a moment of a day lies on the sheet: rows of five minutes from the first hour that anything happens."""

    def __init__(self, site: Site, on: date, held: dict[str, Any], appointments: list, holds: list):
        self.zone, self.on = ZoneInfo(site.timezone), on
        times = [one[key].astimezone(self.zone) for one in [*appointments, *holds] for key in ("start_at", "end_at")]
        hours = [at.hour for at in times if at.date() == on] + ([held["opens"].hour] if held["opens"] else [8])
        self.first = min(hours)
        last = max([at.hour + 1 for at in times if at.date() == on] + [held["closes"].hour if held["closes"] else 17])
        self.long = (last - self.first) * 12 > SHORT_DAY
        self.hours = [
            {"row": n * 12, "hour": f"{hour % 12 or 12}{' pm' if hour == 12 else ''}"}
            for n, hour in enumerate(range(self.first, min(max(last, self.first + 9), self.first + 16, 24)))
        ]

    def place(self, at: datetime) -> int:
        """The row of a moment. By the clock on the wall, so that a day of 25 hours keeps its shape."""
        local = at.astimezone(self.zone)
        minutes = (local.hour - self.first) * 60 + local.minute if local.date() == self.on else 24 * 60
        return max(0, min(minutes // 5, (LONGEST_DAY if self.long else SHORT_DAY) - 1))

    def block(self, one: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Something with a beginning and an end, as it lies on the sheet."""
        row, length = self.place(one["start_at"]), max(1, (one["end_at"] - one["start_at"]) // ROW)
        return {**one, "row": row, "length": min(length, (LONGEST_DAY if self.long else SHORT_DAY) - row, 144), **more}


def _columns(site: Site, on: date, grid: Grid, appointments: list, holds: list, slots: list) -> list[dict[str, Any]]:
    """A column for each provider who is offered or booked that day, and one for what has no provider."""
    short = {one["id"]: one["short"] for one in office.providers(site.pk, on)}
    names = {one["provider"]: one["provider_name"] for one in appointments if one["provider"]}
    found: dict[UUID | None, list[dict[str, Any]]] = {who: [] for who in {**short, **names}}
    for one in appointments:
        found.setdefault(one["provider"], []).append(_booked(grid, one))
    for one in holds:
        found.setdefault(one["provider_id"], []).append(grid.block(one, look="b-hold", kind="hold"))
    for slot in slots:
        if slot.start_at >= clock.now():
            gap = {"start_at": slot.start_at, "end_at": slot.end_at, "provider": slot.provider_id}
            found.setdefault(slot.provider_id, []).append(grid.block(gap, look="b-open", kind="open"))
    return [
        {"name": {**names, **short}.get(who, "Rooms"), "blocks": sorted(blocks, key=lambda b: (b["row"], b["kind"]))}
        for who, blocks in found.items()
        if blocks or who in short
    ]


def _booked(grid: Grid, one: dict[str, Any]) -> dict[str, Any]:
    late = one["status"] in rules.WAITING and one["start_at"] + timedelta(minutes=10) < clock.now()
    return grid.block(one, look="b-late" if late else LOOK.get(one["status"], "b-plain"), kind="booked", late=late)
