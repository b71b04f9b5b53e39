"""Tables of work that proves a skill: what was done, hours of practicum, and who signed which rows.

Rows are added, none is changed: a correction is a row that names the one before, and a signature names its rows.
"""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from medassist.domain.credentials import rules
from medassist.kernel import clock
from medassist.kernel.models import Row


class Corrected(Row):
    """What both logs have in common: whose it is, who saw it, and which row it replaces."""

    staff = models.ForeignKey("office.Staff", models.PROTECT, related_name="+")
    on = models.DateField()
    note = models.CharField(max_length=300, blank=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    why = models.CharField(max_length=500, blank=True)
    void = models.BooleanField(default=False)
    """It takes the one before back."""
    at = models.DateTimeField(default=clock.now)

    class Meta:
        abstract = True


class Work(Corrected):
    """Something done so many times on a day: heard of in the house, or entered by hand for a supervisor to sign."""

    act = models.CharField(max_length=64)
    count = models.PositiveSmallIntegerField(default=1)
    how = models.CharField(max_length=12, choices=list(rules.HOW.items()))
    event = models.UUIDField(null=True, unique=True)
    """The event that told of it; empty for what was entered by hand."""
    supervisor = models.ForeignKey("office.Staff", models.PROTECT, null=True, related_name="+")
    """Who saw it and is to sign; empty for what the house heard of itself."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(event__isnull=False, supervisor__isnull=True)
                | Q(event__isnull=True, supervisor__isnull=False),
                name="work_was_heard_of_or_is_signed",
            ),
            models.CheckConstraint(condition=~Q(staff=F("supervisor")), name="nobody_supervises_their_own_work"),
            models.CheckConstraint(condition=Q(count__gt=0), name="work_was_done_at_least_once"),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True, void=False) | Q(replaces__isnull=False) & ~Q(why=""),
                name="corrected_work_says_why",
            ),
        ]
        indexes = [models.Index(fields=["staff", "act"], name="work_by_act")]


class PracticumDay(Corrected):
    """Hours of practicum (externship) of one person on one day at one place, for the supervisor to sign."""

    place = models.CharField(max_length=200)
    begins = models.TimeField()
    ends = models.TimeField()
    pause = models.PositiveSmallIntegerField(default=0)
    """Minutes."""
    part = models.CharField(max_length=16, choices=list(rules.PARTS.items()))
    supervisor = models.ForeignKey("office.Staff", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(begins__lt=F("ends")), name="practicum_ends_after_it_begins"),
            models.CheckConstraint(condition=~Q(staff=F("supervisor")), name="nobody_supervises_their_own_practicum"),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True, void=False) | Q(replaces__isnull=False) & ~Q(why=""),
                name="corrected_practicum_says_why",
            ),
        ]
        indexes = [models.Index(fields=["staff", "on"], name="practicum_by_day")]

    @property
    def minutes(self) -> int:
        """Time on the wall less the pause."""
        begin, end = (datetime.combine(self.on, at) for at in (self.begins, self.ends))
        return int((end - begin).total_seconds() // 60) - self.pause


class Signature(Row):
    """A supervisor signed rows of somebody's logs: exactly these, as this hash tells."""

    staff = models.ForeignKey("office.Staff", models.PROTECT, related_name="+")
    signer = models.ForeignKey("office.Staff", models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    """Of the rows as the signer saw them, in the order of their keys (rules.evidence.digest)."""
    rows = models.PositiveIntegerField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(staff=F("signer")), name="nobody_signs_their_own_log"),
        ]


class Signed(Row):
    """One row that a signature names."""

    signature = models.ForeignKey(Signature, models.PROTECT, related_name="signed")
    work = models.OneToOneField(Work, models.PROTECT, null=True, related_name="signed")
    day = models.OneToOneField(PracticumDay, models.PROTECT, null=True, related_name="signed")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(work__isnull=False, day__isnull=True) | Q(work__isnull=True, day__isnull=False),
                name="signed_is_one_row",
            )
        ]
