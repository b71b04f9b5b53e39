"""How much a person can, from answers: the model, its posterior on a grid, and what a question would tell.

Everything is in logits. A question has a difficulty `b` and a slope `a` (1 unless measured: a Rasch model), and who
does not know is right by chance, once in four. The prior is the standard normal.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from medassist.domain.study.rules.choices import chosen
from medassist.domain.study.rules.heavy import numpy

REACH, STEP = 5.0, 0.05
"""The grid: from -REACH to REACH."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One answer to a question of known difficulty."""

    b: float
    right: bool
    a: float = 1.0


@dataclass(frozen=True, slots=True)
class Posterior:
    """What is known of a person: weights over the grid, adding up to one."""

    weights: Any

    @property
    def mean(self) -> float:
        """The expected ability (EAP)."""
        return float(grid() @ self.weights)

    @property
    def se(self) -> float:
        """The posterior's standard deviation."""
        return math.sqrt(max(float(((grid() - self.mean) ** 2) @ self.weights), 0.0))

    def within(self, level: float) -> tuple[float, float]:
        """The middle interval that holds `level` of the weight."""
        sums = numpy().cumsum(self.weights)
        tail = (1 - level) / 2
        low, high = numpy().searchsorted(sums, [tail, 1 - tail])
        last = len(sums) - 1
        return float(grid()[min(low, last)]), float(grid()[min(high, last)])


@cache
def grid() -> Any:
    """The points at which ability is weighed."""
    return numpy().arange(-REACH, REACH + STEP / 2, STEP)


@cache
def _prior() -> Any:
    # log of the standard normal; its constant falls out when the weights are brought to one
    return -0.5 * grid() ** 2


def posterior(asked: Sequence[Asked]) -> Posterior:
    """What these answers say of a person."""
    np = numpy()
    log = _prior().copy()
    if asked:
        a = np.array([one.a for one in asked])
        b = np.array([one.b for one in asked])
        p = chance(grid()[None, :], b[:, None], a[:, None])
        right = np.array([one.right for one in asked])[:, None]
        log += np.log(np.where(right, p, 1 - p)).sum(axis=0)
    weights = np.exp(log - log.max())
    return Posterior(weights / weights.sum())


def chance(theta: Any, b: Any, a: Any = 1.0) -> Any:
    """The probability of a right answer: known, or guessed."""
    luck = chosen("model", "chance")
    return luck + (1 - luck) / (1 + numpy().exp(-a * (theta - b)))


def information(theta: float, b: Any, a: Any = 1.0) -> Any:
    """What a question tells of a person of this ability (Fisher information; by luck it tells less)."""
    luck, p = chosen("model", "chance"), chance(theta, b, a)
    return a * a * (1 - p) / p * ((p - luck) / (1 - luck)) ** 2
