"""The next question of an adaptive test, from a bank of 5,000: what the answers say of the person, and which to ask.

Beside a floor in the same run, in turns: the same information of the same 5,000 questions, and the largest of it,
without areas, history or chance. Questions and answers are drawn at random, with the same seed every time.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from typing import Any

from medassist.domain.study import rules
from medassist.domain.study.rules.ability import information

ITEMS, STEPS, TARGET = 5_000, 200, 0.005


def bank() -> rules.Bank:
    """Questions on every topic; only what is chosen by is in them."""
    draw, topics = random.Random(20261127), list(rules.outlines().topics)
    items = {}
    for at in range(ITEMS):
        topic = topics[at % len(topics)]
        name = f"{topic}-{at:04}"
        items[name] = rules.Item(name, topic, "", ("",) * 4, 0, "", {}, draw.gauss(0, 1.1))
    return rules.Bank(items, "bench")


def _times(work: Callable[[int], Any]) -> list[float]:
    took = []
    for at in range(STEPS):
        start = time.perf_counter()
        work(at)
        took.append(time.perf_counter() - start)
    return sorted(took)


def run() -> list[dict[str, Any]]:
    """The figures."""
    exam = rules.outlines().exams["CCMA-NHA"]
    pool = rules.pool(bank(), exam)
    draw = random.Random(7)
    asked = [rules.Asked(draw.gauss(0, 1), draw.random() < 0.6) for _ in range(40)]
    used = draw.sample(pool.ids, 40)

    def whole(at: int) -> None:
        known = rules.posterior(asked[: at % 40 + 1])
        rules.next_item(pool, known.mean, used[: at % 40 + 1], str(at))

    def floor(at: int) -> None:
        information(0.01 * at, pool.b, pool.a).argmax()

    whole(0)
    took, least = _times(whole), _times(floor)
    p50, p95 = statistics.median(took), took[int(0.95 * STEPS)]
    return [
        {"what": "next question of 5,000", "n": STEPS, "throughput": round(1 / p50), "unit": "questions/s",
         "p50_ms": round(p50 * 1000, 3), "p95_ms": round(p95 * 1000, 3),
         "ratio": round(statistics.median(least) / p50, 3), "peer": "information alone", "target_ms": TARGET * 1000,
         "ok": p95 < TARGET}
    ]  # fmt: skip
