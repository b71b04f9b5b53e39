"""Who can be reached by phone or video for a site: supervision within reach, where a state's file asks for no more."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from medassist.domain.delegation.models import Reach
from medassist.kernel import clock


def reachable(site: UUID, at: datetime | None = None) -> list[Reach]:
    """Those who can be reached for a site at a moment."""
    at = at or clock.now()
    rows = Reach.objects.filter(site=site, from_at__lte=at, until_at__gt=at, staff__active=True)
    return list(rows.select_related("staff").order_by("until_at"))


def reach_of(staff: UUID, site: UUID, at: datetime) -> Reach | None:
    """Until when one provider can be reached for a site, when at all."""
    return Reach.objects.filter(staff=staff, site=site, from_at__lte=at, until_at__gt=at).first()
