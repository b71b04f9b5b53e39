"""Tables of vital signs. Rows are added and never changed: a correction is a row that names the one it replaces."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q

from medassist.domain.vitals import rules
from medassist.kernel import clock
from medassist.kernel.models import Row


def signs() -> list[tuple[str, str]]:
    """The signs of data/signs.json; a function, so that another sign is no change of a table."""
    return [(one.name, one.label) for one in rules.SIGNS.values()]


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


class Series(Row):
    """A protocol being carried out on one patient: readings at its steps, the next of them due at a time.

    A row that changes: it says how far the protocol is. What was measured stands in sets that name it.
    """

    patient = models.ForeignKey("people.Patient", models.PROTECT, related_name="+")
    visit = models.ForeignKey("visits.Visit", models.PROTECT, null=True, blank=True, related_name="series")
    site = models.ForeignKey("office.Site", models.PROTECT, related_name="+")
    protocol = models.SlugField(max_length=40)
    """Key of a protocol in data/protocols.json."""
    begun_at = models.DateTimeField(default=clock.now)
    begun_by = models.UUIDField()
    step = models.SmallIntegerField(default=0)
    """Steps that are measured; the next one is protocol.steps[step]."""
    due_at = models.DateTimeField(null=True, blank=True)
    """When the next step is due; empty while nothing waits."""
    early = models.PositiveIntegerField(default=0)
    """Seconds by which a reading came before it was due, at the most; 0 where each came in its time."""
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.UUIDField(null=True, blank=True)
    outcome = models.CharField(max_length=12, blank=True, choices=[("done", "Done"), ("stopped", "Stopped")])
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["begun_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "protocol"], condition=Q(ended_at__isnull=True), name="one_open_series_a_protocol"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome="") | Q(ended_at__isnull=False) & ~Q(outcome=""),
                name="a_series_ends_with_an_outcome",
            ),
            models.CheckConstraint(condition=~Q(outcome="stopped") | ~Q(reason=""), name="a_stopped_series_says_why"),
        ]
        indexes = [models.Index(fields=["site", "due_at"], name="open_series", condition=Q(ended_at__isnull=True))]


class VitalSet(Row):
    """Signs that belong together: one patient, one time, one who measured."""

    patient = models.ForeignKey("people.Patient", models.PROTECT, related_name="vital_sets")
    visit = models.ForeignKey("visits.Visit", models.PROTECT, null=True, blank=True, related_name="vital_sets")
    site = models.ForeignKey("office.Site", models.PROTECT, null=True, blank=True, related_name="+")
    taken_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=clock.now)
    by = models.UUIDField()
    device = models.CharField(max_length=200, blank=True)
    """What measured, where a device or another system reports: in words."""
    instrument = models.ForeignKey("office.Device", models.PROTECT, null=True, blank=True, related_name="+")
    """The office's own device that measured, where it is known."""
    series = models.ForeignKey(Series, models.PROTECT, null=True, blank=True, related_name="sets")
    """The protocol of which this set is a step."""
    status = models.CharField(max_length=12, choices=[("preliminary", "Preliminary"), ("final", "Final")])
    """As recorded; a preliminary set is final once a Confirmation stands beside it."""
    position = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    received = models.BooleanField(default=False)
    """Whether the set came from elsewhere and is shown as it came."""
    written: Sequence[Reading] | None = None
    """The readings that were written with it just now, until they are shown: they need not be read again for that."""

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
    sign = models.CharField(max_length=24, choices=signs)
    ordinal = models.SmallIntegerField(default=1)
    value = Exact(null=True)
    unit = models.CharField(max_length=100, blank=True)
    standard = Exact(null=True)
    """The value in the unit in which this sign is compared; empty when the unit is not known here."""
    on = models.DateField(null=True)
    """The day, where the sign is a day."""
    coded = models.CharField(max_length=40, blank=True)
    """The key of an answer, where the sign is one of a list (data/qualifiers.json)."""
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
                condition=Q(replaces__isnull=False) | Q(value__isnull=False) | Q(on__isnull=False) | ~Q(coded=""),
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
        return self.value is None and self.on is None and not self.coded


class Confirmation(Row):
    """A person looked at a preliminary set and confirmed it."""

    of = models.OneToOneField(VitalSet, models.PROTECT, related_name="confirmation")
    by = models.UUIDField()
    at = models.DateTimeField(default=clock.now)


class Report(Row):
    """One group of signs that a device sent, from its arrival to the chart, or to a person who says whose it is.

    The message itself lies in the exchange as it came; this row is what was read of it and what became of it.
    """

    received = models.UUIDField()
    """The message, exchange.Received."""
    part = models.SmallIntegerField(default=1)
    """Which of its groups (OBR)."""
    site = models.ForeignKey("office.Site", models.PROTECT, related_name="+")
    device = models.ForeignKey("office.Device", models.PROTECT, null=True, blank=True, related_name="reports")
    device_said = models.CharField(max_length=200, blank=True)
    patient_said = models.JSONField(default=dict, blank=True)
    """Numbers, name and birth date of the patient as the message has them."""
    room_said = models.CharField(max_length=80, blank=True)
    measured_at = models.DateTimeField()
    """By the office's clock."""
    said_at = models.DateTimeField(null=True, blank=True)
    """By the device's clock."""
    arrived_at = models.DateTimeField(default=clock.now)
    found = models.JSONField(default=list)
    """The signs, each as `inputs.Found` takes it."""
    status = models.CharField(
        max_length=12,
        choices=[("waiting", "Waiting"), ("held", "Held"), ("charted", "Charted"), ("dismissed", "Dismissed")],
    )
    """Waiting for a person to say whose it is; held, as the chart has a value of a moment ago; charted; dismissed."""
    visit = models.ForeignKey("visits.Visit", models.PROTECT, null=True, blank=True, related_name="+")
    """Whose it is, where that is known."""
    drift = models.IntegerField(null=True, blank=True)
    """Seconds by which the device's clock was behind."""
    times = models.IntegerField(default=1)
    """How often it was said: the same again, or a newer value in place of one that was held."""
    heard_at = models.DateTimeField(default=clock.now)
    """When it was said last."""
    note = models.CharField(max_length=200, blank=True)
    why = models.CharField(max_length=300, blank=True)
    """Why it was not charted by itself."""
    set = models.OneToOneField(VitalSet, models.PROTECT, null=True, blank=True, related_name="report")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.UUIDField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["arrived_at"]
        constraints = [
            models.UniqueConstraint(fields=["received", "part"], name="one_report_a_group"),
            models.CheckConstraint(
                condition=Q(status="charted") ^ Q(set__isnull=True), name="a_charted_report_has_a_set"
            ),
            models.CheckConstraint(
                condition=~Q(status="dismissed") | ~Q(reason=""), name="a_dismissed_report_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["site", "arrived_at"], name="waiting_reports", condition=Q(status="waiting")),
            models.Index(fields=["device", "-heard_at"], name="report_by_device"),
            models.Index(fields=["visit"], name="held_reports", condition=Q(status="held")),
        ]
