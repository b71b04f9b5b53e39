"""Tables of the worklist. A task belongs to one person or to a pool, and is never deleted."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from medassist.domain.worklist import rules
from medassist.kernel import clock
from medassist.kernel.models import Row


class Task(Row):
    """One thing that somebody has to do by a time. `about` names what it concerns ("order/<id>", "visit/<id>")."""

    kind = models.SlugField(max_length=40)
    title = models.CharField(max_length=200)
    details = models.TextField(blank=True)
    site = models.ForeignKey("office.Site", models.PROTECT, related_name="tasks")
    patient = models.ForeignKey("people.Patient", models.PROTECT, null=True, blank=True, related_name="tasks")
    visit = models.UUIDField(null=True, blank=True)
    about = models.CharField(max_length=120, blank=True)
    owner = models.ForeignKey("office.Staff", models.PROTECT, null=True, blank=True, related_name="tasks")
    pool = models.SlugField(max_length=40, blank=True)
    priority = models.CharField(max_length=12, choices=list(rules.PRIORITIES.items()), default="routine")
    due_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=12, choices=list(rules.STATUSES.items()), default="open")
    outcome = models.CharField(max_length=500, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    added_by = models.UUIDField()
    added_at = models.DateTimeField(default=clock.now)
    ended_by = models.UUIDField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    escalated_to = models.SlugField(max_length=40, blank=True)
    rung = models.SmallIntegerField(default=0)
    """How often it was passed on: the place on the ladder of its kind."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(owner__isnull=False) | ~Q(pool=""), name="a_task_has_an_owner_or_a_pool"
            ),
            models.CheckConstraint(
                condition=Q(status="open", ended_at__isnull=True)
                | Q(status="done", ended_at__isnull=False)
                | Q(status="cancelled", ended_at__isnull=False) & ~Q(reason=""),
                name="a_closed_task_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["site", "due_at"], name="open_tasks_by_site", condition=Q(status="open")),
            models.Index(fields=["owner", "due_at"], name="open_tasks_by_owner", condition=Q(status="open")),
            models.Index(fields=["patient"], name="tasks_by_patient", condition=Q(patient__isnull=False)),
            models.Index(fields=["about"], name="tasks_by_what_they_are_about", condition=~Q(about="")),
        ]


class TaskNote(Row):
    """What somebody added to a task."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="notes")
    text = models.TextField()
    about = models.CharField(max_length=120, blank=True)
    """What else the task is about since then, named as the task's own `about`."""
    by = models.UUIDField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["about"], name="notes_by_what_they_are_about", condition=~Q(about=""))]
