"""The bank as this office has it: the package's questions, the practice's own, and difficulties as measured."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from medassist.domain.study import rules
from medassist.domain.study.models import Calibration, OwnQuestion
from medassist.kernel.errors import Missing


def bank() -> rules.Bank:
    """All questions. One query; the bank itself is kept until a question is added."""
    newest = OwnQuestion.objects.order_by("-id").values_list("pk", flat=True).first()
    return _bank(newest)


@lru_cache(maxsize=2)
def _bank(newest: UUID | None) -> rules.Bank:
    return rules.bank().and_own(own_questions() if newest else [])


def own_questions() -> list[rules.Item]:
    """The practice's own questions, each in its newest wording."""
    rows = OwnQuestion.objects.order_by("name", "-id").distinct("name")
    return [rules.item(row.said, own=True) for row in rows]


def question(item: str) -> rules.Item:
    """One question."""
    if (found := bank().items.get(item)) is None:
        raise Missing("question", item)
    return found


def exam(code: str) -> rules.Exam:
    """One examination."""
    if (found := rules.outlines().exams.get(code)) is None:
        raise Missing("examination", code)
    return found


def exams() -> list[rules.Exam]:
    """All examinations of the outlines, those that can be practiced first."""
    return sorted(rules.outlines().exams.values(), key=lambda one: not one.known)


def topics() -> Mapping[str, str]:
    """Names of the topics by code."""
    return rules.outlines().topics


def reading() -> str:
    """Whose reading it is which topic belongs to which area."""
    return rules.outlines().reading


def choice(group: str, name: str) -> Any:
    """One of the numbers that practice rests on."""
    return rules.chosen(group, name)


def mock_of(exam: rules.Exam) -> dict[str, Any]:
    """What a mock examination would be now: questions asked, of how many, and the minutes of each part."""
    asked = rules.length(bank(), exam)
    return {
        "asked": asked,
        "real": exam.questions.value,
        "minutes": rules.minutes(exam, asked) if asked else (),
        "scaled": asked < exam.questions.value,
    }


def calibration() -> Calibration | None:
    """The newest calibration, or None."""
    return Calibration.objects.order_by("-id").first()


def pool(exam: rules.Exam) -> rules.Pool:
    """What may be asked for an examination, with difficulties as far as they are measured. Two queries."""
    newest = calibration()
    return _pool(bank(), exam.code, newest.pk if newest else None)


@lru_cache(maxsize=16)
def _pool(bank: rules.Bank, exam: str, newest: UUID | None) -> rules.Pool:
    found = Calibration.objects.get(pk=newest) if newest else None
    return rules.pool(bank, rules.outlines().exams[exam], measured(bank, found))


def measured(bank: rules.Bank, found: Calibration | None) -> Mapping[str, tuple[float, float]]:
    """Difficulty and slope by item, of items whose wording is still the one that was answered."""
    rows: Mapping[str, Any] = found.items if found else {}
    return {
        name: (row["b"], row["a"])
        for name, row in rows.items()
        if name in bank.items and bank.items[name].version == row["version"]
    }
