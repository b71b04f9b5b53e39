"""The grid of vital signs on the rooming page: one line a sign, now beside before."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from medassist.codecs import units
from medassist.domain.vitals import rules
from medassist.domain.vitals.queries.base import how, local_day, text
from medassist.domain.vitals.queries.last import person
from medassist.domain.vitals.queries.sets import judge_all
from medassist.domain.vitals.queries.trends import PRESSURE, beside, in_office, recent
from medassist.domain.vitals.rules.protocols import REPEAT
from medassist.kernel import clock

YEAR = 366
ALSO = {"oxygen_saturation": ("oxygen_flow", "oxygen_concentration")}


def grid(patient: UUID, visit: UUID | None = None, days: int = 3, more: bool = False) -> list[dict[str, Any]]:
    """One line a sign, in the order in which they are taken. Two statements, whatever the patient's history.

    Each line: key, label, unit, boxes (name, label, value, mode, options), again (the second pressure), now, judged,
    note, previous [(day, text)], spark [numbers, oldest first], band, how, hows {kind: {key: word}}, said {kind: key},
    also (boxes beside it), reading ids, doubts, standard {sign: value, or the key of its answer}, and where it waits
    to be confirmed: preliminary, set, device. `more` adds the signs that are seldom taken.
    """
    who = person(patient)
    now_at = clock.now()
    years = rules.years(who.birth_date, local_day(now_at))
    rows = recent(patient)
    # what a series that somebody began measures stands in a table of its own
    mine = [
        row
        for row in rows
        if visit is not None and row["of__visit_id"] == visit and row["of__series__protocol"] in (None, REPEAT)
    ]
    before = [row for row in rows if visit is None or row["of__visit_id"] != visit]
    earlier = beside(before, days)
    since = [row for row in rows if (now_at - row["taken_at"]).days <= YEAR]
    judge_all(now := _newest(mine), years)
    found = {(row["sign"], row["ordinal"]): row for row in now}
    return [_line(key, found, earlier, since, before, years) for key in _keys(years, found, more)]


def _newest(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The newest reading of each sign and number."""
    first: dict[tuple[str, int], dict[str, Any]] = {}
    for row in rows:
        first.setdefault((row["sign"], row["ordinal"]), row)
    return list(first.values())


def _keys(years: float | None, found: dict[tuple[str, int], Any], more: bool) -> list[str]:
    """The lines of the grid: those of this age, and any that was measured all the same."""
    keys = [PRESSURE]
    for name, one in rules.SIGNS.items():
        if name in ("systolic", "diastolic") or not (one.grid or more) and (name, 1) not in found or name in _beside():
            continue
        if one.computed and not one.grid:  # percentiles and means stand beside what they are of
            continue
        if one.for_years_to and (years is None or years >= one.for_years_to) and (name, 1) not in found:
            continue
        keys.append(name)
    return keys


def _beside() -> set[str]:
    return {name for names in ALSO.values() for name in names}


def _line(
    key: str, found: dict[tuple[str, int], dict[str, Any]], earlier: dict[str, Any], since: list[dict[str, Any]],
    before: list[dict[str, Any]], years: float | None,
) -> dict[str, Any]:  # fmt: skip
    main = "systolic" if key == PRESSURE else key
    sign, row = rules.sign(main), found.get((main, 1))
    parts = ("systolic", "diastolic") if key == PRESSURE else (key,)
    boxes = [_box(name, found.get((name, 1))) for name in parts] if not sign.computed else []
    judged = row["judged"] if row else None
    words = how(row) if row else []
    return {
        "key": key, "label": "Blood pressure" if key == PRESSURE else sign.label, "unit": sign.shown_unit,
        "computed": sign.computed, "boxes": boxes, "now": _now(key, found), "judged": judged,
        "note": _note(main, row, before), "previous": list(zip(earlier["days"], earlier["values"][key], strict=True)),
        "spark": _spark(main, since), "band": _band(main, years), "how": words[0] if words else "",
        "hows": rules.qualifiers(main), "said": _said(row),
        "also": [_box(n, found.get((n, 1))) for n in ALSO.get(key, ())],
        "again": _again(found) if key == PRESSURE else None,
        "standard": {n: found[n, 1]["coded"] or found[n, 1]["standard"] for n in (*parts, *ALSO.get(key, ()))
                     if (n, 1) in found},
        "readings": [found[n, 1]["id"] for n in parts if (n, 1) in found],
        "doubts": [why for n in parts if (n, 1) in found for why in found[n, 1]["doubts"]],
        "preliminary": _waits(row), "set": row["of_id"] if row else None, "device": row["of__device"] if row else "",
    }  # fmt: skip


