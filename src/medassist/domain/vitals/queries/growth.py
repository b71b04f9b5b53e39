"""What a growth chart is made of: who it is about, and every moment at which the body was measured."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from medassist.domain.vitals import rules
from medassist.domain.vitals.models import Reading
from medassist.domain.vitals.queries.base import local_day, standing
from medassist.domain.vitals.queries.last import person
from medassist.domain.vitals.queries.trends import routine
from medassist.domain.vitals.rules.charting import Body
from medassist.domain.vitals.rules.data import data
from medassist.kernel import clock

GESTATION = "gestation"
SIGNS = ("weight", "height", "head_circumference", "bmi")
SEXES = {"F": "female", "M": "male"}
LYING = {"lying": True, "supine": True, "standing": False}
"""Postures that say whether a length or a stature was measured."""
GROWN = int(data("growth")["use"]["cdc_to_months"]) // 12
"""Years at which CDC's charts end."""


def child(patient: UUID) -> dict[str, Any]:
    """Birth date, age in years, sex as growth charts need them: the one recorded at birth, else the administrative."""
    one = person(patient)
    sex = SEXES.get(one.birth_sex) or (one.gender if one.gender in SEXES.values() else "")
    return {"born": one.birth_date, "sex": sex, "years": rules.years(one.birth_date, local_day(clock.now()))}


def grows(patient: UUID) -> bool:
    """Whether a patient is of an age that has growth charts."""
    years = child(patient)["years"]
    return years is not None and years < GROWN


def weeks(patient: UUID) -> float | None:
    """The weeks of gestation at birth, as they were told last; None where nobody told them."""
    rows = standing().filter(patient=patient, sign=GESTATION, standard__isnull=False)
    found = rows.order_by("-taken_at", "-recorded_at").values_list("standard", flat=True).first()
    return None if found is None else float(found)


def tells_weeks(set: UUID) -> bool:
    """Whether a set of signs says at how many weeks the child was born."""
    return Reading.objects.filter(of=set, sign=GESTATION).exists()


def bodies(patient: UUID, born: date) -> list[Body]:
    """Weight, height, head and BMI of each moment at which one was measured, oldest first: one statement."""
    rows = routine().filter(patient=patient, sign__in=SIGNS, ordinal=1, standard__isnull=False)
    moments: dict[datetime, dict[str, Any]] = {}
    for sign, value, position, at in rows.order_by("taken_at").values_list("sign", "standard", "position", "taken_at"):
        if value is not None and local_day(at) >= born:
            moment = moments.setdefault(at, {"days": float((local_day(at) - born).days)})
            moment["head" if sign == "head_circumference" else sign] = float(value)
            if sign == "height" and position in LYING:
                moment["lying"] = LYING[position]
    return [Body(at, **told) for at, told in moments.items()]
