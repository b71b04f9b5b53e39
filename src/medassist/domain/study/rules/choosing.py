"""The next question: of the area that is furthest behind its share, one of the few that tell most about the person."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from medassist.domain.study.rules.ability import information
from medassist.domain.study.rules.bank import Bank
from medassist.domain.study.rules.choices import chosen
from medassist.domain.study.rules.heavy import numpy
from medassist.domain.study.rules.outlines import Exam


@dataclass(frozen=True)
class Pool:
    """What may be asked for one examination, laid out for choosing: ids, difficulty, slope, area of each item."""

    ids: tuple[str, ...]
    b: Any
    a: Any
    areas: Any
    """The number of each item's area."""
    weights: tuple[float, ...]
    """The share of each area that has items; they add up to one."""

    @cached_property
    def place(self) -> Mapping[str, int]:
        """Where an item stands."""
        return {name: at for at, name in enumerate(self.ids)}


def pool(bank: Bank, exam: Exam, calibrated: Mapping[str, Sequence[float]] | None = None) -> Pool:
    """The pool of an examination; a calibrated difficulty goes before the writer's estimate."""
    known, np = calibrated or {}, numpy()
    found = [(one, at) for at, area in enumerate(exam.areas) for one in bank.of(area.topics)]
    full = {at for _, at in found}
    weights = [area.weight if at in full else 0.0 for at, area in enumerate(exam.areas)]
    total = sum(weights) or 1.0
    return Pool(
        tuple(one.id for one, _ in found),
        np.array([known.get(one.id, (one.difficulty,))[0] for one, _ in found]),
        np.array([known[one.id][1] if one.id in known else 1.0 for one, _ in found]),
        np.array([at for _, at in found], dtype=int),
        tuple(weight / total for weight in weights),
    )


def next_item(from_: Pool, theta: float, used: Iterable[str], seed: str, among: int | None = None) -> str | None:
    """The id of the next question, None when all are used. The same seed, ability and history give the same one."""
    np, among = numpy(), among or chosen("placement", "among")
    at = [from_.place[one] for one in used if one in from_.place]
    free = np.ones(len(from_.ids), dtype=bool)
    free[at] = False
    if not free.any():
        return None
    told = np.where(free & (from_.areas == _behind(from_, at, free)), information(theta, from_.b, from_.a), -1.0)
    best = np.argsort(-told, kind="stable")[:among]
    best = [int(one) for one in best if told[one] > 0]
    return from_.ids[random.Random(f"{seed}/{len(at)}").choice(best)]


def fresh_item(from_: Pool, used: Iterable[str], seed: str) -> str | None:
    """A question not met before, of the area that is furthest behind; which one has nothing to do with ability.

    So first answers of practice may calibrate: hard questions do not go to able people alone.
    """
    at = [from_.place[one] for one in used if one in from_.place]
    free = numpy().ones(len(from_.ids), dtype=bool)
    free[at] = False
    if not free.any():
        return None
    left = numpy().flatnonzero(free & (from_.areas == _behind(from_, at, free))).tolist()
    return from_.ids[random.Random(f"{seed}/{len(at)}").choice(left)]


def _behind(from_: Pool, used: Sequence[int], free: Any) -> int:
    """The area that is furthest behind its share, of those that have questions left."""
    asked = Counter(from_.areas[used].tolist())
    left = sorted(set(from_.areas[free].tolist()))
    return max(left, key=lambda area: (from_.weights[area] * (len(used) + 1) - asked[area], from_.weights[area]))


def enough(asked: int, se: float) -> bool:
    """Whether a placement may stop: sure enough, or asked often enough."""
    if asked >= chosen("placement", "most"):
        return True
    return asked >= chosen("placement", "fewest") and se <= chosen("placement", "se")
