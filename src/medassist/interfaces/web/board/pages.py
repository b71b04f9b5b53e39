"""The board's pages: the whole, and the next act on a visit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST

from medassist.domain.office import queries as office
from medassist.domain.people import queries as people
from medassist.domain.visits import actions, inputs
from medassist.domain.visits import queries as visits
from medassist.interfaces.web.access import sittings
from medassist.interfaces.web.board import draw
from medassist.interfaces.web.board.cards import LANES, Day
from medassist.interfaces.web.board.free import free_room
from medassist.interfaces.web.board.live import Watch
from medassist.kernel import clock
from medassist.kernel.context import Context
from medassist.kernel.errors import Conflict
from medassist.kernel.identifiers import uuid_or_none
from medassist.ui.pages import fragment, leave, page, part_wanted, say, table_csv

COLUMNS = [
    ("Family name", "family"), ("Given name", "given"), ("Age and sex", "age_sex"), ("Step", "step"),
    ("Since", "since"), ("Minutes", "minutes"), ("Room", "room"), ("Booked", "booked_at"),
    ("Provider", "provider_short"), ("Reason", "reason"),
]  # fmt: skip
TO_SITE = "/site"


def watch(request: HttpRequest, ctx: Context) -> Watch:
    """How this person looks at the board."""
    return Watch.of(ctx, request.session.get(sittings.PLACE, {}), request.GET)


@page(lists="board")
def board(request: HttpRequest, ctx: Context) -> HttpResponse:
    """The board of the site: where everybody is, since when, and what is next."""
    if ctx.site is None:
        return leave(request, TO_SITE)
    look = watch(request, ctx)
    drawn, html = look.parts()
    if sheet := table_csv(request, "board", COLUMNS, _rows(look.day(drawn))):
        return sheet
    shown = {
        "live": mark_safe(html), "said": draw.said(look.day(drawn)),
        "stream": f"/board/stream?{look.query}", "now": clock.now(), "zone": look.zone,
        "actor": ctx.actor.id,
        "views": [{"url": _url(by, look.mine), "label": label, "on": by == look.by}
                  for by, label in draw.VIEWS.items()],
        "whose": [{"url": _url(look.by, mine), "label": label, "on": mine == look.mine}
                  for mine, label in ((False, "All"), (True, "Mine"))],
    }  # fmt: skip
    return fragment(request, "web/board/board.html", shown)


def _url(by: str, mine: bool) -> str:
    asked = [part for part in (f"by={by}" if by != "step" else "", "whose=mine" if mine else "") if part]
    return reverse("board") + ("?" + "&".join(asked) if asked else "")


def _rows(day: Day) -> list[dict[str, Any]]:
    return [{name: getattr(card, name) for _, name in COLUMNS} | {"step": LANES[card.step]} for card in day.cards]


# --- the next act


@require_POST
@page(act="house.list")
def arrive(request: HttpRequest, ctx: Context, appointment: UUID) -> HttpResponse:
    """The patient of an appointment has come."""
    visit = actions.arrive(ctx, inputs.Arrive.of(appointment=appointment, confirmed=_confirmed(request)))
    return _done(request, ctx, visit, "is here")


@require_POST
@page(act="house.list")
def move(request: HttpRequest, ctx: Context, visit: UUID, act: str) -> HttpResponse:
    """The next act on a visit."""
    seen = request.POST.get("seen", "")
    if seen and seen != visits.visit(visit).step:
        raise Conflict("Somebody moved this visit a moment ago.")
    return ACTS[act](request, ctx, visit)


def _call(request: HttpRequest, ctx: Context, visit: UUID) -> HttpResponse:
    """Take the patient in, to the first free room that fits."""
    found = actions.room(ctx, inputs.StartRooming.of(visit=visit, room=_chosen_room(request, visit)))
    return _done(request, ctx, found, f"is in {_place(found)}" if found.room_id else "is being roomed")


def _chosen_room(request: HttpRequest, visit: UUID) -> UUID | None:
    chosen = uuid_or_none(request.POST.get("room", ""))
    return chosen or free_room(visit)


def _place(visit: Any) -> str:
    name = office.room(visit.room_id).name
    return f"room {name}" if name[:1].isdigit() else name


def _ready(request: HttpRequest, ctx: Context, visit: UUID) -> HttpResponse:
    return _done(request, ctx, actions.ready(ctx, inputs.Ready.of(visit=visit)), "is ready")


def _provider(request: HttpRequest, ctx: Context, visit: UUID) -> HttpResponse:
    return _done(
        request, ctx, actions.start_provider(ctx, inputs.StartProvider.of(visit=visit)), "is with the provider"
    )


def _after(request: HttpRequest, ctx: Context, visit: UUID) -> HttpResponse:
    """The provider is done: to what is still to do, or out when there is nothing."""
    if visits.to_dos(visit):
        found = actions.to_do(ctx, inputs.AskToDo.of(visit=visit, what=["Check out"]))
        return _done(request, ctx, found, "has things to do before leaving")
    return _out(request, ctx, visit)


def _out(request: HttpRequest, ctx: Context, visit: UUID) -> HttpResponse:
    given = inputs.CheckOut.of(visit=visit, confirmed=_confirmed(request))
    return _done(request, ctx, actions.check_out(ctx, given), "is checked out")


ACTS: dict[str, Callable[[HttpRequest, Context, UUID], HttpResponse]] = {
    "call": _call, "ready": _ready, "provider": _provider, "after": _after, "out": _out,
}  # fmt: skip


@require_POST
@page(act="house.list")
def undo(request: HttpRequest, ctx: Context, visit: UUID) -> HttpResponse:
    """Take the last step back."""
    found = actions.step_back(ctx, inputs.StepBack.of(visit=visit))
    return _answer(request, ctx, f"{_name(found.patient_id)}: taken back.", "info")


def _confirmed(request: HttpRequest) -> frozenset[str]:
    return frozenset(request.POST.getlist("confirmed"))


def _name(patient: UUID) -> str:
    one = people.brief([patient]).get(patient)
    return (one["family"] or one["name"]) if one else "The patient"


def _done(request: HttpRequest, ctx: Context, visit: Any, what: str) -> HttpResponse:
    return _answer(request, ctx, f"{_name(visit.patient_id)} {what}.", "good", reverse("board-undo", args=[visit.pk]))


def _answer(request: HttpRequest, ctx: Context, text: str, state: str, back: str = "") -> HttpResponse:
    """Where the button was pressed the board is drawn anew at once; a plain form comes back to it."""
    if not part_wanted(request):
        return say(request, leave(request, reverse("board")), text, state, back)
    if ctx.site is None:
        return leave(request, TO_SITE)
    look = watch(request, ctx)
    answer = say(request, HttpResponse(look.html()), text, state, back)
    answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "#live", "innerMorph"
    return answer
