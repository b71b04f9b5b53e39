"""Tables of orders. A signed text is never edited: a new version replaces it, a withdrawal ends it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from medassist.kernel import clock
from medassist.kernel.models import Row


class StandingOrder(Row):
    """A signed text by which an act may be done for every patient whom it fits, until its review."""

    number = models.PositiveIntegerField()
    version = models.PositiveIntegerField(default=1)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    site = models.ForeignKey("office.Site", models.PROTECT, null=True, related_name="+")
    act = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    text = models.TextField()
    signer = models.ForeignKey("office.Staff", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=4)
    """What the signer was when signing: MD, DO, NP, PA."""
    signed_on = models.DateField()
    review_on = models.DateField()
    at = models.DateTimeField(default=clock.now)
    withdrawn_on = models.DateField(null=True)
    withdrawn_why = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["number", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["number", "version"], name="one_standing_order_a_version"),
            models.CheckConstraint(
                condition=Q(signed_on__lt=F("review_on")), name="a_standing_order_is_reviewed_later"
            ),
        ]
        indexes = [models.Index(fields=["act"], name="standing_order_by_act")]

    def __str__(self) -> str:
        return f"Standing order {self.number}, {self.title}"


class Order(Row):
    """What a provider signed for one patient: an act, in words, from a moment to a moment."""

    patient = models.ForeignKey("people.Patient", models.PROTECT, related_name="orders")
    site = models.ForeignKey("office.Site", models.PROTECT, null=True, related_name="+")
    act = models.CharField(max_length=64)
    text = models.TextField()
    signer = models.ForeignKey("office.Staff", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=4)
    signed_at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_why = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(signed_at__lt=F("until")), name="an_order_ends_after_it_begins"
            )
        ]
        indexes = [models.Index(fields=["patient", "act"], name="order_by_patient")]

    def __str__(self) -> str:
        return self.text[:80]
