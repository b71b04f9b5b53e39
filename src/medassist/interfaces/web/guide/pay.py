"""Pay and employment of one state or area, as its source has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from medassist.interfaces.web.guide.leaf import Sources
from medassist.interfaces.web.guide.words import words


def wage(one: Mapping[str, Any], sources: Sources, lang: str) -> dict[str, Any]:
    """One state's or area's employment and pay, as its source has them."""
    t = words(lang)["front"]

    def told(value: str, how: str) -> str:
        return t["at_least"].format(value=f"{one[value]:,}") if one.get(how) == "at least" else f"{one[value]:,}"

    return {
        **one,
        "employment_told": told("employment", "employment_is"),
        "annual_told": told("mean_annual_wage_usd", "mean_annual_is"),
        "ref": sources.ref(one["source"]),
    }
