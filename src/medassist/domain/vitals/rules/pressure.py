"""Blood pressure judged: adults, pregnancy, children from one year on; and children's place among others."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from math import erfc, floor, inf
from typing import Any, NamedTuple

from medassist.domain.vitals.rules import growth
from medassist.domain.vitals.rules.data import data
from medassist.domain.vitals.rules.judging import Judgement

Number = Decimal | float | int


class Band(NamedTuple):
    """A pressure falls into it by either number; the last of a table holds for all."""

    systolic_over: float
    diastolic_over: float
    systolic_from: float
    diastolic_from: float
    systolic_below: float
    diastolic_below: float
    all: bool
    said: Judgement


def judge_pressure(
    systolic: Number | None,
    diastolic: Number | None,
    years: float | None,
    *,
    sex: str = "",
    pregnant: bool = False,
) -> Judgement | None:
    """The judgement of a blood pressure in mmHg, by the worse of its two numbers; a pair needs both to be in range."""
    if years is None or systolic is None and diastolic is None:
        return None
    found = _first(_table(years, sex, pregnant), systolic, diastolic)
    if found is None or found.state == "good" and (systolic is None or diastolic is None):
        return None
    return found


def _first(table: tuple[Band, ...], upper: Number | None, lower: Number | None) -> Judgement | None:
    # what was not measured lies beside every limit
    over, under = (-inf, inf) if upper is None else (upper, upper)
    out, down = (-inf, inf) if lower is None else (lower, lower)
    for upper_over, lower_over, upper_from, lower_from, upper_below, lower_below, every, said in table:
        if (
            every
            or over >= upper_from or out >= lower_from or under < upper_below or down < lower_below
            or over > upper_over or out > lower_over
        ):  # fmt: skip
            return said
    return None


def _table(years: float, sex: str, pregnant: bool) -> tuple[Band, ...]:
    if pregnant:
        return _compiled("pregnancy")
    if years >= 18:
        return _compiled("adults")
    if years >= 13:
        return _compiled("adolescents")
    return _compiled("children", int(years), sex) if years >= 1 else _infants(years < 0.25)


def method(years: float | None, pregnant: bool = False) -> str:
    """By what a pressure is judged at this age, in words."""
    told = data("pressure")
    if pregnant:
        return str(told["pregnancy"]["method"])
    if years is None or years < 1:
        return ""
    part = "adults" if years >= 18 else "adolescents" if years >= 13 else "children"
    return str(told[part]["method"])


@cache
def _compiled(part: str, age: int = 0, sex: str = "") -> tuple[Band, ...]:
    told = data("pressure")
    if part == "adults":
        rule, sources = data("judgements")["pressure"], data("judgements")["sources"]
        return tuple(_band(row, sources[rule["low_source" if row.get("low") else "source"]]) for row in rule["bands"])
    rows = [_band(_screened(row, age, sex), told["sources"][row["source"]]) for row in told[part]["bands"]]
    years = age if part == "children" else 13
    low = () if part == "pregnancy" else _points(years, ("low",))
    # what is stage 2 comes before what is low: 70/95 is both
    return (*rows[:-1], *low, rows[-1])


def _screened(row: dict[str, Any], age: int, sex: str) -> dict[str, Any]:
    """The screening values of one age put into a band; of unknown sex the lower ones."""
    if "{}" not in row["category"]:
        return row
    table = data("pressure")["children"]["screening"]
    pairs = [table[one][age - 1] for one in ([sex] if sex in table else table)]
    upper, lower = (min(pair[n] for pair in pairs) for n in (0, 1))
    edges = {"systolic_from": upper, "diastolic_from": lower} if row.get("screening") else {}
    return {**row, **edges, "category": row["category"].format(upper, lower)}


def _band(row: dict[str, Any], source: dict[str, str]) -> Band:
    def edge(name: str, without: float = inf) -> float:
        return float(row.get(name, without))

    parts = [f"{part}_{side}" for part in ("systolic", "diastolic") for side in ("over", "from", "below")]
    said = Judgement(row["state"], row["word"], row["category"], row["code"], source)
    return Band(
        edge("systolic_over"), edge("diastolic_over"), edge("systolic_from"), edge("diastolic_from"),
        edge("systolic_below", -inf), edge("diastolic_below", -inf),
        all(part not in row for part in parts), said,
    )  # fmt: skip


@cache
def _infants(young: bool) -> tuple[Band, ...]:
    """Below one year, where no guideline speaks: only what the early warning score gives two points or more."""
    return _points(0 if young else 0.5, ("low", "high"))


def _points(years: float, sides: tuple[str, ...]) -> tuple[Band, ...]:
    told = data("pews")
    ages = told["parts"]["systolic"]["ages"]
    rows = next(age["bands"] for age in ages if age["from_years"] <= years < age["to_years"])
    limits = {"low": [(float(rows[n]["to"]) + 1, rows[n]["points"]) for n in (0, 1)],
              "high": [(float(rows[n - 1]["to"]) + 1, rows[n]["points"]) for n in (6, 5)]}  # fmt: skip
    return tuple(_pointed(side, *limit) for side in sides for limit in limits[side])


def _pointed(side: str, limit: float, points: int) -> Band:
    state, word, code = data("pews")["judged"][str(points)]
    word, edge = word.format(side), "systolic_below" if side == "low" else "systolic_from"
    row = {edge: limit, "state": state, "word": word[0].upper() + word[1:], "code": code.format(side[0].upper()),
           "category": f"{'below' if side == 'low' else 'from'} {limit:.0f} at this age"}  # fmt: skip
    return _band(row, data("judgements")["sources"]["pews"])


def repeat_pressure(systolic: Number | None, diastolic: Number | None, years: float | None) -> bool:
    """Whether the office measures this pressure again; after how long says the protocol."""
    rule = data("judgements")["pressure"]
    if years is None or years < rule["from_years"]:
        return False
    again = rule["repeat"]
    high = systolic is not None and systolic >= again["systolic_from"]
    return high or diastolic is not None and diastolic >= again["diastolic_from"]


def place(
    systolic: float | None, diastolic: float | None, years: float | None, sex: str, height: float | None
) -> dict[str, Any] | None:
    """A child's percentiles for age, sex and height by the norms of 2004; None without a height or at other ages."""
    told = data("pressure")["fourth_report"]
    if years is None or height is None or sex not in told or not told["from_years"] <= years < told["to_years"]:
        return None
    tall = growth.stature_z(sex, years, height)
    if tall is None:
        return None
    found = {name: floor(_percentile(_norm(sex, name), years, tall, value) * 10 + 0.5) / 10
             for name, value in (("systolic", systolic), ("diastolic", diastolic)) if value is not None}  # fmt: skip
    return {**found, "height_z": floor(tall * 100 + 0.5) / 100, "reference": told["name"], "note": told["note"],
            "url": told["url"]}  # fmt: skip


class Norm(NamedTuple):
    """The coefficients of one pressure of one sex."""

    alpha: float
    beta: tuple[float, ...]
    gamma: tuple[float, ...]
    sigma: float


@cache
def _norm(sex: str, name: str) -> Norm:
    told = data("pressure")["fourth_report"][sex][name]
    beta, gamma = (tuple(map(float, told[key])) for key in ("beta", "gamma"))
    return Norm(float(told["alpha"]), beta, gamma, float(told["sigma"]))


def expected(norm: Norm, years: float, tall: float) -> float:
    """The pressure in the middle of children of this age and height."""
    return norm.alpha + _powers(norm.beta, years - 10) + _powers(norm.gamma, tall)


def _powers(by: tuple[float, ...], x: float) -> float:
    one, two, three, four = by
    return x * (one + x * (two + x * (three + x * four)))


def _percentile(norm: Norm, years: float, tall: float, value: float) -> float:
    return 50 * erfc((expected(norm, years, tall) - value) / norm.sigma / growth.ROOT_2)
