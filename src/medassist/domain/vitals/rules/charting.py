"""Growth charts as numbers: a sheet with its axes and curves, and a child's own points upon it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from math import ceil, floor
from typing import Any

from medassist.codecs import units
from medassist.domain.vitals.rules import growth
from medassist.domain.vitals.rules.data import data

WIDTH, HEIGHT = 760, 470
LEFT, RIGHT, TOP, BOTTOM = 40, 676, 24, 432
"""The sheet and, inside it, the field of the curves; right of it stand percentiles, then the other unit."""
GAP = 11.5  # between two labels at the right edge
STEPS = 108  # pieces of a curve


@dataclass(frozen=True, slots=True)
class Chart:
    """One kind of growth chart, as data/charts.json describes it."""

    key: str
    title: str
    measure: str
    tab: str
    ages: str
    reference: str
    x: tuple[float, float]
    x_unit: str
    y: tuple[float, float]
    unit: str
    steps: tuple[float, float]
    other_unit: str
    other_step: float
    curves: tuple[tuple[str, float], ...]
    bands: tuple[tuple[str, str], ...]
    source: str
    also: tuple[str, ...] = ()
    where_measured: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """What was measured at one moment: age in days, kilograms and centimeters; what is None was not measured."""

    at: Any
    days: float
    weight: float | None = None
    height: float | None = None
    head: float | None = None
    bmi: float | None = None
    lying: bool | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """One measurement placed on a chart: where it lies on the x axis, and where among other children."""

    at: Any
    days: float
    x: float
    placed: growth.Placed
    drawn: bool
    """Whether it is of the measure whose curves are drawn; else it stands in the table alone."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid with what stands at its end."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Curve:
    """One percentile: its path, what it is called, and where its label stands at the right edge."""

    label: str
    path: str
    y: float
    kind: str
    """middle, edge (past the last printed percentile) or empty."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A chart without a child: everything that is the same for all children of a sex."""

    chart: Chart
    y: tuple[float, float]
    columns: tuple[Tick, ...]
    rows: tuple[Tick, ...]
    other: tuple[Tick, ...]
    minor: str
    bands: tuple[str, ...]
    curves: tuple[Curve, ...]

    def place(self, x: float, y: float) -> tuple[float, float]:
        """A point of the chart as a point of the sheet."""
        return round(_across(x, self.chart.x), 1), round(_up(y, self.y), 1)


@cache
def charts() -> dict[str, Chart]:
    """Every chart whose table is here, by its key."""
    every = data("charts")
    made = [_chart(one, every["curves"]) for one in every["charts"]]
    return {one.key: one for one in made if growth.lms(one.reference, one.measure, "male", sum(one.x) / 2)}


def _chart(one: dict[str, Any], curves: dict[str, Any]) -> Chart:
    other = one.get("other", {"unit": "", "step": 0})
    return Chart(
        one["key"], one["title"], one["measure"], one["tab"], one["ages"], one["reference"], _pair(one["x"]),
        one["x_unit"], _pair(one["y"]), one["unit"], _pair(one["steps"]), other["unit"], float(other["step"]),
        tuple((label, float(share)) for label, share in curves[one["curves"]]), tuple(map(tuple, one["bands"])),
        one["source"], tuple(one.get("also", ())), one.get("where_measured", False),
    )  # fmt: skip


def _pair(two: Sequence[Any]) -> tuple[float, float]:
    return float(two[0]), float(two[1])


def chart_of(tab: str, ages: str) -> Chart | None:
    """The chart of a measure for an age group, or None."""
    return next((one for one in charts().values() if (one.tab, one.ages) == (tab, ages)), None)


# --- a child's measurements


def placed(sex: str, bodies: Iterable[Body], gestation_weeks: float | None = None) -> dict[str, list[Point]]:
    """Measurements by the chart they belong to, oldest first; an infant born early counts from the expected day."""
    found: dict[str, list[Point]] = {}
    for body in bodies:
        corrected = growth.corrected_days(body.days, gestation_weeks)
        days = body.days if corrected is None else corrected
        for one in _all(sex, days, body):
            for chart in charts().values():
                if _belongs(chart, one):
                    x = body.height if chart.x_unit == "cm" else days / _month()
                    drawn = one.measure == chart.measure
                    found.setdefault(chart.key, []).append(Point(body.at, days, float(x or 0), one, drawn))
    return found


