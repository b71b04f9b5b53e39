"""What a change would do to what is booked, before it is made: a policy, a certificate, somebody away, a newer text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from medassist.domain.delegation import queries as delegation
from medassist.domain.office import queries as office
from medassist.interfaces.web.ahead import changes, closes, load
from medassist.interfaces.web.ahead.world import Booked, Needed, Turned, World, compare, left
from medassist.kernel import clock, reading
from medassist.kernel.context import Context
from medassist.ui import human, pages
from medassist.ui.forms import Form

WEEKS = 4
MOST = 200  # lines on the page; the CSV has all
AFTER = {"needs": "Not yet", "deny": "No", "nobody": "Nobody there", "allow": "Yes"}
COLUMNS = [
    ("Day", "day"), ("Time", "time"), ("Visit", "type"), ("Provider", "provider"), ("Act", "act"), ("After", "after"),
    ("Why", "why"), ("Still done by", "licensed"),
]  # fmt: skip


@require_GET
@pages.page(act="house.look_ahead")
def page(request: HttpRequest, ctx: Context) -> HttpResponse:
    """Choose a change, and see what it would do to the acts that the coming four weeks ask for."""
    if ctx.site is None:
        return pages.leave(request, "/site")
    site, first = _site(ctx)
    world, form = load.world(site, first, _last(first)), changes.form(request, first)
    asked = changes.KINDS.get(request.GET.get("change", ""))
    return _shown(request, ctx, site, world, form, asked(world, form, first) if asked else None)


@require_POST
@pages.page(act="house.look_ahead")
def text(request: HttpRequest, ctx: Context) -> HttpResponse:
    """See what a newer text of the state's rules would do, before it is adopted."""
    if ctx.site is None:
        return pages.leave(request, "/site")
    site, first = _site(ctx)
    world, form = load.world(site, first, _last(first)), Form.of(request)
    given = request.FILES.get("file")
    raw, called = (given.read(), str(given.name)) if given else (str(form.value("text")).encode(), "the text")
    return _shown(request, ctx, site, world, form, changes.by_text(world, form, raw, called, first))


def _site(ctx: Context) -> tuple[Any, date]:
    site = office.site(ctx.site)  # type: ignore[arg-type]
    return site, clock.today(site.timezone)


def _last(first: date) -> date:
    return first + timedelta(days=7 * WEEKS - 1)


def _shown(
    request: HttpRequest, ctx: Context, site: Any, world: World, form: Form, change: changes.Change | None
) -> HttpResponse:
    first, last = clock.today(site.timezone), _last(clock.today(site.timezone))
    visits, needed = load.booked(site, first, last) if change else ([], [])
    turned = compare(world, change.after, needed) if change else []
    without = [_visit(one, world) for one in (left(world, change.after, visits) if change else [])]
    lines = [_line(one, world) for one in turned]
    if change and (sheet := pages.table_csv(request, "impact", COLUMNS, [*without, *lines])):
        return sheet
    told = {
        "site": site, "first": first, "last": last, "form": form, "change": change, "needed": len(needed),
        "turned": len(turned), "visits": len({one.needed.appointment for one in turned}),
        "uncovered": sum(1 for one in turned if not one.after.licensed), "causes": causes(turned),
        "without": without[:MOST], "without_all": len(without), "lines": lines[:MOST],
        "more": max(0, len(lines) - MOST), "state": world.state, "reasons": office.ABSENCES.items(),
        "records": reading.may(ctx, "house.manage_staff", "office").allowed,
        "asked": request.GET.get("change", "text" if request.method == "POST" else ""), **changes.choices(world),
    }  # fmt: skip
    return pages.fragment(request, "web/ahead/impact.html", told, form.status)


def _visit(one: Booked, world: World) -> dict[str, Any]:
    """A booked visit in words; as it stands in the table when it needs another provider."""
    seen = world.people.get(one.provider) if one.provider else None
    return {
        "appointment": one.appointment, "day": human.planned(one.day), "time": human.clock(one.at), "type": one.type,
        "provider": seen.name if seen else "", "act": "", "after": "Another provider", "why": "", "licensed": "",
    }  # fmt: skip


def _line(one: Turned, world: World) -> dict[str, Any]:
    return _visit(one.needed, world) | {
        "act": delegation.acts().name(one.needed.act), "after": AFTER[one.after.decision], "why": _why(one),
        "licensed": ", ".join(one.after.licensed),
    }  # fmt: skip


def _why(one: Turned) -> str:
    best = one.after.best
    if best is None:
        return "No assistant is at work then."
    if best.decision == "deny":
        return best.reasons[0].text
    return " ".join(closes.told(need.text) for need in best.needs)


@dataclass(slots=True)
class Cause:
    """Acts that turn for one and the same reason."""

    name: str
    after: str
    why: str
    acts: list[Needed] = field(default_factory=list)


def causes(turned: Iterable[Turned]) -> list[Cause]:
    """The acts that turn, by act and reason, the most first."""
    found: dict[tuple[str, str], Cause] = {}
    for one in turned:
        name, why = delegation.acts().name(one.needed.act), _why(one)
        found.setdefault((name, why), Cause(name, AFTER[one.after.decision], why)).acts.append(one.needed)
    return sorted(found.values(), key=lambda cause: -len(cause.acts))
