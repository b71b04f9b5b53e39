"""The table of coverage: who pays for a patient's care, in which order."""

from __future__ import annotations

from typing import Any

from django.db import models

from medassist.domain.billing import rules
from medassist.kernel.fields import Elements
from medassist.kernel.models import Row


class Coverage(Row):
    """One insurance, programme or the patient's own purse. `entry` stays the same through all changes."""

    entry = models.UUIDField()
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    patient = models.ForeignKey("people.Patient", models.PROTECT, related_name="+")
    status = models.CharField(max_length=24)
    rank = models.SmallIntegerField(default=1)
    """1 pays first, 2 second …"""
    payer = models.TextField(blank=True)
    plan = models.TextField(blank=True)
    member_id = models.TextField(blank=True)
    group = models.TextField(blank=True)
    subscriber = models.TextField(blank=True)
    relationship = models.CharField(max_length=16, blank=True)
    begins_on = models.TextField(blank=True)
    ends_on = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField()
    received = models.BooleanField(default=False)
    record = Elements(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["patient", "rank"], name="coverage_of_patient"),
            models.Index(fields=["member_id"], name="coverage_by_member"),
        ]

    def __str__(self) -> str:
        return self.payer or self.plan or "Coverage"

    def draw(self, record: dict[str, Any]) -> Coverage:
        """Take over these elements and draw the columns from them."""
        self.record = record
        self.status = str(record.get("status") or "")[:24]
        order = record.get("order")
        self.rank = order if isinstance(order, int) and 0 < order < 100 else 1
        self.payer, self.member_id = rules.payer(record), rules.member_id(record)
        plan, group = rules.class_of(record, "plan"), rules.class_of(record, "group")
        self.plan = rules.words(plan.get("name") or plan.get("value")) or rules.said(record.get("type"))
        self.group = rules.words(group.get("value"))
        self.subscriber = rules.words((record.get("subscriber") or {}).get("display"))
        self.relationship = rules.relationship(record)[:16]
        period = record.get("period") or {}
        self.begins_on, self.ends_on = str(period.get("start") or ""), str(period.get("end") or "")
        return self
