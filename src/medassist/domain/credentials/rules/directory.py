"""Programs as all lists together tell them: what differs from what stands, and each field with its own source."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from medassist.domain.credentials.rules.book import Program
from medassist.domain.credentials.rules.checks import COLUMNS
from medassist.domain.credentials.rules.facts import day_of
from medassist.domain.credentials.rules.lists import (
    ABOUT_SOURCE,
    CIP_NAME,
    LAYOUTS,
    LEVELS,
    Told,
    program_key,
)

SHIPPED = "programs.csv"
UNDATED = date.min
AWARDED = "awarded_"
FILLS = ("school", "city", "state", "url")
"""Of a school: a page on the program says these better, so they only fill what it left open."""
Place = tuple[str, str]
Standing = Mapping[Place, Told]


@dataclass(frozen=True, slots=True)
class Differences:
    """A list beside what stands. `before` has what stood, of the changed, the confirmed and the gone."""

    added: tuple[Told, ...]
    changed: tuple[Told, ...]
    confirmed: tuple[Told, ...]
    """The same value, of a later day."""
    gone: tuple[Told, ...]
    unchanged: int
    older: int
    """Told otherwise, but of an earlier day than what stands: left alone."""
    before: Mapping[Place, Told]

    @property
    def new(self) -> tuple[Told, ...]:
        """All that would be taken."""
        return self.added + self.changed + self.confirmed + self.gone

    @property
    def digest(self) -> str:
        """Stands for what was shown: another digest, other differences."""
        rows = sorted(f"{one.key}\t{one.field}\t{one.value}\t{one.as_of}\t{one.url}" for one in self.new)
        return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def standing(programs: Iterable[Program], taken: Iterable[Told]) -> dict[Place, Told]:
    """The newest word on each field: of the shipped file, then of the lists in the order they were taken."""
    found: dict[Place, Told] = {}
    for one in [*shipped(programs), *taken]:
        before = found.get((one.key, one.field))
        if before is None or one.as_of >= before.as_of:
            found[one.key, one.field] = one
    return found


def shipped(programs: Iterable[Program]) -> Iterator[Told]:
    """What the shipped file tells, field by field; a year alone counts from its first day."""
    for one in programs:
        said = {name: getattr(one, name) for name in COLUMNS}
        key, day = program_key(said), day_of(one.as_of) or UNDATED
        for name in COLUMNS:
            if said[name] and name not in ABOUT_SOURCE:
                yield Told(key, name, said[name], one.source_url, day, SHIPPED, one.line)


def units(stands: Standing) -> set[str]:
    """The federal numbers of the schools that have a program."""
    own = {one.value for one in stands.values() if one.field == "unitid"}
    return own | {key.partition("/")[2] for key, _ in stands if key.startswith("cip/")}


def differences(layout: str, told: Iterable[Told], stands: Standing, as_of: date) -> Differences:
    """What a list would add, change, confirm and end. A school without a program is no program: it is left out."""
    known = units(stands)
    rows = {(one.key, one.field): one for one in told if not one.key.startswith("school/") or one.key[7:] in known}
    kinds: dict[str, list[Told]] = {name: [] for name in ("added", "changed", "confirmed", "unchanged", "older")}
    for place, one in rows.items():
        kinds[_kind(one, stands.get(place))].append(one)
    gone = [
        replace(one, value="", as_of=as_of, line=0)
        for place, one in stands.items()
        if LAYOUTS[layout].whole and one.layout == layout and one.value and place not in rows and one.as_of <= as_of
    ]
    added, changed, confirmed = (tuple(kinds[name]) for name in ("added", "changed", "confirmed"))
    counts = len(kinds["unchanged"]), len(kinds["older"])
    return Differences(added, changed, confirmed, tuple(gone), *counts, stands)


def _kind(one: Told, before: Told | None) -> str:
    if before is None or (not before.value and one.as_of >= before.as_of):
        return "added"
    if one.value == before.value:
        return "confirmed" if one.as_of > before.as_of else "unchanged"
    return "changed" if one.as_of >= before.as_of else "older"


@dataclass(frozen=True, slots=True)
class Listed:
    """One program, and where each field that is known was read."""

    key: str
    fields: Mapping[str, Told]

    def value(self, name: str) -> str:
        """A field's value; nothing where no list tells it."""
        return self.fields[name].value if name in self.fields else ""

    @property
    def award(self) -> str:
        """What it leads to, said by a page or by the levels at which the school gave awards."""
        levels = (int(name.removeprefix(AWARDED)) for name in self.fields if name.startswith(AWARDED))
        return self.value("award") or "; ".join(sorted({LEVELS[level][0] for level in levels}))


def listed(stands: Standing) -> list[Listed]:
    """Every program that somebody lists, by state and school.

    The federal figures on 51.0801 stay a row of their own: which of a school's programs they count is not said.
    """
    rows: dict[str, dict[str, Told]] = {}
    for (key, name), one in stands.items():
        if one.value:
            rows.setdefault(key, {})[name] = one
    found = [Listed(key, _with_school(key, own, rows)) for key, own in rows.items() if not key.startswith("school/")]
    return sorted(found, key=lambda one: (one.value("state"), one.value("school"), one.value("program"), one.key))


def _with_school(key: str, own: dict[str, Told], rows: Mapping[str, dict[str, Told]]) -> dict[str, Told]:
    """The fields of a program with those of its school."""
    if key.startswith("cip/"):
        first = next(iter(own.values()))
        unit = key.partition("/")[2]
        own = {**own, "program": replace(first, field="program", value=CIP_NAME)}
        own["unitid"] = replace(first, field="unitid", value=unit)
    found = dict(own)
    if "unitid" in own:
        for name, one in rows.get(f"school/{own['unitid'].value}", {}).items():
            if name not in own or (name not in FILLS and one.as_of >= own[name].as_of):
                found[name] = one
    return found
