"""Tables of delegation: the practice's policies, what software is granted, and the stamp of the last change."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from medassist.domain.delegation.models.files import Check, Reach, StateFile
from medassist.kernel import clock
from medassist.kernel.models import Row

__all__ = ["Check", "Grant", "Policy", "Reach", "Stamp", "StateFile"]


class Policy(Row):
    """A policy of the practice for one act in one state, signed by who read that state's file."""

    act = models.CharField(max_length=64)
    state = models.CharField(max_length=6)
    site = models.ForeignKey("office.Site", models.PROTECT, null=True, related_name="+")
    """One site, or none: every site in that state."""
    hash = models.CharField(max_length=64)
    """SHA-256 of the state's file as it was read."""
    read = models.JSONField(default=list)
    """The free text of the file that the signer was shown and read."""
    text = models.TextField()
    authority = models.CharField(max_length=500, blank=True)
    """On what law, rule or advice the practice rests, in its own words."""
    approved_by = models.ForeignKey("office.Staff", models.PROTECT, null=True, related_name="+")
    narrows = models.JSONField(default=dict)
    signer = models.ForeignKey("office.Staff", models.PROTECT, related_name="+")
    signed_on = models.DateField()
    review_on = models.DateField()
    version = models.PositiveIntegerField(default=1)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    """The one before for the same act, place and text of the file: it counts no more."""
    at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["act", "-at"]
        constraints = [
            models.CheckConstraint(condition=Q(signed_on__lt=F("review_on")), name="a_policy_is_reviewed_later"),
        ]
        indexes = [models.Index(fields=["state", "act"], name="policy_by_act")]

    def __str__(self) -> str:
        return f"{self.act}, {self.state}"


class Grant(Row):
    """One act that an account of software may do, at one site or all, and nothing beyond its grants."""

    actor = models.ForeignKey("kernel.ActorRow", models.PROTECT, related_name="+")
    act = models.CharField(max_length=64)
    as_role = models.CharField(max_length=40, blank=True)
    """Where the act is decided by role: the role whose answer it gets, never a wider one."""
    site = models.ForeignKey("office.Site", models.PROTECT, null=True, related_name="+")
    until = models.DateField(null=True)
    at = models.DateTimeField(default=clock.now)
    by = models.UUIDField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["actor", "act", "site"],
                condition=Q(withdrawn_at__isnull=True),
                nulls_distinct=False,
                name="an_act_is_granted_once",
            )
        ]


class Stamp(models.Model):
    """One row; a new value whenever something changes that a ruling rests on. Triggers write it (models/stamp.py)."""

    id = models.SmallIntegerField(primary_key=True)
    version = models.UUIDField()

    class Meta:
        db_table = "delegation_stamp"
