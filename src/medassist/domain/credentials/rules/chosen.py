"""A program that somebody chose, on a way that begins with one: whether it opens it, its length, its price. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from medassist.domain.credentials.rules.book import Book, Route
from medassist.domain.credentials.rules.entries import Directory, Entry, source_of, told_of
from medassist.domain.credentials.rules.facts import Source
from medassist.domain.credentials.rules.prices import Part, dollars_by
from medassist.domain.credentials.rules.said import either, say

MOST = 4
"""Programs beside each other; more are no longer read across."""
LONGEST, DEAREST = 120, 1_000_000
"""Months and dollars of a program at most; what is above is a slip of a list and counts as not found."""
WITH_FEES = "ipeds-charges"
"""The list whose tuition has the fees in it (programs-sources.md)."""
TUITION = say("Tuition, books and fees of the program")
READ_FOR = ("program", "length_months", "accreditor")
"""Fields that the step of a program rests on."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A program with what ways take from it: its length where one is stated, its price, where these were read."""

    entry: Entry
    name: str
    months: int | None
    parts: tuple[Part, ...]
    unpriced: tuple[str, ...]
    sources: tuple[Source, ...]


def stands_on(book: Book, directory: Directory, programs: Sequence[str]) -> str:
    """The hash of the facts that a plan stands on: those of the lists count where programs were chosen."""
    return hashlib.sha256(f"{book.hash}{directory.stamp}".encode()).hexdigest() if programs else book.hash


def program_name(entry: Entry) -> str:
    """What a program is called, with its school."""
    if entry.school:
        return f"{entry.program}, {entry.school}"
    return say("{program}, school {number}, name not found", program=entry.program, number=entry.unitid)


def joins(route: Route) -> bool:
    """Whether a program of the directory may stand on a way; no list tells programs in other subjects."""
    return route.kind != "other-program"


def is_apprenticeship(entry: Entry) -> bool:
    """Whether it is one by its name; what its notes mention may be another program."""
    return "apprentice" in entry.program.casefold()


def doubt(entry: Entry, route: Route) -> str:
    """Why it can't be told that the way takes this program; empty where nothing stated speaks against it."""
    if entry.closed:
        return say("The directory says of the school: {status}.", status=entry.closed)
    if is_apprenticeship(entry):
        return say("It is an apprenticeship by its name, and this way asks for a program.")
    takes = route.requires.get("program_accreditors", ())
    if not takes or set(takes) & set(entry.vouched):
        return ""
    asked = either(takes)
    if entry.ended and not entry.accreditors:
        return say("The accreditation ended: {ended}.", ended=entry.ended)
    if not entry.accreditor:
        return say("Who accredits the program was not found, and this way asks for {asked}.", asked=asked)
    if set(takes) & set(entry.accreditors):
        return say("{name}: the year in brackets vouches for that year only, and this way asks for {asked}.",
                   name=entry.accreditor, asked=asked)  # fmt: skip
    return say("{name} accredits the program, and this way asks for {asked}.", name=entry.accreditor, asked=asked)


def chosen(entry: Entry) -> Chosen:
    """What is stated of a program, put together once for all ways."""
    told = told_of(entry)
    read = tuple(source_of(told[name]) for name in READ_FOR if name in told)
    length = _number(entry, "length_months", LONGEST) or None  # no program takes no month at all
    whats = {"tuition_usd": say("Tuition of the program"), "books_usd": say("Books of the program")}
    parts = tuple(_part(entry, field, what) for field, what in whats.items() if _stated(entry, field))
    return Chosen(entry, program_name(entry), length, parts, _unpriced(entry), read)


def _unpriced(entry: Entry) -> tuple[str, ...]:
    tuition, books = _stated(entry, "tuition_usd"), _stated(entry, "books_usd")
    if not tuition:
        return (say("Tuition and fees of the program") if books else TUITION,)
    if told_of(entry)["tuition_usd"].layout == WITH_FEES:
        return () if books else (say("Books of the program"),)
    return (say("Fees of the program") if books else say("Books and fees of the program"),)


def _part(entry: Entry, field: str, what: str) -> Part:
    source = source_of(told_of(entry)[field])
    also = tuple(dollars_by(one.value, source_of(one)) for one in entry.otherwise.get(field, ()))
    return Part(what, _number(entry, field, DEAREST) or 0, source, source.kind, also)


def _stated(entry: Entry, field: str) -> bool:
    return _number(entry, field, DEAREST) is not None


def _number(entry: Entry, field: str, most: int) -> int | None:
    text = getattr(entry, field)
    return int(text) if text.isdecimal() and len(text) < 8 and int(text) <= most else None
