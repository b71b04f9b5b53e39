"""What can be true of an office: roles, kinds of room, time zones, hours. Pure; lists that an office may change are data."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

ROLES = {
    "medical-assistant": "Medical assistant",
    "administrative-medical-assistant": "Administrative medical assistant",
    "nurse": "Nurse",
    "nurse-practitioner": "Nurse practitioner",
    "physician-assistant": "Physician assistant",
    "physician": "Physician",
    "front-desk": "Front desk",
    "biller": "Biller",
    "manager": "Manager",
    "privacy-officer": "Privacy officer",
    "student": "Student",
}
PROVIDERS = ("physician", "nurse-practitioner", "physician-assistant")
ROOM_KINDS = {"exam": "Exam", "procedure": "Procedure", "lab": "Lab", "shots": "Shots", "other": "Other"}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@cache
def data(name: str) -> dict[str, Any]:
    """One of the data files beside this module."""
    return json.loads((Path(__file__).parent / f"{name}.json").read_text())


def profiles() -> dict[str, dict[str, Any]]:
    """Kinds of facility by code: weights, screens, waiting thresholds, types of appointment."""
    return data("profiles")["profiles"]


def resource(of: UUID) -> int:
    """The number by which a bookable person or room is locked: the 62 random bits of its identifier."""
    return of.int & ((1 << 62) - 1)


def is_provider(roles: list[str]) -> bool:
    """Whether one of these roles may see patients as their provider."""
    return any(role in PROVIDERS for role in roles)


def is_zone(name: str) -> bool:
    """Whether the name is one of the time zone database's."""
    return name in available_timezones()


def is_npi(number: str) -> bool:
    """Whether the ten digits end in the right check digit: Luhn over 80840 and the number (45 CFR 162.406, CMS)."""
    if len(number) != 10 or not (number.isascii() and number.isdigit()):
        return False
    digits = [int(d) for d in "80840" + number]
    doubled = [d if i % 2 == 0 else sum(divmod(2 * d, 10)) for i, d in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


def wall(day: date, at: time, zone: str) -> datetime | None:
    """The moment a clock on the wall shows this; None when clocks jump over it. Of two, the earlier."""
    local = datetime.combine(day, at, ZoneInfo(zone))
    back = local.astimezone(ZoneInfo("UTC")).astimezone(ZoneInfo(zone))
    return local.astimezone(ZoneInfo("UTC")) if back.replace(tzinfo=None) == local.replace(tzinfo=None) else None


def span(day: date, zone: str) -> tuple[datetime, datetime]:
    """The moments at which a calendar day begins and ends there: 23, 24 or 25 hours."""
    begin, end = (datetime.combine(d, time(), ZoneInfo(zone)) for d in (day, day + timedelta(days=1)))
    return begin.astimezone(ZoneInfo("UTC")), end.astimezone(ZoneInfo("UTC"))
