"""How numbers, times and units are written for people. Pure; the filters of templatetags/human.py use it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

MISSING = "–"
MINUS = "−"

# How people here write a UCUM code. A code that is not listed is shown as it is.
UNITS = {
    "mm[Hg]": "mmHg",
    "[degF]": "°F",
    "Cel": "°C",
    "[lb_av]": "lb",
    "[oz_av]": "oz",
    "[in_i]": "in",
    "[ft_i]": "ft",
    "kg/m2": "kg/m²",
    "{score}": "of 10",
    "{breaths}/min": "/min",
    "{beats}/min": "/min",
    "ug": "mcg",
    "L/min": "L/min",
    "1": "",
}


def clock(moment: datetime, twentyfour: bool = False) -> str:
    """A time of day: 10:42, 1:20 pm. The morning needs no word inside a day."""
    if twentyfour:
        return f"{moment:%H:%M}"
    hour = moment.hour % 12 or 12
    return f"{hour}:{moment:%M} pm" if moment.hour >= 12 else f"{hour}:{moment:%M}"


def hours(start: datetime, end: datetime) -> str:
    """A stretch of one day by its clock: 8:00–12:30 pm, 1:00–5:00 pm."""
    return f"{clock(start).removesuffix(' pm') if start.hour >= 12 else clock(start)}–{clock(end)}"


def day(when: date, today: date | None = None) -> str:
    """A date: Nov 23 inside the year, otherwise Nov 23, 2026."""
    short = f"{when:%b} {when.day}"
    return short if today and when.year == today.year else f"{short}, {when.year}"


def planned(when: date) -> str:
    """A date when planning: Tue Nov 24."""
    return f"{when:%a} {when:%b} {when.day}"


def stretch(start: datetime, end: datetime) -> str:
    """A time from one local moment to another: Mon Nov 23; Mon Nov 23 to Fri Nov 27; Mon Nov 23, 8:00–12:00 pm."""
    if start.time() == end.time() == time():
        last = (end - timedelta(days=1)).date()
        return planned(start) if last == start.date() else f"{planned(start)} to {planned(last)}"
    if end.date() == start.date():
        return f"{planned(start)}, {hours(start, end)}"
    return f"{planned(start)}, {clock(start)}–{planned(end)}, {clock(end)}"


def birth(when: date) -> str:
    """A birth date, always with its year: Mar 4, 1983."""
    return day(when)


def _months(born: date, on: date) -> int:
    return (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)


def age(born: date, on: date) -> str:
    """An age as it is said: 6 d, 7 wk, 14 mo, 8 y 1 mo, 43 y."""
    days, months = (on - born).days, _months(born, on)
    if days < 14:
        return f"{max(days, 0)} d"
    if days < 84:
        return f"{days // 7} wk"
    if months < 24:
        return f"{months} mo"
    years, rest = divmod(months, 12)
    return f"{years} y {rest} mo" if years < 12 and rest else f"{years} y"


def wait(span: timedelta) -> str:
    """A wait: 4 min, 3 h 35, 2 d."""
    minutes = max(int(span.total_seconds() // 60), 0)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        hours, rest = divmod(minutes, 60)
        return f"{hours} h {rest:02d}" if rest else f"{hours} h"
    return f"{minutes // (24 * 60)} d"


def due(when: datetime, now: datetime) -> str:
    """How a task stands to its time: "4 min over" once it is past, otherwise when it falls."""
    return f"{wait(now - when)} over" if when < now else clock(when) if when.date() == now.date() else day(when.date())


def number(value: object, places: int | None = None) -> str:
    """A figure with a leading zero, no trailing zero, a true minus and commas: 1,000, 0.5, −0.96."""
    if value is None or value == "":
        return MISSING
    try:
        figure = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if places is not None:
        text = f"{figure:,.{places}f}"
    else:
        text = f"{figure:,f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", MINUS)


def change(value: object, unit: str = "", places: int | None = None) -> str:
    """A difference with its sign: +6.2 lb, −0.96."""
    text = number(value, places)
    text = text if text.startswith(MINUS) or text in ("0", MISSING) else f"+{text}"
    return f"{text} {units(unit)}".strip()


def units(code: str | None) -> str:
    """A UCUM code as people write it: mm[Hg] is mmHg, [degF] is °F."""
    return UNITS.get(code or "", code or "")


def initials(name: str) -> str:
    """Two letters for a face without a photo: Marisol Ortega is MO, "Ortega, Marisol" too."""
    family, comma, given = name.partition(",")
    words = f"{given} {family}".split() if comma else name.split()
    letters = [word[0] for word in words if word[0].isalpha()]
    return "".join(letters[:1] + letters[-1:] if len(letters) > 1 else letters).upper()
