"""The range that is called in range at an age, exactly: with its ends, ages and source, as a report states it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from medassist.domain.vitals.rules.data import data


@dataclass(frozen=True, slots=True)
class Range:
    """A range with both ends in it, in the sign's standard unit, for people from an age to below another."""

    low: Decimal
    high: Decimal
    from_years: int
    to_years: int | None
    source: dict[str, str]


def normal(name: str, years: float | None) -> Range | None:
    """The range of a sign that is called in range at this age; None where no source gives one."""
    if years is None:
        return None
    table = data("judgements")
    if name in ("systolic", "diastolic"):
        rule = table["pressure"]
        return _pressure(name, rule) if _speaks(rule, years) else None
    found = next((one for one in table["bands"].get(name, ()) if _speaks(one, years)), None)
    return _of_bands(found) if found else None


def _speaks(rule: dict[str, Any], years: float) -> bool:
    return rule["from_years"] <= years < rule.get("to_years", 999)


def _of_bands(rule: dict[str, Any]) -> Range | None:
    at = next((n for n, band in enumerate(rule["bands"]) if band["state"] == "good"), 0)
    if not at or "to" not in rule["bands"][at]:
        return None
    low, high = (Decimal(str(rule["bands"][n]["to"])) for n in (at - 1, at))
    step = Decimal(1).scaleb(-rule["places"])
    # "up to": the next value is the first of the following band; "below": the limit itself is
    low, high = (low, high - step) if rule.get("below") else (low + step, high)
    return _range(low, high, rule)


def _pressure(name: str, rule: dict[str, Any]) -> Range | None:
    lows = [Decimal(str(band[f"{name}_below"])) for band in rule["bands"] if f"{name}_below" in band]
    highs = [Decimal(str(band[f"{name}_from"])) for band in rule["bands"] if f"{name}_from" in band]
    return _range(lows[0], min(highs) - 1, rule) if lows and highs else None


def _range(low: Decimal, high: Decimal, rule: dict[str, Any]) -> Range:
    return Range(low, high, rule["from_years"], rule.get("to_years"), data("judgements")["sources"][rule["source"]])
