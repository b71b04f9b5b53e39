"""The plan of one day, from a seed: who comes when for what, and when each step begins. Pure, over plain values."""

from __future__ import annotations

import heapq
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SLOT = timedelta(minutes=20)
HOURS_BEFORE_NOW = timedelta(hours=4)
LONGEST_DAY = timedelta(hours=9)
ROOMS_A_PROVIDER = 3

CHILD = (
    ("well-child", "Well-child visit", 3), ("sick", "Sore throat, fever since yesterday", 2),
    ("sick", "Ear pain, left", 2), ("sick", "Cough, 4 days", 2), ("follow-up", "Asthma check", 1),
    ("sick", "Rash on both arms", 1), ("follow-up", "Sports physical", 1),
)  # fmt: skip
ADULT = (
    ("follow-up", "Blood pressure follow-up", 4), ("follow-up", "Diabetes follow-up", 3),
    ("physical", "Yearly physical", 3), ("sick", "Cough, 9 days", 2), ("sick", "Low back pain since Friday", 2),
    ("sick", "Headache most afternoons", 2), ("follow-up", "Medication check", 2), ("sick", "Ankle, fell yesterday", 1),
    ("sick", "Burning when passing urine", 1), ("new-patient", "New patient", 1), ("sick", "Dizzy on standing", 1),
    ("follow-up", "Thyroid follow-up", 1), ("procedure", "Skin tag removal", 1),
)  # fmt: skip
OLDER = (
    ("follow-up", "Blood pressure follow-up", 4), ("follow-up", "Diabetes follow-up", 3),
    ("physical", "Medicare wellness visit", 3), ("sick", "Short of breath on stairs", 1), ("sick", "Knee pain, right", 2),
    ("follow-up", "Medication check", 3), ("follow-up", "After hospital stay", 1), ("sick", "Fell at home on Sunday", 1),
)  # fmt: skip
AFTER = ("ECG", "Draw blood, 2 tubes", "Flu vaccine", "Urine sample", "Book the next visit", "Teach the inhaler")


@dataclass(frozen=True, slots=True)
class Who:
    """A patient of the plan."""

    id: object
    age: int


@dataclass(slots=True)
class Visit:
    """One appointment of the plan and what becomes of it. `end` is how it ends: seen, no-show or cancelled."""

    patient: object
    provider: int
    assistant: int
    kind: str
    reason: str
    start_at: datetime
    end: str = "seen"
    walk_in: bool = False
    room: int = 0
    to_do: list[str] = field(default_factory=list)
    steps: list[tuple[str, datetime]] = field(default_factory=list)


def opening(now: datetime, zone: str) -> datetime:
    """When the day of the demo begins: four hours ago, but so that all of it lies in today."""
    local = now.astimezone(ZoneInfo(zone))
    midnight = datetime.combine(local.date(), time(), local.tzinfo)
    begin = max(midnight + SLOT, min(local - HOURS_BEFORE_NOW, midnight + timedelta(hours=24) - LONGEST_DAY))
    return begin - timedelta(minutes=begin.minute % 20, seconds=begin.second, microseconds=begin.microsecond)


def office_hours(day: date, zone: str) -> datetime:
    """When an ordinary day of the practice begins."""
    return datetime.combine(day, time(8), ZoneInfo(zone))


def day(people: Sequence[Who], begin: datetime, providers: int, assistants: int, seed: int) -> list[Visit]:
    """Appointments for these people, shared out over the providers, in the order in which they are booked."""
    rng = random.Random(seed)
    people = rng.sample(list(people), len(people))
    visits = []
    for number, who in enumerate(people):
        provider, turn = number % providers, number // providers
        start = begin + SLOT * turn + (timedelta(minutes=40) if turn >= 12 else timedelta())  # a pause at noon
        kind, reason = _reason(who.age, rng)
        visit = Visit(who.id, provider, rng.randrange(assistants), kind, reason, start)
        visit.end = rng.choices(("seen", "no-show", "cancelled"), (91, 5, 4))[0]
        visit.walk_in = visit.end == "seen" and kind == "sick" and rng.random() < 0.12
        if visit.end == "seen" and rng.random() < 0.35:
            visit.to_do = rng.sample(AFTER, rng.choice((1, 1, 2)))
        visits.append(visit)
    _walk(visits, providers, assistants, rng)
    return visits


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
        arrived = visit.start_at + _minutes(rng, -9, 5)
        free, visit.room = heapq.heappop(rooms[visit.provider])
        rooming = max(arrived + _minutes(rng, 1, 6), assistant_free[visit.assistant], free)
        ready = rooming + _minutes(rng, 5, 9)
        assistant_free[visit.assistant] = ready
        seen = max(ready + _minutes(rng, 1, 4), provider_free[visit.provider])
        done = seen + _minutes(rng, 9, 17)
        provider_free[visit.provider] = done
        visit.steps = [("arrive", arrived), ("room", rooming), ("vitals", ready - timedelta(seconds=90)),
                       ("ready", ready), ("provider", seen)]  # fmt: skip
        if visit.to_do:
            visit.steps.append(("to-do", done))
            done += _minutes(rng, 4, 11)
        visit.steps.append(("check-out", done))
        heapq.heappush(rooms[visit.provider], (done + _minutes(rng, 2, 4), visit.room))


def _minutes(rng: random.Random, least: int, most: int) -> timedelta:
    return timedelta(seconds=rng.randint(least * 60, most * 60))
