"""Readings that are computed from others: written with them, and again when what they rest on is corrected.

Each is a row of its own with method "computed". Its qualifiers name the readings (`basis`) and the Observations
(`from`) that it rests on. To compute a sign, name its function in COMPUTES.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache, partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

from medassist.domain.vitals import rules
from medassist.domain.vitals.actions.replacing import back, replacing
from medassist.domain.vitals.models import Reading
from medassist.domain.vitals.queries.base import local_day, standing
from medassist.domain.vitals.queries.growth import GESTATION, weeks
from medassist.domain.vitals.rules import derived, growth
from medassist.domain.vitals.rules.data import data
from medassist.kernel import identifiers
from medassist.kernel.context import Context

if TYPE_CHECKING:
    from medassist.domain.people.models import Patient
    from medassist.domain.vitals.rules.growth import Placed

YOUNGEST = 2  # years: below, weight is judged by length (CDC growth charts)
LYING = {"lying": True, "supine": True, "standing": False}
FIGURES = 4  # a percentile near either end differs in its last digits only
Made = tuple[Decimal, dict[str, str]]
Compute = Callable[[Sequence[Reading], "Patient"], "Made | None"]
Weeks = Callable[[], "float | None"]
"""Tells the weeks of gestation at birth; it is asked of small children alone."""


# -- one sign from the readings it rests on


def _bmi(basis: Sequence[Reading], patient: Patient) -> Made | None:
    found = {row.sign: row.standard for row in basis}
    weight, height = found.get("weight"), found.get("height")
    if not weight or not height:
        return None
    value = rules.bmi(Decimal(weight), Decimal(height))
    return None if rules.faults("bmi", value, "kg/m2") else (value, {})


def _place(sign: str, basis: Sequence[Reading], patient: Patient) -> Made | None:
    return _placed(basis, patient, partial(weeks, patient.pk)).get(sign)


def _mean(basis: Sequence[Reading], patient: Patient) -> Made | None:
    """The mean of what still stands; one alone is no mean."""
    values = [row.standard for row in basis if row.standard is not None]
    return (derived.mean(values), {"count": str(len(values))}) if len(values) > 1 else None


COMPUTES: dict[str, Compute] = {
    "bmi": _bmi, "systolic_mean": _mean, "diastolic_mean": _mean,
    **{sign: partial(_place, sign) for sign in derived.BESIDE},
}  # fmt: skip
"""A computed sign to the function that computes it, given the standing readings it rests on; None: not any more."""


def _placed(rows: Iterable[Reading], patient: Patient, born_at: Weeks) -> dict[str, Made]:
    """Where these sizes of one time stand in the reference for the child's sex and age, corrected if born early."""
    sizes = {row.sign: row for row in rows if row.sign in derived.SIZES and row.standard is not None}
    if not sizes or patient.birth_date is None:
        return {}
    sex = derived.sex(patient.birth_sex, patient.gender)
    days = (local_day(next(iter(sizes.values())).taken_at) - patient.birth_date).days
    lying = LYING.get(sizes["height"].position) if "height" in sizes else None
    values = {sign: row.standard for sign, row in sizes.items() if row.standard is not None}
    corrected = growth.corrected_days(days, born_at()) if growth.young(days) else None
    placed = derived.placed(sex, days if corrected is None else corrected, values, lying)
    return {sign: _percentile(one, corrected) for sign, one in placed.items()}


def _weeks(found: Mapping[str, Reading], patient: Patient) -> float | None:
    """The weeks at birth, as the same set tells them or one before."""
    told = found[GESTATION].standard if GESTATION in found else None
    return weeks(patient.pk) if told is None else float(told)


def _percentile(one: Placed, corrected: float | None) -> Made:
    told = {"z": f"{one.z:.2f}", "reference": one.method, "measure": one.measure}
    if corrected is not None:
        told["corrected"] = f"{corrected:.0f}"  # days by which the child was placed
    return round(Decimal(str(one.percentile)), FIGURES), told


def _row(sign: str, made: Made, basis: Sequence[Reading], of: Reading) -> Reading:
    """A computed reading in the set of one of those that it rests on."""
    id, (value, told) = identifiers.uuid7(), made
    qualifiers: dict[str, Any] = {
        **told, "basis": [str(row.id) for row in basis],
        "from": list(dict.fromkeys(str(row.observation) for row in basis if row.observation)),
    }  # fmt: skip
    return Reading(
        id=id, of=of.of, patient_id=of.patient_id, taken_at=of.taken_at, sign=sign, ordinal=of.ordinal,
        value=value, unit=rules.sign(sign).standard, standard=value, method="computed", qualifiers=qualifiers,
        observation=id, by=of.by, recorded_at=of.recorded_at,
    )  # fmt: skip


# -- with a set


def with_derived(rows: list[Reading], patient: Patient, at: datetime) -> list[Reading]:
    """The rows of a set, with what is computed from them and nobody gave."""
    first = {row.sign: row for row in rows if row.ordinal == 1}
    made = [*_index(first, patient, at), *_percentiles(first, patient, partial(_weeks, first, patient))]
    return [*rows, *(row for row in made if row.sign not in first)]


