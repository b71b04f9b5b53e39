"""A schedule made by its own actions."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from medassist.domain.office.models import Staff
from medassist.domain.scheduling import actions, inputs, queries
from medassist.domain.scheduling.models import Appointment, AppointmentType, Schedule
from medassist.kernel import clock
from medassist.kernel.testing import context
from tests.office.given import given_patient, given_provider, given_site

ZONE = ZoneInfo("America/Los_Angeles")


def next_monday() -> date:
    """A Monday at least two days ahead that is no holiday, so that the office is open and nothing has passed."""
    from medassist.domain.office import queries as office

    day = clock.today(str(ZONE)) + timedelta(days=2)
    while day.weekday() != 0 or office.open_on(given_site(), day)["opens"] is None:
        day += timedelta(days=1)
    return day


def at(hour: int, minute: int = 0, on: date | None = None) -> datetime:
    """A moment of that Monday by the clock in Sacramento."""
    return datetime.combine(on or next_monday(), time(hour, minute), ZONE)


def given_type(code: str = "office-visit", minutes: int = 20, **parts: Any) -> AppointmentType:
    """Something that can be booked."""
    found = [one for one in queries.types(given_site().pk) if one.code == code]
    given = {"code": code, "name": code.replace("-", " ").capitalize(), "minutes": minutes, **parts}
    return found[0] if found else actions.add_type(context(), inputs.AddType.of(**given))


def given_offer(provider: Staff | None = None, **parts: Any) -> Schedule:
    """A provider who can be booked from 9 to 12 on every weekday."""
    provider = provider or given_provider()
    usual = {
        "provider": provider.pk, "site": given_site().pk, "weekdays": {0, 1, 2, 3, 4}, "begins": time(9),
        "ends": time(12), "minutes": 20, "from_on": clock.today(str(ZONE)),
    }  # fmt: skip
    return actions.offer(context(), inputs.OfferTimes.of(**{**usual, **parts}))


def booking(**parts: Any) -> inputs.Book:
    """Inputs of a booking at 10 of that Monday."""
    usual = {"site": given_site().pk, "start_at": at(10)} if "slot" not in parts and "on" not in parts else {}
    if "slot" not in parts:
        usual |= {"type": given_type().pk}
    if "on" in parts:
        usual |= {"site": given_site().pk}
    if "patient" not in parts:
        parts["patient"] = given_patient().pk
    return inputs.Book.of(**{**usual, **parts})


def given_appointment(provider: Staff | None = None, **parts: Any) -> Appointment:
    """A patient booked with a provider at 10 of that Monday."""
    return actions.book(context(), booking(provider=(provider or given_provider()).pk, **parts))
