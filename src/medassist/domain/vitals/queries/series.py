"""Series of readings: what is due at open visits, and what was measured at each step."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Value

from medassist.domain.vitals import rules
from medassist.domain.vitals.inputs.asked import Signs, TakeVitals
from medassist.domain.vitals.models import Series
from medassist.domain.vitals.queries.base import standing, text, unconfirmed
from medassist.kernel.errors import Missing

OPEN = ("id", "visit_id", "protocol", "step", "due_at")
ALL = (*OPEN, "patient_id", "begun_at", "ended_at", "outcome", "reason", "early")


def open_of(visits: Iterable[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """What is still to be measured at these visits, the next due first."""
    found: dict[UUID, list[dict[str, Any]]] = {}
    rows = Series.objects.filter(visit__in=list(visits), ended_at=None).order_by("due_at").values(*OPEN)
    for row in rows:
        found.setdefault(row["visit_id"], []).append(_waiting(row))
    return found


def asked_about(given: Signs) -> dict[str, list[str]]:
    """What is asked of a person who measures the pressure again before its rest is over; a device is only counted."""
    field = next((one.field for one in given.found if one.sign in ("systolic", "diastolic")), "")
    if not field or given.series is not None or not isinstance(given, TakeVitals):
        return {}
    running = Series.objects.filter(visit=given.visit, protocol=rules.protocols.REPEAT, ended_at=None)
    due = running.values_list("due_at", flat=True).first() if given.visit else None
    why = rules.protocols.early_doubts(due, given.taken_at) if due else []
    return {field: why} if why else {}


def at_visits(visits: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """What waits at visits: `due`, as `open_of` tells it, and whether signs are `unconfirmed`; one statement."""
    ids = list(visits)
    running = Series.objects.filter(visit__in=ids, ended_at=None).values_list(*OPEN)
    sets = unconfirmed().filter(visit__in=ids, received=False)
    unsure = sets.values_list("id", "visit_id", Value(""), Value(0), "taken_at")
    found: dict[UUID, dict[str, Any]] = {id: {"due": [], "unconfirmed": False} for id in ids}
    for row in running.union(unsure, all=True).order_by("due_at"):
        one = dict(zip(OPEN, row, strict=True))
        if one["protocol"]:
            found[one["visit_id"]]["due"].append(_waiting(one))
        else:
            found[one["visit_id"]]["unconfirmed"] = True
    return found


def _waiting(row: dict[str, Any]) -> dict[str, Any]:
    return {"id": row["id"], "protocol": row["protocol"], "short": _short(row), "due_at": row["due_at"]}


def lateness(due: datetime, now: datetime) -> dict[str, Any]:
    """How a due time presses: its state, and the seconds after which it is red."""
    return {"state": rules.protocols.lateness(due, now), "red_after": rules.protocols.red_after()}


def stops() -> dict[str, str]:
    """Reasons why a series is stopped, in words."""
    return rules.protocols.stops()


def begun_by_choice() -> list[dict[str, str]]:
    """The series that a person begins: key, name."""
    return [{"key": one.key, "name": one.name} for one in rules.protocols.chosen()]


def where_series(series: UUID) -> dict[str, Any]:
    """Patient and site of a series, as facts for the authority."""
    found = Series.objects.filter(pk=series).values("patient_id", "site_id").first()
    if found is None:
        raise Missing("series of readings", series)
    return {"patient": found["patient_id"], "site": found["site_id"]}


def of(series: UUID) -> dict[str, Any]:
    """One series with its readings in order, their ids, and what they are together; Missing when there is none."""
    found = _with_readings(Series.objects.filter(pk=series))
    if not found:
        raise Missing("series of readings", series)
    return found[0]


def of_visit(visit: UUID) -> list[dict[str, Any]]:
    """The series of a visit, the oldest first: two statements.

    Each: id, key, name, short, how, open, due_at, outcome, reason, source, average, early (seconds), and steps: label,
    number, set, at, seconds (since the first), pressure, pulse, change, readings {sign: {id, value, text}}.
    """
    return _with_readings(Series.objects.filter(visit=visit).order_by("begun_at"))


def _with_readings(series: Any) -> list[dict[str, Any]]:
    rows = list(series.values(*ALL))
    if not rows:
        return []
    sets: dict[UUID, dict[tuple[Any, ...], dict[str, Any]]] = {row["id"]: {} for row in rows}
    wanted = standing().filter(of__series__in=list(sets), sign__in=("systolic", "diastolic", "pulse"))
    columns = ("id", "sign", "ordinal", "value", "unit", "standard", "on", "coded", "taken_at", "of_id")
    for one in wanted.values(*columns, "of__series_id", "of__status", "of__confirmation__id"):
        number = one["ordinal"] if one["sign"] != "pulse" else 1
        sets[one["of__series_id"]].setdefault((one["taken_at"], one["of_id"], number), {})[one["sign"]] = one
    return [_told(row, [found for _, found in sorted(sets[row["id"]].items())]) for row in rows]


def _told(row: dict[str, Any], readings: list[dict[str, Any]]) -> dict[str, Any]:
    protocol = _protocol(row)
    # a pulse taken with a second pressure stands under the first number: it makes no reading of its own
    measured = [one for one in readings if "systolic" in one or "diastolic" in one]
    pairs = [p for one in measured if (p := _pair(one))]
    steps = [
        _step(n, step.label, measured[n] if n < len(measured) else {}, measured)
        for n, step in enumerate(protocol.steps)
    ]
    return {
        "id": row["id"], "patient": row["patient_id"], "visit": row["visit_id"], "key": protocol.key,
        "name": protocol.name, "short": _short(row), "how": protocol.how, "asked": protocol.asked,
        "open": row["ended_at"] is None, "step": row["step"], "due_at": row["due_at"], "begun_at": row["begun_at"],
        "outcome": row["outcome"], "reason": row["reason"], "source": protocol.source, "steps": steps,
        "signs": protocol.signs, "routine": protocol.routine, "rule": protocol.average,
        "early": row["early"],
        "average": rules.protocols.average(pairs, protocol.average) if protocol.average else None,
    }  # fmt: skip


def _protocol(row: dict[str, Any]) -> rules.protocols.Protocol:
    return rules.protocols.protocols()[row["protocol"]]


def _short(row: dict[str, Any]) -> str:
    """What is measured next, in a word for a board; of a series that is over, what was last."""
    steps = _protocol(row).steps
    return steps[min(row["step"], len(steps) - 1)].short


def _step(number: int, label: str, one: dict[str, Any], all: list[dict[str, Any]]) -> dict[str, Any]:
    first = all[0] if all else {}
    values, before = _standard(one), _standard(first)
    any_one: dict[str, Any] = next(iter(one.values()), {})
    return {
        "number": number, "label": label, "set": any_one.get("of_id"), "at": any_one.get("taken_at"),
        "minutes": _minutes(any_one.get("taken_at"), first),
        "pressure": "/".join(text(one[s]) if s in one else "–" for s in ("systolic", "diastolic")) if one else "",
        "pulse": text(one["pulse"]) if "pulse" in one else "",
        "change": {s: values[s] - before[s] for s in values.keys() & before.keys()} if number else {},
        "falls": rules.protocols.falls(before, values) if number and one else [],
        "preliminary": any_one.get("of__status") == "preliminary" and any_one.get("of__confirmation__id") is None,
        "readings": {s: {"id": r["id"], "value": r["standard"]} for s, r in one.items()},
    }  # fmt: skip


def _minutes(at: datetime | None, first: dict[str, Any]) -> float | None:
    begun = next((one["taken_at"] for one in first.values()), None)
    return round((at - begun).total_seconds() / 60, 1) if at and begun else None


def _standard(one: dict[str, Any]) -> dict[str, Decimal]:
    return {sign: row["standard"] for sign, row in one.items() if row["standard"] is not None}


def _pair(one: dict[str, Any]) -> tuple[Decimal, Decimal] | None:
    found = _standard(one)
    return (found["systolic"], found["diastolic"]) if {"systolic", "diastolic"} <= found.keys() else None
