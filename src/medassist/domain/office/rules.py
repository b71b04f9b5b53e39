"""What can be true of an office: roles, kinds of room, time zones, hours. Pure; what an office may change is data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib import import_module
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
DEVICE_KINDS = {
    "monitor": "Vital signs monitor", "pressure": "Blood pressure", "oximeter": "Oximeter",
    "thermometer": "Thermometer", "scale": "Scale", "stadiometer": "Stadiometer", "other": "Other",
}  # fmt: skip
ABSENCES = {"time-off": "Time off", "training": "Training", "elsewhere": "Other work"}
"""Why somebody is away, as far as colleagues need to know."""
STATES = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR "
    "PA RI SC SD TN TX UT VT VA WA WV WI WY"
).split()
HOLIDAYS = {"state": "Holidays of the state", "federal": "Federal holidays", "none": "No holidays"}
HOLIDAY_DEFAULT = "state"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@cache
def data(name: str) -> dict[str, Any]:
    """One of the data files beside this module."""
    return json.loads((Path(__file__).parent / f"{name}.json").read_text())


@cache
def profiles() -> dict[str, dict[str, Any]]:
    """Kinds of facility by code: weights, screens, waiting thresholds by step, weekly hours, types of appointment."""
    book = data("profiles")
    return {
        code: {
            **profile,
            "screens": {screen: screen not in profile["screens_off"] for screen in book["screens"]},
            "waiting": book["waiting"][profile["waiting"]],
            "hours": book["hours"][profile["hours"]],
            "appointment_types": [{"code": t, **book["appointment_types"][t]} for t in profile["appointment_types"]],
        }
        for code, profile in book["profiles"].items()
    }


def acts_of_profile(code: str) -> frozenset[str]:
    """The clinical acts that the usual types of visit of a kind of facility ask for."""
    return frozenset(act for kind in profiles()[code]["appointment_types"] for act in kind["acts"])


def settings(profile: str, own: Mapping[str, Any]) -> dict[str, Any]:
    """A site's settings: its profile's, with what the site chose laid over."""
    base = profiles()[profile]
    return {
        "profile": profile,
        "profile_name": base["name"],
        "weight": base["weight"],
        "screens": {**base["screens"], **own.get("screens", {})},
        "waiting": {
            step: {**limits, **own.get("waiting", {}).get(step, {})} for step, limits in base["waiting"].items()
        },
        "holidays": own.get("holidays", HOLIDAY_DEFAULT),
        "clock": own.get("clock", "12"),
        "pressure_rest": own.get("pressure_rest"),
    }


def waiting_faults(waiting: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Why these thresholds cannot be, if they cannot."""
    steps = data("profiles")["steps"]
    unknown = [f"{step} is not a step of a visit" for step in waiting if step not in steps]
    twisted = [
        f"{step}: amber comes before red, from 1 minute to 240"
        for step, limits in waiting.items()
        if set(limits) != {"amber", "red"} or not 1 <= limits["amber"] < limits["red"] <= 240
    ]
    return unknown or twisted


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


@cache
def holidays(state: str, which: str, year: int) -> dict[date, str]:
    """Holidays on which a site closes unless it says otherwise, by the `holidays` package."""
    if which == "none":
        return {}
    # 0.15 s to import: only who asks for a calendar pays
    book = import_module("holidays")
    part = {} if which == "federal" else {"subdiv": state.removeprefix("US-")}
    return dict(book.country_holidays("US", years=year, **part))


def hours_of(rows: Iterable[tuple[int, date, time | None, time | None]], day: date) -> tuple[time, time] | None:
    """The weekly hours that hold on a day: of its weekday's rows (weekday, from, opens, closes) the latest begun."""
    begun = [row for row in rows if row[0] == day.weekday() and row[1] <= day]
    if not begun or (latest := max(begun, key=lambda row: row[1]))[2] is None:
        return None
    return latest[2], latest[3]  # type: ignore[return-value]


def provider_kind(roles: Iterable[str], credentials: str) -> str:
    """MD, DO, NP or PA for a provider, empty for others; a physician is MD unless the letters after the name say DO."""
    roles = set(roles)
    if "physician" in roles:
        letters = credentials.upper().replace(".", "").replace(",", " ").split()
        return "DO" if "DO" in letters else "MD"
    if "nurse-practitioner" in roles:
        return "NP"
    return "PA" if "physician-assistant" in roles else ""


def senders() -> dict[str, dict[str, Any]]:
    """How devices that measure send, by profile: name, hint, every (seconds), continuous."""
    return data("senders")["profiles"]


Stretch = tuple[datetime, datetime]


def on_shift(rows: Iterable[tuple[int, time, time, date, date | None]], day: date, zone: str) -> list[Stretch] | None:
    """When somebody works on a day, by shifts (weekday, begins, ends, from, to); None when no shifts are kept then."""
    held = [row for row in rows if row[3] <= day and (row[4] is None or day <= row[4])]
    if not held:
        return None
    walls = [(wall(day, row[1], zone), wall(day, row[2], zone)) for row in held if row[0] == day.weekday()]
    return sorted((begin, end) for begin, end in walls if begin and end)


def days_said(weekdays: Iterable[int]) -> str:
    """Weekdays as they are said: every day; Mon to Fri; Mon, Wed."""
    days = sorted(set(weekdays))
    short = [WEEKDAYS[n][:3] for n in days]
    if len(days) == len(WEEKDAYS):
        return "Every day"
    return f"{short[0]} to {short[-1]}" if len(days) > 2 and days[-1] - days[0] == len(days) - 1 else ", ".join(short)


def away(first: date, last: date, begins: time | None, ends: time | None, zone: str) -> tuple[datetime | None, ...]:
    """From when to when somebody is away: whole days, or hours of the first day; None where clocks jump over it."""
    if begins is None or ends is None:
        return span(first, zone)[0], span(last, zone)[1]
    return wall(first, begins, zone), wall(first, ends, zone)
