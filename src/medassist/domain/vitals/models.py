"""Tables of vital signs. Rows are added and never changed: a correction is a row that names the one it replaces."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q

from medassist.domain.vitals import rules
from medassist.kernel import clock
from medassist.kernel.models import Row

SIGNS = [(one.name, one.label) for one in rules.SIGNS.values()]


class Exact(models.Field):
    """PostgreSQL's numeric without bounds: a value keeps every digit it came with."""

    def db_type(self, connection: Any) -> str:
        return "numeric"

    def get_internal_type(self) -> str:
        return "Exact"

    def to_python(self, value: Any) -> Decimal | None:
        return value if value is None or isinstance(value, Decimal) else Decimal(str(value))

    def get_prep_value(self, value: Any) -> Decimal | None:
        return self.to_python(value)


class VitalSet(Row):
    """Signs that belong together: one patient, one time, one who measured."""

    patient = models.ForeignKey("people.Patient", models.PROTECT, related_name="vital_sets")
    visit = models.ForeignKey("visits.Visit", models.PROTECT, null=True, blank=True, related_name="vital_sets")
    site = models.ForeignKey("office.Site", models.PROTECT, null=True, blank=True, related_name="+")
    taken_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=clock.now)
    by = models.UUIDField()
    device = models.CharField(max_length=200, blank=True)
    """What measured, where a device or another system reports."""
    status = models.CharField(max_length=12, choices=[("preliminary", "Preliminary"), ("final", "Final")])
    """As recorded; a preliminary set is final once a Confirmation stands beside it."""
    position = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    received = models.BooleanField(default=False)
    """Whether the set came from elsewhere and is shown as it came."""

    class Meta:
        ordering = ["taken_at"]
        indexes = [
            models.Index(fields=["patient", "taken_at"], name="vital_set_by_patient"),
            models.Index(fields=["visit"], name="vital_set_by_visit", condition=Q(visit__isnull=False)),
        ]


class Reading(Row):
    """One sign of one set. A row without value takes back the one that it replaces."""

    of = models.ForeignKey(VitalSet, models.PROTECT, related_name="readings")
    # set, patient and time never change, so a trend reads this table alone
    patient = models.ForeignKey("people.Patient", models.PROTECT, related_name="+", db_index=False)
    taken_at = models.DateTimeField()
    sign = models.CharField(max_length=24, choices=SIGNS)
    ordinal = models.SmallIntegerField(default=1)
    value = Exact(null=True)
    unit = models.CharField(max_length=100, blank=True)
    standard = Exact(null=True)
    """The value in the unit in which this sign is compared; empty when the unit is not known here."""
    on = models.DateField(null=True)
    """The day, where the sign is a day."""
    body_site = models.CharField(max_length=200, blank=True)
    method = models.CharField(max_length=200, blank=True)
    position = models.CharField(max_length=200, blank=True)
    qualifiers = models.JSONField(default=dict, blank=True)
    doubts = models.JSONField(default=list, blank=True)
    """What was asked about this value; somebody confirmed it, or the set is preliminary."""
    sent = models.TextField(blank=True)
    """The FHIR Observation by which another system reported it, as JSON; text keeps the digits of its decimals."""
    observation = models.UUIDField(null=True, db_index=True)
    """The FHIR Observation in which this reading is shown; two pressures share one."""
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    reason = models.CharField(max_length=500, blank=True)
    by = models.UUIDField()
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["taken_at", "recorded_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["of", "sign", "ordinal"],
                condition=Q(replaces__isnull=True),
                name="one_reading_a_sign_and_ordinal",
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=False) | Q(value__isnull=False) | Q(on__isnull=False),
                name="a_reading_has_a_value",
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(reason=""), name="a_correction_has_a_reason"
            ),
        ]
        indexes = [models.Index(fields=["patient", "sign", "-taken_at"], name="reading_by_patient_and_sign")]

    @property
    def taken_back(self) -> bool:
        """Whether this row only says that the one it replaces was wrong."""
        return self.value is None and self.on is None


class Confirmation(Row):
    """A person looked at a preliminary set and confirmed it."""

    of = models.OneToOneField(VitalSet, models.PROTECT, related_name="confirmation")
    by = models.UUIDField()
    at = models.DateTimeField(default=clock.now)
