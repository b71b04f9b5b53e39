"""Tables of visits. The database itself keeps one open visit a patient and site, and one visit a room."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from medassist.domain.visits import rules
from medassist.kernel import clock
from medassist.kernel.models import Row


class Visit(Row):
    """One coming of one patient to one site, from arriving to leaving. `step` repeats the open step for quick lists."""

    patient = models.ForeignKey("people.Patient", models.PROTECT, related_name="visits")
    appointment = models.ForeignKey(
        "scheduling.Appointment", models.PROTECT, null=True, blank=True, related_name="visits"
    )
    site = models.ForeignKey("office.Site", models.PROTECT, related_name="visits")
    provider = models.ForeignKey("office.Staff", models.PROTECT, null=True, blank=True, related_name="visits")
    delegator = models.ForeignKey("office.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    """Who said to delegate in this visit; without one its provider does."""
    room = models.ForeignKey("office.Room", models.PROTECT, null=True, blank=True, related_name="visits")
    reason = models.CharField(max_length=500, blank=True)
    step = models.CharField(max_length=16, choices=list(rules.STEPS.items()), default="arrived")
    step_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    left_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "site"], condition=Q(ended_at__isnull=True), name="one_open_visit_a_patient_and_site"
            ),
            models.UniqueConstraint(
                fields=["appointment"],
                condition=Q(appointment__isnull=False) & ~Q(step="entered-in-error"),
                name="one_visit_an_appointment",
            ),
            models.UniqueConstraint(
                fields=["room"], condition=Q(ended_at__isnull=True, room__isnull=False), name="one_visit_a_room"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, step__in=[s for s in rules.STEPS if s not in rules.LAST])
                | Q(ended_at__isnull=False, step__in=rules.LAST),
                name="a_visit_ends_with_its_last_step",
            ),
        ]
        indexes = [
            models.Index(fields=["site", "started_at"], name="visit_by_site"),
            models.Index(fields=["patient", "started_at"], name="visit_by_patient"),
        ]


class Step(Row):
    """The time that a visit spent in one step; the open one has no end."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=16, choices=list(rules.STEPS.items()))
    begin_at = models.DateTimeField()
    end_at = models.DateTimeField(null=True, blank=True)
    by = models.UUIDField()
    room = models.ForeignKey("office.Room", models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["begin_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["visit"], condition=Q(end_at__isnull=True, undone_at__isnull=True), name="one_open_step_a_visit"
            ),
            models.CheckConstraint(
                condition=Q(end_at__isnull=True) | Q(begin_at__lte=F("end_at")), name="step_ends_after_it_begins"
            ),
        ]


class IdentityCheck(Row):
    """Which two or more identifiers somebody asked for and found right."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="identity_checks")
    identifiers = models.JSONField()
    by = models.UUIDField()
    at = models.DateTimeField(default=clock.now)


class ToDo(Row):
    """One thing to be done before the patient leaves."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="to_dos")
    text = models.CharField(max_length=200)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField(default=clock.now)
    done_by = models.UUIDField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["asked_at", "id"]
