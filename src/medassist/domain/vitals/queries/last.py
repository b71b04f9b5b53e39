"""The last values of each sign before a time, and what is asked about new ones beside them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from medassist.domain.people import queries as people
from medassist.domain.vitals import rules
from medassist.domain.vitals.models import Reading
from medassist.domain.vitals.queries import arms
from medassist.domain.vitals.queries.base import local_day, routine
from medassist.domain.vitals.rules import derived

if TYPE_CHECKING:
    from datetime import date

    from medassist.domain.people.models import Patient
    from medassist.domain.vitals.inputs.asked import Signs

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
    rows = routine().filter(patient=patient, taken_at__lte=before, standard__isnull=False)
    if leave_out is not None:
        rows = rows.exclude(pk=leave_out)
    latest = (F("taken_at").desc(), F("ordinal").desc(), F("recorded_at").desc())
    rows = rows.annotate(nth=Window(RowNumber(), partition_by="sign", order_by=latest)).filter(nth__lte=rules.RECENT)
    told: dict[str, list[rules.Told]] = {}
    for sign, value, unit, at in rows.order_by("sign", "nth").values_list("sign", "value", "unit", "taken_at"):
        if value is not None:
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
    for field, why in arms.asked_about(given.found, given.patient, on).items():
        asked.setdefault(field, []).extend(why)
    return asked
