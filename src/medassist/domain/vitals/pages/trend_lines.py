"""Signs over time as lines: their points, the usual range behind them, what lies outside of it, and visits here."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from medassist.codecs import units
from medassist.domain.vitals import rules
from medassist.domain.vitals.rules import spans
from medassist.kernel import clock
from medassist.kernel.errors import Missing

PRESSURE = "blood_pressure"
SIGNS = {PRESSURE: "Blood pressure"} | {
    name: one.label
    for name, one in rules.SIGNS.items()
    if name not in ("systolic", "diastolic") and one.category == "vital-signs"
}
PERIODS = {"3m": ("3 months", 92), "year": ("Year", 366), "all": ("All", 0)}
Points = list[dict[str, Any]]


def period(asked: str) -> tuple[str, datetime | None]:
    """A period by its key, and since when it is; all where none is asked for."""
    key = asked or "all"
    if key not in PERIODS:
        raise Missing("period", key)
    days = PERIODS[key][1]
    return key, clock.now() - timedelta(days=days) if days else None


def unit(sign: str) -> str:
    """The unit in which the office shows a sign."""
    return rules.sign("systolic" if sign == PRESSURE else sign).shown_unit if sign else ""


def drawn(sign: str, points: Points, born: date | None, visits: list[Any] | None = None) -> dict[str, Any]:
    """Columns for the chart; times are seconds since 1970, values and ranges in the office's unit."""
    if sign == PRESSURE:
        lines = [_line("Upper", "systolic", points, born, "value", "standard")]
        lines.append(_line("Lower", "diastolic", points, born, "lower", "lower_standard"))
    else:
        lines = [_line(SIGNS[sign], sign, points, born, "value", "standard")]
    for n, line in enumerate(lines):
        line["last"] = points[-1]["text"].split("/")[n] if points else ""
    places = rules.sign("systolic" if sign == PRESSURE else sign).places
    return {
        "sign": sign, "label": SIGNS[sign], "unit": unit(sign), "places": places, "lines": lines,
        "at": [_seconds(one["at"]) for one in points], "events": _events(points, visits or []),
    }  # fmt: skip


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _line(label: str, sign: str, points: Points, born: date | None, key: str, standard: str) -> dict[str, Any]:
    values = [None if one[key] is None else float(one[key]) for one in points]
    out = [one[standard] is not None and spans.outside(sign, one[standard], _age(born, one["at"])) for one in points]
    return {"label": label, "values": values, "out": out, "bands": _bands(sign, points, born)}


def _age(born: date | None, at: datetime) -> float | None:
    return rules.years(born, timezone.localdate(at))


def _bands(sign: str, points: Points, born: date | None) -> list[list[float]]:
    if not points:
        return []
    first, last = (timezone.localdate(points[n]["at"]) for n in (0, -1))
    found = spans.spans(sign, born, first, last)
    return [[_midnight(start), _midnight(end), _office(sign, low), _office(sign, high)]
            for start, end, low, high in found]  # fmt: skip


def _midnight(day: date) -> int:
    return _seconds(datetime.combine(day, time.min, timezone.get_current_timezone()))


def _office(sign: str, value: Decimal) -> float:
    one = rules.sign(sign)
    return float(units.convert(value, one.standard, one.office, max(one.places, 1)))


def _events(points: Points, visits: list[Any]) -> list[dict[str, Any]]:
    """Visits here between the first and the last value on days without a value; those with one need no line."""
    if not points:
        return []
    days = {timezone.localdate(one["at"]) for one in points}
    between = [one for one in visits if points[0]["at"] <= one.started_at <= points[-1]["at"]]
    return [{"at": _seconds(one.started_at), "label": one.reason or "Visit"} for one in between
            if timezone.localdate(one.started_at) not in days]  # fmt: skip
