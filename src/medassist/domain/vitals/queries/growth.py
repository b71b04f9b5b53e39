"""What a growth chart is made of: who it is about, and every moment at which the body was measured."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from medassist.domain.vitals.queries.base import local_day
from medassist.domain.vitals.queries.last import person
from medassist.domain.vitals.queries.trends import routine
from medassist.domain.vitals.rules.charting import Body

SIGNS = ("weight", "height", "head_circumference", "bmi")
SEXES = {"F": "female", "M": "male"}


def child(patient: UUID) -> dict[str, Any]:
    """Birth date and sex as growth charts need them: the sex recorded at birth, else the administrative one."""
    one = person(patient)
    sex = SEXES.get(one.birth_sex) or (one.gender if one.gender in SEXES.values() else "")
    return {"born": one.birth_date, "sex": sex}


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


LYING = {"lying": True, "supine": True, "standing": False}
"""Postures that say whether a length or a stature was measured."""
