"""Growth of children: z-scores and percentiles by the LMS method, WHO 2006 below two years, CDC 2000 from two on."""

from __future__ import annotations

import csv
import gzip
from bisect import bisect_right
from functools import cache
from importlib import resources
from math import erfc, exp, log, sqrt
from statistics import NormalDist
from typing import NamedTuple

from medassist.domain.vitals.rules.data import FOLDER, data

NORMAL = NormalDist()
P95 = NORMAL.inv_cdf(0.95)
SEX = {"male": "1", "female": "2"}
WEIGHTS = {"weight-for-age", "weight-for-length", "bmi-for-age"}
"""Measures whose tails WHO does not take from the curve beyond three deviations."""
FURTHEST = 38.0  # beyond, a tail is nothing to a computer
REFERENCES = {"who2006": "WHO", "cdc2000": "CDC", "cdc-extended-bmi": "CDC"}
ROOT_2 = sqrt(2)


class Placed(NamedTuple):
    """Where a child stands: the measure, its value, z-score, percentile, WHO or CDC, and by which of their methods."""

    measure: str
    value: float
    z: float
    percentile: float
    reference: str
    percent_of_95th: float | None = None
    method: str = ""


@cache
def _use() -> tuple[float, float, float, float, float]:
    """Days a month; months to which WHO, CDC's lengths and CDC itself reach; what lying adds to a height."""
    told = data("growth")
    use = told["use"]
    keys = ("days_a_month", "who_to_months", "cdc_length_to_months", "cdc_to_months")
    return (*(float(use[key]) for key in keys), float(told["standing_to_lying_cm"]["add"]))  # type: ignore[return-value]


def corrected_days(age_days: float, gestation_weeks: float | None) -> float | None:
    """The age in days corrected for an early birth; None where it is not corrected (born in time, or old enough)."""
    rule = data("growth")["preterm"]
    if gestation_weeks is None or gestation_weeks >= rule["before_weeks"] or not young(age_days):
        return None
    return age_days - 7 * (rule["term_weeks"] - gestation_weeks)


def young(age_days: float) -> bool:
    """Whether an age is one that is corrected for an early birth."""
    return bool(age_days < data("growth")["preterm"]["to_months"] * _use()[0])


def early(gestation_weeks: float | None) -> str:
    """What is said of a child born early: the weeks, and how its age is counted; "" of one born in time."""
    rule = data("growth")["preterm"]
    if gestation_weeks is None or gestation_weeks >= rule["before_weeks"]:
        return ""
    weeks, days = divmod(round(7 * gestation_weeks), 7)
    born = f"{weeks} weeks and {days} day{'s' if days > 1 else ''}" if days else f"{weeks} weeks"
    return (
        f"Born at {born}. Until {rule['to_months']} months after birth, points and percentiles are by the age that "
        f"counts from the day on which {rule['term_weeks']} weeks were full; "
        "what was measured before it has no place here."
    )


Curve = tuple[float, float, float]
"""L, M and S."""


@cache
def _tables() -> dict[tuple[str, str, str], tuple[list[float], list[Curve]]]:
    packed = resources.files(FOLDER).joinpath("data", "growth.csv.gz").read_bytes()
    names = {number: name for name, number in SEX.items()}
    found: dict[tuple[str, str, str], tuple[list[float], list[Curve]]] = {}
    for row in csv.DictReader(gzip.decompress(packed).decode().splitlines()):
        at, curves = found.setdefault((row["reference"], row["measure"], names[row["sex"]]), ([], []))
        at.append(float(row["at"]))
        curves.append((float(row["l"]), float(row["m"]), float(row["s"])))
    return found


def lms(reference: str, measure: str, sex: str, at: float) -> Curve | None:
    """L, M and S at an age or a length, interpolated; None outside the table."""
    table = _tables().get((reference, measure, sex))
    if table is None:
        return None
    places, curves = table
    n = bisect_right(places, at) - 1
    if n < 0 or at > places[-1]:
        return None
    low, curve = places[n], curves[n]
    if at == low:
        return curve
    share = (at - low) / (places[n + 1] - low)
    (l0, m0, s0), (l1, m1, s1) = curve, curves[n + 1]
    return l0 + share * (l1 - l0), m0 + share * (m1 - m0), s0 + share * (s1 - s0)


def z_score(value: float, curve: Curve) -> float:
    """The z-score of a value on a curve."""
    power, median, spread = curve
    return log(value / median) / spread if power == 0 else ((value / median) ** power - 1) / (power * spread)


def at_z(z: float, curve: Curve) -> float:
    """The value at a z-score of a curve."""
    power, median, spread = curve
    return median * exp(spread * z) if power == 0 else median * (1 + power * spread * z) ** (1 / power)


def percentile(z: float) -> float:
    """The share of children below, in percent."""
    return 50 * erfc(-z / ROOT_2)


