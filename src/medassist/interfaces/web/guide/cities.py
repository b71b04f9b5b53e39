"""The 25 largest cities: the state's rules in short, the programs there, and the pay where the data has it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache, partial
from typing import Any

from medassist.domain.credentials import queries as credentials
from medassist.domain.credentials.rules import Source
from medassist.domain.delegation import rules
from medassist.interfaces.web.guide import programs, states
from medassist.interfaces.web.guide.leaf import Asked, Leaf, Sources, Told
from medassist.interfaces.web.guide.pay import wage
from medassist.interfaces.web.guide.words import DATA, words

LIST = "list"
"""The id under which the list of cities is cited."""


@cache
def book() -> dict[str, Any]:
    """The list of cities and where it comes from."""
    return json.loads((DATA / "cities.json").read_bytes())


def listing() -> list[dict[str, Any]]:
    """Every city with its state's name."""
    return [
        {**one, "rank": at + 1, "code": f"US-{one['state']}", "state_name": rules.known(f"US-{one['state']}").name}
        for at, one in enumerate(book()["cities"])
    ]


def leaves() -> Iterator[Leaf]:
    """The list and the 25 pages."""
    yield Leaf("cities", "guide/cities.html", listed)
    for one in book()["cities"]:
        yield Leaf(f"cities/{one['slug']}", "guide/city.html", partial(city, one["slug"]))


def _sources() -> Sources:
    said = book()["source"]
    listed = Source(LIST, said["url"], said["as_of"], said["kind"])
    return Sources({LIST: listed, **credentials.document("occupation.json").sources})


def listed(lang: str, asked: Asked) -> Told:
    """All cities, with the number of programs that the data has there."""
    t, sources = words(lang)["cities"], _sources()
    rows = [{**one, "programs": len(_there(one))} for one in listing()]
    columns = tuple((t[f"col_{key}"], key) for key in ("rank", "name", "state", "population", "programs"))
    return {
        "title": t["title"], "about": t["lead"], "rows": rows, "how": book()["how"], "ref": sources.ref(LIST),
        "confidence": book()["source"]["confidence"], "sources": sources.rows(), "table": ("cities", columns),
    }  # fmt: skip


def _there(city: dict[str, Any]) -> list[Any]:
    return [one for one in programs.every() if (one.city, one.state) == (city["name"], city["state"])]


def city(slug: str, lang: str, asked: Asked) -> Told:
    """One city. Its state decides what one may do; pay is its metropolitan area's, where that was found."""
    one = next(row for row in listing() if row["slug"] == slug)
    state, t, sources = rules.known(one["code"]), words(lang), _sources()
    raw = credentials.document("occupation.json").raw
    said = {"period": raw["metros_period"], "source": raw["metros_source"]}
    metro = next((row for row in raw["metros"] if one["name"] in row["metro"].split("-")), None)
    of_state = next((row for row in raw["states"] if row["state"] == one["state"]), None)
    default = state.data["supervision_default"]
    head, there = t["city"], _there(one)
    return {
        "title": head["title"].format(city=one["name"], state=state.name),
        "about": head["about"].format(city=one["name"], state=state.name),
        "city": one,
        "state": state,
        "list_ref": sources.ref(LIST),
        "certification": t["certification"][state.data["certification"]["required_to_work"]],
        "supervision": t["supervision"][default["level"]],
        "by": ", ".join(rules.in_order(frozenset(default["by"]))),
        "sure": states.SURE[state.data["confidence"]],
        "confidence": t["sure"][state.data["confidence"]],
        "tally": states.tally(one["code"], lang),
        "metro": metro and wage({**metro, **said}, sources, lang),
        "of_state": of_state and wage(of_state, sources, lang),
        "programs": [programs.shown(program, lang) for program in next(iter(programs.sheets(there)), [])],
        "number": len(there),
        "lists": programs.lists(),
        "elsewhere": len(programs.of_state(one["code"])) - len(there),
        "sources": sources.rows(),
    }
