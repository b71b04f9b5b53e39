"""Programs with which a way can begin, in a person's state: by lists, by the shipped file if that is asked. Pure."""

from __future__ import annotations

from typing import Any

from medassist.domain.credentials.rules.book import Book
from medassist.domain.credentials.rules.chosen import TUITION, is_apprenticeship, joins
from medassist.domain.credentials.rules.entries import Directory, Entry, told_of
from medassist.domain.credentials.rules.facts import NOT_FOUND
from medassist.domain.credentials.rules.lines import Told
from medassist.domain.credentials.rules.planning import Survey, Way


def begins_with_program(way: Way) -> bool:
    """Whether a program comes first on a way."""
    return way.program is not None or TUITION in way.cost.unknown


def takes_program(way: Way, book: Book) -> bool:
    """Whether a program of the directory may be chosen for a way."""
    routes = book.credentials[way.credential].routes
    return begins_with_program(way) and all(joins(one) for one in routes if one.code == way.route)


def offers(
    survey: Survey, directory: Directory, state: str, seed: bool = False, old: bool = False
) -> tuple[Entry, ...]:
    """The programs of a state of which a list tells something: first those that open something, then by tuition.

    None of a school that closed; none where no way begins with a program. The shipped file alone is a seed: its
    programs are there when they are asked for, those of old pages when these are, too, and an apprenticeship begins
    another way.
    """
    if not any(begins_with_program(way) for way in survey.ways):
        return ()
    here = (one for one in directory.of_state(state) if not one.closed)
    return tuple(sorted((one for one in here if one.told or (seed and _in_seed(one, old))), key=_nearest))


def _in_seed(one: Entry, old: bool) -> bool:
    return (old or one.freshness != "old") and not is_apprenticeship(one)


def _nearest(one: Entry) -> tuple[bool, int, str]:
    return not one.opens, int(one.tuition_usd) if one.tuition_usd else 10**9, one.school.casefold()


def plain_offer(entry: Entry) -> dict[str, Any]:
    """A program in plain values: each field with its source and day, and what other sources tell otherwise."""
    return {
        **{name: getattr(entry, name) or NOT_FOUND for name in ("school", "program", "city", "state", "award")},
        "opens": list(entry.opens),
        "fields": {name: _plain(one) for name, one in told_of(entry).items()},
        "otherwise": {name: [_plain(one) for one in some] for name, some in entry.otherwise.items()},
    }


def _plain(one: Told) -> dict[str, str]:
    return {"value": one.value, "source": one.layout, "url": one.url, "as_of": one.day or "no date"}
