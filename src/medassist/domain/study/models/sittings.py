"""Placements and mock examinations: what was asked, when each part's time is over, each answer, and what came of it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from medassist.kernel import clock
from medassist.kernel.models import Row

KINDS = {"placement": "Placement", "mock": "Mock examination"}
WHY = {"handed-in": "handed in", "time": "time was over"}


class Sitting(Row):
    """One placement or mock examination of one person. A placement's questions are chosen as it goes."""

    staff = models.ForeignKey("office.Staff", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=list(KINDS.items()))
    exam = models.CharField(max_length=20)
    seed = models.CharField(max_length=32)
    parts = models.JSONField(default=list)
    """Of a mock: the items of each part, in order."""
    minutes = models.JSONField(default=list)
    real = models.PositiveIntegerField(default=0)
    """How many questions the examination itself has."""
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["staff", "-id"], name="sittings_newest_first")]


class Part(Row):
    """A part that was begun, and when its time is over."""

    sitting = models.ForeignKey(Sitting, models.PROTECT, related_name="begun")
    number = models.PositiveSmallIntegerField()
    begun_at = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="parts_by_due_time")]
        constraints = [
            models.UniqueConstraint(fields=["sitting", "number"], name="a_part_begins_once"),
            models.CheckConstraint(condition=Q(begun_at__lt=F("due_at")), name="a_part_has_time"),
        ]


class PartEnd(Row):
    """The end of a part: handed in, or its time was over."""

    part = models.OneToOneField(Part, models.PROTECT, related_name="end")
    why = models.CharField(max_length=12, choices=list(WHY.items()))
    at = models.DateTimeField()


class Answer(Row):
    """One answer. In a mock examination the highest ordinal of an item counts; a placement asks once."""

    sitting = models.ForeignKey(Sitting, models.PROTECT, related_name="answers")
    item = models.CharField(max_length=80)
    version = models.CharField(max_length=12)
    ordinal = models.PositiveSmallIntegerField(default=0)
    chosen = models.PositiveSmallIntegerField()
    right = models.BooleanField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sitting", "item", "ordinal"], name="answers_are_numbered"),
            models.CheckConstraint(condition=Q(chosen__lte=3), name="answer_chose_one_of_four"),
        ]


class Result(Row):
    """What came of a sitting: its counts, by area too, and the ability with its standard error."""

    sitting = models.OneToOneField(Sitting, models.PROTECT, related_name="result")
    asked = models.PositiveIntegerField()
    answered = models.PositiveIntegerField()
    right = models.PositiveIntegerField()
    areas = models.JSONField()
    """Each area: code, name, asked, answered, right."""
    ability = models.FloatField()
    se = models.FloatField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(right__lte=F("answered"), answered__lte=F("asked")), name="result_counts_fit"
            )
        ]
