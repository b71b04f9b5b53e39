"""What safety costs: the same writes and reads with the authority and the trail, and with both switched off.

The switch exists here only: it puts a function that always says yes in the authority's place and writes no entries.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.test import override_settings

from benchmarks.booking import desk, people_to_book
from benchmarks.patients import Names
from medassist.domain.people import actions as people
from medassist.domain.people import queries as patients
from medassist.domain.people.inputs import RegisterPatient
from medassist.domain.worklist import actions as worklist
from medassist.domain.worklist.inputs import Add
from medassist.kernel import clock, reading, trail

ROUNDS, EACH = 9, 40


@contextmanager
def off() -> Iterator[None]:
    """Nobody is asked and nothing is kept of it; events and answers stay."""
    write = trail.write

    def quiet(connection: Any, entries: Any, events: Any, answer: Any, before: str = "") -> None:
        if events or answer:
            write(connection, [], events, answer, before)

    yes = override_settings(MEDASSIST_AUTHORITY="medassist.kernel.testing.always_yes")
    with yes, mock.patch.object(trail, "write", quiet):
        yield


def _took(work: Callable[[], Any]) -> list[float]:
    took = []
    for _ in range(EACH):
        begun = time.perf_counter()
        work()
        took.append((time.perf_counter() - begun) * 1e3)
    return took


def _beside(what: str, work: Callable[[], Any]) -> dict[str, Any]:
    """One kind of work in turns, safe and unsafe; `ratio` is the throughput that is left."""
    safe: list[float] = []
    bare: list[float] = []
    _took(work)
    for _ in range(ROUNDS):
        safe += _took(work)
        with off():
            bare += _took(work)
    median, floor = statistics.median(safe), statistics.median(bare)
    return {
        "what": what, "n": len(safe), "throughput": round(1e3 / median), "unit": "a second", "p50_ms": round(median, 2),
        "p95_ms": round(sorted(safe)[int(len(safe) * 0.95)], 2), "ratio": round(floor / median, 2),
        "peer": "without authority and trail",
    }  # fmt: skip


def run() -> list[dict[str, Any]]:
    """Two writes and a read of a person at the front desk."""
    practice, ctx = desk()
    [someone] = people_to_book(ctx, 1)
    drawn = Names()

    def register() -> None:
        family, given, born, _ = drawn.one()
        told = RegisterPatient.of(
            names=[{"family": family, "given": [given]}], birth_date=born.isoformat(),
            confirmed={"duplicate", "names", "birth_date"},
        )  # fmt: skip
        people.register(ctx.but(at=clock.now()), told)

    def add() -> None:
        worklist.add(ctx.but(at=clock.now()), Add(kind="restock", site=practice.site.pk))

    def open_chart() -> None:
        reading.opening(ctx.but(at=clock.now()), f"patient/{someone}")
        patients.banner(someone)

    return [
        _beside("register a patient", register),
        _beside("add a task", add),
        _beside("open a chart and read its banner", open_chart),
    ]