def _month() -> float:
    return float(data("growth")["use"]["days_a_month"])


def _all(sex: str, days: float, body: Body) -> list[growth.Placed]:
    told = growth.assess(sex, days, weight=body.weight, stature=body.height, lying=body.lying, head=body.head)
    alone = body.bmi and not any(one.measure == "bmi-for-age" for one in told)
    if alone and body.bmi and (bmi := growth.bmi_for_age(sex, days / _month(), body.bmi)):
        told = [*told, bmi]
    return told


def _belongs(chart: Chart, one: growth.Placed) -> bool:
    if one.measure == "bmi-for-age" and one.method == "cdc-extended-bmi":
        return chart.measure == one.measure
    return one.method == chart.reference and one.measure in (chart.measure, *chart.also)


# --- the sheet


def sheet(chart: Chart, sex: str, points: Sequence[Point] = ()) -> Sheet:
    """The sheet on which these points have room."""
    drawn = [one for one in points if one.drawn]
    values = [one.placed.value for one in drawn]
    step = chart.steps[0]
    low, high = chart.y
    if values:
        low = max(min(low, floor(min(values) / step) * step), 0)
        high = max(high, ceil((max(values) + step / 2) / step) * step)
    severe = any((one.placed.percent_of_95th or 0) > 100 for one in drawn)
    if severe:
        tops = [_value(chart, sex, "", share, chart.x[1]) for share in data("charts")["percent_of_95th"]]
        high = max([high, *(ceil(top / step) * step for top in tops if top)])
    return _sheet(chart.key, sex, low, high, severe)


@lru_cache(maxsize=256)
def _sheet(key: str, sex: str, low: float, high: float, severe: bool) -> Sheet:
    chart = charts()[key]
    y = (low, high)
    lines = {label: _line(chart, sex, y, label, share) for label, share in chart.curves}
    curves = [Curve(label, _path(line), line[-1][1], "mid" if label == "50" else "") for label, line in lines.items()]
    if severe:
        for share in data("charts")["percent_of_95th"]:
            line = _line(chart, sex, y, "", share)
            curves.append(Curve(f"{share} %", _path(line), line[-1][1], "edge"))
    bands = tuple(_path(lines[lower] + lines[upper][::-1]) + "Z" for lower, upper in chart.bands)
    return Sheet(
        chart, y, tuple(_columns(chart)), tuple(_rows(chart, y)), tuple(_other(chart, y)), _minor(chart, y), bands,
        tuple(_apart(curves)),
    )  # fmt: skip


def _across(x: float, of: tuple[float, float]) -> float:
    return LEFT + (x - of[0]) / (of[1] - of[0]) * (RIGHT - LEFT)


def _up(y: float, of: tuple[float, float]) -> float:
    return BOTTOM - (y - of[0]) / (of[1] - of[0]) * (BOTTOM - TOP)


def _at(chart: Chart, x: float) -> float:
    """An x of the chart as its table counts: days for WHO's ages, whose table ends with a whole one."""
    if chart.reference != "who2006" or chart.x_unit == "cm":
        return x
    return min(x * _month(), float(int(chart.x[1] * _month())))


def _value(chart: Chart, sex: str, label: str, share: float, x: float) -> float | None:
    """The value of a percentile at x; without a label, of a percentage of the 95th percentile."""
    curve = growth.lms(chart.reference, chart.measure, sex, _at(chart, x))
    if curve is None:
        return None
    if not label:
        return float(share) / 100 * growth.at_z(growth.P95, curve)
    return growth.at_z(growth.NORMAL.inv_cdf(share / 100), curve)


def _line(chart: Chart, sex: str, y: tuple[float, float], label: str, share: float) -> list[tuple[float, float]]:
    low, high = chart.x
    places = [low + n * (high - low) / STEPS for n in range(STEPS + 1)]
    values = [(x, _value(chart, sex, label, share, x)) for x in places]
    return [(round(_across(x, chart.x), 1), round(_up(value, y), 1)) for x, value in values if value is not None]


