"""Tables of patients: demographics and their earlier versions, numbers, alerts, photos, the words of names."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from medassist.domain.people.rules import dates, demographics, names, numbers, search, us_core
from medassist.kernel.fields import Elements
from medassist.kernel.models import Row

SSN = "http://hl7.org/fhir/sid/us-ssn"


class Patient(Row):
    """One patient. `record` holds the demographics as FHIR elements; the other columns are drawn from it."""

    told: list[dict[str, Any]]
    """Identifiers of elsewhere, on a row that was written a moment ago."""
    mrn = models.CharField(max_length=16, unique=True)
    version = models.IntegerField(default=1)
    active = models.BooleanField(default=True)
    received = models.BooleanField(default=False)
    """Whether the record came from elsewhere, and is shown as it came."""
    family = models.TextField(blank=True)
    given = models.TextField(blank=True)
    preferred = models.TextField(blank=True)
    born = models.CharField(max_length=10, blank=True)
    """The birth date as it was told: a day, a month or a year."""
    birth_date = models.DateField(null=True)
    """The birth date where the day is known."""
    gender = models.CharField(max_length=8, blank=True)
    birth_sex = models.CharField(max_length=8, blank=True)
    pronouns = models.TextField(blank=True)
    language = models.CharField(max_length=35, blank=True)
    interpreter = models.BooleanField(null=True)
    deceased = models.BooleanField(default=False)
    text_consent = models.BooleanField(null=True)
    text_consent_at = models.DateTimeField(null=True)
    text_consent_by = models.UUIDField(null=True)
    photo = models.CharField(max_length=64, blank=True)
    """The newest photo's sha256."""
    keys = ArrayField(models.TextField(), default=list)
    """What the patient is found by; see rules/search.py."""
    record = Elements(default=dict)
    registered_at = models.DateTimeField()

    class Meta:
        indexes = [
            GinIndex(fields=["keys"], name="patient_by_keys", fastupdate=False),
            models.Index(fields=["birth_date", "family"], name="patient_by_birth"),
        ]

    def __str__(self) -> str:
        return f"{self.family}, {self.given}".strip(", ") or self.mrn

    def draw(self, record: dict[str, Any]) -> list[str]:
        """Take over these elements and draw the columns from them; the words of the names."""
        main = names.usual(record.get("name") or [])
        self.record = record
        self.active = record.get("active") is not False
        self.family, self.given = names.family_of(main), names.given_of(main)
        self.preferred = demographics.preferred(record)
        self.born = str(record.get("birthDate") or "")
        self.birth_date = dates.day_of(self.born)
        self.gender = str(record.get("gender") or "")
        self.birth_sex = us_core.birth_sex(record)[:8]
        self.pronouns = us_core.pronouns(record)
        self.language = us_core.language(record)
        self.interpreter = us_core.interpreter(record)
        self.deceased = demographics.deceased(record)
        words = names.words(record.get("name") or [])
        self.keys = search.keys(words, demographics.phone_digits(record))
        return words

    @property
    def names(self) -> list[dict[str, Any]]:
        """All names, as FHIR HumanName."""
        return self.record.get("name", [])

    @property
    def telecoms(self) -> list[dict[str, Any]]:
        """Phones and addresses of mail, as FHIR ContactPoint."""
        return self.record.get("telecom", [])

    @property
    def addresses(self) -> list[dict[str, Any]]:
        """Where the patient lives, as FHIR Address."""
        return self.record.get("address", [])

    @property
    def contacts(self) -> list[dict[str, Any]]:
        """Whom to call for the patient, as FHIR Patient.contact."""
        return self.record.get("contact", [])


