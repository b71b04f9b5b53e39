"""What the board shows of a day: cards, lanes, rooms, tasks, loops. Plain values; nothing is asked here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from medassist.interfaces.web.timer import Timer

LANES = {
    "booked": "Booked",
    "arrived": "Arrived",
    "rooming": "Rooming",
    "ready": "Ready",
    "with-provider": "With provider",
    "to-do-after": "To do after",
    "checked-out": "Checked out",
}
SLIM = ("booked", "checked-out")
HERE = ("arrived", "rooming", "ready", "with-provider", "to-do-after")
WAITS = {"watch": "Waits long", "act": "Waits too long"}
SHORT = {"arrived": "Waits", "rooming": "Rooming", "ready": "Ready", "with-provider": "With", "to-do-after": "To do"}
BEFORE_PROVIDER = ("arrived", "rooming", "ready")


@dataclass(frozen=True, slots=True)
class Next:
    """The next act on a visit: what the button says and which act it posts; `go` is a page instead."""

    label: str
    act: str = ""
    go: bool = False


NEXT = {
    "booked": Next("Arrived", "arrive"),
    "arrived": Next("Call in", "call"),
    "rooming": Next("Go on rooming", go=True),
    "ready": Next("Provider in", "provider"),
    "with-provider": Next("Provider out", "after"),
    "to-do-after": Next("Check out", "out"),
}


def room_name(name: str | None) -> str:
    """Room 4, but Lab and Shots as they are."""
    return f"Room {name}" if name and name[:1].isdigit() else name or ""


@dataclass(frozen=True, slots=True)
class Card:
    """One visit, or one appointment that has not come yet (`visit` is None)."""

    key: str
    step: str
    family: str
    given: str
    patient: UUID
    visit: UUID | None = None
    appointment: UUID | None = None
    reason: str = ""
    minutes: int = 0
    since: datetime | None = None
    state: str = "none"
    room: str = ""
    room_id: UUID | None = None
    age_sex: str = ""
    booked_at: datetime | None = None
    ended_at: datetime | None = None
    provider: str = ""
    provider_short: str = ""
    provider_id: UUID | None = None
    by: UUID | None = None
    ma: str = ""
    tags: tuple[str, ...] = ()
    next: Next | None = None
    missed: bool = False
    calls: tuple[Mapping[str, Any], ...] = ()
    """Critical values of this visit that nobody has acknowledged yet."""
    timer: Timer | None = None

    @property
    def name(self) -> str:
        """Family name first, as everywhere."""
        return f"{self.family}, {self.given}".strip(", ")

    @property
    def call(self) -> str:
        """What is said to whoever rooms this visit when its timer ends."""
        return f"{self.family}, {self.room}: {self.timer.label} now." if self.timer else ""


@dataclass(frozen=True, slots=True)
class RoomNow:
    """A room and who is in it."""

    id: UUID
    name: str
    kind: str
    card: Card | None = None

    @property
    def title(self) -> str:
        """Room 4, but Lab and Shots as they are."""
        return room_name(self.name)

    @property
    def status(self) -> str:
        """One line: the step and since when."""
        return f"{SHORT[self.card.step]} {self.card.minutes} min" if self.card else "free"


@dataclass(frozen=True, slots=True)
class Behind:
    """How a provider stands to the booked times."""

    name: str
    minutes: int
    state: str

    @property
    def words(self) -> str:
        """On time, or how far behind."""
        return f"{self.minutes} min behind" if self.minutes >= 5 else "on time"


@dataclass(frozen=True)
class Day:
    """A site's day as the board shows it."""

    cards: Sequence[Card]
    rooms: Sequence[RoomNow] = ()
    behind: Sequence[Behind] = ()
    loops: Sequence[Mapping[str, Any]] = ()
    version: str = ""
    providers: Sequence[tuple[UUID, str]] = ()
    counts: Mapping[str, int] = field(default_factory=dict)

    def lane(self, step: str) -> list[Card]:
        """The cards of one step in their order."""
        return [card for card in self.cards if card.step == step]

    def mine(self, staff: UUID | None, actor: UUID) -> Day:
        """Only the visits of one person: its own as provider, or those it rooms."""
        kept = [card for card in self.cards if actor == card.by or staff and staff == card.provider_id]
        return replace(self, cards=kept)

    @property
    def said(self) -> str:
        """The day in one line."""
        count = {step: sum(not card.missed for card in self.lane(step)) for step in LANES}
        here, visits = sum(count[step] for step in HERE), len(self.cards)
        return (
            f"{visits} {'visit' if visits == 1 else 'visits'} · {count['booked']} to come · "
            f"{here} here · {count['checked-out']} gone"
        )


def state(step: str, minutes: int, waiting: Mapping[str, Mapping[str, int]]) -> str:
    """Amber and red come from the office's settings for the step; in time is grey."""
    limits = waiting.get(step)
    if not limits or minutes < limits["amber"]:
        return "none"
    return "act" if minutes >= limits["red"] else "watch"


def worse(*states: str) -> str:
    """The state that presses most."""
    return max(states, key=("none", "watch", "act").index)


def in_order(cards: Sequence[Card]) -> list[Card]:
    """Who waits longest comes first; who is booked, by time; who has gone, the last first."""

    def order(card: Card) -> tuple[int, float]:
        if card.step == "booked":
            # who missed the time comes after those who are still to come
            return (card.missed, card.booked_at.timestamp() if card.booked_at else 0.0)
        if card.step == "checked-out":
            return (3, -card.ended_at.timestamp() if card.ended_at else 0.0)
        return (2, card.since.timestamp() if card.since else 0.0)

    return sorted(cards, key=lambda card: (*order(card), card.key))


def behind(
    cards: Sequence[Card], providers: Sequence[tuple[UUID, str]], now: datetime, limits: Mapping
) -> list[Behind]:
    """For each provider, how long ago the first of those who wait for them was booked."""
    found = []
    for who, name in providers:
        times = [c.booked_at for c in cards if c.provider_id == who and c.step in BEFORE_PROVIDER and c.booked_at]
        late = max(int((now - min(times)).total_seconds() // 60), 0) if times else 0
        found.append(Behind(name, late, "good" if (how := state("ready", late, limits)) == "none" else how))
    return found
