"""What can be done with tasks. Nothing is deleted: a task ends with an outcome or a reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from medassist.domain.office import queries as office
from medassist.domain.people import queries as people
from medassist.domain.worklist import queries, rules
from medassist.domain.worklist.inputs import (
    Acknowledge,
    Add,
    Assign,
    Close,
    Done,
    Escalate,
    EscalateTask,
    Note,
    OfTask,
    Plan,
    Reassign,
    Reopen,
    Take,
    Withdraw,
)
from medassist.domain.worklist.models import Task, TaskNote
from medassist.kernel import doorway
from medassist.kernel.action import action
from medassist.kernel.context import Context
from medassist.kernel.errors import Conflict, Invalid, Missing

SHOWN = ("Task",)


def _there(ctx: Context, given: Add) -> dict[str, Any]:
    return {"site": given.site}


def _facts(ctx: Context, given: OfTask) -> dict[str, Any]:
    return queries.where(given.task)


@action("worklist.add", emits="worklist.added", shows=SHOWN, facts=_there)
def add(ctx: Context, given: Add) -> Task:
    """Add a task for a person or a pool, with a time by which it is to be done."""
    site, kind = office.site(given.site), rules.kinds()[given.kind]
    if given.patient:
        people.patient(given.patient)
    if given.once and (found := _same(given)):
        return found
    if given.joins and (found := _beside(given)):
        _note(ctx, found, f"{given.title or kind['name']}\n{given.details}".strip(), given.about)
        return found
    return Task.objects.create(
        kind=given.kind, title=given.title or kind["name"], details=given.details, site=site, patient_id=given.patient,
        visit=given.visit, about=given.about, owner=office.staff(given.owner) if given.owner else None,
        pool=given.pool or kind["pool"], priority=given.priority or kind.get("priority", "routine"),
        due_at=given.due_at or rules.due(given.kind, ctx.at), added_by=ctx.actor.id, added_at=ctx.at,
    )  # fmt: skip


@action("worklist.take", emits="worklist.taken", shows=SHOWN, facts=_facts)
def take(ctx: Context, given: Take) -> Task:
    """Take a task: it is mine to do."""
    task = _plain(given.task)
    if (me := office.staff_by_actor(ctx.actor.id)) is None:
        raise Invalid({"task": ["Only somebody of the staff can take a task."]})
    if task.owner_id == me.pk:
        raise Conflict("This task is yours already.")
    if task.owner:
        raise Conflict(f"{task.owner.name} has taken this task.")
    task.owner = me
    task.save(update_fields=["owner"])
    return task


@action("worklist.assign", emits="worklist.assigned", shows=SHOWN, facts=_facts)
def assign(ctx: Context, given: Assign) -> Task:
    """Give a task to somebody or to a pool; what another person holds, only who may manage the worklist can move."""
    task = _plain(given.task)
    if task.owner and task.owner.actor_id != ctx.actor.id:
        return reassign(ctx, Reassign(**given.model_dump()))
    return _given_to(ctx, task, given)


@action("worklist.reassign", emits="worklist.reassigned", shows=SHOWN, facts=_facts)
def reassign(ctx: Context, given: Reassign) -> Task:
    """Give a task that another person holds to somebody else or to a pool."""
    return _given_to(ctx, _plain(given.task), given)


@action("worklist.done", emits="worklist.done", shows=SHOWN, facts=_facts)
def done(ctx: Context, given: Done) -> Task:
    """Note that a task is done, and what came of it."""
    return _ended(ctx, _plain(given.task), "done", outcome=given.outcome)


@action("worklist.close", emits="worklist.closed", shows=SHOWN, facts=_facts)
def close(ctx: Context, given: Close) -> Task:
    """Close a task that will not be done, with the reason."""
    return _ended(ctx, _plain(given.task), "cancelled", reason=given.reason)


@action("worklist.acknowledge", emits="worklist.acknowledged", shows=SHOWN, facts=_facts)
def acknowledge(ctx: Context, given: Acknowledge) -> Task:
    """Acknowledge a task that may not be left, such as a critical value: what was done about it."""
    task = _open(given.task)
    if task.kind != given.kind:
        # the act was asked by this kind: another one's task is not ended by it
        raise Invalid({"kind": [f"This task is of another kind: {rules.kind_name(task.kind)}."]})
    return _ended(ctx, task, "done", outcome=rules.outcome(task.kind, given.done, given.text))


@action("worklist.withdraw", emits="worklist.withdrawn", shows=SHOWN, facts=_facts)
def withdraw(ctx: Context, given: Withdraw) -> Task:
    """Close a task whose ground is gone, such as a value that was corrected."""
    return _ended(ctx, _open(given.task), "cancelled", reason=given.reason)


@action("worklist.reopen", emits="worklist.reopened", shows=SHOWN, facts=_facts)
def reopen(ctx: Context, given: Reopen) -> Task:
    """Open a task again that is not done after all."""
    task = _locked(given.task)
    if task.status == "open":
        raise Conflict("This task is open.")
    was = f"{rules.STATUSES[task.status]}: {task.outcome or task.reason}".rstrip(": ")
    _note(ctx, task, f"Opened again: {given.reason} (before: {was})")
    task.status, task.outcome, task.reason, task.ended_at, task.ended_by = "open", "", "", None, None
    task.escalated_at, task.escalated_to, task.rung = None, "", 0
    task.due_at = max(filter(None, [task.due_at, ctx.at]))
    task.save()
    return task


@action("worklist.note", emits="worklist.noted", shows=SHOWN, facts=_facts)
def note(ctx: Context, given: Note) -> Task:
    """Add a note to a task."""
    task = _locked(given.task)
    _note(ctx, task, given.text, given.about)
    return task


@action("worklist.plan", emits="worklist.planned", shows=SHOWN, facts=_facts)
def plan(ctx: Context, given: Plan) -> Task:
    """Give a task another time or another priority."""
    task = _plain(given.task)
    if given.due_at:
        # a new time is a new promise: it may be missed, and escalated, anew
        task.due_at, task.escalated_at, task.escalated_to, task.rung = given.due_at, None, "", 0
    task.priority = given.priority or task.priority
    task.save(update_fields=["due_at", "priority", "escalated_at", "escalated_to", "rung"])
    return task


@action("worklist.escalate", emits=None, shows=None)
def escalate(ctx: Context, given: Escalate) -> int:
    """Pass on every task that nobody did in time; how many they were."""
    late = queries.due_for_escalation(ctx.at, given.site, lock=True)
    for one in late:
        escalate_task(ctx, EscalateTask(task=one))
    return len(late)


@action("worklist.escalate_task", emits="worklist.escalated", shows=SHOWN, facts=_facts)
def escalate_task(ctx: Context, given: EscalateTask) -> Task:
    """Pass on a task that nobody did in time: more pressing, and seen by whom its kind names."""
    task = _open(given.task)
    due_at = task.due_at or ctx.at
    rung = max(task.rung, int(task.escalated_at is not None))
    again = rules.goes_on(task.kind, due_at, rung, task.escalated_at)
    if rung and (again is None or again > ctx.at):
        raise Conflict("This task went on already.")
    task.rung = rules.rung_at(task.kind, due_at, rung, ctx.at)
    task.escalated_at, task.escalated_to = ctx.at, rules.goes_to(task.kind, task.rung)
    task.priority = rules.raised(task.priority)
    if task.owner_id is None:
        task.pool = task.escalated_to
    task.save(update_fields=["escalated_at", "escalated_to", "priority", "pool", "rung"])
    return task


def _same(given: Add) -> Task | None:
    rows = Task.objects.filter(kind=given.kind, site=given.site, status="open", about=given.about)
    return rows.filter(patient=given.patient).select_related("owner").first()


def _beside(given: Add) -> Task | None:
    """The open task of this kind about the same visit, or about the same patient outside of one; locked."""
    rows = Task.objects.filter(kind=given.kind, site=given.site, status="open", patient=given.patient)
    return rows.filter(visit=given.visit).select_for_update().order_by("added_at").first()


def _locked(task: UUID) -> Task:
    # locked alone: rows joined to a row that one waits for are those of before the wait
    if (found := Task.objects.select_for_update().filter(pk=task).first()) is None:
        raise Missing("task", task)
    if found.patient_id:
        doorway.concerns(found.patient_id)
    return found


def _open(task: UUID) -> Task:
    found = _locked(task)
    if found.status != "open":
        raise Conflict(f"This task is {rules.STATUSES[found.status].lower()} already.")
    return found


def _plain(task: UUID) -> Task:
    """A task that is open and of a kind that may be moved, planned and ended by whoever has it."""
    found = _open(task)
    if rules.ends_with(found.kind):
        raise Conflict(rules.kinds()[found.kind]["ended_by"])
    return found


def _given_to(ctx: Context, task: Task, given: Assign) -> Task:
    task.owner = office.staff(given.owner) if given.owner else None
    if task.owner and not task.owner.active:
        raise Invalid({"owner": [f"{task.owner.name} no longer works here."]})
    task.pool = given.pool or task.pool
    task.save(update_fields=["owner", "pool"])
    if given.note:
        _note(ctx, task, given.note)
    return task


def _ended(ctx: Context, task: Task, status: str, outcome: str = "", reason: str = "") -> Task:
    task.status, task.outcome, task.reason = status, outcome, reason
    task.ended_at, task.ended_by = ctx.at, ctx.actor.id
    task.save(update_fields=["status", "outcome", "reason", "ended_at", "ended_by"])
    return task


def _note(ctx: Context, task: Task, text: str, about: str = "") -> None:
    TaskNote.objects.create(task=task, text=text, about=about, by=ctx.actor.id, at=ctx.at)
