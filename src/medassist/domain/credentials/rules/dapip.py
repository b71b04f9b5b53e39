"""The federal database of accredited institutions and programs (DAPIP): who accredits medical assisting at a school.

A record that ended may keep the word Accredited, so its end decides. Records name a location by DAPIP's own number; the
federal number of the school stands in the other file of the download, InstitutionCampus.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from medassist.domain.credentials.rules.book import raw
from medassist.domain.credentials.rules.dates import american
from medassist.domain.credentials.rules.lines import UNIT, Fields, Layout, Line, Told

URL = "https://ope.ed.gov/dapip/#/download-data-files"
NEEDS = (
    "DapipId", "AgencyName", "ProgramName", "AccreditationDate", "AccreditationStatus", "ReviewDate",
    "AccreditationEndDate",
)  # fmt: skip
CURRENT, ENDED, OTHER = "current", "ended", "other"


@dataclass(frozen=True, slots=True)
class Names:
    """What DAPIP calls those who accredit medical assisting, with our codes, and what it calls the program."""

    agencies: Mapping[str, str]
    say: str


@cache
def names() -> Names:
    """The names of agencies.json."""
    read = json.loads(raw("agencies.json"))
    return Names({one["name"].casefold(): one["code"] for one in read["agencies"]}, read["programs"]["say"])


def _campus(row: Line) -> Fields:
    """The federal numbers of a location; many have none."""
    units = [unit for unit in re.split(r"[\s,;|]+", row.text("IpedsUnitIds")) if UNIT.fullmatch(unit)]
    yield f"place/{row.text('DapipId')}", "units", " ".join(units)


CAMPUSES = Layout("DAPIP, InstitutionCampus", URL, ("DapipId", "IpedsUnitIds"), _campus)


def records(row: Line) -> Fields:
    """One record, by agency and by what it is: current, ended, something else."""
    code = names().agencies.get(row.text("AgencyName").casefold())
    if not code or names().say not in row.text("ProgramName").casefold():
        return
    kind, words = _standing(row)
    for unit in row.places.get(row.text("DapipId"), ()):
        yield f"school/{unit}", f"{code} {kind}", words


def _standing(row: Line) -> tuple[str, str]:
    end, status = _day(row, "AccreditationEndDate"), row.text("AccreditationStatus")
    if end and end <= row.as_of:
        return ENDED, end.isoformat()
    if not status:
        row.fault("AccreditationStatus", "AccreditationStatus is missing.")
    dates = (("since", "AccreditationDate"), ("review due", "ReviewDate"))
    words = [status, ", ".join(f"{word} {day}" for word, name in dates if (day := _day(row, name)))]
    return CURRENT if status.casefold() == "accredited" else OTHER, " ".join(filter(None, words))


def _day(row: Line, name: str) -> date | None:
    text = row.text(name)
    found = american(text)
    if text and not found:
        row.fault(name, f"{name} is a day like 08/31/2020, or empty; {text} is not.")
    return found


def summed(told: Iterable[Told]) -> list[Told]:
    """All records of a school together: one that ended does not count where another of the same agency is current."""
    schools: dict[str, dict[str, dict[str, Told]]] = {}
    for one in told:
        code, kind = one.field.split()
        schools.setdefault(one.key, {}).setdefault(kind, {})[code] = one
    return [one for kinds in schools.values() for one in _together(kinds)]


def _together(kinds: Mapping[str, Mapping[str, Told]]) -> Iterator[Told]:
    current, other = kinds.get(CURRENT, {}), kinds.get(OTHER, {})
    ended = {code: one for code, one in kinds.get(ENDED, {}).items() if code not in current}
    yield from _joined("accreditor", {code: code for code in current}, current)
    states = {**other, **current}
    yield from _joined("accreditation", {code: f"{code}: {one.value}" for code, one in states.items()}, states)
    yield from _joined("accreditor_ended", {code: f"{code} ({one.value})" for code, one in ended.items()}, ended)


def _joined(name: str, words: Mapping[str, str], told: Mapping[str, Told]) -> Iterator[Told]:
    if words:
        yield replace(next(iter(told.values())), field=name, value="; ".join(words[code] for code in sorted(words)))
