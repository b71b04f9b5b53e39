"""What the queries share: readings that stand, and the zone in which days are told."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from medassist.domain.vitals import rules
from medassist.domain.vitals.models import Reading, VitalSet

COLUMNS = (
    "id", "of_id", "sign", "ordinal", "value", "unit", "standard", "on", "coded", "body_site", "method", "position",
    "qualifiers", "doubts", "taken_at", "observation", "replaces_id",
)  # fmt: skip


def standing() -> QuerySet[Reading]:
    """Readings that nothing has replaced and that hold a value."""
    rows = Reading.objects.filter(replaced_by__isnull=True)
    return rows.filter(Q(value__isnull=False) | Q(on__isnull=False) | ~Q(coded=""))


def routine() -> QuerySet[Reading]:
    """Those that stand and were taken as usual: what a series measures in another posture is told apart."""
    return standing().exclude(of__series__protocol__in=rules.protocols.apart())


def unconfirmed() -> QuerySet[VitalSet]:
    """Preliminary sets that nobody has confirmed; one that was taken back whole waits for nobody."""
    left = Exists(standing().filter(of=OuterRef("pk")))
    return VitalSet.objects.filter(left, status="preliminary", confirmation=None)


def local_day(at: datetime) -> date:
    """The calendar day of a moment where the office is."""
    return at.astimezone(timezone.get_current_timezone()).date()


def text(row: dict[str, Any]) -> str:
    """A reading as the office writes it."""
    if row["on"] is not None:
        return f"{row['on']:%b} {row['on'].day}, {row['on'].year}"
    if row["coded"]:
        return rules.answers(row["sign"]).get(row["coded"], row["coded"])
    return rules.office_text(row["sign"], row["value"], row["unit"])


def how(row: dict[str, Any]) -> list[str]:
    """In words how a sign was measured, most telling first."""
    told = [rules.qualifier_word("site", row["body_site"]), rules.qualifier_word("method", row["method"])]
    told.append(rules.qualifier_word("position", row["position"]))
    kinds = ("oxygen", "rhythm", "cuff", "clothing", "pain_scale")
    told += [rules.qualifier_word(kind, row["qualifiers"][kind]) for kind in kinds if kind in row["qualifiers"]]
    if note := row["qualifiers"].get("note"):
        told.append(note)
    return [word for word in told if word]
