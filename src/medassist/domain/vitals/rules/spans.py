"""The usual range of a sign as it changes with age, and whether a value lies outside what is called in range."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from medassist.domain.vitals.rules.ages import years
from medassist.domain.vitals.rules.data import data
from medassist.domain.vitals.rules.judging import judge, usual
from medassist.domain.vitals.rules.pressure import judge_pressure
from medassist.domain.vitals.rules.signs import SIGNS

Range = tuple[Decimal, Decimal]


def band(name: str, age: float | None) -> Range | None:
    """The range called in range at an age, in the unit of comparison; None where no source gives one."""
    found = usual(name, age)
    return found or (_lower_pressure(age) if name == "diastolic" else None)


def _lower_pressure(age: float | None) -> Range | None:
    rule = data("judgements")["pressure"]
    if age is None or age < rule["from_years"]:
        return None
    low = next(Decimal(str(b["diastolic_below"])) for b in rule["bands"] if "diastolic_below" in b)
    return low, min(Decimal(str(b["diastolic_from"])) for b in rule["bands"] if "diastolic_from" in b)


def spans(name: str, born: date | None, first: date, last: date) -> list[tuple[date, date, Decimal, Decimal]]:
    """The range from day to day, each piece as long as it stays the same: sources change it at whole months of age."""
    found: list[tuple[date, date, Decimal, Decimal]] = []
    for start, end in _months(born, first, last):
        one = band(name, years(born, start))
        if one and found and found[-1][1] == start and found[-1][2:] == one:
            found[-1] = (found[-1][0], end, *one)
        elif one:
            found.append((start, end, *one))
    return found


def _months(born: date | None, first: date, last: date) -> list[tuple[date, date]]:
    """First to last, cut at every day on which another month of life is full."""
    if born is None or last < first:
        return []
    cuts = [first]
    month = (first.year - born.year) * 12 + first.month - born.month
    while (at := _month_of_life(born, month)) <= last:
        if at > first:
            cuts.append(at)
        month += 1
    return list(zip(cuts, [*cuts[1:], last + timedelta(days=1)], strict=True))


def _month_of_life(born: date, month: int) -> date:
    year, at = divmod(born.month - 1 + month, 12)
    first = date(born.year + year, at + 1, 1)
    try:
        return first.replace(day=born.day)
    except ValueError:  # a month without such a day: it is full on the next day
        return (first + timedelta(days=32)).replace(day=1)


def outside(name: str, value: Decimal, age: float | None) -> bool:
    """Whether a source calls this value something else than in range; False where no source speaks."""
    if name == "systolic":
        found = judge_pressure(value, None, age)
    elif name == "diastolic":
        found = judge_pressure(None, value, age)
    else:
        found = judge(name, value, SIGNS[name].standard, age)
    return found is not None and found.state != "good"
