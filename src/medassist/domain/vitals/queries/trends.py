"""One sign over time, and the last days of all signs side by side."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Max, Min, Window
from django.db.models.functions import RowNumber

from medassist.codecs import units
from medassist.domain.vitals import rules
from medassist.domain.vitals.queries.base import COLUMNS, local_day, routine, text

PRESSURE = "blood_pressure"
OF = ("of__visit_id", "of__status", "of__confirmation__id", "of__device", "of__series__protocol")


def trend(
    patient: UUID, sign: str, since: datetime | None = None, until: datetime | None = None, most: int = 500
) -> list[dict[str, Any]]:
    """One sign of a patient, oldest first, in the office's unit; "blood_pressure" gives both numbers of each time."""
    if sign == PRESSURE:
        return _pressures(patient, since, until, most)
    rows = routine().filter(patient=patient, sign=sign)
    rows = rows.filter(taken_at__gte=since) if since else rows
    rows = rows.filter(taken_at__lte=until) if until else rows
    newest = rows.order_by("-taken_at", "-ordinal").values(*COLUMNS)[:most]
    return [_point(row) for row in reversed(list(newest))]


def _point(row: dict[str, Any]) -> dict[str, Any]:
    return {"reading": row["id"], "set": row["of_id"], "at": row["taken_at"], "ordinal": row["ordinal"],
            "value": in_office(row), "text": text(row), "standard": row["standard"], "unit": row["unit"]}  # fmt: skip


def in_office(row: dict[str, Any]) -> Any:
    """A reading's number in the office's unit, or None when its unit does not fit."""
    if row["standard"] is None:
        return None
    sign = rules.sign(row["sign"])
    return units.convert(row["standard"], sign.standard, sign.office, max(sign.places, 1))


def _pressures(patient: UUID, since: datetime | None, until: datetime | None, most: int) -> list[dict[str, Any]]:
    both = [trend(patient, part, since, until, most) for part in ("systolic", "diastolic")]
    return _both(*both)


def _both(upper: list[dict[str, Any]], lowers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Upper pressures, each with the lower one of the same reading."""
    lower = {(one["set"], one["ordinal"]): one for one in lowers}
    points = []
    for one in upper:
        other = lower.get((one["set"], one["ordinal"]))
        both = f"{one['text']}/{other['text'] if other else '–'}"
        lower_standard = other["standard"] if other else None
        points.append({**one, "lower": other["value"] if other else None, "lower_standard": lower_standard,
                       "text": both})  # fmt: skip
    return points


def every_trend(patient: UUID, since: datetime | None = None, most: int = 400) -> dict[str, list[dict[str, Any]]]:
    """All signs of a patient as `trend` gives each, by sign, without those that have no numbers: one statement."""
    number = Window(RowNumber(), partition_by=[F("sign")], order_by=[F("taken_at").desc(), F("ordinal").desc()])
    rows = routine().filter(patient=patient, standard__isnull=False)
    rows = rows.filter(taken_at__gte=since) if since else rows
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows.annotate(place=number).filter(place__lte=most).order_by("taken_at", "ordinal").values(*COLUMNS):
        found.setdefault(row["sign"], []).append(_point(row))
    upper, lower = found.pop("systolic", []), found.pop("diastolic", [])
    return {**({PRESSURE: _both(upper, lower)} if upper else {}), **found}


def signs_of(patient: UUID) -> list[dict[str, Any]]:
    """Which signs a patient has readings of, how many, and from when to when: one statement."""
    rows = routine().filter(patient=patient).values("sign")
    rows = rows.annotate(n=Count("id"), first=Min("taken_at"), last=Max("taken_at")).order_by()
    known = {row["sign"]: row for row in rows}
    return [{**known[name], "label": one.label} for name, one in rules.SIGNS.items() if name in known]


def recent(patient: UUID, most: int = 40) -> list[dict[str, Any]]:
    """The newest readings of each sign, newest first, each with its visit: one statement for a whole grid."""
    number = Window(RowNumber(), partition_by=[F("sign")], order_by=[F("taken_at").desc(), F("ordinal").desc()])
    rows = routine().filter(patient=patient).annotate(place=number).filter(place__lte=most)
    return list(rows.order_by("-taken_at", "-ordinal").values(*COLUMNS, *OF))


def previous(patient: UUID, n: int = 3, visit: UUID | None = None) -> dict[str, Any]:
    """The last days with readings, without those of a visit: {"days": [...], "values": {row: [text, …]}}."""
    return beside([row for row in recent(patient) if visit is None or row["of__visit_id"] != visit], n)


def beside(rows: list[dict[str, Any]], n: int) -> dict[str, Any]:
    """Readings by row and day: the last n days, and for each row what it was on each; "" where nothing was taken."""
    by_day: dict[date, dict[tuple[str, int], dict[str, Any]]] = {}
    for row in rows:
        by_day.setdefault(local_day(row["taken_at"]), {}).setdefault((row["sign"], row["ordinal"]), row)
    days = sorted(by_day, reverse=True)[:n]
    names = [PRESSURE, *(name for name in rules.SIGNS if name not in ("systolic", "diastolic"))]
    return {"days": days, "values": {name: [_on(by_day[day], name) for day in days] for name in names}}


def _on(rows: dict[tuple[str, int], dict[str, Any]], name: str) -> str:
    if name != PRESSURE:
        return text(rows[name, 1]) if (name, 1) in rows else ""
    both = [text(rows[part, 1]) if (part, 1) in rows else "–" for part in ("systolic", "diastolic")]
    return "" if both == ["–", "–"] else "/".join(both)