def assess(
    sex: str,
    age_days: float,
    *,
    weight: float | None = None,
    stature: float | None = None,
    lying: bool | None = None,
    head: float | None = None,
) -> list[Placed]:
    """Every measure that can be placed: weight in kg, stature and head in cm, age in days; nothing from 20 years on."""
    a_month, who_to, length_to, cdc_to, _ = _use()
    months = age_days / a_month
    if age_days < 0 or months > cdc_to or sex not in SEX:
        return []
    if months < who_to:
        return _infant(sex, age_days, weight, _length(stature, lying), head)
    return _child(sex, months, weight, stature, bool(lying) and months < length_to, head)


def _length(stature: float | None, lying: bool | None) -> float | None:
    """A length; what was measured standing is a little less."""
    return stature + _use()[4] if stature is not None and lying is False else stature


def _infant(
    sex: str, days: float, weight: float | None, length: float | None, head: float | None
) -> list[Placed]:  # fmt: skip
    found = [
        _placed("who2006", "weight-for-age", sex, days, weight),
        _placed("who2006", "length-for-age", sex, days, length),
        _placed("who2006", "head-circumference-for-age", sex, days, head),
    ]
    if weight is not None and length:
        found.append(_placed("who2006", "weight-for-length", sex, length, weight))
        found.append(_placed("who2006", "bmi-for-age", sex, days, weight / (length / 100) ** 2))
    return [one for one in found if one is not None]


def _child(
    sex: str, months: float, weight: float | None, stature: float | None, by_length: bool, head: float | None
) -> list[Placed]:  # fmt: skip
    tall = "length-for-age" if by_length else "stature-for-age"
    found = [
        _placed("cdc2000", "weight-for-age", sex, months, weight),
        _placed("cdc2000", tall, sex, months, stature),
        _placed("cdc2000", "head-circumference-for-age", sex, months, head),
    ]
    if weight is not None and stature:
        found.append(bmi_for_age(sex, months, weight / (stature / 100) ** 2))
        if by_length:
            found.append(_placed("cdc2000", "weight-for-length", sex, stature, weight))
    return [one for one in found if one is not None]


def stature_z(sex: str, years: float, height: float) -> float | None:
    """The height's z-score by CDC 2000, by length below two years."""
    curve = lms("cdc2000", "stature-for-age" if years >= 2 else "length-for-age", sex, years * 12)
    return None if curve is None or height <= 0 else z_score(height, curve)


def _placed(reference: str, measure: str, sex: str, at: float | None, value: float | None) -> Placed | None:
    if at is None or value is None or value <= 0:
        return None
    curve = lms(reference, measure, sex, at)
    if curve is None:
        return None
    z = z_score(value, curve)
    if not -3 <= z <= 3:
        z = _far(value, z, curve if reference == "who2006" and measure in WEIGHTS else None)
    return Placed(measure, value, z, percentile(z), REFERENCES[reference], None, reference)


def _far(value: float, z: float, weights: Curve | None) -> float:
    """Beyond three deviations; of weights WHO counts on in steps of the distance between the second and the third."""
    if weights is not None:
        side = 3 if z > 0 else -3
        third, second = at_z(side, weights), at_z(side - side / 3, weights)
        z = side + (value - third) / abs(third - second)
    return max(-FURTHEST, min(FURTHEST, z))


def bmi_for_age(sex: str, months: float, bmi: float) -> Placed | None:
    """BMI-for-age from two to twenty: CDC 2000, above the 95th percentile CDC's extended method of 2022."""
    curve = lms("cdc2000", "bmi-for-age", sex, months)
    if curve is None or bmi <= 0:
        return None
    ninety_fifth = at_z(P95, curve)
    share = 100 * bmi / ninety_fifth
    if bmi <= ninety_fifth:
        z = max(-FURTHEST, z_score(bmi, curve))
        return Placed("bmi-for-age", bmi, z, percentile(z), "CDC", share, "cdc2000")
    tail = _tail((bmi - ninety_fifth) / _sigma(sex, months / 12))
    z = -NORMAL.inv_cdf(tail) if tail > 1e-300 else FURTHEST
    return Placed("bmi-for-age", bmi, z, 100 * (1 - tail), "CDC", share, "cdc-extended-bmi")


@cache
def _spread(sex: str) -> tuple[float, float, float]:
    part = data("growth")["extended_sigma"][SEX[sex]]
    return float(part["a"]), float(part["b"]), float(part["c"])


def _sigma(sex: str, years: float) -> float:
    a, b, c = _spread(sex)
    return a + b * years + c * years**2


def _tail(steps: float) -> float:
    """The share above: a tenth of the normal tail; 90 + 10 x the normal share is the percentile (Wei 2020)."""
    return 0.1 * erfc(steps / ROOT_2) / 2
