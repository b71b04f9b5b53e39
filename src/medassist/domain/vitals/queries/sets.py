"""Sets of signs as a chart shows them, with what was replaced beside what stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from medassist.domain.office import queries as office
from medassist.domain.vitals import rules
from medassist.domain.vitals.models import Reading, VitalSet
from medassist.domain.vitals.queries.base import COLUMNS, how, local_day, text
from medassist.domain.vitals.rules.derived import BESIDE
from medassist.kernel.errors import Missing

PAIRS = {"systolic": "diastolic", "systolic_mean": "diastolic_mean"}
"""The upper to the lower pressure of one line."""
LOWER = {lower: upper for upper, lower in PAIRS.items()}

SET = (
    "id", "patient_id", "visit_id", "site_id", "taken_at", "recorded_at", "by", "device", "status", "position", "note",
    "received", "patient__birth_date", "confirmation__by", "confirmation__at",
)  # fmt: skip


def latest(patient: UUID, n: int = 1) -> list[dict[str, Any]]:
    """The newest sets of a patient, each with its readings."""
    return _with_readings(VitalSet.objects.filter(patient=patient).order_by("-taken_at", "-recorded_at")[:n])


def for_visit(visit: UUID) -> list[dict[str, Any]]:
    """The sets of a visit, newest first."""
    return _with_readings(VitalSet.objects.filter(visit=visit).order_by("-taken_at", "-recorded_at"))


def one_set(set: UUID) -> dict[str, Any]:
    """One set; Missing when there is none."""
    found = _with_readings(VitalSet.objects.filter(pk=set))
    if not found:
        raise Missing("set of vital signs", set)
    return found[0]


def latest_of(patients: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """The newest set of each of these patients, in two queries."""
    rows = VitalSet.objects.filter(patient__in=list(patients)).order_by("patient", "-taken_at").distinct("patient")
    return {one["patient"]: one for one in _with_readings(rows)}


def reading(reading: UUID) -> dict[str, Any]:
    """One reading as a chart shows it, with its set; Missing when there is none."""
    row = Reading.objects.filter(pk=reading).values("of_id").first()
    if row is None:
        raise Missing("reading", reading)
    whole = one_set(row["of_id"])
    found = next(one for one in [*whole["readings"], *whole["replaced"]] if one["id"] == reading)
    return {**found, "set": whole}


def where_reading(reading: UUID) -> dict[str, Any]:
    """Patient and site of a reading, as facts for the authority."""
    return _where(Reading.objects.filter(pk=reading).values("patient_id", "of__site_id").first(), "reading", reading)


def where_observation(observation: UUID) -> dict[str, Any]:
    """Patient and site of the readings that one Observation shows, as facts for the authority."""
    row = Reading.objects.filter(observation=observation).values("patient_id", "of__site_id").first()
    return _where(row, "Observation", observation)


def where_set(set: UUID) -> dict[str, Any]:
    """Patient and site of a set, as facts for the authority."""
    return _where(VitalSet.objects.filter(pk=set).values("patient_id", "site_id").first(), "set of vital signs", set)


def _where(row: Mapping[str, Any] | None, what: str, which: UUID) -> dict[str, Any]:
    if row is None:
        raise Missing(what, which)
    return {"patient": row["patient_id"], "site": row.get("site_id", row.get("of__site_id"))}


def _with_readings(sets: Any) -> list[dict[str, Any]]:
    rows = list(sets.values(*SET))
    if not rows:
        return []
    found: dict[UUID, list[dict[str, Any]]] = {row["id"]: [] for row in rows}
    columns = (*COLUMNS, "reason", "by", "recorded_at", "replaced_by__id")
    for one in Reading.objects.filter(of__in=list(found)).values(*columns).order_by("recorded_at"):
        found[one["of_id"]].append(one)
    names = office.names({row["by"] for row in rows} | {row["confirmation__by"] for row in rows} - {None})
    return [_set(row, found[row["id"]], names) for row in rows]


def _set(row: dict[str, Any], readings: list[dict[str, Any]], names: dict[UUID, str]) -> dict[str, Any]:
    years = rules.years(row["patient__birth_date"], local_day(row["taken_at"]))
    shown = [_shown(one) for one in readings if one["value"] is not None or one["on"] is not None or one["coded"]]
    backs = {one["replaces_id"]: one for one in readings if one["replaces_id"]}
    for one in shown:
        later = backs.get(one["id"])
        one["replaced_why"] = later["reason"] if later else ""
    stands = sorted((one for one in shown if one["replaced_by__id"] is None), key=_place)
    judge_all(stands, years)
    return {
        "id": row["id"], "patient": row["patient_id"], "visit": row["visit_id"], "site": row["site_id"],
        "taken_at": row["taken_at"], "recorded_at": row["recorded_at"], "by": row["by"],
        "by_name": names.get(row["by"], ""), "device": row["device"], "note": row["note"], "received": row["received"],
        "position": rules.qualifier_word("position", row["position"]),
        "preliminary": row["status"] == "preliminary" and row["confirmation__at"] is None and bool(stands),
        "confirmed_at": row["confirmation__at"], "confirmed_by": names.get(row["confirmation__by"], ""),
        "years": years, "readings": stands, "replaced": [one for one in shown if one["replaced_by__id"] is not None],
        "rows": as_rows(stands),
    }  # fmt: skip


def percentiles(set: dict[str, Any]) -> list[dict[str, Any]]:
    """Where a child stands by one set: sign, label, of (the sign it is shown beside), text, z, reference, reading."""
    return [_percentile(one) for one in set["readings"] if one["sign"] in BESIDE]


def _percentile(one: dict[str, Any]) -> dict[str, Any]:
    """A percentile in words: ours with its reference and z-score, another system's as it told it."""
    told = one["qualifiers"]
    corrected = ", by corrected age" if "corrected" in told else ""
    reference = rules.reference(told.get("reference", "")) + corrected
    known = {"reference": reference, "z": told.get("z", "").replace("-", "−")}
    text = rules.percentile_text(one["standard"]) if one["standard"] is not None else one["text"]
    return {"sign": one["sign"], "label": one["label"], "of": BESIDE[one["sign"]], "text": text, **known,
            "reading": one["id"], "value": one["standard"]}  # fmt: skip


