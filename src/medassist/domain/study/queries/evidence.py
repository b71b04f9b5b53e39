"""What people's first answers say: of how ready they are, and of how hard the questions are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from medassist.domain.study import rules
from medassist.domain.study.models import Answer, Review
from medassist.domain.study.queries import questions as banks
from medassist.domain.study.queries.sittings import difficulty


class First(NamedTuple):
    """The first answer of a person to an item, in a wording."""

    at: datetime
    item: str
    version: str
    right: bool


def first_answers(staff: Iterable[UUID], placements: bool = True) -> dict[UUID, list[First]]:
    """Each person's first answer to each item, oldest first; of unfinished mock examinations nothing. Two queries."""
    who = list(staff)
    found: dict[UUID, dict[str, First]] = {one: {} for one in who}
    for person, first in (*_reviews(who), *_answers(who, placements)):
        known = found[person].get(first.item)
        if known is None or first.at < known.at:
            found[person][first.item] = first
    return {person: sorted(rows.values()) for person, rows in found.items()}


def _reviews(who: list[UUID]) -> list[tuple[UUID, First]]:
    rows = Review.objects.filter(staff__in=who).order_by("staff_id", "item", "id").distinct("staff_id", "item")
    return [(row.staff_id, First(row.at, row.item, row.version, row.right)) for row in rows]


def _answers(who: list[UUID], placements: bool) -> list[tuple[UUID, First]]:
    rows = Answer.objects.filter(sitting__staff__in=who, sitting__result__isnull=False).select_related("sitting")
    if not placements:
        rows = rows.filter(sitting__kind="mock")
    last = rows.order_by("sitting_id", "item", "-ordinal").distinct("sitting_id", "item")
    return [(row.sitting.staff_id, First(row.at, row.item, row.version, row.right)) for row in last]


def readiness(staff: UUID, exam: rules.Exam) -> rules.Readiness:
    """How ready a person is for an examination."""
    return ready([staff], exam)[staff]


def by_area(staff: UUID, exam: rules.Exam) -> list[rules.Mark]:
    """A person's first answers counted by the areas of an examination. Two queries."""
    rows = first_answers([staff])[staff]
    return rules.tally(banks.bank(), exam, ((row.item, row.right) for row in rows))


def ready(staff: Iterable[UUID], exam: rules.Exam) -> dict[UUID, rules.Readiness]:
    """How ready several people are; four queries."""
    pool, measured = banks.pool(exam), set(banks.measured(banks.bank(), banks.calibration()))
    return {person: _ready(rows, pool, measured) for person, rows in first_answers(staff).items()}


def _ready(rows: list[First], pool: rules.Pool, measured: set[str]) -> rules.Readiness:
    inside = [row for row in rows if row.item in pool.place]
    asked = [difficulty(pool, row.item, row.right) for row in inside]
    return rules.readiness(asked, pool, sum(1 for row in inside if row.item in measured))


def for_calibration() -> list[tuple[str, str, bool]]:
    """First answers (person, item, right) in today's wording, none of a placement: those were chosen by ability."""
    items = banks.bank().items
    everybody = set(Review.objects.values_list("staff", flat=True)) | set(
        Answer.objects.values_list("sitting__staff", flat=True)
    )
    return [
        (str(person), row.item, row.right)
        for person, rows in first_answers(everybody, placements=False).items()
        for row in rows
        if row.item in items and items[row.item].version == row.version
    ]


def enough() -> rules.Enough:
    """Which questions have first answers enough to be calibrated, and what the others lack."""
    return rules.enough(for_calibration())
