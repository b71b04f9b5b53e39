"""Vital signs judged: sets a second on one core, by the plain function and as JSON lines in and out.

Beside a floor in the same run, in turns: the same sets only compared with two limits a value, and the same lines only
read and written by orjson. Sets are drawn at random, with the same seed every time: adults, children, infants, pregnant
people, one in a hundred with a slip of the hand. The last row asks about each value beside an earlier one, by exact
arithmetic.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import orjson

from medassist.domain.vitals.rules.assess import Case, assess
from medassist.domain.vitals.rules.limits import Told
from medassist.interfaces.cli.vital_set import case
from medassist.interfaces.cli.vitals import batch

ROUNDS, SETS, TARGET = 7, 2_000, 20_000
CODES = {"systolic": ("8480-6", "mm[Hg]"), "diastolic": ("8462-4", "mm[Hg]"), "pulse": ("8867-4", "/min"),
         "respirations": ("9279-1", "/min"), "temperature": ("8310-5", "Cel"), "oxygen": ("59408-5", "%"),
         "weight": ("29463-7", "kg"), "height": ("8302-2", "cm"), "head": ("9843-4", "cm")}  # fmt: skip
# birth year, and the middle and spread of each sign
PEOPLE = {
    "adult": (1975, {"systolic": (126, 14), "diastolic": (77, 8), "pulse": (76, 11), "respirations": (16, 2),
                     "temperature": (36.8, 0.4), "oxygen": (97, 1), "weight": (82, 14), "height": (170, 9)}),
    "child": (2018, {"systolic": (100, 8), "diastolic": (61, 6), "pulse": (88, 10), "respirations": (22, 3),
                     "temperature": (37.0, 0.5), "oxygen": (98, 1), "weight": (26, 4), "height": (128, 5)}),
    "infant": (2026, {"pulse": (130, 10), "respirations": (38, 6), "temperature": (37.0, 0.4), "weight": (7.5, 0.8),
                      "height": (66, 2), "head": (43, 1)}),
}  # fmt: skip


def lines(count: int = SETS) -> list[bytes]:
    """Sets as lines of JSON."""
    draw = random.Random(20261123)
    kinds = ("adult", "adult", "adult", "child", "infant")
    return [orjson.dumps(_set(draw, kinds[n % len(kinds)])) for n in range(count)]


def _set(draw: random.Random, who: str) -> dict[str, Any]:
    year, signs = PEOPLE[who]
    values = []
    for name, (middle, spread) in signs.items():
        value = round(draw.gauss(middle, spread), 0 if spread > 1 else 1)
        code, unit = CODES[name]
        if name == "temperature" and draw.random() < 0.7:
            value, unit = round(value * 1.8 + 32, 1), "[degF]"
        values.append({"code": code, "value": min(value, 100) if name == "oxygen" else value, "unit": unit})
    if draw.random() < 0.01:
        draw.choice(values)["value"] *= 10
    sex = draw.choice(["female", "male"])
    context = {"oxygen": False, "consciousness": "A", "spo2_scale": 1,
               "pregnant": who == "adult" and sex == "female" and draw.random() < 0.1}  # fmt: skip
    month = draw.randint(1, 5) if who == "infant" else draw.randint(1, 12)
    born = f"{year - (0 if who == 'infant' else draw.randint(-3, 3))}-{month:02}-{draw.randint(1, 28):02}"
    return {"birth_date": born, "sex": sex, "at": "2026-11-23T10:38:00-08:00", "values": values, "context": context}


def _earlier(one: Case, other: Case) -> dict[str, Told]:
    """Another's values of the same kind, half a year ago."""
    day = one.on - timedelta(days=180)
    return {name: Told(Decimal(repr(value)), unit, day) for name, (value, unit) in other.found.items()}


def _compared(cases: list[Case]) -> int:
    """The floor: every value against two limits, nothing else."""
    inside = 0
    for one in cases:
        for value, _ in one.found.values():
            inside += 0.0 < value < 200.0
    return inside


def _each(work: Callable[[Any], Any], many: Iterable[Any]) -> None:
    """One after the other, no answer kept."""
    for one in many:
        work(one)


def _turns(work: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """Seconds of this process for each, the median of rounds in turns."""
    took: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(ROUNDS):
        for name, one in work.items():
            begun = time.process_time()
            one()
            took[name].append(time.process_time() - begun)
    return {name: statistics.median(times) for name, times in took.items()}


def _single(cases: list[Case]) -> list[float]:
    took = []
    for one in cases:
        begun = time.perf_counter()
        assess(one)
        took.append((time.perf_counter() - begun) * 1e6)
    return sorted(took)


def _row(what: str, seconds: float, floor: float, peer: str, more: dict[str, Any]) -> dict[str, Any]:
    rate = round(SETS / seconds)
    return {"what": what, "n": SETS * ROUNDS, "throughput": rate, "unit": "sets/s", **more,
            "ratio": round(floor / seconds, 3), "peer": peer, "target": TARGET, "ok": rate >= TARGET}  # fmt: skip


def _beside(seconds: float, floor: float) -> dict[str, Any]:
    return {"what": "assess beside earlier values", "n": SETS * ROUNDS, "throughput": round(SETS / seconds),
            "unit": "sets/s", "ratio": round(floor / seconds, 3), "peer": "of whom nothing is known"}  # fmt: skip


def run() -> list[dict[str, Any]]:
    """The rows of `medassist bench assess`."""
    given = lines()
    cases = [case(orjson.loads(line)) for line in given]
    list(batch(given))  # tables are read once
    seen = [one._replace(last=_earlier(one, other)) for one, other in zip(cases, cases[5:] + cases[:5], strict=True)]
    took = _turns({
        "assess": lambda: _each(assess, cases), "beside": lambda: _each(assess, seen),
        "compared": lambda: _compared(cases),
        "batch": lambda: _each(len, batch(given)),
        "json": lambda: _each(lambda line: orjson.dumps(orjson.loads(line)), given),
    })  # fmt: skip
    single = _single(cases)
    times = {"p50_us": round(statistics.median(single), 1), "p95_us": round(single[int(len(single) * 0.95)], 1)}
    return [
        _row("assess", took["assess"], took["compared"], "comparing alone", times),
        _row("assess, JSON lines in and out", took["batch"], took["json"], "reading and writing JSON alone", {}),
        _beside(took["beside"], took["assess"]),
    ]