def _index(first: Mapping[str, Reading], patient: Patient, at: datetime) -> list[Reading]:
    """The body mass index, where weight and height are known."""
    years = rules.years(patient.birth_date, local_day(at))
    weight = first.get("weight")
    if weight is None or "bmi" in first or years is not None and years < YOUNGEST:
        return []
    height = first.get("height") or _adult_height(patient, at)
    basis = [weight, height] if height else []
    made = _bmi(basis, patient)
    return [_row("bmi", made, basis, weight)] if made else []


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


RESTS = {"bmi_percentile": ("weight", "height"), "weight_length_percentile": ("weight", "height")}
"""What a percentile rests on, where it is more than the sign that it is shown beside."""


def _percentiles(first: Mapping[str, Reading], patient: Patient, born_at: Weeks) -> list[Reading]:
    """Where a child stands, one row a percentile."""
    made = []
    for sign, one in _placed(first.values(), patient, born_at).items():
        basis = [first[name] for name in RESTS.get(sign, (derived.BESIDE[sign],))]
        made.append(_row(sign, one, basis, basis[0]))
    return made


def mean(
    ctx: Context, readings: Sequence[Reading], systolic: Decimal | None = None, diastolic: Decimal | None = None
) -> list[Reading]:
    """Rows of a mean blood pressure of several readings (both signs of each), not yet written.

    They belong to the set of the newest reading. The values may be those of a protocol's own rule; without them, and
    when a reading is corrected later, the functions of COMPUTES say them.
    """
    rows: list[Reading] = []
    for sign, value in (("systolic", systolic), ("diastolic", diastolic)):
        basis = [row for row in readings if row.sign == sign]
        made = _mean(basis, basis[0].patient) if basis else None
        if made is None:
            continue
        newest = max(basis, key=lambda row: (row.taken_at, row.ordinal))
        row = _row(f"{sign}_mean", (made[0] if value is None else value, made[1]), basis, newest)
        row.ordinal, row.by, row.recorded_at = 1, ctx.actor.id, ctx.at
        row.observation = rows[0].observation if rows else row.id
        rows.append(row)
    return rows


# -- again


def again(ctx: Context, made: Sequence[Reading], reason: str, patient: Patient) -> list[Reading]:
    """Everything that rested on what these rows replace, computed again or taken back."""
    new = {str(row.replaces_id): row for row in made if row.replaces_id}
    rights = {old: _again(ctx, old, new, reason, patient) for old in _resting_on(made)}
    return replacing(ctx, rights, reason)


def _resting_on(made: Sequence[Reading]) -> list[Reading]:
    """The standing readings that were computed from what these rows replace."""
    named = [Q(qualifiers__basis__contains=[str(row.replaces_id)]) for row in made if row.replaces_id]
    if not named:
        return []
    rows = standing().filter(patient=made[0].patient_id, sign__in=list(COMPUTES), method="computed")
    return list(rows.filter(Q(*named, _connector=Q.OR)).select_related("of"))


def _again(ctx: Context, old: Reading, new: Mapping[str, Reading], reason: str, patient: Patient) -> Reading | None:
    ids = old.qualifiers["basis"]
    kept = {str(row.pk): row for row in Reading.objects.filter(pk__in=[UUID(id) for id in ids if id not in new])}
    basis = [row for id in ids if (row := new.get(id) or kept.get(id)) and not row.taken_back]
    made = COMPUTES[old.sign](basis, patient) if basis else None
    return _over(ctx, old, _row(old.sign, made, basis, old), reason) if made else None


def _over(ctx: Context, old: Reading, row: Reading, reason: str) -> Reading:
    """A computed row in place of another one."""
    row.replaces, row.reason, row.by, row.recorded_at = old, reason, ctx.actor.id, ctx.at
    row.ordinal = old.ordinal
    return row


def placed_again(ctx: Context, patient: Patient, reason: str) -> list[Reading]:
    """Percentiles of all of a child's sets that differ by the birth date, sex and weeks at birth known now."""
    signs = [*derived.SIZES, *derived.BESIDE]
    rows = Reading.objects.filter(patient=patient, sign__in=signs, ordinal=1, of__received=False, sent="")
    sets: dict[UUID, dict[str, Reading]] = {}
    for row in rows.filter(replaced_by__isnull=True).order_by("taken_at").select_related("of"):
        sets.setdefault(row.of_id, {})[row.sign] = row
    born_at = cache(partial(weeks, patient.pk))  # asked once for all sets, and only if one of them is of a small child
    return [row for found in sets.values() for row in _settled(ctx, found, patient, reason, born_at)]


def _settled(
    ctx: Context, found: dict[str, Reading], patient: Patient, reason: str, born_at: Weeks
) -> list[Reading]:  # fmt: skip
    """What is to be written of one set's percentiles: new ones, others in place of what stands, and takings back."""
    sizes = {sign: row for sign, row in found.items() if sign in derived.SIZES and not row.taken_back}
    wanted = {row.sign: row for row in _percentiles(sizes, patient, born_at)}
    made = []
    for sign in derived.BESIDE:
        old, row = found.get(sign), wanted.get(sign)
        if old is None and row is not None:
            row.by, row.recorded_at = ctx.actor.id, ctx.at
            made.append(row)
        elif old is not None and row is not None and (old.value, old.qualifiers) != (row.value, row.qualifiers):
            made.append(_over(ctx, old, row, reason))
        elif old is not None and row is None and not old.taken_back and old.method == "computed":
            made.append(back(ctx, old, reason))
    return made