def _path(line: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in line)


def _columns(chart: Chart) -> Iterator[Tick]:
    low, high = int(chart.x[0]), int(chart.x[1])
    if chart.x_unit == "years":
        return (Tick(round(_across(at, chart.x), 1), str(at // 12)) for at in range(low, high + 1, 12))
    step = 2 if chart.x_unit == "months" else 5
    return (Tick(round(_across(at, chart.x), 1), str(at)) for at in range(low, high + 1, step))


def _multiples(low: float, high: float, step: float) -> list[float]:
    return [n * step for n in range(ceil(low / step), floor(high / step) + 1)]


def _rows(chart: Chart, y: tuple[float, float]) -> Iterator[Tick]:
    return (Tick(round(_up(at, y), 1), f"{at:g}") for at in _multiples(*y, chart.steps[0]))


def _other(chart: Chart, y: tuple[float, float]) -> Iterator[Tick]:
    """The ticks of the second unit, at the right."""
    if not chart.other_unit:
        return iter(())
    one = float(units.convert(Decimal(1), chart.other_unit, chart.unit))
    return (Tick(round(_up(at * one, y), 1), f"{at:g}") for at in _multiples(y[0] / one, y[1] / one, chart.other_step))


def _minor(chart: Chart, y: tuple[float, float]) -> str:
    """The fine grid as one path."""
    rows = [round(_up(at, y), 1) for at in _multiples(*y, chart.steps[1])]
    step = {"years": 6, "months": 1, "cm": 1}[chart.x_unit]
    columns = [round(_across(at, chart.x), 1) for at in _multiples(*chart.x, step)]
    return "".join([f"M{LEFT} {at:g}H{RIGHT}" for at in rows] + [f"M{at:g} {TOP}V{BOTTOM}" for at in columns])


def _apart(curves: Sequence[Curve]) -> list[Curve]:
    """Labels that would touch are moved apart, from the middle outwards, so that each stays nearest to its curve."""
    ordered = sorted(curves, key=lambda one: one.y)
    ys = [one.y for one in ordered]
    middle = next(n for n, one in enumerate(ordered) if one.kind == "mid")
    for n in range(middle + 1, len(ys)):
        ys[n] = max(ys[n], ys[n - 1] + GAP)
    for n in range(middle - 1, -1, -1):
        ys[n] = min(ys[n], ys[n + 1] - GAP)
    return [Curve(one.label, one.path, round(y, 1), one.kind) for one, y in zip(ordered, ys, strict=True)]


# --- a child upon it


@dataclass(frozen=True, slots=True)
class Plot:
    """A child's points on a sheet: dots, the line through them, and where the last value is written."""

    dots: tuple[tuple[float, float], ...]
    line: str
    x: float
    y: float
    left: bool
    """Whether the last value stands left of its dot, because there is no room at its right."""


def plot(sheet: Sheet, points: Sequence[Point]) -> Plot | None:
    """The points that are drawn; those outside the ages of the chart are not. None where there are none."""
    low, high = sheet.chart.x
    dots = tuple(sheet.place(one.x, one.placed.value) for one in points if one.drawn and low <= one.x <= high)
    if not dots:
        return None
    x, y = dots[-1]
    left = x > RIGHT - ROOM
    return Plot(dots, _path(dots), x - 9 if left else x + 9, max(y - 10, TOP + 14) if left else y + 16, left)


ROOM = 130  # what a value with its percentile takes


# --- in words


def percentile_text(percentile: float) -> str:
    """A percentile as it is said: whole, with a digit more where whole numbers no longer tell children apart."""
    if 1 <= percentile < 99:
        return f"{percentile:.0f}" if percentile < 98.5 else f"{percentile:.1f}"
    if percentile < 0.1:
        return "under 0.1"
    return "over 99.9" if percentile >= 99.95 else f"{percentile:.1f}"


def z_text(z: float) -> str:
    """A z-score with its sign: +1.16, −0.96."""
    return f"{z:+.2f}".replace("-", "−") if abs(z) >= 0.005 else "0.00"
