"""Filters that write numbers and times for people, in the office's time zone (the one that is active)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django import template
from django.conf import settings
from django.utils import timezone

from medassist.kernel import clock as kernel_clock
from medassist.ui import human

register = template.Library()
register.filter("units", human.units)
register.filter("initials", human.initials)


def _local(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


def _now() -> datetime:
    return _local(kernel_clock.now())


def _as_date(value: date | datetime | str | None) -> date | None:
    if isinstance(value, str):
        return date.fromisoformat(value[:10]) if len(value) >= 10 else None
    return _local(value).date() if isinstance(value, datetime) else value


def _as_moment(value: datetime | str | None) -> datetime | None:
    return _local(datetime.fromisoformat(value) if isinstance(value, str) else value) if value else None


@register.filter
def clock(value: datetime | str | None) -> str:
    """A time of day: 10:42, 1:20 pm."""
    moment = _as_moment(value)
    return human.clock(moment, getattr(settings, "MEDASSIST_CLOCK_24", False)) if moment else human.MISSING


@register.filter
def day(value: date | datetime | str | None) -> str:
    """A date: Nov 23 inside this year, otherwise with its year."""
    when = _as_date(value)
    return human.day(when, _now().date()) if when else human.MISSING


@register.filter
def full_day(value: date | datetime | str | None) -> str:
    """A date with its year: Nov 23, 2026."""
    when = _as_date(value)
    return human.day(when) if when else human.MISSING


@register.filter
def planned(value: date | datetime | str | None) -> str:
    """A date when planning: Tue Nov 24."""
    when = _as_date(value)
    return human.planned(when) if when else human.MISSING


@register.filter
def when(value: datetime | str | None) -> str:
    """A moment: only the clock today, the date as well on other days."""
    moment = _as_moment(value)
    if not moment:
        return human.MISSING
    today = _now().date()
    time = human.clock(moment, getattr(settings, "MEDASSIST_CLOCK_24", False))
    return time if moment.date() == today else f"{human.day(moment.date(), today)}, {time}"


@register.filter
def birth(value: date | str | None) -> str:
    """A birth date: Mar 4, 1983. Half-known dates (1983, 1983-03) stay as they are."""
    if isinstance(value, str) and len(value) < 10:
        return value or human.MISSING
    when = _as_date(value)
    return human.birth(when) if when else human.MISSING


@register.filter
def age(value: date | str | None) -> str:
    """The age today: 6 d, 7 wk, 14 mo, 8 y 1 mo, 43 y."""
    born = _as_date(value)
    return human.age(born, _now().date()) if born else human.MISSING


@register.filter
def wait(value: datetime | timedelta | int | str | None) -> str:
    """A wait, from its beginning, a span or a number of minutes: 4 min, 3 h 35, 2 d."""
    if value is None or value == "":
        return human.MISSING
    if isinstance(value, int):
        return human.wait(timedelta(minutes=value))
    if isinstance(value, timedelta):
        return human.wait(value)
    begun = _as_moment(value)
    return human.wait(kernel_clock.now() - begun) if begun else human.MISSING


@register.filter
def number(value: object, places: int | None = None) -> str:
    """A figure: 1,000, 0.5, −0.96; a dash when there is none."""
    return human.number(value, places)


@register.filter
def change(value: object, unit: str = "") -> str:
    """A difference with its sign and unit: +6.2 lb."""
    return human.change(value, unit)


@register.filter
def iso(value: datetime | date | None) -> str:
    """For machines: the value of a datetime attribute."""
    return value.isoformat() if value else ""