def _place(one: dict[str, Any]) -> tuple[int, int]:
    return list(rules.SIGNS).index(one["sign"]), one["ordinal"]


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    sign = rules.sign(row["sign"])
    words = how(row)
    return {
        **row, "label": sign.label, "text": text(row), "shown_unit": sign.shown_unit, "how": words[0] if words else "",
        "hows": words, "judged": None, "computed": "basis" in row["qualifiers"],
    }  # fmt: skip


def judge_all(readings: list[dict[str, Any]], years: float | None) -> None:
    """Put the judgement beside each reading; the two pressures share one."""
    standard = {(one["sign"], one["ordinal"]): one["standard"] for one in readings}
    extra = bool(standard.get(("oxygen_flow", 1)))
    for one in readings:
        if one["sign"] in PAIRS or one["sign"] in LOWER:
            first = LOWER.get(one["sign"], one["sign"])
            upper, lower = (standard.get((name, one["ordinal"])) for name in (first, PAIRS[first]))
            found = rules.judge_pressure(upper, lower, years)
        elif one["standard"] is not None:
            found = rules.judge(one["sign"], one["standard"], rules.sign(one["sign"]).standard, years, oxygen=extra)
        else:
            found = None
        one["judged"] = found.as_dict() if found else None


def as_rows(readings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Readings as lines of a table: two pressures on one line, percentiles beside what they are of."""
    found = {(one["sign"], one["ordinal"]): one for one in readings}
    placed = percentiles({"readings": readings})
    lines: list[dict[str, Any]] = []
    for one in readings:
        upper, lower = LOWER.get(one["sign"]), PAIRS.get(one["sign"])
        if upper and (upper, one["ordinal"]) in found or (BESIDE.get(one["sign"]), 1) in found:
            continue
        line = dict(one, readings=[one], percentiles=[p for p in placed if p["of"] == one["sign"]])
        if lower:
            line["label"] = _pressure_label(one)
            other = found.get((lower, one["ordinal"]))
            line["text"] = f"{one['text']}/{other['text'] if other else '–'}"
            line["readings"] = [one, *([other] if other else [])]
        lines.append(line)
    return lines


def _pressure_label(one: dict[str, Any]) -> str:
    if one["sign"] == "systolic_mean":
        count = one["qualifiers"].get("count")
        return f"Mean of {count} pressures" if count else "Mean pressure"
    return "Blood pressure" if one["ordinal"] == 1 else "again"


def day_of(set: dict[str, Any]) -> date:
    """The day on which a set was taken, where the office is."""
    return local_day(set["taken_at"])
