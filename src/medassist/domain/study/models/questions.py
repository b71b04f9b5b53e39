"""The practice's own questions, and how hard questions proved to be."""

from __future__ import annotations

from django.db import models

from medassist.kernel import clock
from medassist.kernel.models import Row


class OwnQuestion(Row):
    """One wording of a question that the practice brought; of a name the newest counts."""

    name = models.CharField(max_length=80)
    said = models.JSONField()
    """As a file of the bank says it."""
    at = models.DateTimeField(default=clock.now)
    by = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["name", "-id"], name="own_questions_newest_first")]


class Calibration(Row):
    """Difficulties measured by answers; the newest goes before the writers' estimates."""

    items = models.JSONField()
    """By item: the version it was answered in, its difficulty, its slope, how many answers."""
    persons = models.PositiveIntegerField()
    answers = models.PositiveIntegerField()
    bank = models.CharField(max_length=64)
    """The hash of the bank that it was made with."""
    at = models.DateTimeField(default=clock.now)
    by = models.UUIDField()
