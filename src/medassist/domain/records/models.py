"""Tables of the lists: allergies, problems, medications, and their reviews. Rows are added, none is changed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

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


class Allergy(Entry):
    """One allergy or intolerance, or the recorded fact that none is known."""

    category = models.CharField(max_length=24, blank=True)
    criticality = models.CharField(max_length=24, blank=True)
    reactions = models.TextField(blank=True)
    none_known = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["patient", "entry"], name="allergy_of_patient")]


class Problem(Entry):
    """One problem or diagnosis."""

    category = models.CharField(max_length=40, blank=True)
    abatement = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["patient", "entry"], name="problem_of_patient")]


class Medication(Entry):
    """One medication that the patient takes, as told or as ordered."""

    kind = models.CharField(max_length=24, choices=[(k, k) for k in ("MedicationStatement", "MedicationRequest")])
    dosage = models.TextField(blank=True)
    ended = models.TextField(blank=True)

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
