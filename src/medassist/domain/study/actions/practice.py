"""What can be done in one's own practice."""

from __future__ import annotations

from medassist.domain.credentials import queries as credentials
from medassist.domain.study import queries, rules
from medassist.domain.study.actions.who import learner
from medassist.domain.study.inputs import AimAt, AnswerReview
from medassist.domain.study.models import Aim, Review
from medassist.kernel.action import action
from medassist.kernel.context import Context
from medassist.kernel.errors import Invalid


@action("study.aim", emits="study.aimed", shows=None)
def aim(ctx: Context, given: AimAt) -> Aim:
    """Say which examination you prepare for, and its day where you know it."""
    person = learner(ctx)
    today = queries.office_day(ctx.at)
    if given.on and given.on < today:
        raise Invalid({"on": ["That day is over."]})
    if wrong := credentials.day_faults(today, ahead={"on": given.on}):
        raise Invalid(wrong)
    return Aim.objects.create(staff=person, exam=given.exam, on=given.on, at=ctx.at)


@action("study.review", emits="study.reviewed", shows=None)
def review(ctx: Context, given: AnswerReview) -> Review:
    """Answer a question in practice; when it comes again follows from the answer."""
    person, one = learner(ctx), queries.question(given.item)
    right = given.chosen == one.key
    rating = rules.rated(right, not given.unsure)
    card = rules.reviewed(queries.card(person.pk, one.id), rating, ctx.at)
    return Review.objects.create(
        staff=person, item=one.id, version=one.version, chosen=given.chosen, right=right, rating=rating,
        state=card.state, step=card.step, stability=card.stability, difficulty=card.difficulty,
        due_at=card.due_at, at=ctx.at,
    )  # fmt: skip
