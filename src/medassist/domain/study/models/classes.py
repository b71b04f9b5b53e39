"""Classes, and who joined and left them."""

from __future__ import annotations

from django.db import models

from medassist.kernel import clock
from medassist.kernel.models import Row


class StudyClass(Row):
    """A class of one teacher. Its code is what people join by."""

    name = models.CharField(max_length=80)
    code = models.CharField(max_length=8, unique=True)
    teacher = models.ForeignKey("office.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.name


class Membership(Row):
    """Somebody joined, of their own will."""

    group = models.ForeignKey(StudyClass, models.PROTECT, related_name="memberships")
    staff = models.ForeignKey("office.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["staff", "group"], name="memberships_by_person")]


class Leaving(Row):
    """Somebody left again."""

    membership = models.OneToOneField(Membership, models.PROTECT, related_name="leaving")
    at = models.DateTimeField(default=clock.now)
