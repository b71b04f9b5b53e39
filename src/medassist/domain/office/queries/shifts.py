"""Who works when: shifts and absences as they are kept, and laid out over days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import F, Q
from django.db.models.functions import Greatest

from medassist.domain.office import rules
from medassist.domain.office.models import Absence, Shift
from medassist.kernel import clock
from medassist.kernel.errors import Missing

ABSENCES = rules.ABSENCES
Stretch = rules.Stretch


def absence(absence: UUID) -> Absence:
    """One absence, withdrawn or not."""
    if (found := Absence.objects.filter(pk=absence).select_related("staff").first()) is None:
        raise Missing("absence", absence)
    return found


def shifts(staff: UUID, on: date) -> list[Shift]:
    """A person's weekly shifts that hold on a day or later."""
    rows = Shift.objects.filter(Q(to_on=None) | Q(to_on__gte=Greatest(F("from_on"), on)), staff=staff)
    return list(rows.select_related("site"))


def absences(staff: UUID) -> list[Absence]:
    """A person's absences that are not over."""
    return list(Absence.objects.filter(staff=staff, withdrawn_at=None, end_at__gt=clock.now()))


def away(begin: datetime, end: datetime, staff: Iterable[UUID] | None = None) -> dict[UUID, list[Absence]]:
    """Who is away when between two moments, of some people or of all; one query."""
    rows = Absence.objects.filter(withdrawn_at=None, start_at__lt=end, end_at__gt=begin)
    found: dict[UUID, list[Absence]] = {}
    for one in rows if staff is None else rows.filter(staff__in=list(staff)):
        found.setdefault(one.staff_id, []).append(one)
    return found


def on_shift(site: UUID, first: date, last: date, zone: str) -> dict[UUID, dict[date, list[Stretch]]]:
    """When those whose shifts are kept work at a site, absences apart, for each day on which they are kept; one query.

    Who has shifts at another site alone is not at this one: those days are there, and empty.
    """
    rows = Shift.objects.filter(Q(to_on=None) | Q(to_on__gte=first), from_on__lte=last)
    kept: dict[UUID, list[tuple]] = {}
    for row in rows.values_list("staff", "site", "weekday", "begins", "ends", "from_on", "to_on"):
        kept.setdefault(row[0], []).append(row[1:])
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return {who: _over(mine, site, days, zone) for who, mine in kept.items()}


def _over(mine: list[tuple], site: UUID, days: list[date], zone: str) -> dict[date, list[Stretch]]:
    everywhere, here = [row[1:] for row in mine], [row[1:] for row in mine if row[0] == site]
    kept = (day for day in days if rules.on_shift(everywhere, day, zone) is not None)
    return {day: rules.on_shift(here, day, zone) or [] for day in kept}
