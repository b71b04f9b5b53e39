"""Entry checks: how many slips of the hand they stop, how often they ask for nothing, how many sets they see a second.

Slips are seeded into the trends of all patients of the Synthea corpora, which lie beside the project (`shared`). What a
slip is, how often each kind happens, and on which half of the patients the limits were tuned, tests/vitals/slips.py
says.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from tests.vitals import slips

SEED = 20261123
SYNTHEA = Path(__file__).resolve().parent.parent.parent / "shared/corpora/synthea"
CAUGHT, ALARMS = 0.95, 0.02
HALVES = {"tuned": False, "held out": True}


def run() -> list[dict[str, Any]]:
    """Both halves with their shares, then each kind, then the speed of the checks alone."""
    who = slips.people(SYNTHEA)
    told = {half: slips.count([one for one in who if one.held == held], SEED) for half, held in HALVES.items()}
    return [*_figures("tuned", told["tuned"]), *_figures("held out", told["held out"]), *_kinds(told), _speed(who)]


def _figures(half: str, told: slips.Count) -> list[dict[str, Any]]:
    n = sum(told.seen.values())
    return [
        _row(f"{half}: slips stopped", told.caught_share, n, told.caught_share >= CAUGHT, CAUGHT, "at least"),
        _row(f"{half}: asked for nothing", told.alarm_share, told.sets, told.alarm_share <= ALARMS, ALARMS, "at most"),
        _row(f"{half}: stopped at first visits", told.first_share, sum(told.first_seen.values())),
        _row(f"{half}: stopped, first visits counted in", told.every_share, n + sum(told.first_seen.values())),
    ]


def _kinds(told: dict[str, slips.Count]) -> list[dict[str, Any]]:
    every = {kind: sum(one.seen[kind] for one in told.values()) for kind in slips.RATES}
    caught = {kind: sum(one.caught[kind] for one in told.values()) for kind in slips.RATES}
    return [_row(f"{kind} ({slips.RATES[kind]:g})", caught[kind] / every[kind], every[kind]) for kind in slips.RATES]


def _row(
    what: str, share: float, n: int, ok: bool | None = None, aim: float | None = None, word: str = ""
) -> dict[str, Any]:
    row = {"what": what, "n": n, "throughput": round(100 * share, 2), "unit": "%", "seed": SEED}
    if aim is None:
        return row
    return {**row, "ok": ok, "ratio": round(100 * aim, 2), "peer": f"% {word}"}


def _speed(who: list[slips.Person]) -> dict[str, Any]:
    sets = [visit for one in who[:100] for visit in slips.visits(one, SEED)]
    begun = time.perf_counter()
    for visit in sets:
        slips.stopped(visit, {})
    took = time.perf_counter() - begun
    return {"what": "sets checked", "n": len(sets), "throughput": round(len(sets) / took), "unit": "a second"}