class Version(Row):
    """Demographics as they were before a change."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="versions")
    number = models.IntegerField()
    record = Elements()
    identifiers = Elements(default=list)
    until = models.DateTimeField()
    changed_by = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["patient", "number"], name="one_patient_version_a_number")]


class Identifier(Row):
    """A number that somebody gave the patient: another office's record number, an insurer's, a state's."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="identifiers")
    ordinal = models.SmallIntegerField(default=0)
    type = models.CharField(max_length=16, blank=True)
    """The code of HL7 v2 table 0203: MR, SS, DL, PPN, MB …"""
    system = models.TextField(blank=True)
    value = models.TextField(blank=True)
    plain = models.TextField(blank=True)
    """The value's letters and digits alone, in capitals."""
    assigner = models.TextField(blank=True)
    shared = models.BooleanField(default=False)
    """Found on more than one patient, and kept so: somebody must look which is right."""
    until = models.DateTimeField(null=True)
    record = Elements(default=dict)

    @classmethod
    def of(cls, patient: Any, ordinal: int, told: dict[str, Any], shared: bool = False) -> Identifier:
        """The row of one FHIR Identifier."""
        value = str(told.get("value") or "")
        return cls(
            patient_id=patient, ordinal=ordinal, type=type_of(told)[:16], system=str(told.get("system") or ""),
            value=value, plain=numbers.plain(value), shared=shared, record=told,
            assigner=str((told.get("assigner") or {}).get("display") or ""),
        )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["system", "value"],
                condition=Q(until__isnull=True, shared=False) & ~Q(system="") & ~Q(value=""),
                name="one_patient_a_number",
            )
        ]
        indexes = [models.Index(fields=["plain"], name="identifier_by_plain", condition=~Q(plain=""))]


def type_of(told: dict[str, Any]) -> str:
    """The code of an identifier's kind, by table 0203; a Social Security number is known by its system too."""
    codings = (told.get("type") or {}).get("coding") or []
    found = next((c["code"] for c in codings if isinstance(c, dict) and isinstance(c.get("code"), str)), "")
    return found or ("SS" if told.get("system") == SSN else "")


class Alert(Row):
    """What must be known before the patient is met. Never deleted: ended, with the reason."""

    KINDS = [
        ("clinical", "Clinical"),
        ("safety", "Safety"),
        ("access", "Access and mobility"),
        ("communication", "Communication"),
        ("administrative", "Administrative"),
    ]
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="alerts")
    kind = models.CharField(max_length=16, choices=KINDS)
    code = models.SlugField(max_length=40, blank=True)
    """What the house itself acts upon (rules.ALERT_CODES); the rest is for people to read."""
    text = models.TextField()
    begins_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    end_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | ~Q(end_reason=""), name="an_alert_ends_with_a_reason"
            )
        ]
        indexes = [models.Index(fields=["patient"], name="alert_in_force", condition=Q(ended_at__isnull=True))]


class Photo(Row):
    """A picture of the patient's face; the newest counts."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="photos")
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=16)
    content = models.BinaryField()
    at = models.DateTimeField()
    by = models.UUIDField()


class Word(Row):
    """A word that occurs in some name. Slips of the pen are searched among these few, not among all patients."""

    word = models.TextField(unique=True)
    near = ArrayField(models.TextField(), default=list)
    """The word with any one letter left out, and how it sounds."""

    class Meta:
        indexes = [
            GinIndex(fields=["near"], name="word_by_near", fastupdate=False),
            models.Index(fields=["word"], name="word_by_beginning", opclasses=["text_pattern_ops"]),
        ]


class Restriction(Row):
    """A chart that opens only to those named, or to one who says why. Lifted, never deleted."""

    patient = models.ForeignKey("people.Patient", models.PROTECT, related_name="restrictions")
    reason = models.TextField()
    # the identities to whom it stays open: the care team, or nobody
    open_to = ArrayField(models.UUIDField(), default=list)
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.UUIDField(null=True, blank=True)
    lift_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=Q(lifted_at__isnull=True), name="one_restriction_a_patient"
            )
        ]


class Opening(Row):
    """One person broke the glass: this chart is open to them for a while, and why is kept."""

    patient = models.ForeignKey("people.Patient", models.PROTECT, related_name="openings")
    actor = models.UUIDField()
    kind = models.CharField(max_length=20)
    reason = models.TextField()
    at = models.DateTimeField()
    until_at = models.DateTimeField()
    site = models.UUIDField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["patient", "actor", "until_at"], name="opening_in_force")]
