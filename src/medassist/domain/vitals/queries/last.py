"""The last values of each sign before a time, and what is asked about new ones beside them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from medassist.domain.people import queries as people
from medassist.domain.vitals import rules
from medassist.domain.vitals.models import Reading
from medassist.domain.vitals.queries import arms, series
from medassist.domain.vitals.queries.base import local_day
from medassist.domain.vitals.rules import derived

if TYPE_CHECKING:
    from datetime import date

    from medassist.domain.people.models import Patient
    from medassist.domain.vitals.inputs.asked import Signs

# of each sign its newest values that stand; what a series measures in another posture is told apart
LAST = """
SELECT sign, value, unit, taken_at FROM (
  SELECT r.sign, r.value, r.unit, r.taken_at, row_number() OVER (
           PARTITION BY r.sign ORDER BY r.taken_at DESC, r.ordinal DESC, r.recorded_at DESC) AS nth
    FROM vitals_reading r JOIN vitals_vitalset v ON v.id = r.of_id LEFT JOIN vitals_series s ON s.id = v.series_id
   WHERE r.patient_id = %(patient)s AND r.taken_at <= %(before)s AND r.standard IS NOT NULL AND r.value IS NOT NULL
     AND NOT EXISTS (SELECT FROM vitals_reading n WHERE n.replaces_id = r.id)
     AND (s.protocol IS NULL OR s.protocol <> ALL (%(apart)s::text[])) AND r.id IS DISTINCT FROM %(but)s::uuid) newest
 WHERE nth <= %(most)s ORDER BY sign, nth
"""
SEX = {"M": "male", "F": "female"}
"""The sex recorded at birth, as growth references name it."""


def person(patient: UUID) -> Patient:
    """The patient; Missing when there is none."""
    return people.patient(patient)


def may_be_placed(patient: UUID) -> bool:
    """Whether a size was measured here by which growth is placed, or a percentile stands that may have to go."""
    return Reading.objects.filter(
        patient=patient, sign__in=(*derived.SIZES, *derived.BESIDE), of__received=False
    ).exists()


def last_values(patient: UUID, before: datetime, leave_out: UUID | None = None) -> dict[str, rules.Told]:
    """The last value of each sign at or before a time, with the few before it.

    `leave_out` names a reading that does not count.
    """
    told: dict[str, list[rules.Told]] = {}
    asked: dict[str, Any] = {"patient": patient, "before": before, "but": leave_out, "most": rules.RECENT,
             "apart": list(rules.protocols.apart())}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(LAST, asked)
        for sign, value, unit, at in cursor.fetchall():
            told.setdefault(sign, []).append(rules.Told(value, unit, local_day(at)))
    return {sign: rules.history(values) for sign, values in told.items()}


def known(patient: Patient, on: date, last: dict[str, rules.Told]) -> rules.Known:
    """What the questions need to know of a patient on a day."""
    return rules.Known(on=on, born=patient.birth_date, sex=SEX.get(patient.birth_sex, patient.gender), last=last)


def asked_about(given: Signs, patient: Patient | None = None) -> dict[str, list[str]]:
    """What is asked about a set that is to be taken, by field: unlikely values, jumps, values that do not fit."""
    patient = patient or person(given.patient)
    last = last_values(given.patient, given.taken_at)
    on = local_day(given.taken_at)
    asked = rules.asked(given.found, known(patient, on, last))
    for told in (arms.asked_about(given.found, given.patient, on), series.asked_about(given)):
        for field, why in told.items():
            asked.setdefault(field, []).extend(why)
    return asked
