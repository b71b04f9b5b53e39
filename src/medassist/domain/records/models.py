"""Tables of the lists: allergies, problems, medications, and their reviews. Rows are added, none is changed."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from medassist.domain.records import rules
from medassist.kernel.fields import Elements
from medassist.kernel.models import Row


class Entry(Row):
    """What the three lists have in common. `entry` stays the same through all changes of one thing."""

    entry = models.UUIDField()
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    patient = models.ForeignKey("people.Patient", models.PROTECT, related_name="+")
    system = models.TextField(blank=True)
    code = models.TextField(blank=True)
    display = models.TextField()
    """What is read on the screen: the text that was given, else the name of the code."""
    status = models.CharField(max_length=24)
    verification = models.CharField(max_length=24, blank=True)
    onset = models.TextField(blank=True)
    """When it began, as it was told: a date, a year, an age."""
    note = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    """Why this row replaces the one before."""
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField()
    received = models.BooleanField(default=False)
    record = Elements(default=dict)
    """The FHIR elements as they came or were made."""

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.display

    @property
    def resource(self) -> str:
        """The FHIR type."""
        return RESOURCES[type(self).__name__]

    def draw(self, record: dict[str, Any]) -> Entry:
        """Take over these elements and draw the columns from them."""
        self.record = record
        coding, self.display = self._named(record)
        self.system, self.code = str(coding.get("system") or ""), str(coding.get("code") or "")
        self.display = self.display or "Not named"
        self.status = rules.code_of(record.get("clinicalStatus") or record.get("status"))[:24]
        self.verification = rules.code_of(record.get("verificationStatus"))[:24]
        self.onset = rules.moment(record, "onset")
        self.note = rules.notes(record)
        return self

    def _named(self, record: dict[str, Any]) -> tuple[dict[str, Any], str]:
        return rules.coding_of(record.get("code")), rules.said(record.get("code"))

    @property
    def counts(self) -> bool:
        """Whether it is part of the list as it stands now."""
        return rules.counts(self.resource, self.status, self.verification)


class Allergy(Entry):
    """One allergy or intolerance, or the recorded fact that none is known."""

    category = models.CharField(max_length=24, blank=True)
    criticality = models.CharField(max_length=24, blank=True)
    reactions = models.TextField(blank=True)
    none_known = models.BooleanField(default=False)

    def draw(self, record: dict[str, Any]) -> Allergy:
        """Columns of an AllergyIntolerance."""
        super().draw(record)
        category = record.get("category") or []
        self.category = str(category[0])[:24] if category else ""
        self.criticality = str(record.get("criticality") or "")[:24]
        self.reactions = rules.reactions(record)
        self.none_known = self.code == rules.fact("no-known-allergy")["coding"][0]["code"]
        return self

    class Meta:
        indexes = [models.Index(fields=["patient", "entry"], name="allergy_of_patient")]


class Problem(Entry):
    """One problem or diagnosis."""

    category = models.CharField(max_length=40, blank=True)
    abatement = models.TextField(blank=True)

    def draw(self, record: dict[str, Any]) -> Problem:
        """Columns of a Condition."""
        super().draw(record)
        category = record.get("category") or []
        self.category = rules.code_of(category[0])[:40] if category else ""
        self.abatement = rules.moment(record, "abatement")
        return self

    class Meta:
        indexes = [models.Index(fields=["patient", "entry"], name="problem_of_patient")]


class Medication(Entry):
    """One medication that the patient takes, as told or as ordered."""

    kind = models.CharField(max_length=24, choices=[(k, k) for k in ("MedicationStatement", "MedicationRequest")])
    dosage = models.TextField(blank=True)
    ended = models.TextField(blank=True)

    @property
    def resource(self) -> str:
        """The FHIR type."""
        return self.kind

    def draw(self, record: dict[str, Any]) -> Medication:
        """Columns of a MedicationStatement or MedicationRequest."""
        super().draw(record)
        period = record.get("effectivePeriod") or {}
        self.onset = str(period.get("start") or record.get("effectiveDateTime") or record.get("authoredOn") or "")
        self.ended = str(period.get("end") or "")
        self.dosage = rules.dosage(record)
        return self

    def _named(self, record: dict[str, Any]) -> tuple[dict[str, Any], str]:
        return rules.medicine(record)

    class Meta:
        indexes = [models.Index(fields=["patient", "entry"], name="medication_of_patient")]


class ListReview(Row):
    """Somebody went through a list with the patient."""

    LISTS = [("allergies", "Allergies"), ("medications", "Medications"), ("problems", "Problems")]
    OUTCOMES = [("unchanged", "Unchanged"), ("changed", "Changed")]
    patient = models.ForeignKey("people.Patient", models.PROTECT, related_name="+")
    list = models.CharField(max_length=12, choices=LISTS)
    outcome = models.CharField(max_length=12, choices=OUTCOMES)
    visit = models.UUIDField(null=True)
    at = models.DateTimeField()
    by = models.UUIDField()

    class Meta:
        indexes = [
            models.Index(fields=["patient", "list", "at"], name="review_of_patient"),
            models.Index(fields=["visit"], name="review_in_visit", condition=Q(visit__isnull=False)),
        ]


RESOURCES = {"Allergy": "AllergyIntolerance", "Problem": "Condition", "Medication": "MedicationStatement"}
