"""What if: what one assistant may do on a day, as planned and with somebody away; act by act, with the reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from medassist.domain.delegation import queries as delegation
from medassist.domain.office import queries as office
from medassist.interfaces.web.ahead import closes, load
from medassist.interfaces.web.ahead.world import PRESENCE, Rulings, Someone, World, without
from medassist.kernel import clock
from medassist.kernel.context import Context
from medassist.kernel.identifiers import uuid_or_none
from medassist.ui import pages

HOW = (("room", "In the room when needed"), ("site", "In the building"), ("phone", "By phone or video only"))
ANSWERS = {"allow": ("good", "Yes"), "needs": ("watch", "Not yet"), "deny": ("stop", "No")}
COLUMNS = [
    ("Act", "name"), ("Code", "act"), ("As planned", "planned_word"), ("What if", "word"), ("Why", "why"),
    ("What would make it a yes", "needs"), ("Source", "source"), ("As of", "as_of"),
]  # fmt: skip
LONGEST = timedelta(days=366)


@require_GET
@pages.page(act="house.look_ahead")
def page(request: HttpRequest, ctx: Context) -> HttpResponse:
    """What this person may do on that day, if those are away and the others supervise like this."""
    if ctx.site is None:
        return pages.leave(request, "/site")
    site = office.site(ctx.site)
    today = clock.today(site.timezone)
    said = request.GET.get("on", "")
    day = _day(said, today)
    planned = load.world(site, day, day)
    hands = planned.roles_of(day, unlicensed=True)
    person = next((one for one in hands if str(one.id) == request.GET.get("who")), hands[0] if hands else None)
    how = request.GET.get("how", "room") if request.GET.get("how") in PRESENCE else "room"
    named = (uuid_or_none(text) for text in request.GET.getlist("away"))
    away = [one for one in named if one and one in planned.people]
    asked = replace(planned, presence=PRESENCE[how])
    for one in away:
        asked = without(asked, one, (day, day))
    rows = compared(person, day, planned, asked) if person else []
    if sheet := pages.table_csv(request, "what-if", COLUMNS, rows):
        return sheet
    turned = sum(1 for row in rows if row["turned"])
    shown = [row for row in rows if row["turned"]] if request.GET.get("show") == "turned" else rows
    told = {
        "site": site, "day": day, "today": today, "person": person, "hands": hands, "rows": shown, "turned": turned,
        "providers": [{"one": one, "away": one.id in away} for one in _here(planned, day)], "how": how, "ways": HOW,
        "wrong": f"{said} is no day from today to a year ahead: this is today." if said and str(day) != said else "",
        "closed": office.open_on(site, day)["why"], "count": len(rows),
        "only": request.GET.get("show") == "turned", "query": _query(request),
    }  # fmt: skip
    return pages.fragment(request, "web/ahead/what-if.html", told)


def _day(text: str, today: date) -> date:
    """The day asked about; today when it is none, past, or further away than a year."""
    day = pages.asked_day(text, today)
    return day if today <= day <= today + LONGEST else today


def _query(request: HttpRequest) -> str:
    asked = request.GET.copy()
    asked.pop("show", None)
    return asked.urlencode()


def _here(world: World, day: date) -> list[Someone]:
    """The providers of a day: those offered or on shift, or where no times are kept those with a position."""
    working = [one for one in world.people.values() if world.works(one.id, day)]
    kept = [one for one in working if one.id in world.offered or one.id in world.shifts]
    there = [one for one in kept if world.offered.get(one.id) or world.shifts.get(one.id, {}).get(day)]
    return there if kept else working


def compared(person: Someone, day: date, planned: World, asked: World) -> list[dict[str, Any]]:
    """Every clinical act: the ruling as planned and the one asked about."""
    acts = delegation.acts().clinical
    was, will = ([_ruling(world, person, day, act) for act in acts] for world in (planned, asked))
    return [_row(act, one, other) for act, one, other in zip(acts, was, will, strict=True)]


def _ruling(world: World, person: Someone, day: date, act: str) -> delegation.Ruling:
    kinds = frozenset(one.kind for one in _here(world, day))
    return Rulings(world).rule(act, day, [person], world.facts(act, day, kinds, kinds))[0]


def _row(act: str, was: delegation.Ruling, will: delegation.Ruling) -> dict[str, Any]:
    cited = [reason for reason in will.reasons if reason.citation]
    needs = [closes.told(need.text) for need in will.needs]
    return {
        "act": act, "name": delegation.acts().name(act), "was": ANSWERS[was.decision], "will": ANSWERS[will.decision],
        "planned_word": ANSWERS[was.decision][1], "word": ANSWERS[will.decision][1],
        "turned": was.decision != will.decision, "why": will.reasons[0].text if will.reasons else "", "asked": needs,
        "needs": " ".join(needs), "cited": cited[:1], "source": cited[0].citation if cited else "",
        "as_of": cited[0].as_of if cited else "",
    }  # fmt: skip
