"""What can be read of the worklist."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import Case, Count, F, IntegerField, JSONField, Min, Q, QuerySet, Value, When
from django.db.models.functions import JSONObject

from medassist.domain.office import queries as office
from medassist.domain.worklist import rules
from medassist.domain.worklist.models import Task, TaskNote
from medassist.kernel import clock
from medassist.kernel.errors import Missing

KINDS = rules.kinds()
POOLS = rules.pools()
PRIORITIES = rules.PRIORITIES
LIMIT = 200

Row = dict[str, Any]
COLUMNS = (
    "id", "kind", "title", "details", "site_id", "patient_id", "visit", "about", "owner_id", "pool", "priority",
    "due_at", "status", "outcome", "reason", "added_by", "added_at", "ended_by", "ended_at", "escalated_at",
    "escalated_to", "rung", "owner__given", "owner__family",
)  # fmt: skip
RANK = Case(*(When(priority=code, then=Value(n)) for n, code in enumerate(rules.RANKS)), output_field=IntegerField())


def task(task: UUID) -> Task:
    """One task."""
    rows = Task.objects.select_related("owner", "site", "patient")
    if (found := rows.filter(pk=task).first()) is None:
        raise Missing("task", task)
    return found


def where(task: UUID) -> dict[str, Any]:
    """Site, patient and holder of a task, as facts for the authority."""
    found = Task.objects.filter(pk=task).values("site_id", "patient_id", "owner__actor_id").first()
    if found is None:
        raise Missing("task", task)
    return {"site": found["site_id"], "patient": found["patient_id"], "owner": found["owner__actor_id"]}


def notes(task: UUID) -> list[Row]:
    """What was added to a task, the oldest first, with the names of the staff who added it."""
    rows = list(TaskNote.objects.filter(task=task).values("id", "text", "by", "at"))
    names = office.names(row["by"] for row in rows)
    return [{**row, "by_name": names.get(row["by"], "medassist")} for row in rows]


def mine(actor: UUID, site: UUID | None = None, limit: int = LIMIT, roles: Iterable[str] = ()) -> list[Row]:
    """The open tasks that somebody of the staff holds, or is told of as one of a pool; most pressing first."""
    return _rows(_open(site).filter(Q(owner__actor_id=actor) | _told(roles)), limit)


def _told(roles: Iterable[str]) -> Q:
    """Tasks that may not be left and that these roles are told of: unowned in their pool, or passed on to it."""
    pools, found = rules.pools_of(roles), Q(pk__in=[])
    for code in rules.climbing():
        passed = Q(rung__gte=rung) if (rung := rules.rungs_of(code, pools)) else Q(pk__in=[])
        found |= Q(kind=code) & (Q(owner=None, pool__in=pools) | passed)
    return found


def pool(site: UUID, pools: Iterable[str] | None = None, limit: int = LIMIT) -> list[Row]:
    """The open tasks of a site that nobody holds yet, of some pools or of all."""
    rows = _open(site).filter(owner=None)
    return _rows(rows.filter(pool__in=list(pools)) if pools is not None else rows, limit)


def team(site: UUID, limit: int = LIMIT) -> list[Row]:
    """All open tasks of a site."""
    return _rows(_open(site), limit)


def overdue(site: UUID | None = None, at: datetime | None = None, limit: int = LIMIT) -> list[Row]:
    """The open tasks whose time is over."""
    return _rows(_open(site).filter(due_at__lt=at or clock.now()), limit)


def ended(site: UUID, since: datetime, limit: int = LIMIT) -> list[Row]:
    """The tasks done or closed since a moment, the newest first."""
    rows = Task.objects.filter(site=site, ended_at__gte=since).order_by("-ended_at")
    return [_row(row) for row in rows.values(*COLUMNS)[:limit]]


def of_patient(patient: UUID, limit: int = LIMIT) -> list[Row]:
    """The open tasks that concern a patient."""
    return _rows(Task.objects.filter(patient=patient, status="open"), limit)


def about(subject: str) -> list[Row]:
    """All tasks about one thing ("order/<id>"), open ones first."""
    return [_row(row) for row in Task.objects.filter(about=subject).order_by("-status", "added_at").values(*COLUMNS)]


def covering(subjects: Iterable[str]) -> dict[str, list[Row]]:
    """The tasks about each of these things, or that took it as a note; the oldest first. Two queries."""
    found: dict[str, list[Row]] = {one: [] for one in subjects}
    noted = TaskNote.objects.filter(about__in=list(found)).values_list("task_id", "about")
    of = {(task, about) for task, about in noted}
    rows = Task.objects.filter(Q(about__in=list(found)) | Q(pk__in={task for task, _ in of})).order_by("added_at")
    for row in map(_row, rows.values(*COLUMNS)):
        for one in found.keys() & {row["about"], *(about for task, about in of if task == row["id"])}:
            found[one].append(row)
    return found


def of_visit(visit: UUID, patient: UUID, kind: str) -> list[Row]:
    """The tasks of one kind that a patient's visit has had, the oldest first."""
    rows = Task.objects.filter(patient=patient, visit=visit, kind=kind).order_by("added_at")  # indexed by patient
    return [_row(row) for row in rows.values(*COLUMNS)]


