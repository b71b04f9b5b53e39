"""Programs beside the ways: what lists, and pages where that is asked, tell of those that a way can begin with."""

from __future__ import annotations

from typing import Any

from medassist.domain.credentials import queries as credentials
from medassist.interfaces.web.guide.leaf import Told
from medassist.interfaces.web.guide.programs import DELIVERY
from medassist.interfaces.web.guide.ways.rows import Sources
from medassist.interfaces.web.guide.words import words

PROGRAMS = 12
"""Programs shown; the guide has all."""
FIELDS = ("tuition_usd", "length_months", "delivery", "accreditor")


def programs(found: Any, person: Any, seed: tuple[bool, bool], sources: Sources, lang: str) -> Told:
    """Those that were chosen, then the first of the others; and how many more there would be."""
    directory = credentials.programs_now()
    rows, shipped, old = (
        credentials.offers(found, directory, person.state, *which) for which in (seed, (True, seed[1]), (True, True))
    )
    chosen = directory.chosen(person.programs)
    others = [one for one in rows if one.key not in person.programs]
    room = PROGRAMS - 2 * len(chosen)  # each of them is also told on every way that begins with a program
    shown = [*chosen, *others[:room]]
    return {
        "programs": [_program(entry, person, sources, lang) for entry in shown],
        "programs_more": len(others) - room,
        "programs_all": len(chosen) + len(others),
        "program_first": any(credentials.takes_program(way) for way in found.ways),
        "heads": FIELDS,
        "of_lists": any(one.told for one in shown),
        "of_pages": any(not one.told for one in shown),
        "seed_more": len(shipped) - len(rows),
        "old_more": len(old) - len(rows) if seed[0] else 0,
    }


def _program(entry: Any, person: Any, sources: Sources, lang: str) -> dict[str, Any]:
    """One program, each field with the numbers of its source and of those that tell it otherwise."""
    told = credentials.told_of(entry)

    def number(one: Any) -> int:
        return sources.number(credentials.source_of(one))

    named = ("program", "school", "city", "state", *(name for name in told if name.startswith("awarded")))
    tuition, budget = entry.tuition_usd, person.budget
    return {
        "one": entry,
        "name": credentials.program_name(entry),
        "chosen": entry.key in person.programs,
        "named": sorted({number(told[name]) for name in named if name in told}),
        "fields": [
            (
                name,
                _value(entry, name, lang),
                number(told[name]) if name in told else None,
                [(one.value, number(one)) for one in entry.otherwise.get(name, ())],
            )
            for name in FIELDS
        ],
        "over": bool(budget is not None and tuition and int(tuition) > budget),
        "fresh": words(lang)["fresh"].get(entry.freshness, "") if entry.freshness in ("old", "dated") else "",
        "year_only": bool(entry.accreditor) and len(entry.vouched) < len(entry.accreditors),
    }


def _value(entry: Any, name: str, lang: str) -> str:
    value: str = getattr(entry, name)
    return words(lang)["delivery"].get(DELIVERY.get(value, ""), value) if name == "delivery" else value
