"""Programs with which a way can begin: what the lists that an office took in tell of them in a person's state. Pure."""

from __future__ import annotations

from typing import Any

from medassist.domain.credentials.rules.doors import TUITION
from medassist.domain.credentials.rules.entries import Directory, Entry
from medassist.domain.credentials.rules.facts import NOT_FOUND, Source
from medassist.domain.credentials.rules.layouts import LAYOUTS
from medassist.domain.credentials.rules.lines import Told
from medassist.domain.credentials.rules.planning import Survey, Way

READ = "page on the program"
"""The kind of a source that is no list of a whole country."""


def begins_with_program(way: Way) -> bool:
    """Whether a program comes first on a way."""
    return TUITION in way.cost.unknown


def offers(survey: Survey, directory: Directory, state: str) -> tuple[Entry, ...]:
    """The programs of a state of which a list tells something: first those that open something, then by tuition.

    None of a school that closed; none where no way begins with a program. The shipped file alone is the guide's: a
    seed, not an offer.
    """
    if not any(begins_with_program(way) for way in survey.ways):
        return ()
    found = (one for one in directory.of_state(state) if one.told and not one.closed)
    return tuple(sorted(found, key=_nearest))


def _nearest(one: Entry) -> tuple[bool, int, str]:
    return not one.opens, int(one.tuition_usd) if one.tuition_usd else 10**9, one.school.casefold()


def source_of(one: Told) -> Source:
    """The page or list that told a field, with its day."""
    listed = one.layout in LAYOUTS and LAYOUTS[one.layout].url
    return Source(f"{one.layout} {one.url} {one.day}", one.url, one.day, LAYOUTS[one.layout].name if listed else READ)


def plain_offer(entry: Entry) -> dict[str, Any]:
    """A program in plain values: each field with its source and day, and what other sources tell otherwise."""
    return {
        **{name: getattr(entry, name) or NOT_FOUND for name in ("school", "program", "city", "state", "award")},
        "opens": list(entry.opens),
        "fields": {name: _plain(one) for name, one in entry.told.items()},
        "otherwise": {name: [_plain(one) for one in some] for name, some in entry.otherwise.items()},
    }


def _plain(one: Told) -> dict[str, str]:
    return {"value": one.value, "source": one.layout, "url": one.url, "as_of": one.day or "no date"}
