"""Programs as all lists together tell them: what differs from what stands, and each field with its own source."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from medassist.domain.credentials.rules.book import Program
from medassist.domain.credentials.rules.checks import COLUMNS
from medassist.domain.credentials.rules.facts import day_of
from medassist.domain.credentials.rules.layouts import (
    ABOUT_SOURCE,
    ACTIVE,
    CIP_NAME,
    LAYOUTS,
    LEVELS,
    program_key,
)
from medassist.domain.credentials.rules.lines import UNDATED, Told

SHIPPED = "programs.csv"
AWARDED = "awarded_"
FILLS = ("school", "city", "state", "url")
"""Of a school: a page on the program says these better, so they only fill what it left open."""
OF_ONE = ("accreditor", "accreditation", "accreditor_ended")
"""Of a school's medical assisting program: which one is meant is known where the school has only one here."""
STATUS = "school_status"
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
                yield Told(key, name, said[name], one.source_url, day, SHIPPED, one.line, one.as_of)


def units(stands: Standing) -> set[str]:
    """The federal numbers of the schools that have a program."""
    own = {one.value for one in stands.values() if one.field == "unitid"}
    return own | {key.partition("/")[2] for key, _ in stands if key.startswith("cip/")}


def differences(layout: str, told: Iterable[Told], stands: Standing, as_of: date) -> Differences:
    """What a list would add, change, confirm and end. A school without a program is no program: it is left out."""
    known, told = units(stands), list(told)
    rows = {(one.key, one.field): one for one in told if not one.key.startswith("school/") or one.key[7:] in known}
    left = _left_out(layout, {one.key for one in told}, stands, as_of)
    rows |= {(key, STATUS): one for key, one in left.items() if not closed(stands.get((key, STATUS)))}
    kinds: dict[str, list[Told]] = {name: [] for name in ("added", "changed", "confirmed", "unchanged", "older")}
    for place, one in rows.items():
        kinds[_kind(one, stands.get(place))].append(one)
    gone = [
        replace(one, value="", as_of=as_of, line=0)
        for place, one in _earlier(layout, stands, as_of) if place not in rows and place[0] not in left
    ]  # fmt: skip
    added, changed, confirmed = (tuple(kinds[name]) for name in ("added", "changed", "confirmed"))
    counts = len(kinds["unchanged"]), len(kinds["older"])
    return Differences(added, changed, confirmed, tuple(gone), *counts, stands)


def _earlier(layout: str, stands: Standing, as_of: date) -> Iterator[tuple[Place, Told]]:
    """What stands by the word of an earlier list of this layout, if such a list is whole."""
    if LAYOUTS[layout].whole:
        yield from (row for row in stands.items() if row[1].layout == layout and row[1].value and row[1].as_of <= as_of)


def _left_out(layout: str, here: set[str], stands: Standing, as_of: date) -> dict[str, Told]:
    """The schools that a later directory has no more: that alone is told of them; name and place stay."""
    words, url = LAYOUTS[layout].left_out, LAYOUTS[layout].url
    keys = {key for (key, _), _ in _earlier(layout, stands, as_of) if words and key not in here}
    return {key: Told(key, STATUS, words, url, as_of, layout) for key in keys}


def closed(status: Told | None) -> str:
    """How a directory says that a school is no longer there; nothing where none does."""
    return status.value if status and status.value != ACTIVE else ""


def codes(accreditor: str) -> tuple[str, ...]:
    """The codes of accreditors in a text that may add a year to each."""
    return tuple(code for part in accreditor.split(";") if (code := part.strip().partition(" ")[0]))


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
    def closed(self) -> str:
        """How a directory says that the school is no longer there."""
        return closed(self.fields.get(STATUS))

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
    pages = [own for key, own in rows.items() if key.startswith("program/")]
    described = Counter(own["unitid"].value for own in pages if "unitid" in own)
    programs = [(key, own) for key, own in rows.items() if not key.startswith("school/")]
    found = [Listed(key, _with_school(key, own, rows, described)) for key, own in programs]
    return sorted(found, key=lambda one: (one.value("state"), one.value("school"), one.value("program"), one.key))


def _with_school(
    key: str, own: dict[str, Told], rows: Mapping[str, dict[str, Told]], described: Mapping[str, int]
) -> dict[str, Told]:
    """The fields of a program with those of its school."""
    if federal := key.startswith("cip/"):
        first = next(iter(own.values()))
        own = {**own, "program": replace(first, field="program", value=CIP_NAME)}
        own["unitid"] = replace(first, field="unitid", value=key.partition("/")[2])
    found = dict(own)
    if "unitid" in own:
        unit = own["unitid"].value
        alone = federal or described[unit] == 1
        school = rows.get(f"school/{unit}", {})
        found |= {name: one for name, one in school.items() if _counts(one, own.get(name), alone)}
    return found


def _counts(one: Told, own: Told | None, alone: bool) -> bool:
    """Whether a word on the school stands in the place of the one on the program, or where there is none."""
    if one.field in OF_ONE and not alone:
        return False
    if own is None:
        return True
    if one.field in FILLS or one.as_of < own.as_of:
        return False
    # a list knows its own agencies: silence on another one ends nothing
    return one.field != "accreditor" or set(codes(own.value)) <= set(codes(one.value))
