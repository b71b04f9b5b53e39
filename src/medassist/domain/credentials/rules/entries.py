"""The directory as it is shown: each program with every field's source, and what other sources tell otherwise.

Of several sources the newest day counts (`directory.standing`). What another page or list still tells differently is
kept beside it, so that nothing is chosen in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from medassist.domain.credentials.rules.book import Program, book
from medassist.domain.credentials.rules.checks import COLUMNS
from medassist.domain.credentials.rules.directory import (
    AWARDED,
    SHIPPED,
    STATUS,
    Listed,
    Place,
    Standing,
    closed,
    codes,
    listed,
    shipped,
    standing,
)
from medassist.domain.credentials.rules.facts import Source
from medassist.domain.credentials.rules.layouts import LAYOUTS, LEVELS, program_key
from medassist.domain.credentials.rules.lines import UNDATED, Told
from medassist.domain.credentials.rules.said import say

ABOUT_PAGE = ("evidence", "freshness", "source_url", "as_of")
"""Columns that speak of the page that was read, not of the program."""
OF_PLACE = ("city", "state", "accreditor", "institutional_accreditor")
"""What a program and its school both tell; a school's name and address are told by each page in its own way."""
ACCREDITATION, ENDED = "accreditation", "accreditor_ended"
READ = say("page on the program")
"""The kind of a source that is no list of a whole country."""
AGES = ((2022, "recent"), (2018, "dated"), (1, "old"))
"""How old a page is, by its year: the words of programs.csv."""


@dataclass(frozen=True, slots=True)
class Entry(Program):
    """One program. `told` is empty where the shipped file alone tells it; else it has the source of each field."""

    key: str = ""
    """What it is known by (`lists.program_key`, or cip/ and the school's number)."""
    told: Mapping[str, Told] = field(default_factory=dict)
    otherwise: Mapping[str, tuple[Told, ...]] = field(default_factory=dict)
    """What other sources tell of a field, the newest first."""
    books_usd: str = ""
    size: int = 0
    """Characters of what lists and pages say of it, with the addresses where they do."""

    @property
    def awarded(self) -> tuple[tuple[str, str, str], ...]:
        """Awards that were counted: how many, what they are, how long they take."""
        levels = sorted(int(name.removeprefix(AWARDED)) for name in self.told if name.startswith(AWARDED))
        return tuple((self.told[f"{AWARDED}{level}"].value, *LEVELS[level]) for level in levels)

    @property
    def closed(self) -> str:
        """How a directory says that the school is no longer there."""
        return closed(self.told.get(STATUS))

    @property
    def accreditation(self) -> str:
        """What a list of accreditors says of it: since when, until when, or what else it is."""
        return self.told[ACCREDITATION].value if ACCREDITATION in self.told else ""

    @property
    def ended(self) -> str:
        """Whose accreditation ended by such a list, with the day."""
        return self.told[ENDED].value if ENDED in self.told else ""

    @property
    def accreditors(self) -> tuple[str, ...]:
        """The codes of who accredits it, by its sources; none whose accreditation ended since."""
        ended, own = self.told.get(ENDED), self.told.get("accreditor")
        over = codes(ended.value) if ended and own and ended.as_of >= own.as_of else ()
        return tuple(code for code in codes(self.accreditor) if code not in over)

    @property
    def vouched(self) -> tuple[str, ...]:
        """Those of them that stand without a year in brackets, which would vouch for that year only."""
        parts = (part.strip() for part in self.accreditor.split(";"))
        lasting = {part.partition(" ")[0] for part in parts if part and "(" not in part}
        return tuple(code for code in self.accreditors if code in lasting)

    @property
    def opens(self) -> tuple[str, ...]:
        """The certifications that its accreditors open, as accreditors.json names them; a closed school opens none."""
        known = () if self.closed else self.accreditors
        return tuple(dict.fromkeys(name for code in known for name in opened().get(code, ())))


@dataclass(frozen=True, slots=True, eq=False)
class Directory:
    """All programs as they stand. The stamp names the lists that were taken; empty, it is the shipped file alone."""

    stamp: str
    entries: tuple[Entry, ...]
    lists: tuple[tuple[str, date], ...] = ()
    """The layouts of the lists that tell something here, each with its newest day."""

    def of_state(self, code: str) -> tuple[Entry, ...]:
        """The programs of one state, by US-XX."""
        return tuple(one for one in self.entries if f"US-{one.state}" == code)

    def chosen(self, keys: Sequence[str]) -> tuple[Entry, ...]:
        """The programs with these keys, in their order; a key that nothing has is left out."""
        found = {one.key: one for one in self.entries if one.key in keys} if keys else {}
        return tuple(found[key] for key in keys if key in found)


@cache
def opened() -> Mapping[str, tuple[str, ...]]:
    """The credentials that each accreditor of programs opens."""
    known = book().credentials
    return {
        one["code"]: tuple(code for code in known if any(text.startswith(code) for text in one["opens"]))
        for one in book().accreditors.raw["programmatic"]
        if one.get("opens")
    }