def _waits(row: dict[str, Any] | None) -> bool:
    return bool(row and row["of__status"] == "preliminary" and row["of__confirmation__id"] is None)


def _box(name: str, row: dict[str, Any] | None, ordinal: int = 1) -> dict[str, Any]:
    """One field: its name in the form, and what stands in it."""
    sign = rules.sign(name)
    mode = "numeric" if sign.places == 0 and not sign.date else "decimal"
    return {"name": name if ordinal == 1 else f"{name}.{ordinal}", "label": sign.label, "unit": sign.shown_unit,
            "value": _written(row), "mode": "text" if sign.date else mode, "options": rules.answers(name)}  # fmt: skip


def _written(row: dict[str, Any] | None) -> str:
    """What stands in a box: the figures, or the key of an answer."""
    return "" if row is None else row["coded"] or text(row).replace(",", "")


def _again(found: dict[tuple[str, int], dict[str, Any]]) -> dict[str, Any]:
    """The second pressure."""
    rows = [found.get((name, 2)) for name in ("systolic", "diastolic")]
    boxes = [_box(name, row, 2) for name, row in zip(("systolic", "diastolic"), rows, strict=True)]
    judged = next((row["judged"] for row in rows if row), None)
    return {"boxes": boxes, "now": "/".join(b["value"] or "–" for b in boxes) if any(rows) else "", "judged": judged,
            "said": _said(rows[0]), "preliminary": _waits(rows[0]), "set": rows[0]["of_id"] if rows[0] else None,
            "device": rows[0]["of__device"] if rows[0] else ""}  # fmt: skip


def _now(key: str, found: dict[tuple[str, int], dict[str, Any]]) -> str:
    if key != PRESSURE:
        return text(found[key, 1]) if (key, 1) in found else ""
    both = [text(found[part, 1]) if (part, 1) in found else "–" for part in ("systolic", "diastolic")]
    return "" if both == ["–", "–"] else "/".join(both)


def _note(name: str, row: dict[str, Any] | None, before: list[dict[str, Any]]) -> str:
    """What is said where nothing is judged: the change of weight, the same height, the last BMI."""
    last = next((one for one in before if one["sign"] == name), None)
    if row is None or last is None or row["standard"] is None or last["standard"] is None:
        return ""
    if name == "bmi":
        return f"Was {text(last)}"
    if name not in ("weight", "height", "head_circumference"):
        return ""
    sign = rules.sign(name)
    now, then = in_office(row), in_office(last)
    change = units.convert(now - then, sign.office, sign.office, 1)
    if not change:
        return "Same"
    return f"{'+' if change > 0 else '−'}{abs(change)} {sign.shown_unit}"


def _spark(name: str, since: list[dict[str, Any]]) -> list[float]:
    points = [float(in_office(row)) for row in since if row["sign"] == name and row["standard"] is not None]
    return points[:12][::-1]


def _band(name: str, years: float | None) -> tuple[float, float] | None:
    """The usual range in the office's unit, where a source gives one for this age."""
    band = rules.usual(name, years)
    if band is None:
        return None
    sign = rules.sign(name)
    low, high = (units.convert(edge, sign.standard, sign.office, 1) for edge in band)
    return float(low), float(high)


def _said(row: dict[str, Any] | None) -> dict[str, str]:
    """The keys of what was said of how it was measured."""
    if row is None:
        return {}
    told = {"site": row["body_site"], "method": row["method"], "position": row["position"], **row["qualifiers"]}
    return {kind: key for kind, key in told.items() if isinstance(key, str) and key}
