"""The plan of one day, from a seed: who comes when for what, and when each step begins. Pure, over plain values."""

from __future__ import annotations

import heapq
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

SLOT = timedelta(minutes=20)
HOURS_BEFORE_NOW = timedelta(hours=3)
LONGEST_DAY = timedelta(hours=8)
ROOMS_A_PROVIDER = 2

CHILD = (
    ("well-child", "Well-child visit", 3),
    ("office-visit", "Sore throat, fever since yesterday", 2),
    ("office-visit", "Ear pain, left", 2),
    ("office-visit", "Cough, 4 days", 2),
    ("follow-up", "Asthma check", 1),
    ("office-visit", "Rash on both arms", 1),
    ("office-visit", "Sports physical", 1),
)
ADULT = (
    ("follow-up", "Blood pressure follow-up", 4),
    ("follow-up", "Diabetes follow-up", 3),
    ("wellness", "Yearly physical", 2),
    ("office-visit", "Cough, 9 days", 2),
    ("office-visit", "Low back pain since Friday", 2),
    ("office-visit", "Headache most afternoons", 2),
    ("follow-up", "Medication check", 2),
    ("office-visit", "Ankle, fell yesterday", 1),
    ("office-visit", "Burning when passing urine", 1),
    ("new-patient", "New patient", 1),
    ("office-visit", "Dizzy on standing", 1),
    ("follow-up", "Thyroid follow-up", 1),
    ("procedure", "Skin tag removal", 1),
)
OLDER = (
    ("follow-up", "Blood pressure follow-up", 4),
    ("follow-up", "Diabetes follow-up", 3),
    ("wellness", "Medicare wellness visit", 2),
    ("office-visit", "Short of breath on stairs", 1),
    ("office-visit", "Knee pain, right", 2),
    ("follow-up", "Medication check", 3),
    ("follow-up", "After hospital stay", 1),
    ("office-visit", "Fell at home on Sunday", 1),
)
AHEAD = {
    "shots": "Flu vaccine", "lab-draw": "Blood draw before the visit", "ma-visit": "Blood pressure check",
    "procedure": "Skin tag removal",
}  # fmt: skip
AFTER = ("ECG", "Draw blood, 2 tubes", "Flu vaccine", "Urine sample", "Book the next visit", "Teach the inhaler")


@dataclass(frozen=True, slots=True)
class Who:
    """A patient of the plan."""

    id: UUID
    age: int


@dataclass(slots=True)
class Visit:
    """One appointment of the plan and what becomes of it. `end` is how it ends: seen, no-show or cancelled."""

    patient: UUID
    provider: int
    assistant: int
    kind: str
    reason: str
    start_at: datetime
    end: str = "seen"
    walk_in: bool = False
    critical: bool = False
    """Whether the pressure is one that calls a provider."""
    room: int = 0
    to_do: list[str] = field(default_factory=list)
    steps: list[tuple[str, datetime]] = field(default_factory=list)


def opening(now: datetime, zone: str) -> datetime:
    """When the day of the demo begins: three hours ago, but so that all of it lies in today."""
    local = now.astimezone(ZoneInfo(zone))
    midnight = datetime.combine(local.date(), time(), local.tzinfo)
    begin = max(midnight + SLOT, min(local - HOURS_BEFORE_NOW, midnight + timedelta(hours=24) - LONGEST_DAY))
    return begin - timedelta(minutes=begin.minute % 20, seconds=begin.second, microseconds=begin.microsecond)


def office_hours(day: date, zone: str) -> datetime:
    """When an ordinary day of the practice begins."""
    return datetime.combine(day, time(8), ZoneInfo(zone))


