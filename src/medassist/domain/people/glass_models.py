"""Tables of restricted charts: which are, for whom they stay open, and who broke the glass and why."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from medassist.kernel.models import Row


class Restriction(Row):
    """A chart that opens only to those named, or to one who says why. Lifted, never deleted."""

    patient = models.ForeignKey("people.Patient", models.PROTECT, related_name="restrictions")
    reason = models.TextField()
    # the identities to whom it stays open: the care team, or nobody
    open_to = ArrayField(models.UUIDField(), default=list)
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.UUIDField(null=True, blank=True)
    lift_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=Q(lifted_at__isnull=True), name="one_restriction_a_patient"
            )
        ]


class Opening(Row):
    """One person broke the glass: this chart is open to them for a while, and why is kept."""

    patient = models.ForeignKey("people.Patient", models.PROTECT, related_name="openings")
    actor = models.UUIDField()
    kind = models.CharField(max_length=20)
    reason = models.TextField()
    at = models.DateTimeField()
    until_at = models.DateTimeField()
    site = models.UUIDField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["patient", "actor", "until_at"], name="opening_in_force")]
