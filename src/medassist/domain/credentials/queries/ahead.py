"""What people will hold on the coming days: asked once for each day on which something begins, ends or is revoked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from medassist.domain.credentials.models import Revocation, SignOff
from medassist.domain.credentials.queries.held import standing_of

A_DAY = timedelta(days=1)


def standing_ahead(staff: Iterable[UUID], first: date, last: date) -> list[tuple[date, dict[UUID, dict[str, Any]]]]:
    """What counts for each person, as `standing_of`, with the day from which it does; the first day is first."""
    who, day = list(staff), first
    dated = _dated(who, first, last)
    found = []
    while day <= last:
        found.append((day, standing_of(who, day)))
        later = [one for one in (*_ends(found[-1][1].values()), *dated) if one > day]
        day = min(later, default=last + A_DAY)
    return found


def _ends(standing: Iterable[Mapping[str, Any]]) -> set[date]:
    """The days after something ends."""
    until = {one[2] for own in standing for one in (*own["credentials"], *own["licences"])}
    until |= {one[3] for own in standing for one in own["skills"].values()}
    return {day + A_DAY for day in until if day and day < date.max}


def _dated(who: list[UUID], first: date, last: date) -> set[date]:
    """The days from which something will be revoked, or a skill counts that is signed for later."""
    of = Q(credential__staff__in=who) | Q(sign_off__staff__in=who)
    revoked = Revocation.objects.filter(of, from_on__gt=first, from_on__lte=last)
    signed = SignOff.objects.filter(staff__in=who, signed_on__gt=first, signed_on__lte=last)
    return set(revoked.values_list("from_on", flat=True)) | set(signed.values_list("signed_on", flat=True))