def directory(programs: Iterable[Program], taken: Iterable[Told], stamp: str = "") -> Directory:
    """The directory of the shipped programs and of all that lists told. Without a list it is the file, in its order."""
    taken, programs = list(taken), list(programs)
    if not taken:
        return Directory("", tuple(_shipped(one) for one in programs))
    stands, known = standing(programs, taken), {program_key(_said(one)): one for one in programs}
    others = _otherwise(stands, [*shipped(programs), *taken])
    entries = tuple(_entry(one, known.get(one.key), stands, others) for one in listed(stands))
    days = sorted((told.as_of, told.layout) for one in entries for told in one.told.values() if told.layout != SHIPPED)
    return Directory(stamp, entries, tuple(sorted({layout: day for day, layout in days}.items())))


def _said(one: Program) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("line", *COLUMNS)}


def _shipped(one: Program) -> Entry:
    said = _said(one)
    return Entry(**said, key=program_key(said))


def _otherwise(stands: Standing, every: Iterable[Told]) -> dict[Place, tuple[Told, ...]]:
    """The last word of each page or list on a field, where it is not what counts."""
    last: dict[Place, dict[str, Told]] = {}
    for one in every:
        own = last.setdefault((one.key, one.field), {})
        if one.url not in own or one.as_of >= own[one.url].as_of:
            own[one.url] = one
    return {place: _differing(stands[place], own.values()) for place, own in last.items() if len(own) > 1}


def _differing(counts: Told, others: Iterable[Told]) -> tuple[Told, ...]:
    found = [one for one in others if one.value and one.value.casefold() != counts.value.casefold()]
    return tuple(sorted(found, key=lambda one: one.as_of, reverse=True))


def _entry(row: Listed, own: Program | None, stands: Standing, others: Mapping[Place, tuple[Told, ...]]) -> Entry:
    """One row as it is shown. A shipped one of which no list tells anything stays as the file has it."""
    fields = {name: one for name, one in row.fields.items() if name not in ABOUT_PAGE}
    if own and all(one.layout == SHIPPED for one in fields.values()):
        return _shipped(own)
    said = {name: row.value(name) for name in COLUMNS} | {"award": row.award, "freshness": _age(fields.values(), own)}
    said |= {name: getattr(own, name) if own else "" for name in ("source_url", "as_of")}
    found = {name: some for name in fields if (some := _others(name, row, stands, others))}
    line, books = own.line if own else 0, row.value("books_usd")
    size = _size(fields, found)
    return Entry(line=line, **said, key=row.key, told=fields, otherwise=found, books_usd=books, size=size)


def _size(fields: Mapping[str, Told], others: Mapping[str, tuple[Told, ...]]) -> int:
    pages = {(one.layout, one.url, one.as_of) for one in fields.values()}
    others_size = sum(len(one.value) + len(one.url) for some in others.values() for one in some)
    return sum(len(one.value) for one in fields.values()) + sum(len(url) for _, url, _ in pages) + others_size


def _others(name: str, row: Listed, stands: Standing, others: Mapping[Place, tuple[Told, ...]]) -> tuple[Told, ...]:
    """What else is told of a field, by pages on the program and by lists of its school."""
    school = f"school/{row.value('unitid')}"
    places = [(row.key, name), *([(school, name)] if name in OF_PLACE else [])]
    more = [stands[place] for place in places if place in stands]
    return _differing(row.fields[name], [*more, *(one for place in places for one in others.get(place, ()))])


def _age(fields: Iterable[Told], own: Program | None) -> str:
    """The age of the newest word on a program; one on its school does not make it newer."""
    newest = max(one.as_of for one in fields if one.field == "accreditor" or not one.key.startswith("school/"))
    if newest == UNDATED:
        return own.freshness if own else "unknown"
    return next(word for year, word in AGES if newest.year >= year)


def sources(entry: Entry) -> Iterator[tuple[Told, tuple[str, ...]]]:
    """Each page or list that tells something of a program, with the fields that count as it tells them."""
    groups: dict[tuple[str, str, date], list[str]] = {}
    first: dict[tuple[str, str, date], Told] = {}
    for name, one in entry.told.items():
        where = (one.layout, one.url, one.as_of)
        groups.setdefault(where, []).append(name)
        first.setdefault(where, one)
    yield from ((first[where], tuple(names)) for where, names in groups.items())


def told_of(entry: Entry) -> Mapping[str, Told]:
    """Each field with where it was read; what the shipped file alone tells has its page for all of them."""
    return entry.told or {one.field: one for one in shipped([entry]) if one.field not in ABOUT_PAGE}


def source_of(one: Told) -> Source:
    """The page or list that told a field, with its day."""
    return Source(f"{one.layout} {one.url} {one.day}", one.url, one.day, layout_name(one.layout) or READ)


def layout_name(layout: str) -> str:
    """What a list calls itself; empty for pages that somebody read."""
    return LAYOUTS[layout].name if layout in LAYOUTS and LAYOUTS[layout].url else ""
