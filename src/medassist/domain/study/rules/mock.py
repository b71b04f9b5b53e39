"""A mock examination: its questions drawn by the examination's mix, in its parts and time, and what came of it."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from medassist.domain.study.rules.bank import Bank
from medassist.domain.study.rules.outlines import Exam


@dataclass(frozen=True, slots=True)
class Form:
    """The questions of one mock examination, part by part, with each part's minutes."""

    parts: tuple[tuple[str, ...], ...]
    minutes: tuple[int, ...]
    real: int
    """How many questions the examination has."""

    @property
    def asked(self) -> int:
        """How many questions this form has."""
        return sum(map(len, self.parts))

    @property
    def scaled(self) -> bool:
        """Whether the bank had too few questions, so that this is a smaller one of the same mix."""
        return self.asked < self.real


def counts(weights: Sequence[float], total: int) -> list[int]:
    """Whole numbers that add up to `total` in the ratio of the weights (largest remainders)."""
    whole = sum(weights) or 1.0
    exact = [total * weight / whole for weight in weights]
    found = [math.floor(one) for one in exact]
    by_rest = sorted(range(len(exact)), key=lambda at: (found[at] - exact[at], at))
    for at in by_rest[: total - sum(found)]:
        found[at] += 1
    return found


def length(bank: Bank, exam: Exam) -> int:
    """How many questions a form can have: the real number, or the most for which every area has enough.

    None when an area is bare: a lopsided examination is no practice for the real one.
    """
    weights = [area.weight for area in exam.areas]
    have = [len(bank.of(area.topics)) for area in exam.areas]
    for total in range(exam.questions.value if all(have) else 0, 0, -1):
        if all(need <= there for need, there in zip(counts(weights, total), have, strict=True)):
            return total
    return 0


def minutes(exam: Exam, asked: int) -> tuple[int, ...]:
    """The minutes of each part; a smaller form has less time in the same ratio, rounded up."""
    return tuple(math.ceil(one * asked / exam.questions.value) for one in exam.parts)


def draw(bank: Bank, exam: Exam, seed: str, seen: Mapping[str, int] | None = None) -> Form:
    """A form by the examination's mix; of each area those come first that were seen least often in earlier ones."""
    total, chance, seen = length(bank, exam), random.Random(seed), seen or {}
    drawn: list[str] = []
    for area, count in zip(exam.areas, counts([area.weight for area in exam.areas], total), strict=True):
        there = [one.id for one in bank.of(area.topics)]
        chance.shuffle(there)
        drawn += sorted(there, key=lambda one: seen.get(one, 0))[:count]
    chance.shuffle(drawn)
    sizes = counts([1.0] * len(exam.parts), total)
    starts = [sum(sizes[:at]) for at in range(len(sizes))]
    parts = tuple(tuple(drawn[at : at + size]) for at, size in zip(starts, sizes, strict=True))
    return Form(parts, minutes(exam, total), exam.questions.value)


def ends(begun_at: datetime, length_minutes: int) -> datetime:
    """When a part's time is over."""
    return begun_at + timedelta(minutes=length_minutes)


@dataclass(frozen=True, slots=True)
class Mark:
    """What came of one area: asked, answered, right."""

    code: str
    name: str
    asked: int
    answered: int
    right: int


def tally(bank: Bank, exam: Exam, answers: Iterable[tuple[str, bool]]) -> list[Mark]:
    """Answers (item, right) counted by area, areas without any too."""
    found: dict[str, list[Any]] = {area.code: [area, 0, 0] for area in exam.areas}
    for name, right in answers:
        one = bank.items.get(name)
        if one and (area := exam.area_of(one.topic)):
            found[area.code][1] += 1
            found[area.code][2] += right
    return [Mark(area.code, area.name, asked, asked, right) for area, asked, right in found.values()]


def marks(bank: Bank, exam: Exam, ids: Iterable[str], chosen: Mapping[str, int]) -> list[Mark]:
    """What came of each area; without an answer a question is not right, and one no longer in the bank is left out."""
    found: dict[str, list[Any]] = {area.code: [area, 0, 0, 0] for area in exam.areas}
    for name in ids:
        one = bank.items.get(name)
        area = exam.area_of(one.topic) if one else None
        if one is None or area is None:
            continue
        row = found[area.code]
        row[1] += 1
        row[2] += name in chosen
        row[3] += chosen.get(name) == one.key
    return [Mark(area.code, area.name, *rest) for area, *rest in found.values() if rest[0]]
