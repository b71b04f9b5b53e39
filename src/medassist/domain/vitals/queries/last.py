"""The last value of each sign before a time, and what is asked about new ones beside them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from medassist.codecs import units
from medassist.domain.people import queries as people
from medassist.domain.vitals import rules
from medassist.domain.vitals.inputs.found import Found, pressures
from medassist.domain.vitals.queries import arms
from medassist.domain.vitals.queries.base import local_day, routine
from medassist.domain.vitals.rules import checks

if TYPE_CHECKING:
    from medassist.domain.people.models import Patient
    from medassist.domain.vitals.inputs.asked import Signs


def person(patient: UUID) -> Patient:
    """The patient; Missing when there is none."""
    return people.patient(patient)


def last_values(patient: UUID, before: datetime, leave_out: UUID | None = None) -> dict[str, rules.Told]:
    """The last value of each sign at or before a time; `leave_out` names a reading that does not count."""
    rows = routine().filter(patient=patient, taken_at__lte=before, standard__isnull=False)
    if leave_out is not None:
        rows = rows.exclude(pk=leave_out)
    rows = rows.order_by("sign", "-taken_at", "-ordinal", "-recorded_at").distinct("sign")
    return {
        sign: rules.Told(value, unit, local_day(at))
        for sign, value, unit, at in rows.values_list("sign", "value", "unit", "taken_at")
        if value is not None
    }


def asked_about(given: Signs, patient: Patient | None = None) -> dict[str, list[str]]:
    """What is asked about a set that is to be taken, by field: unlikely values, jumps, values that do not fit."""
    patient = patient or person(given.patient)
    on = local_day(given.taken_at)
    years = rules.years(patient.birth_date, on)
    last = last_values(given.patient, given.taken_at)
    asked: dict[str, list[str]] = {}
    for one in given.found:
        if one.value is not None:
            before = last.get(one.sign) if one.ordinal == 1 else None
            if why := rules.doubts(one.sign, one.value, one.unit, years=years, last=before, on=on):
                asked[one.field] = why
    _together(given.found, years, last, asked)
    for field, why in arms.asked_about(given.found, given.patient, on).items():
        asked.setdefault(field, []).extend(why)
    return asked


def _together(
    found: tuple[Found, ...], years: float | None, last: dict[str, rules.Told], asked: dict[str, list[str]]
) -> None:
    """What is asked about values that stand side by side."""
    for upper, lower in pressures(found).values():
        if not asked.keys() & {upper.field, lower.field}:
            assert upper.standard is not None and lower.standard is not None
            if why := rules.pair_doubts(upper.standard, lower.standard):
                asked[upper.field] = why
    first = {one.sign: one for one in found if one.ordinal == 1}
    if (weight := first.get("weight")) and not asked.keys() & {"weight", "height"}:
        told, size = first.get("height"), last.get("height")
        height = told.quantity if told else _adult_height(size, years)
        if height and (why := checks.size_doubts(weight.quantity, height, years)):
            asked["weight"] = why
    flow, air = first.get("oxygen_flow"), first.get("oxygen_saturation")
    if flow and flow.value and air and air.qualifiers.get("oxygen") == "room-air":
        asked.setdefault("oxygen_flow", []).append("Room air and a flow of oxygen are both noted. Which is right?")


def _adult_height(size: rules.Told | None, years: float | None) -> units.Quantity | None:
    return units.Quantity(size.value, size.unit) if size and years is not None and years >= 20 else None
