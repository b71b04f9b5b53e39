"""What can be done with the question bank: the practice's own questions, and calibration."""

from __future__ import annotations

from typing import Any

from medassist.domain.study import queries, rules
from medassist.domain.study.inputs import CalibrateBank, TakeQuestions
from medassist.domain.study.models import Calibration, OwnQuestion
from medassist.kernel.action import action
from medassist.kernel.context import Context
from medassist.kernel.errors import Invalid


@action("study.take_questions", emits="study.questions_taken", shows=None)
def take_questions(ctx: Context, given: TakeQuestions) -> list[OwnQuestion]:
    """Take the practice's own questions into the bank; every one must pass the checker, or none is taken."""
    if wrong := faults(given.questions):
        raise Invalid(wrong)
    known = {one.id: rules.plain(one) for one in queries.own_questions()}
    fresh = [row for row in given.questions if known.get(row["id"]) != _said(row)]
    return [OwnQuestion.objects.create(name=row["id"], said=_said(row), by=ctx.actor.id, at=ctx.at) for row in fresh]


def faults(rows: tuple[dict[str, Any], ...]) -> dict[str, list[str]]:
    """What is wrong with own questions, by their place: questions.0, questions.1 …"""
    wrong = {f"questions.{at}": found for at, row in enumerate(rows) if (found := _faults(row))}
    if wrong:
        return wrong
    items = [rules.item(row, own=True) for row in rows]
    mine = {one.id for one in items}
    others = [one for name, one in queries.bank().items.items() if name not in mine]
    place = {one.id: f"questions.{at}" for at, one in enumerate(items)}
    for fault in rules.repeated([*others, *items]):
        if fault.item in place:
            wrong.setdefault(place[fault.item], []).append(fault.text)
    if rated := list(rules.rates(items)):
        wrong[""] = rated
    return wrong


def _faults(row: dict[str, Any]) -> list[str]:
    found = rules.faults_of(row)
    if not found and not row["id"].startswith(rules.OWN):
        found.append(f"the id of the practice's own question begins with {rules.OWN}")
    return found


def _said(row: dict[str, Any]) -> dict[str, Any]:
    return rules.plain(rules.item(row))


@action("study.calibrate", emits="study.calibrated", shows=None)
def calibrate(ctx: Context, given: CalibrateBank) -> Calibration:
    """Measure how hard questions are by their first answers; goes before the writers' estimates from then on."""
    answers = queries.for_calibration()
    found = rules.enough(answers)
    if not found.ready:
        raise Invalid({"": [lacking(found)]})
    if rules.girth() is None:
        raise Invalid({"": ["Calibration needs the extra `calibration`: pip install medassist[calibration]."]})
    made, bank = rules.calibrate(answers), queries.bank()
    items = {
        name: {"b": b, "a": 1.0, "n": n, "version": bank.items[name].version} for name, (b, n) in made.items.items()
    }
    return Calibration.objects.create(
        items=items, persons=made.persons, answers=made.answers, bank=bank.hash, by=ctx.actor.id, at=ctx.at
    )


def lacking(found: rules.Enough) -> str:
    """How many answers the nearest question still lacks."""
    need = rules.chosen("calibration", "answers")
    if not found.missing:
        return f"Nothing to measure yet: a question needs {need} first answers, and there are none."
    item, missing = min(found.missing.items(), key=lambda one: one[1])
    return f"Nothing to measure yet: a question needs {need} first answers; the nearest, {item}, lacks {missing}."
