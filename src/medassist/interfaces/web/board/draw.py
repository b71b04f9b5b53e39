"""Drawing the board: each card once for everybody at the site; a person's view only chooses and arranges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.template import Context, loader
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from medassist.interfaces.web.board.cards import HERE, LANES, SLIM, WAITS, Day

LONG = 12  # lines of a slim lane; more are one press away
VIEWS = {"step": "By step", "provider": "By provider", "room": "By room"}


@dataclass(frozen=True)
class Drawn:
    """A day with each card's HTML, drawn once for a site and version."""

    day: Day
    html: Mapping[str, SafeString]
    pods: SafeString
    loops: SafeString

    @classmethod
    def of(cls, day: Day) -> Drawn:
        """Draw all parts."""
        whole: Any = loader.get_template("web/board/card.html")
        line: Any = loader.get_template("web/board/line.html")
        html = {
            card.key: mark_safe(
                (line if card.step in SLIM else whole).template.render(
                    Context({"card": card, "waits": WAITS.get(card.state, ""), "step": LANES[card.step]})
                )
            )
            for card in day.cards
        }
        pods = loader.render_to_string("web/board/pods.html", {"pods": _pods(day), "behind": day.behind})
        loops = loader.render_to_string("web/board/loops.html", {"loops": day.loops})
        return cls(day, html, mark_safe(pods), mark_safe(loops))


def said(day: Day, aside: bool = False) -> SafeString:
    """The day in one line, for the head of the page; `aside` when it travels with the live part."""
    oob = mark_safe(' hx-swap-oob="true"') if aside else ""
    return format_html('<span class="meta" id="said"{}>{}</span>', oob, day.said)


def live(drawn: Drawn, by: str = "step", mine: tuple[UUID | None, UUID] | None = None) -> str:
    """The part of the board that changes, with a hole for the tasks: for everybody, or of one person's visits only."""
    day = drawn.day.mine(*mine) if mine else drawn.day
    context = {"day": day, "by": by, "lanes": _lanes(day, by, drawn.html), "pods": drawn.pods, "loops": drawn.loops}
    return loader.render_to_string("web/board/live.html", context)


def _lanes(day: Day, by: str, html: Mapping[str, SafeString]) -> list[dict[str, Any]]:
    if by == "provider":
        groups = [(f"p-{who}", name, [c for c in day.cards if c.provider_id == who]) for who, name in day.providers]
        groups.append(("p-none", "No provider", [c for c in day.cards if c.provider_id is None]))
        groups = [group for group in groups if group[2]]
    elif by == "room":
        groups = [(f"r-{room.id}", room.title, [room.card] if room.card else []) for room in day.rooms]
        kept = {card.key for card in day.cards}
        groups = [(key, name, [card for card in cards if card.key in kept]) for key, name, cards in groups]
        waiting = [c for c in day.cards if c.step in HERE and not c.room_id]
        groups = [("r-none", "No room yet", waiting), *groups]
    else:
        groups = [(step, title, day.lane(step)) for step, title in LANES.items()]
    return [
        {
            "key": key, "title": title, "count": len(cards), "slim": key in SLIM,
            "cards": mark_safe("".join(html[card.key] for card in cards)), "long": key in SLIM and len(cards) > LONG,
        }
        for key, title, cards in groups
    ]  # fmt: skip


def _pods(day: Day) -> list[dict[str, Any]]:
    exam = [room for room in day.rooms if room.kind == "exam"]
    shared = [room for room in day.rooms if room.kind != "exam"]
    parts = [("Exam rooms", exam), ("Shared", shared)]
    return [{"title": title, "rooms": rooms} for title, rooms in parts if rooms]
