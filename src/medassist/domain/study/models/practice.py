"""What a person aims at, and every answer in practice with the card that it made."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from medassist.domain.study import rules
from medassist.kernel import clock
from medassist.kernel.models import Row


class Aim(Row):
    """The examination that a person prepares for; the newest counts."""

    staff = models.ForeignKey("office.Staff", models.PROTECT, related_name="+")
    exam = models.CharField(max_length=20)
    on = models.DateField(null=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["staff", "-id"], name="aims_newest_first")]


class Review(Row):
    """One answer in practice, and the card as FSRS keeps it afterwards: the newest review of an item is its card."""

    staff = models.ForeignKey("office.Staff", models.PROTECT, related_name="+")
    item = models.CharField(max_length=80)
    version = models.CharField(max_length=12)
    """The wording that was answered (Item.version)."""
    chosen = models.PositiveSmallIntegerField()
    right = models.BooleanField()
    rating = models.PositiveSmallIntegerField(choices=list(rules.RATINGS.items()))
    state = models.PositiveSmallIntegerField()
    step = models.PositiveSmallIntegerField(null=True)
    stability = models.FloatField()
    difficulty = models.FloatField()
    due_at = models.DateTimeField()
    """As memory has it; the examination's day is looked at when it is read."""
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["staff", "item", "-id"], name="reviews_by_card")]
        constraints = [
            models.CheckConstraint(condition=Q(chosen__lte=3), name="review_chose_one_of_four"),
            models.CheckConstraint(
                condition=Q(right=True, rating__in=[2, 3]) | Q(right=False, rating=1), name="review_rating_fits_answer"
            ),
        ]