def subjects(task: UUID) -> list[str]:
    """What a task is about, with what it took as notes; one query."""
    rows = Task.objects.filter(pk=task).values_list("about", "notes__about")
    return sorted({one for pair in rows for one in pair if one})


def outcomes(kind: str) -> list[tuple[str, dict[str, str]]]:
    """What may have been done about a task of a kind that ends by an act of its own: code, name, what to ask."""
    return list(rules.outcomes(kind).items())


def pool_name(code: str) -> str:
    """A pool in words."""
    return POOLS.get(code, {}).get("name", "")


def climbing() -> list[str]:
    """The kinds of task that go on until somebody acknowledges them."""
    return rules.climbing()


def counts(actor: UUID, site: UUID, roles: Iterable[str] = (), at: datetime | None = None) -> dict[str, int]:
    """How many open tasks are mine, in my pools without an owner, and overdue among both; one query."""
    roles = list(roles)
    own, free = Q(owner__actor_id=actor) | _told(roles), Q(owner=None, pool__in=rules.pools_of(roles))
    late = (own | free) & Q(due_at__lt=at or clock.now())
    found = _open(site).aggregate(a=Count("pk", own), b=Count("pk", free), c=Count("pk", late))
    return {"mine": found["a"], "pool": found["b"], "overdue": found["c"]}


def open_loops(site: UUID, at: datetime | None = None) -> list[Row]:
    """What is open at a site by kind: how many, how many of them overdue or without an owner, since when; one query.

    `pressing` are the tasks themselves of a kind that goes on until it is acknowledged: id, visit, title, since.
    """
    at = at or clock.now()
    one = JSONObject(id="pk", visit="visit", title="title", since="added_at")
    rows = _open(site).order_by().values("kind").annotate(
        count=Count("pk"), overdue=Count("pk", Q(due_at__lt=at)), unowned=Count("pk", Q(owner=None)),
        oldest=Min("added_at"),
        pressing=JSONBAgg(one, filter=Q(kind__in=rules.climbing()), default=Value([], JSONField())),
    )  # fmt: skip
    return [{**row, "name": rules.kind_name(row["kind"])} for row in rows.order_by("-overdue", "oldest")]


def due_for_escalation(
    at: datetime | None = None, site: UUID | None = None, limit: int = 500, lock: bool = False
) -> list[UUID]:
    """The open tasks that nobody did in their kind's time and that go on now; `lock`: left out are those being done."""
    at = at or clock.now()
    rows = _open(site).filter(Q(escalated_at=None) | Q(kind__in=rules.climbing()), due_at__lt=at).order_by("due_at")
    rows = rows.select_for_update(skip_locked=True) if lock else rows
    told = rows.values_list("pk", "kind", "due_at", "rung", "escalated_at")
    late = (
        pk
        for pk, kind, due, rung, last in told.iterator()
        if due and (on := rules.goes_on(kind, due, rung, last)) and on <= at
    )
    return list(islice(late, limit))


def pools_of(roles: Iterable[str]) -> list[str]:
    """The pools from which somebody of these roles takes tasks."""
    return rules.pools_of(roles)


def _open(site: UUID | None) -> QuerySet[Task]:
    rows = Task.objects.filter(status="open")
    return rows.filter(site=site) if site else rows


def _rows(rows: QuerySet[Task], limit: int) -> list[Row]:
    ordered = rows.order_by(RANK, F("due_at").asc(nulls_last=True), "added_at")
    return [_row(row) for row in ordered.values(*COLUMNS)[:limit]]


def _row(row: Row) -> Row:
    given, family = row.pop("owner__given"), row.pop("owner__family")
    row["owner_name"] = f"{given} {family}" if family else ""
    row["patient"], row["owner"], row["site"] = row.pop("patient_id"), row.pop("owner_id"), row.pop("site_id")
    row["kind_name"], row["pool_name"] = rules.kind_name(row["kind"]), POOLS.get(row["pool"], {}).get("name", "")
    row["ends_with"] = rules.ends_with(row["kind"])
    row["priority_name"] = rules.PRIORITIES[row["priority"]]
    row["overdue"] = row["status"] == "open" and row["due_at"] is not None and row["due_at"] < clock.now()
    return row