def day(
    people: Sequence[Who], begin: datetime, providers: int, assistants: int, seed: int, minutes: Mapping[str, int]
) -> list[Visit]:
    """Appointments for these people, shared out over the providers; `minutes` says how long each type takes."""
    rng = random.Random(seed)
    people = rng.sample(list(people), len(people))
    free = [begin] * providers
    visits = []
    for who in people:
        provider = free.index(min(free))
        start = free[provider]
        kind, reason = _reason(who.age, rng)
        free[provider] = _after_pause(start, start + timedelta(minutes=minutes[kind]), begin)
        visit = Visit(who.id, provider, rng.randrange(assistants), kind, reason, start)
        visit.end = rng.choices(("seen", "no-show", "cancelled"), (93, 4, 3))[0]
        visit.walk_in = visit.end == "seen" and kind == "office-visit" and rng.random() < 0.15
        if visit.end == "seen" and rng.random() < 0.5:
            visit.to_do = rng.sample(AFTER, rng.choice((1, 1, 2)))
        visits.append(visit)
    _walk(visits, providers, assistants, rng)
    _critical(visits, {who.id for who in people if who.age >= 18}, begin, seed)
    return visits


def _critical(visits: list[Visit], grown: set[UUID], begin: datetime, seed: int) -> None:
    """One grown patient has a critical pressure, early enough to be told; drawn apart, so the rest stays as it was."""
    adults = [visit for visit in visits if visit.end == "seen" and visit.patient in grown]
    early = [visit for visit in adults if dict(visit.steps)["vitals"] < begin + HOURS_BEFORE_NOW - SLOT]
    if adults:
        random.Random(f"{seed}:critical").choice(early or adults).critical = True


def _after_pause(start: datetime, end: datetime, begin: datetime) -> datetime:
    """The next start: after three and a half hours of work there are forty minutes of pause."""
    noon = begin + timedelta(hours=3, minutes=40)
    return end + timedelta(minutes=40) if start < noon <= end else end


def _reason(age: int, rng: random.Random) -> tuple[str, str]:
    table = CHILD if age < 18 else OLDER if age >= 66 else ADULT
    kind, reason, _ = rng.choices(table, [weight for *_, weight in table])[0]
    return kind, reason


def _walk(visits: list[Visit], providers: int, assistants: int, rng: random.Random) -> None:
    """When each step of each visit begins: people wait for an assistant, for a room, and for their provider."""
    provider_free = [datetime.min.replace(tzinfo=visits[0].start_at.tzinfo)] * providers if visits else []
    assistant_free = [provider_free[0]] * assistants if visits else []
    rooms = [[(provider_free[0], n) for n in range(ROOMS_A_PROVIDER)] for _ in range(providers)] if visits else []
    for visit in sorted((v for v in visits if v.end == "seen"), key=lambda v: v.start_at):
        arrived = visit.start_at + _minutes(rng, -24, 4)
        free, visit.room = heapq.heappop(rooms[visit.provider])
        rooming = max(arrived + _minutes(rng, 5, 16), assistant_free[visit.assistant], free)
        measured = rooming + timedelta(minutes=2)
        again = measured + timedelta(minutes=5, seconds=20)  # after the rest that a raised pressure asks for
        assistant_free[visit.assistant] = rooming + _minutes(rng, 6, 10)  # the next patient is taken in meanwhile
        ready = again + _minutes(rng, 1, 4)
        seen = max(ready + _minutes(rng, 4, 14), provider_free[visit.provider])
        done = seen + _minutes(rng, 12, 21)
        provider_free[visit.provider] = done
        visit.steps = [("arrive", arrived), ("room", rooming), ("vitals", measured), ("again", again),
                       ("ready", ready), ("provider", seen)]  # fmt: skip
        if visit.to_do:
            visit.steps.append(("to-do", done))
            done += _minutes(rng, 8, 20)
        visit.steps.append(("check-out", done))
        heapq.heappush(rooms[visit.provider], (done + _minutes(rng, 2, 4), visit.room))


def _minutes(rng: random.Random, least: int, most: int) -> timedelta:
    return timedelta(seconds=rng.randint(least * 60, most * 60))
