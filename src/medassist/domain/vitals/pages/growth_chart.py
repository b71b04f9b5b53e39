"""What a growth chart tells: which charts this child has, the chosen one, and the same in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.utils import timezone

from medassist.codecs import units
from medassist.domain.vitals import queries
from medassist.domain.vitals.rules import charting, growth
from medassist.domain.vitals.rules.charting import Chart, Point
from medassist.domain.vitals.rules.data import data
from medassist.kernel.errors import Missing
from medassist.ui import human

CHILDREN = {"male": "boys", "female": "girls"}
WORDS = {"[lb_av]": "pounds", "[in_i]": "inches"}
FRAME = {
    "middle": (charting.LEFT + charting.RIGHT) // 2,
    "edges": {"left": charting.LEFT, "right": charting.RIGHT, "top": charting.TOP, "bottom": charting.BOTTOM,
              "width": charting.WIDTH, "height": charting.HEIGHT},
}  # fmt: skip
EARLY = data("growth")["preterm"]
SEVERE = data("charts")["sources"]["cdc-extended"]
OFFICE = {"kg": "[lb_av]", "cm": "[in_i]"}


def told(patient: UUID, asked: Mapping[str, str]) -> dict[str, Any]:
    """Everything the page and the paper show; without `chart`, `why` says why there is none."""
    child = queries.child(patient)
    if why := _why_not(child):
        return {"why": why, "patient": patient, "rows": []}
    weeks = queries.weeks(patient)
    found = charting.placed(child["sex"], queries.bodies(patient, child["born"]), weeks)
    chart = _chosen(asked, child["years"], found)
    points = found.get(chart.key, [])
    sheet = charting.sheet(chart, child["sex"], points)
    rows = [_row(one, child["born"]) for one in reversed(points)]
    return {
        "why": "", "patient": patient, "chart": chart, "sheet": sheet, "plot": charting.plot(sheet, points),
        "last": next((row for row in rows if row["drawn"]), None), "rows": rows,
        "label": _sentence(chart, child["sex"], rows), "cards": _cards(chart, child["born"], found),
        "early": growth.early(weeks), "early_source": EARLY,
        "groups": _groups(chart), "severe": SEVERE["text"] if any("%" in c.label for c in sheet.curves) else "",
        **_words(chart, child["sex"]), **FRAME,
    }  # fmt: skip


def _words(chart: Chart, sex: str) -> dict[str, Any]:
    """What is said around a chart."""
    every = data("charts")
    return {
        "children": CHILDREN[sex], "ages": every["ages"][chart.ages], "reference": _reference(chart.reference),
        "source": every["sources"][chart.source], "unit": units.shown(chart.unit),
        "other": units.shown(chart.other_unit or "1"), "other_word": WORDS.get(chart.other_unit, ""),
    }  # fmt: skip


def _why_not(child: dict[str, Any]) -> str:
    if child["years"] is None:
        return "born"
    if child["years"] >= queries.GROWN:
        return "grown"
    return "" if child["sex"] else "sex"


def _chosen(asked: Mapping[str, str], years: float, found: Mapping[str, list[Point]]) -> Chart:
    """The chart that was asked for; else weight, of the age group the child is in."""
    every = data("charts")
    ages = asked.get("ages") or ("0-2" if years < 2 else "2-20")
    measure = asked.get("measure") or "weight"
    if ages not in every["ages"] or measure not in every["tabs"]:
        raise Missing("growth chart", f"{measure} {ages}")
    chart = charting.chart_of(measure, ages)
    if chart is None or not _offered(chart, found):
        # the measure has no chart in this age group: a link from the other group still leads somewhere
        chart = charting.chart_of("weight", ages)
    assert chart is not None
    return chart


def _offered(chart: Chart, found: Mapping[str, list[Point]]) -> bool:
    return not chart.where_measured or chart.key in found


def link(chart: Chart) -> str:
    """The part of the address that names a chart."""
    return "?" + urlencode({"measure": chart.tab, "ages": chart.ages})


def _groups(chart: Chart) -> list[dict[str, Any]]:
    return [
        {"label": words, "url": "?" + urlencode({"measure": chart.tab, "ages": key}), "on": key == chart.ages}
        for key, words in data("charts")["ages"].items()
    ]


def _cards(chart: Chart, born: date, found: Mapping[str, list[Point]]) -> list[dict[str, Any]]:
    """Each measure of the age group: its last value, percentile and z, and where its chart is."""
    offered = [charting.chart_of(tab, chart.ages) for tab in data("charts")["tabs"]]
    cards = []
    for n, one in enumerate((one for one in offered if one is not None and _offered(one, found)), 1):
        rows = [_row(point, born) for point in found.get(one.key, [])[-2:]]
        cards.append({
            "key": n, "label": one.title.removesuffix(" for age"), "url": link(one), "on": one.key == chart.key,
            "last": rows[-1] if rows else None, "before": rows[-2] if len(rows) > 1 else None,
        })  # fmt: skip
    at = next(n for n, card in enumerate(cards) if card["on"])
    for card, step in ((cards[at - 1], "["), (cards[(at + 1) % len(cards)], "]")):
        card["step"] = "[ ]" if card.get("step") else step
    return cards


def _row(one: Point, born: date) -> dict[str, Any]:
    """One measurement in words, as the table and the last value show it."""
    placed, day = one.placed, timezone.localdate(one.at) if isinstance(one.at, datetime) else one.at
    unit = "kg/m2" if placed.measure == "bmi-for-age" else "kg" if placed.measure.startswith("weight") else "cm"
    return {
        "day": day, "age": human.age(born, day), "corrected": _corrected(one, born, day),
        "text": _text(placed.value, unit), "unit": units.shown(unit),
        "office": _office(placed.value, unit), "office_unit": units.shown(OFFICE[unit]) if unit in OFFICE else "",
        "percentile": charting.percentile_text(placed.percentile), "z": charting.z_text(placed.z),
        "share_below": round(placed.percentile, 2), "score": round(placed.z, 2),
        "reference": _reference(placed.method), "drawn": one.drawn,
        "measure": placed.measure.replace("-", " ").replace("bmi", "BMI"),
        "share": f"{placed.percent_of_95th:.0f}" if (placed.percent_of_95th or 0) > 100 else "",
        "length": f"{one.x:.1f}" if placed.measure == "weight-for-length" else "",
    }  # fmt: skip


def _corrected(one: Point, born: date, day: date) -> str:
    """The corrected age, where the child was placed by it."""
    return "" if (day - born).days == one.days else human.age(born, born + timedelta(days=round(one.days)))


def _text(value: float, unit: str) -> str:
    return f"{value:.2f}" if unit == "kg" and value < 10 else f"{value:.1f}"


def _office(value: float, unit: str) -> str:
    if unit not in OFFICE:
        return ""
    return f"{units.convert(units.number(value), unit, OFFICE[unit], 1)}"


def _reference(key: str) -> str:
    return data("growth")["references"][key]["name"]


def _sentence(chart: Chart, sex: str, rows: list[dict[str, Any]]) -> str:
    """The chart in one sentence, for who cannot see it."""
    ages = data("charts")["ages"][chart.ages].lower()
    about = f"{chart.title}, {CHILDREN[sex]}, {ages}, {_reference(chart.reference)}."
    drawn = [row for row in rows if row["drawn"]]
    if not drawn:
        return f"{about} Nothing measured at these ages."
    last = drawn[0]
    early = f" (corrected {last['corrected']})" if last["corrected"] else ""
    counted = f"{len(drawn)} measurement{'' if len(drawn) == 1 else 's'}"
    return (
        f"{about} {counted}, the last on {human.birth(last['day'])} at {last['age']}{early}: "
        f"{last['text']} {last['unit']}, percentile {last['percentile']}, z {last['z']}. "
        "The same in numbers in the table."
    )
