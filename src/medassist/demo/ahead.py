"""The coming days of the demo: what is booked already, so that looking ahead has something to look at."""

from __future__ import annotations

import contextlib
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from medassist.demo import plan
from medassist.demo.office import Practice, provider_ids
from medassist.domain.office import queries as offices
from medassist.domain.people import queries as people
from medassist.domain.scheduling import actions as scheduling
from medassist.domain.scheduling import queries as schedules
from medassist.domain.scheduling.inputs import Book
from medassist.kernel import clock
from medassist.kernel.errors import Conflict

DAYS = 8
"""Open days on which somebody is booked."""
BOOKED = (("shots", 9, 0), ("lab-draw", 10, 20), ("ma-visit", 11, 0), ("procedure", 14, 0), ("shots", 16, 40))
"""What, and when, on each of them."""
DESK = "front-desk"


def book(practice: Practice, now: datetime) -> None:
    """Book some patients on the coming open days, each provider in turn."""
    zone, desk = practice.site.timezone, practice.acting(practice.of_role(DESK)[0], now)
    kinds = {kind.code: kind.pk for kind in schedules.types(practice.site.pk)}
    providers, patients = provider_ids(practice), iter(people.living(DAYS * len(BOOKED)))
    for n, day in enumerate(_open_days(practice, clock.today(zone))):
        for m, (kind, hour, minute) in enumerate(BOOKED):
            patient = next(patients)[0]
            start = datetime.combine(day, time(hour, minute), ZoneInfo(zone))
            provider = providers[(n + m) % len(providers)]
            asked = Book(patient=patient, site=practice.site.pk, type=kinds[kind], provider=provider, start_at=start,
                         reason=plan.AHEAD[kind], confirmed=frozenset({"at", "patient", "provider"}))  # fmt: skip
            with contextlib.suppress(Conflict):  # a start that was broken off on another day goes on
                scheduling.book(desk.but(key=f"ahead:{day}:{m}"), asked)


def _open_days(practice: Practice, today: date) -> list[date]:
    days = offices.open_days(practice.site, today + timedelta(days=1), today + timedelta(days=3 * DAYS))
    return [day for day, held in days.items() if held["opens"]][:DAYS]
