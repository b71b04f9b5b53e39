"""Vital signs for the played day: made up around what was last measured, in the units that the office types."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

GROWN = 19
CRITICAL = "192/124"
"""A pressure that calls a provider, as typed."""
# Rough middles for children whose last measurement is years old, so that the board does not show a toddler's weight
# for a ten-year-old. Made up for the demo, no reference: growth is judged elsewhere, from published tables.
CHILD_HEIGHT_CM = ((2, 86), (4, 102), (6, 115), (8, 128), (10, 139), (12, 150), (14, 162), (16, 170), (19, 172))
CHILD_WEIGHT_KG = ((2, 12.4), (4, 16.3), (6, 20.6), (8, 25.8), (10, 32.5), (12, 41), (14, 50.5), (16, 59), (19, 67))


def typed(age: int, last: Mapping[str, float], rng: random.Random) -> dict[str, str]:
    """One set as an assistant would type it: pressure, pulse, breathing, °F, %, lb, in, pain. `last` is metric."""
    height = last.get("height") if age >= GROWN else None
    weight = last.get("weight") if age >= GROWN else None
    height = height or _between(CHILD_HEIGHT_CM, age) * rng.uniform(0.96, 1.04)
    weight = (weight or _between(CHILD_WEIGHT_KG, age) * rng.uniform(0.9, 1.15)) * rng.uniform(0.985, 1.02)
    fever = rng.random() < 0.08
    signs: dict[str, Any] = {
        "pulse": round(rng.gauss(76 if age >= 12 else 92, 8) + 14 * fever),
        "respirations": round(rng.gauss(16 if age >= 12 else 20, 1.5)),
        "temperature": f"{rng.gauss(100.9 if fever else 98.4, 0.35):.1f}",
        "oxygen_saturation": min(100, round(rng.gauss(97.8, 1))),
        "weight": f"{weight / 0.45359237:.1f}",
        "height": f"{height / 2.54:.1f}",
        "pain": rng.choices((0, 0, 0, 2, 3, 4, 6))[0],
    }
    if age >= 3:
        signs["blood_pressure"] = _pressure(age, last, rng)
    return {name: str(value) for name, value in signs.items()}


def again(last: Mapping[str, float], rng: random.Random) -> str:
    """A second pressure after some rest: mostly a little lower than the first."""
    upper, lower = round(last["systolic"] - rng.gauss(5, 4)), round(last["diastolic"] - rng.gauss(3, 3))
    return f"{upper}/{min(lower, upper - 25)}"


def _pressure(age: int, last: Mapping[str, float], rng: random.Random) -> str:
    upper = last.get("systolic", 0) if age >= GROWN else 0
    lower = last.get("diastolic", 0) if age >= GROWN else 0
    upper = round((upper or (88 + 2 * min(age, 16))) + rng.gauss(0, 6))
    lower = round((lower or (52 + min(age, 16))) + rng.gauss(0, 4))
    return f"{max(upper, 84)}/{max(44, min(lower, upper - 25))}"


def _between(table: tuple[tuple[int, float], ...], age: int) -> float:
    below = max((row for row in table if row[0] <= age), default=table[0])
    above = min((row for row in table if row[0] >= age), default=table[-1])
    if below == above:
        return below[1]
    return below[1] + (above[1] - below[1]) * (age - below[0]) / (above[0] - below[0])
