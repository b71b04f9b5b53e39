"""What can be done with placements and mock examinations. The server's clock decides."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from medassist.domain.study import queries, rules
from medassist.domain.study.actions.who import learner
from medassist.domain.study.inputs import (
    AnswerMock,
    AnswerPlacement,
    BeginPart,
    CloseOver,
    ClosePart,
    EndPart,
    StartMock,
    StartPlacement,
)
from medassist.domain.study.models import Answer, Part, PartEnd, Result, Sitting
from medassist.kernel.action import action
from medassist.kernel.clash import clash
from medassist.kernel.context import Context
from medassist.kernel.errors import Conflict, Invalid

OVER = "The time of this part is over. What was answered until then counts."
TWICE = {
    "answers_are_numbered": "This question was answered at the same moment in another window.",
    "a_part_begins_once": "This part has begun already.",
    "study_partend_part_id_key": "This part has ended already.",
}


@action("study.start_placement", emits="study.placement_started", shows=None)
def start_placement(ctx: Context, given: StartPlacement) -> Sitting:
    """Begin a placement: questions that follow your answers, until it is clear where you stand."""
    person = learner(ctx)
    if queries.open_sitting(person.pk, "placement"):
        raise Conflict("A placement is open already; finish it first.")
    if not queries.pool(queries.exam(given.exam)).ids:
        raise Invalid({"exam": ["The bank holds no questions for this examination."]})
    return Sitting.objects.create(
        staff=person, kind="placement", exam=given.exam, seed=secrets.token_hex(8), at=ctx.at
    )  # fmt: skip


@action("study.place", emits="study.placement_answered", shows=None)
def place(ctx: Context, given: AnswerPlacement) -> Answer:
    """Answer the question that a placement asks now; the last answer ends it."""
    person = learner(ctx)
    one = queries.sitting(given.sitting, person.pk)
    asks = queries.next_placed(one) if one.kind == "placement" else None
    if asks is None or asks.id != given.item:
        raise Conflict("The placement does not ask this question now.")
    made = _answer(one, asks, given.chosen, 0, ctx.at)
    if queries.next_placed(one) is None:
        _finish(one, ctx.at)
    return made


@action("study.start_mock", emits="study.mock_started", shows=None)
def start_mock(ctx: Context, given: StartMock) -> Sitting:
    """Begin a mock examination in its real length, parts and mix, as far as the bank goes; time runs at once."""
    person, exam = learner(ctx), queries.exam(given.exam)
    if queries.open_sitting(person.pk, "mock"):
        raise Conflict("A mock examination is open already; finish it first.")
    seed = secrets.token_hex(8)
    form = rules.draw(queries.bank(), exam, seed, queries.seen_in_mocks(person.pk))
    if not form.asked:
        raise Invalid({"exam": ["The bank has too few questions for this examination's mix."]})
    made = Sitting.objects.create(
        staff=person, kind="mock", exam=exam.code, seed=seed, parts=form.parts, minutes=form.minutes, real=form.real,
        at=ctx.at,
    )  # fmt: skip
    _begin(made, 1, ctx.at)
    return made


@action("study.begin_part", emits="study.part_begun", shows=None)
def begin_part(ctx: Context, given: BeginPart) -> Part:
    """Begin the next part of a mock examination; its time runs from now."""
    one = queries.sitting(given.sitting, learner(ctx).pk)
    if queries.standing(one, ctx.at).next_number != given.number:
        raise Conflict("This part cannot begin now.")
    return _begin(one, given.number, ctx.at)


@action("study.answer", emits="study.answered", shows=None)
def answer(ctx: Context, given: AnswerMock) -> Answer:
    """Answer a question of the part that runs; until its time is over another answer replaces it."""
    one = queries.sitting(given.sitting, learner(ctx).pk)
    now = queries.standing(one, ctx.at)
    if now.over:
        raise Conflict(OVER)
    if given.item not in now.items:
        raise Conflict("This question is not of the part that runs now.")
    ordinal = Answer.objects.filter(sitting=one, item=given.item).count()
    return _answer(one, queries.question(given.item), given.chosen, ordinal, ctx.at)


@action("study.end_part", emits="study.part_ended", shows=None)
def end_part(ctx: Context, given: EndPart) -> Sitting:
    """Hand in the part that runs, or the whole examination."""
    one = queries.sitting(given.sitting, learner(ctx).pk)
    now = queries.standing(one, ctx.at)
    if now.result:
        raise Conflict("This examination is over.")
    if now.over:
        raise Conflict(OVER)
    if now.running and now.running.number == given.number:
        _end(now.running, "handed-in", ctx.at)
    elif now.next_number != given.number or not given.whole:
        raise Conflict("This part does not run now.")
    if given.whole or given.number == len(one.parts):
        _finish(one, ctx.at)
    return one


@action("study.close_over", emits=None, shows=None)
def close_over(ctx: Context, given: CloseOver) -> int:
    """End every part whose time is over; how many they were."""
    late = queries.overdue(ctx.at, given.sitting)
    for part in late:
        close_part(ctx, ClosePart(part=part.pk))
    return len(late)


@action("study.close_part", emits="study.part_ended", shows=None)
def close_part(ctx: Context, given: ClosePart) -> Sitting:
    """End a part whose time is over; what was answered until then counts."""
    part = queries.part(given.part)
    if hasattr(part, "end") or part.due_at > ctx.at:
        raise Conflict("The time of this part is not over, or it has ended already.")
    _end(part, "time", part.due_at)
    if part.number == len(part.sitting.parts):
        _finish(part.sitting, part.due_at)
    return part.sitting


def _begin(one: Sitting, number: int, at: datetime) -> Part:
    until = rules.ends(at, one.minutes[number - 1])
    with clash(TWICE):
        return Part.objects.create(sitting=one, number=number, begun_at=at, due_at=until)


def _end(part: Part, why: str, at: datetime) -> PartEnd:
    with clash(TWICE):
        return PartEnd.objects.create(part=part, why=why, at=at)


def _answer(one: Sitting, item: rules.Item, chosen: int, ordinal: int, at: datetime) -> Answer:
    with clash(TWICE):
        return Answer.objects.create(
            sitting=one, item=item.id, version=item.version, ordinal=ordinal, chosen=chosen,
            right=chosen == item.key, at=at,
        )  # fmt: skip


def _finish(one: Sitting, at: datetime) -> Result:
    """Count what came of it, with the ability that the answers show."""
    marks = queries.marks(one)
    known = rules.posterior(queries.asked(one))
    total: dict[str, Any] = {name: sum(getattr(row, name) for row in marks) for name in ("asked", "answered", "right")}
    areas = [{name: getattr(row, name) for name in ("code", "name", "asked", "answered", "right")} for row in marks]
    return Result.objects.create(sitting=one, areas=areas, ability=known.mean, se=known.se, at=at, **total)
