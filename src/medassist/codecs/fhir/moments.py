"""FHIR's partial dates as ranges of time: low is the first moment, high the first one after."""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo

FIRST = datetime(1, 1, 1, tzinfo=UTC)
LAST = datetime(9999, 12, 31, tzinfo=UTC)
_MOMENT = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?", re.ASCII
)


def period(text: str, zone: tzinfo = UTC) -> tuple[datetime, datetime]:
    """(low, high) of a date, dateTime or instant. A text without a zone is read in `zone`. ValueError if it is none."""
    m = _MOMENT.fullmatch(text)
    if not m:
        raise ValueError(f"{text!r} is not a date")
    year, month, day, hour, minute, second, fraction, offset = m.groups()
    if hour is None:
        return _whole_days(int(year), int(month) if month else None, int(day) if day else None, zone)
    where = _zone(offset, zone)
    leap = second == "60"
    micros = int((fraction[1:7]).ljust(6, "0")) if fraction else 0
    last = 59 if leap else int(second or 0)
    low = datetime(int(year), int(month), int(day), int(hour), int(minute), last, micros, where)
    width = _width(second, fraction)
    return clamp(low), clamp(low, width)


def _width(second: str | None, fraction: str | None) -> timedelta:
    if second is None:
        return timedelta(minutes=1)
    if not fraction:
        return timedelta(seconds=1)
    return timedelta(microseconds=max(1, 10 ** (6 - min(len(fraction) - 1, 6))))


def _zone(offset: str | None, zone: tzinfo) -> tzinfo:
    if offset is None:
        return zone
    return UTC if offset == "Z" else datetime.fromisoformat(f"2000-01-01T00:00{offset}").tzinfo or UTC


def _whole_days(year: int, month: int | None, day: int | None, zone: tzinfo) -> tuple[datetime, datetime]:
    low = date(year, month or 1, day or 1)
    try:
        if day:
            high = low + timedelta(days=1)
        elif month:
            high = date(year + month // 12, month % 12 + 1, 1)
        else:
            high = date(year + 1, 1, 1)
    except (ValueError, OverflowError):
        return clamp(_midnight(low, zone)), LAST
    return clamp(_midnight(low, zone)), clamp(_midnight(high, zone))


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def clamp(moment: datetime, plus: timedelta = timedelta()) -> datetime:
    """The moment in UTC, kept between the first and the last one that a calendar has."""
    try:
        return min(max(moment.astimezone(UTC) + plus, FIRST), LAST)
    except OverflowError:
        return FIRST if moment.year < 5000 else LAST


def span(value: dict, zone: tzinfo = UTC) -> tuple[datetime, datetime]:
    """(low, high) of a Period; an open end reaches as far as the calendar."""
    start, end = value.get("start"), value.get("end")
    return (period(start, zone)[0] if start else FIRST), (period(end, zone)[1] if end else LAST)


def timing(value: dict, zone: tzinfo = UTC) -> tuple[datetime, datetime] | None:
    """The outer limits of a Timing: its events, and the bounds of its repetition."""
    found = [period(e, zone) for e in value.get("event", ()) if isinstance(e, str)]
    bounds = (value.get("repeat") or {}).get("boundsPeriod")
    if bounds:
        found.append(span(bounds, zone))
    return (min(low for low, _ in found), max(high for _, high in found)) if found else None
