"""A rule change before it is made: what it would do to 10,000 booked acts, in offices of three states."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import cycle, islice
from typing import Any
from uuid import UUID

from medassist.domain.delegation import queries as delegation
from medassist.domain.delegation import rules
from medassist.interfaces.web.ahead.world import Needed, Someone, World, compare, without, without_policy

FIRST = date(2026, 11, 23)
OPENS = datetime(2026, 11, 23, 8, tzinfo=UTC)
ACTS, DAYS, LIMIT = 10_000, 28, 1.0  # seconds, the product's own limit
ASKED = ("vitals.measure", "injection.intramuscular", "immunization.administer", "specimen.venipuncture", "ecg.perform")
KINDS = (("physician", "MD"), ("nurse-practitioner", "NP"), ("physician-assistant", "PA"))
ROUNDS = 5  # whoever else uses the machine only adds: the limit is held against the best of them


def office(state: str, assistants: int = 8, providers: int = 6) -> World:
    """An office with policies for every act that is asked, where every second assistant has shown all of them."""
    hands = [_person(n, "medical-assistant") for n in range(assistants)]
    able = [_person(100 + n, role, kind) for n, (role, kind) in enumerate(islice(cycle(KINDS), providers))]
    book = rules.known(state)
    names = {row.credential for act in ASKED for row in book.entry(act).rows if row.key != "none"}
    signed = (delegation.Policy(book.hash, date(2026, 1, 1), date(2027, 12, 31)),)
    shown = dict.fromkeys(ASKED, (1000, 100, FIRST, None))
    held = {one.id: _held({} if n % 2 else shown, names) for n, one in enumerate(hands)}
    held |= {one.id: {**_held({}, ()), "licences": [(one.kind, None, None, state)]} for one in able}
    days = [OPENS + timedelta(days=n) for n in range(DAYS)]
    return World(
        state=state,
        people={one.id: one for one in (*hands, *able)},
        standing=[(FIRST, held)],
        offered={one.id: [(day, day + timedelta(hours=9)) for day in days] for one in able},
        shifts={one.id: {day.date(): _shift(day, n) for day in days} for n, one in enumerate(hands)},
        policies=dict.fromkeys(ASKED, signed),
        shelf=delegation.Shelf(state, (), book, None),
    )


def _shift(day: datetime, number: int) -> list[tuple[datetime, datetime]]:
    """A day's work with its pause, staggered over the team."""
    begin = day + timedelta(minutes=30 * (number % 3))
    return [(begin, begin + timedelta(hours=4)), (begin + timedelta(hours=4, minutes=30), begin + timedelta(hours=8))]


def _held(skills: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {"credentials": [(name, None, None, "") for name in names], "licences": [], "skills": skills}


def _person(number: int, role: str, kind: str = "") -> Someone:
    return Someone(UUID(int=number + 1), f"{role} {number}", ((role, (FIRST, None)),), kind)


def booked(world: World) -> list[Needed]:
    """Ten thousand acts, spread over the providers' hours."""
    providers = [one.id for one in world.people.values() if one.kind]
    times = (
        (OPENS + timedelta(days=day, minutes=20 * slot), provider)
        for slot in range(27)
        for day in range(DAYS)
        for provider in providers
    )
    acts = cycle(ASKED)
    return [
        Needed(UUID(int=n), at, "Visit", provider, act)
        for n, ((at, provider), act) in enumerate(islice(zip(cycle(list(times)), acts, strict=False), ACTS))
    ]


def run() -> list[dict[str, Any]]:
    """The rows of `medassist bench impact`."""
    return [_row(state, what) for state in ("US-CA", "US-WA", "US-TX") for what in ("policy", "away")]


def _row(state: str, what: str) -> dict[str, Any]:
    world = office(state)
    needed = booked(world)
    provider = next(one.id for one in world.people.values() if one.kind)
    away = (FIRST, FIRST + timedelta(days=DAYS))
    after = without_policy(world, ASKED[0], ()) if what == "policy" else without(world, provider, away)
    took, turned = [], 0
    gc.collect()
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        turned = len(compare(world, after, needed))
        took.append(time.perf_counter() - begun)
    middle = sorted(took)[len(took) // 2]
    words = {"policy": "a policy withdrawn", "away": "a provider away"}[what]
    return {
        "bench": "impact", "what": f"{state}: {words}, {turned:,} of {len(needed):,} turn", "n": len(needed),
        "throughput": round(len(needed) / middle), "unit": "acts/s", "p50_s": round(middle, 3),
        "p95_s": round(max(took), 3), "ok": min(took) < LIMIT,
    }  # fmt: skip


if __name__ == "__main__":
    for line in run():
        print(line)
