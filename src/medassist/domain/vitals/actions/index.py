"""Body mass index: computed with a weight, and again when what it rests on is corrected."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from medassist.domain.vitals import rules
from medassist.domain.vitals.models import Reading
from medassist.domain.vitals.queries.base import local_day, standing
from medassist.domain.vitals.rules.data import data
from medassist.kernel import identifiers

if TYPE_CHECKING:
    from medassist.domain.people.models import Patient

YOUNGEST = 2  # years: below, weight is judged by length (CDC growth charts)


def with_bmi(rows: list[Reading], patient: Patient, at: datetime) -> list[Reading]:
    """The rows, with the index where weight and height are known and nobody gave it."""
    first = {row.sign: row for row in rows if row.ordinal == 1}
    years = rules.years(patient.birth_date, local_day(at))
    weight = first.get("weight")
    if weight is None or "bmi" in first or years is not None and years < YOUNGEST:
        return rows
    height = first.get("height") or _adult_height(patient, at)
    made = index(weight, height) if height is not None else None
    return [*rows, made] if made else rows


def _adult_height(patient: Patient, at: datetime) -> Reading | None:
    """The last height of an adult, measured as an adult and not too long ago."""
    rule = data("limits")["height_of_adults"]
    earliest = at - timedelta(days=rule["days"])
    rows = standing().filter(patient=patient, sign="height", standard__isnull=False)
    found = rows.filter(taken_at__lte=at, taken_at__gte=earliest).order_by("-taken_at", "-recorded_at").first()
    if found is None:
        return None
    years = rules.years(patient.birth_date, local_day(found.taken_at))
    return found if years is not None and years >= rule["from_years"] else None


def index(weight: Reading, height: Reading, ordinal: int = 1) -> Reading | None:
    """The index of a weight and a height as a row of the weight's set; None when they can't be put together."""
    if not weight.standard or not height.standard:
        return None
    value = rules.bmi(Decimal(weight.standard), Decimal(height.standard))
    if rules.faults("bmi", value, "kg/m2"):
        return None
    id = identifiers.uuid7()
    rests = {"weight": str(weight.id), "height": str(height.id)}
    from_observations = {"from": [str(weight.observation), str(height.observation)]}
    return Reading(
        id=id, of=weight.of, patient_id=weight.patient_id, taken_at=weight.taken_at, sign="bmi", ordinal=ordinal,
        value=value, unit="kg/m2", standard=value, method="computed", qualifiers={**rests, **from_observations},
        observation=id, by=weight.by, recorded_at=weight.recorded_at,
    )  # fmt: skip


def resting_on(reading: Reading) -> list[Reading]:
    """The standing indexes that were computed from this reading."""
    rows = standing().filter(patient=reading.patient_id, sign="bmi", method="computed")
    return list(rows.filter(**{f"qualifiers__{reading.sign}": str(reading.pk)}))
