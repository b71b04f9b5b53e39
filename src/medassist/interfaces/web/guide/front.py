"""The first page: what a medical assistant is, duties, pay and outlook, and the way to every other page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from medassist.domain.credentials import queries as credentials
from medassist.domain.delegation import queries as delegation
from medassist.interfaces.web.guide import cities, programs
from medassist.interfaces.web.guide.leaf import Asked, Leaf, Sources, Told
from medassist.interfaces.web.guide.pay import wage
from medassist.interfaces.web.guide.words import words

AREAS = ("clinical", "administrative", "both")


def leaves() -> Iterator[Leaf]:
    """The first page."""
    yield Leaf("", "guide/front.html", front)


def front(lang: str, asked: Asked) -> Told:
    """Everything that occupation.json tells, each part with its source, and the lists of the other pages."""
    book, t = credentials.document("occupation.json"), words(lang)["front"]
    raw, sources = book.raw, Sources(book.sources)
    tasks = raw["onet_tasks"]
    return {
        "title": t["title"],
        "about": t["about"],
        "raw": raw,
        "tasks": [(area, t[f"tasks_{area}"], [one for one in tasks["tasks"] if one["area"] == area]) for area in AREAS],
        "tasks_ref": sources.ref(tasks["source"]),
        "figures": list(_figures(raw["national"], sources, lang)),
        "conflicts": [sources.linked(raw["national"][key]) for key in ("wage_conflict", "growth_conflict")],
        "industries": [{**one, "ref": sources.ref(one["source"])} for one in raw["industries"]],
        "shares_ref": sources.ref(raw["industry_shares_source"]),
        "paying_ref": sources.ref(raw["top_paying_source"]),
        "wages": [wage(one, sources, lang) for one in raw["states"]],
        "older": raw["states_2019_mean_usd"],
        "older_ref": sources.ref(raw["states_2019_mean_usd"]["source"]),
        "metros_ref": sources.ref(raw["metros_source"]),
        "states": delegation.states_table(),
        "cities": cities.listing(),
        "certifications": list(credentials.book().credentials.values()),
        "programs": len(programs.every()),
        "sources": sources.rows(),
    }


def _figures(national: Mapping[str, Any], sources: Sources, lang: str) -> Iterator[dict[str, Any]]:
    """The national figures, group by group, the newest first as the file has them."""
    t = words(lang)["front"]
    for key in ("employment", "median_annual_wage_usd", "mean_annual_wage_usd", "percentiles_usd", "growth"):
        for at, one in enumerate(national[key]):
            yield {
                "group": t[key] if not at else "",
                "value": _value(key, one, t),
                "period": one["period"],
                "note": one.get("note", ""),
                "confidence": one.get("confidence", ""),
                "ref": sources.ref(one["source"]),
            }
    education = national["typical_entry_education"]
    yield {"group": t["education"], "quoted": education["value"], "ref": sources.ref(education["source"])}
    yield {"group": t["openings"], "quoted": national["annual_openings"]}


def _value(key: str, one: Mapping[str, Any], t: Mapping[str, str]) -> str:
    if key == "percentiles_usd":
        return t["percentiles_value"].format(low=f"{one['p10']:,}", high=f"{one['p90']:,}")
    if key == "growth":
        return f"{one['percent']} %"
    number = f"{one['value']:,}"
    number = t["about_value"].format(value=number) if one.get("approx") else number
    return f"{number} USD" if key.endswith("usd") else number
