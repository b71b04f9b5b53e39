"""Whose the signs are that a device sends: a patient here, or nobody for certain. Pure; a name alone is nobody."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Stay:
    """A visit in the time in question."""

    visit: UUID
    patient: UUID
    rooms: frozenset[UUID]
    """Where it was then, and a little before and after: clocks differ."""
    attended: bool
    """Whether it was at a step at which devices are used, for the whole of that time."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whose number was said, as the office has it."""

    id: UUID
    names: tuple[str, ...]
    """Family name first."""
    birth_date: date | None


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that is known of one set of signs but the values."""

    device: str
    """known, retired, unknown"""
    corrects: bool = False
    numbers: Sequence[str] = ()
    """As said; whether of this office or not."""
    people: Sequence[Person] = ()
    """Those of this office who have one of them."""
    family: str = ""
    given: str = ""
    born: date | None = None
    stays: Sequence[Stay] = ()
    """Visits at the site in the time in question."""
    rooms: Sequence[UUID | None] = ()
    """Where the device stood then; None is carried about."""
    said_room: str = ""
    named_room: UUID | None = None
    """The room of this site that the message names."""
    clock: bool = True
    """Whether the device's time can be used."""


@dataclass(frozen=True, slots=True)
class Match:
    """A visit, or why it is none."""

    visit: UUID | None = None
    patient: UUID | None = None
    why: str = ""


def match(case: Case) -> Match:
    """Whose these signs are. In doubt nobody's: a person says whose they are."""
    why = _device(case)
    if why:
        return Match(why=why)
    return _by_number(case) if case.numbers else _by_room(case)


def _device(case: Case) -> str:
    if case.device == "unknown":
        return "This device is not one of the office's."
    if case.device == "retired":
        return "This device is out of use."
    return "The device says that this corrects what it sent before." if case.corrects else ""


def _by_number(case: Case) -> Match:
    people = {one.id: one for one in case.people}
    if len(people) != 1:
        return Match(why="Two patients have these numbers." if people else "No patient here has this number.")
    [person] = people.values()
    if odd := _disagrees(case, person):
        return Match(why=f"The number is one patient's, the {odd} another's.")
    mine = [one for one in case.stays if one.patient == person.id]
    if not mine:
        return Match(why="The patient of this number was at no visit here at that time.")
    if len(mine) > 1 or not mine[0].attended:
        return Match(why="The patient of this number was not in a room, or not all the time, when this was measured.")
    if why := _elsewhere(case, mine[0]):
        return Match(why=why)
    return Match(mine[0].visit, person.id)


def _elsewhere(case: Case, mine: Stay) -> str:
    """The number says one patient; whether the room says another."""
    others = [one for one in case.stays if one.visit != mine.visit]
    for room in (*case.rooms, case.named_room):
        if room is not None and any(room in one.rooms for one in others):
            return "The number is one patient's, the room was another's."
    return ""


def _by_room(case: Case) -> Match:
    if case.family or case.born:
        return Match(why="A name or birth date without a number says of nobody for certain who it is.")
    if not case.clock:
        return Match(why="The device's clock can't be used, so its room does not say whose this is.")
    if len(set(case.rooms)) != 1:
        moved = "The device was moved about that time." if case.rooms else "It isn't known where the device stood then."
        return Match(why=moved)
    [room] = set(case.rooms)
    if room is None:
        return Match(why="The device is carried about and says no patient.")
    if case.said_room and case.named_room != room:
        return Match(why=f"The device says that it is in {case.said_room[:60]}; the office has it elsewhere.")
    inside = [one for one in case.stays if room in one.rooms]
    if len(inside) != 1:
        return Match(why="Two patients were in the room about that time." if inside else "The room was empty then.")
    [one] = inside
    if one.rooms != frozenset({room}) or not one.attended:
        return Match(why="The patient came into the room, or left it, about that time.")
    return Match(one.visit, one.patient)


def _disagrees(case: Case, person: Person) -> str:
    """What of the name and the birth date is not this person's; empty when nothing speaks against it."""
    if case.born and person.birth_date and case.born != person.birth_date:
        return "birth date"
    known = {word for name in person.names for word in _words(name)}
    for said in (case.family, case.given):
        if said and not set(_words(said)) <= known:
            return "name"
    return ""


def _words(name: str) -> list[str]:
    """A name's words as they are compared: without accents and signs, in small letters."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(one))
    return "".join(one if one.isalnum() else " " for one in plain.replace("'", "").replace("’", "")).split()
