"""Coverage: the acts that each hour of the coming weeks asks for, who may do them, and what closes the gaps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from medassist.domain.delegation import queries as delegation
from medassist.domain.office import queries as office
from medassist.domain.scheduling import queries as scheduling
from medassist.interfaces.web.ahead import closes, load
from medassist.interfaces.web.ahead.world import Answer, Needed, Rulings
from medassist.kernel import clock
from medassist.kernel.context import Context
from medassist.ui import human, pages

WEEKS = (1, 2, 4)
USUAL = 2
BY = ("assistant", "licensed", "nobody")
STATES = {"assistant": "good", "licensed": "watch", "nobody": "stop"}
COLUMNS = [
    ("Day", "day"), ("Hour", "hour"), ("Acts needed", "needed"), ("By an assistant", "assistant"),
    ("By a nurse or provider only", "licensed"), ("By nobody", "nobody"),
]  # fmt: skip


@dataclass(slots=True)
class Gap:
    """Needed acts that no assistant may do, for one and the same cause."""

    first: Needed
    answer: Answer
    ways: list[closes.Way]
    at: list[Needed] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The act in words."""
        return delegation.acts().name(self.first.act)

    @property
    def state(self) -> str:
        """How bad it is."""
        return STATES[self.answer.covered]

    @property
    def day(self) -> str:
        """The day on which it is needed first."""
        return human.planned(self.first.day)

    @property
    def time(self) -> str:
        """The time of it, where the site is."""
        return human.clock(self.first.at)


@require_GET
@pages.page(act="house.look_ahead")
def page(request: HttpRequest, ctx: Context) -> HttpResponse:
    """The acts that each hour asks for, who may do them, and what would close the gaps."""
    if ctx.site is None:
        return pages.leave(request, "/site")
    site = office.site(ctx.site)
    weeks = int(asked) if (asked := request.GET.get("weeks", "")) in map(str, WEEKS) else USUAL
    first = clock.today(site.timezone)
    last = first + timedelta(days=7 * weeks - 1)
    _, needed = load.booked(site, first, last)
    rulings = Rulings(load.world(site, first, last))
    answered = [(one, rulings.of(one)) for one in needed]
    counts = _counts(answered)
    if sheet := pages.table_csv(request, "coverage", COLUMNS, _lines(counts)):
        return sheet
    days = office.open_days(site, first, last)
    told = {
        "site": site, "first": first, "last": last, "count": len(needed), "hours": _heat(counts, days),
        "days": [_day(day, held, rulings) for day, held in days.items()],
        "gaps": gaps(answered, rulings), "named": bool(needed) or any(t.acts for t in scheduling.types(site.pk)),
        "totals": [(STATES[by], word, sum(cell[by] for cell in counts.values())) for by, word in WORDS],
        "links": [{"url": f"?weeks={n}", "label": f"{n} week{'s' if n > 1 else ''}", "on": n == weeks} for n in WEEKS],
    }  # fmt: skip
    return pages.fragment(request, "web/ahead/coverage.html", told)


WORDS = (("assistant", "by an assistant"), ("licensed", "by a nurse or provider only"), ("nobody", "by nobody"))
Cell = dict[str, int]


def _counts(answered: Iterable[tuple[Needed, Answer]]) -> dict[tuple[date, int], Cell]:
    """How many acts each hour asks for, by who may do them."""
    found: dict[tuple[date, int], Cell] = {}
    for one, answer in answered:
        cell = found.setdefault((one.day, one.at.hour), dict.fromkeys(BY, 0))
        cell[answer.covered] += 1
    return found


def _lines(counts: dict[tuple[date, int], Cell]) -> list[dict[str, Any]]:
    return [
        {"day": day, "hour": f"{hour:02}:00", "needed": sum(cell.values()), **cell}
        for (day, hour), cell in sorted(counts.items())
    ]


def _heat(counts: dict[tuple[date, int], Cell], days: Iterable[date]) -> list[dict[str, Any]]:
    """The table by hour and day: how many acts, and the worst of them."""
    hours = {hour for _, hour in counts}
    rows = range(min(hours), max(hours) + 1) if hours else ()
    return [{"hour": _hour(hour), "cells": [_cell(counts.get((day, hour))) for day in days]} for hour in rows]


def _hour(hour: int) -> str:
    return f"{hour % 12 or 12} {'am' if hour < 12 else 'pm'}"


def _cell(cell: Cell | None) -> dict[str, Any]:
    if cell is None:
        return {"state": "none", "count": 0, "word": ""}
    worst = next(by for by in reversed(BY) if cell[by])
    word = {"assistant": "", "licensed": f"{cell['licensed']} licensed", "nobody": f"{cell['nobody']} by nobody"}[worst]
    return {"state": STATES[worst], "count": sum(cell.values()), "word": word}


def _day(day: date, held: dict[str, Any], rulings: Rulings) -> dict[str, Any]:
    hands = len(rulings.team(day, unlicensed=True))
    return {"day": human.planned(day), "closed": held["opens"] is None, "why": held["why"], "hands": hands}


def gaps(answered: Iterable[tuple[Needed, Answer]], rulings: Rulings) -> list[Gap]:
    """What no assistant may do, by act and cause; the worst first, then the soonest."""
    found: dict[tuple, Gap] = {}
    for one, answer in answered:
        if answer.may:
            continue
        best = answer.best
        key = (one.act, best and (best.decision, best.rule, best.needs), bool(answer.licensed))
        if key not in found:
            found[key] = Gap(one, answer, closes.ways(one, answer, rulings))
        found[key].at.append(one)
    return sorted(found.values(), key=lambda gap: (gap.answer.covered != "nobody", gap.first.at))
