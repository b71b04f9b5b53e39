"""What can be done with classes. Joining is the consent; leaving ends it."""

from __future__ import annotations

import secrets

from medassist.domain.study import queries
from medassist.domain.study.actions.who import learner
from medassist.domain.study.inputs import JoinClass, LeaveClass, OpenClass
from medassist.domain.study.models import Leaving, Membership, StudyClass
from medassist.kernel.action import action
from medassist.kernel.context import Context
from medassist.kernel.errors import Conflict, Invalid, Missing

SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Of a code: without O, 0, I, 1, which people take for each other."""


@action("study.open_class", emits="study.class_opened", shows=None)
def open_class(ctx: Context, given: OpenClass) -> StudyClass:
    """Open a class; people join it by its code."""
    code = "".join(secrets.choice(SIGNS) for _ in range(8))
    return StudyClass.objects.create(name=given.name, code=code, teacher=learner(ctx), at=ctx.at)


@action("study.join", emits="study.joined", shows=None)
def join(ctx: Context, given: JoinClass) -> Membership:
    """Join a class: its teacher then sees how much you practiced and how ready you are."""
    person = learner(ctx)
    if (group := queries.by_code(given.code)) is None:
        raise Invalid({"code": ["No class has this code. Ask its teacher."]})
    if queries.membership(group.pk, person.pk):
        raise Conflict("You are in this class already.")
    return Membership.objects.create(group=group, staff=person, at=ctx.at)


@action("study.leave", emits="study.left", shows=None)
def leave(ctx: Context, given: LeaveClass) -> Leaving:
    """Leave a class: its teacher then sees nothing of you any more."""
    found = queries.membership(given.group, learner(ctx).pk)
    if found is None:
        raise Missing("class", given.group)
    return Leaving.objects.create(membership=found, at=ctx.at)
