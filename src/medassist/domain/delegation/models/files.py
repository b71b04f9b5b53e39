"""Tables of the rules themselves: texts of states' files by date, who checked them, who supervises from afar."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from medassist.kernel import clock
from medassist.kernel.models import Row


class StateFile(Row):
    """The text of a state's file: adopted by a manager from a day on, or kept by the house as the last sound one."""

    state = models.CharField(max_length=6)
    hash = models.CharField(max_length=64)
    text = models.TextField()
    from_on = models.DateField()
    adopted_by = models.ForeignKey("office.Staff", models.PROTECT, null=True, related_name="+")
    """Nobody: the house kept it, and it counts only while the package's own is broken."""
    at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "delegation_state_file"
        ordering = ["state", "from_on", "at"]
        constraints = [
            models.UniqueConstraint(
                fields=["state", "from_on"],
                condition=Q(withdrawn_at__isnull=True, adopted_by__isnull=False),
                name="one_text_of_a_state_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.state} from {self.from_on}"


class Check(Row):
    """Somebody looked at a state's rules for the practice: a lawyer, an advisor, the board itself."""

    state = models.CharField(max_length=6)
    hash = models.CharField(max_length=64)
    """SHA-256 of the file as it was looked at."""
    name = models.CharField(max_length=200)
    profession = models.CharField(max_length=100)
    checked_on = models.DateField()
    note = models.TextField(blank=True)
    recorded_by = models.ForeignKey("office.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-checked_on", "-at"]

    def __str__(self) -> str:
        return f"{self.state} by {self.name}, {self.profession}"


class Reach(Row):
    """A provider can be reached by phone or video for a site, from a moment to a moment."""

    staff = models.ForeignKey("office.Staff", models.PROTECT, related_name="+")
    site = models.ForeignKey("office.Site", models.PROTECT, related_name="+")
    how = models.CharField(max_length=8)
    kind = models.CharField(max_length=4)
    """What the provider was by the licence on record: MD, DO, NP, PA."""
    from_at = models.DateTimeField(default=clock.now)
    until_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(from_at__lt=F("until_at")), name="reach_ends_after_it_begins")
        ]
        indexes = [models.Index(fields=["site", "until_at"], name="reach_by_site")]

    def __str__(self) -> str:
        return f"{self.kind} by {self.how} until {self.until_at}"
