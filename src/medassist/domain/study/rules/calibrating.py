"""Difficulty measured by answers: a Rasch model by marginal likelihood (girth), once enough people have answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from medassist.domain.study.rules.choices import chosen
from medassist.domain.study.rules.heavy import girth, numpy

EDGE = 4.0
"""A difficulty beyond this is no measurement: nearly everybody answered the same."""
NOT_ASKED = -1


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Difficulties by item, with the answers that each rests on."""

    items: Mapping[str, tuple[float, int]]
    persons: int
    answers: int


@dataclass(frozen=True, slots=True)
class Enough:
    """Which items have answers enough, and how many answers the nearest others lack."""

    ready: tuple[str, ...]
    missing: Mapping[str, int]


def enough(answers: Iterable[tuple[str, str, bool]]) -> Enough:
    """Look at first answers (person, item, right) before anything is computed."""
    need = chosen("calibration", "answers")
    have = Counter(item for _, item, _ in answers)
    ready = tuple(sorted(item for item, count in have.items() if count >= need))
    return Enough(ready, {item: need - count for item, count in sorted(have.items()) if count < need})


def calibrate(answers: Iterable[tuple[str, str, bool]]) -> Calibrated:
    """Difficulties of the items that have answers enough; slope 1, abilities as the prior has them, luck taken out.

    Answers must not have been chosen by ability (so none of a placement), or hard items would seem easy.
    """
    rows = list(answers)
    ready = enough(rows).ready
    if not ready:
        return Calibrated({}, 0, 0)
    column = {person: at for at, person in enumerate(sorted({person for person, _, _ in rows}))}
    line = {item: at for at, item in enumerate(ready)}
    data = numpy().full((len(line), len(column)), NOT_ASKED)
    for person, item, right in rows:
        if item in line:
            data[line[item], column[person]] = int(right)
    package = girth()
    found = package.rasch_mml(package.tag_missing_data(data, [0, 1]))["Difficulty"]
    counts = (data != NOT_ASKED).sum(axis=1)
    known = without_luck(found)
    kept = {item: (round(float(known[at]), 3), int(counts[at])) for item, at in line.items() if abs(known[at]) < EDGE}
    return Calibrated(kept, len(column), int(counts.sum()))


def without_luck(difficulty: Any) -> Any:
    """Difficulties of a model without guessing, as they are when who does not know is right once in four.

    Both say the same share of right answers among people as the prior has them; a share that luck alone explains is
    beyond measure.
    """
    np, luck = numpy(), chosen("model", "chance")
    people, at = np.linspace(-6, 6, 241), np.linspace(-8, 8, 641)
    weight = np.exp(-(people**2) / 2)
    share = (weight / weight.sum()) @ (1 / (1 + np.exp(at[None, :] - people[:, None])))
    known = (np.interp(difficulty, at, share) - luck) / (1 - luck)
    # the share falls as difficulty rises, and interpolation wants it to rise
    return np.interp(known, share[::-1], at[::-1])
