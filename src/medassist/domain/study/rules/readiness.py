"""Readiness: how many questions of an examination's mix a person would likely get right, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from medassist.domain.study.rules.ability import Asked, chance, grid, posterior
from medassist.domain.study.rules.choices import chosen
from medassist.domain.study.rules.choosing import Pool
from medassist.domain.study.rules.heavy import numpy

LIMITS = (
    "It speaks of the questions in this bank, mixed as the examination mixes its areas; not of the issuer's questions.",
    "It is not the issuer's score, and it knows no line between passing and failing: it cannot say whether you pass.",
    "Who does not know is taken to guess, and to be right once in four.",
)
PRIORS = "How hard most of these questions are is their writers' estimate, not yet measured by answers."


@dataclass(frozen=True, slots=True)
class Readiness:
    """The share of right answers to expect, with its interval; None while there are too few answers."""

    answers: int
    missing: int
    """How many answers it still takes before anything is said."""
    share: float | None = None
    low: float | None = None
    high: float | None = None
    measured: int = 0
    """To how many of the answered questions the difficulty is calibrated."""

    @property
    def limits(self) -> tuple[str, ...]:
        """What the number does not say."""
        return (*LIMITS, PRIORS) if self.measured * 2 < self.answers else LIMITS


def readiness(asked: Sequence[Asked], pool: Pool, measured: int = 0, fewest: int | None = None) -> Readiness:
    """From a person's first answers, newest last, and the pool of the examination; `fewest` where few will do."""
    asked = asked[-chosen("readiness", "newest") :]
    missing = max((chosen("readiness", "fewest") if fewest is None else fewest) - len(asked), 0)
    if missing or not pool.ids:
        return Readiness(len(asked), missing, measured=measured)
    known = posterior(asked)
    curve = expected(pool)
    low, high = known.within(chosen("readiness", "level"))
    at = numpy().interp([low, high], grid(), curve)
    return Readiness(len(asked), 0, float(curve @ known.weights), float(at[0]), float(at[1]), measured)


def expected(pool: Pool) -> Any:
    """The share of right answers at each point of the grid: each area's mean chance by the area's weight."""
    np = numpy()
    chances = chance(grid()[:, None], pool.b[None, :], pool.a[None, :])
    parts = [
        weight * chances[:, pool.areas == area].mean(axis=1) for area, weight in enumerate(pool.weights) if weight > 0
    ]
    return np.sum(parts, axis=0)
