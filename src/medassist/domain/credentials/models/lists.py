"""Tables of the lists of programs that were taken: each list, and field by field what was new in it. Only added to."""

from __future__ import annotations

from django.db import models

from medassist.kernel import clock
from medassist.kernel.models import Row


class ProgramList(Row):
    """One list as it was taken: which file, by which layout, of which day."""

    layout = models.CharField(max_length=24)
    file = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    as_of = models.DateField()
    at = models.DateTimeField(default=clock.now)
    by = models.UUIDField()

    def __str__(self) -> str:
        return f"{self.file} ({self.layout}, {self.as_of})"


class ProgramFact(Row):
    """One field of a program or a school, with its source. An empty value: the list no longer tells it."""

    list = models.ForeignKey(ProgramList, models.PROTECT, related_name="facts")
    key = models.CharField(max_length=500)
    field = models.CharField(max_length=40)
    value = models.CharField(max_length=500, blank=True)
    url = models.CharField(max_length=500)
    as_of = models.DateField()
    line = models.PositiveIntegerField()
    """Its line in the file; 0 of what the file no longer has."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list", "key", "field"], name="a_list_tells_a_field_once"),
        ]
