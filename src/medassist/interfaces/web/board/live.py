"""The live part of the board: drawn once for a site and state, filtered for each person who looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from medassist.interfaces.web.board import day, draw, tasks
from medassist.interfaces.web.board.cards import Day
from medassist.interfaces.web.board.draw import Drawn
from medassist.kernel import clock, events, reading
from medassist.kernel.context import Context
from medassist.kernel.identifiers import uuid_or_none

CONCERN = (
    "visits.", "schedule.", "people.", "office.", "worklist.", "vitals.received", "vitals.confirmed", "vitals.series_",
)  # fmt: skip
HOLE = "<!--tasks-->"


def concerns(event: str) -> bool:
    """Whether a board looks different after this event."""
    return event.startswith(CONCERN)


class Drawings:
    """The newest drawing of each site, and its arrangements for everybody. One thread draws, the others wait for it."""

    def __init__(self) -> None:
        self.drawn: dict[UUID, tuple[Any, Drawn]] = {}
        self.views: dict[tuple[UUID, str], tuple[Any, str]] = {}
        self.waits: dict[tuple[UUID, UUID], tuple[Any, str]] = {}
        self.locks: dict[UUID, Lock] = {}

    def of(self, site: UUID, zone: str, mark: Any) -> Drawn:
        """The drawing for this state of the site."""
        known = self.drawn.get(site)
        if known and known[0] == mark:
            return known[1]
        with self.locks.setdefault(site, Lock()):
            known = self.drawn.get(site)
            if not known or known[0] != mark:
                with timezone.override(ZoneInfo(zone)):
                    known = self.drawn[site] = (mark, Drawn.of(day.gather(site)))
            return known[1]

    def view(self, site: UUID, zone: str, mark: Any, by: str) -> tuple[Drawn, str]:
        """One arrangement for everybody, with a hole where each person's tasks go."""
        drawn = self.of(site, zone, mark)
        known = self.views.get((site, by))
        if not known or known[0] != mark:
            known = self.views[site, by] = (mark, draw.live(drawn, by))
        return drawn, known[1]

    def tasks(self, actor: UUID, site: UUID, drawn: Drawn, mark: Any, roles: tuple[str, ...]) -> str:
        """What waits for one person; asked again only when something happened or a minute passed."""
        known = self.waits.get((actor, site))
        if not known or known[0] != mark:
            names = {card.patient: card.name for card in drawn.day.cards}
            known = self.waits[actor, site] = (mark, tasks.draw(actor, site, names, roles))
        return known[1]


drawings = Drawings()


@dataclass
class Watch:
    """Who looks at which site's board, how arranged; `shown` are the patients that the trail already knows of."""

    ctx: Context
    site: UUID
    zone: str
    staff: UUID | None
    by: str = "step"
    mine: bool = False
    roles: tuple[str, ...] = ()
    shown: set[UUID] = field(default_factory=set)

    @classmethod
    def of(cls, ctx: Context, place: Mapping[str, Any], asked: Mapping[str, str]) -> Watch:
        """From the signed-in person, the site chosen, and what the address asks for."""
        assert ctx.site is not None
        by = asked.get("by", "step")
        return cls(
            ctx, ctx.site, place.get("timezone", "UTC"), uuid_or_none(place.get("staff", "")),
            by if by in draw.VIEWS else "step", asked.get("whose") == "mine",
            tuple(place.get("roles", ())),
        )  # fmt: skip

    @property
    def query(self) -> str:
        """The address part that asks for this view."""
        return f"by={self.by}&whose={'mine' if self.mine else 'all'}"

    def begin(self) -> None:
        """Ask whether this board may be seen at all; Refused when not."""
        reading.listing(self.ctx, "board", {"by": self.by, "mine": self.mine, "live": True}, ())

    def html(self, mark: Any = None, tasks_mark: Any = None) -> str:
        """The live part and the line of the page's head. Without a mark it is as the database stands now."""
        drawn, text = self.parts(mark, tasks_mark)
        return text + draw.said(self.day(drawn), aside=True)

    def parts(self, mark: Any = None, tasks_mark: Any = None) -> tuple[Drawn, str]:
        """The drawing, and the live part as this person sees it."""
        mark = mark or (events.mark(), int(clock.now().timestamp() // 60))
        drawn, text = drawings.view(self.site, self.zone, mark, self.by)
        if self.mine:
            with timezone.override(ZoneInfo(self.zone)):
                text = draw.live(drawn, self.by, (self.staff, self.ctx.actor.id))
        self.note(drawn)
        return drawn, text.replace(HOLE, self.tasks(drawn, tasks_mark or mark), 1)

    def draw(self, number: Any) -> str:
        """For a stream: the live part at the hub's numbers (site, everybody, tasks, minute)."""
        return self.html(number, (number[2], number[3]))

    def tasks(self, drawn: Drawn, mark: Any) -> str:
        """What waits for this person, in the office's time."""
        with timezone.override(ZoneInfo(self.zone)):
            return drawings.tasks(self.ctx.actor.id, self.site, drawn, mark, self.roles)

    def day(self, drawn: Drawn) -> Day:
        """The day as this view shows it."""
        return drawn.day.mine(self.staff, self.ctx.actor.id) if self.mine else drawn.day

    def note(self, drawn: Drawn) -> None:
        """Tell the trail of patients who were not on this board before."""
        if new := {card.patient for card in self.day(drawn).cards} - self.shown:
            reading.listing(self.ctx, "board", {"by": self.by, "mine": self.mine}, sorted(new))
            self.shown |= new
