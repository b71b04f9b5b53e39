"""Tables of the wallet: documents, continuing education, reminders. Rows are added, none is changed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from medassist.domain.credentials.models.held import Credential, SignOff
from medassist.kernel import clock
from medassist.kernel.models import Row


class Course(Row):
    """One course of continuing education that a person finished. A correction is a row that names the one before."""

    staff = models.ForeignKey("office.Staff", models.PROTECT, related_name="courses")
    title = models.CharField(max_length=200)
    provider = models.CharField(max_length=200)
    on = models.DateField()
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    why = models.CharField(max_length=500, blank=True)
    """Why this row replaces the one before."""
    void = models.BooleanField(default=False)
    """It takes the one before back: there was no such course."""
    at = models.DateTimeField(default=clock.now)
    by = models.UUIDField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(replaces__isnull=True, void=False) | Q(replaces__isnull=False) & ~Q(why=""),
                name="a_corrected_course_says_why",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Credit(Row):
    """What one course counts for one credential: so many points, in a category of its issuer."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="credits")
    credential = models.ForeignKey(Credential, models.PROTECT, related_name="credits")
    points = models.DecimalField(max_digits=6, decimal_places=2)
    category = models.CharField(max_length=40, blank=True)
    from_issuer = models.BooleanField(default=False)
    """Whether the issuer itself gave or recorded it."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "credential"], name="a_course_counts_once_for_a_credential"),
            models.CheckConstraint(condition=Q(points__gt=0), name="a_credit_has_points"),
        ]


class Document(Row):
    """A file that proves a credential or a course, as it was handed in."""

    staff = models.ForeignKey("office.Staff", models.PROTECT, related_name="+")
    credential = models.ForeignKey(Credential, models.PROTECT, null=True, related_name="documents")
    course = models.ForeignKey(Course, models.PROTECT, null=True, related_name="documents")
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=24)
    size = models.PositiveIntegerField()
    content = models.BinaryField()
    at = models.DateTimeField(default=clock.now)
    by = models.UUIDField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(credential__isnull=False, course__isnull=True)
                | Q(credential__isnull=True, course__isnull=False),
                name="a_document_proves_one_thing",
            ),
            models.UniqueConstraint(fields=["credential", "sha256"], name="a_credential_has_a_document_once"),
            models.UniqueConstraint(fields=["course", "sha256"], name="a_course_has_a_document_once"),
        ]


class Reminder(Row):
    """Somebody was told, so many days before, that a credential or a sign-off ends."""

    credential = models.ForeignKey(Credential, models.PROTECT, null=True, related_name="reminders")
    sign_off = models.ForeignKey(SignOff, models.PROTECT, null=True, related_name="reminders")
    step = models.PositiveSmallIntegerField()
    site = models.ForeignKey("office.Site", models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["credential", "step"], name="one_reminder_a_step"),
            models.UniqueConstraint(fields=["sign_off", "step"], name="one_reminder_of_a_sign_off_a_step"),
            models.CheckConstraint(
                condition=Q(credential__isnull=False, sign_off__isnull=True)
                | Q(credential__isnull=True, sign_off__isnull=False),
                name="a_reminder_is_of_one_thing",
            ),
        ]
