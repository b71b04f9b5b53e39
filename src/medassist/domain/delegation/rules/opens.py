"""What a certification opens in a state: which acts ask for one, which of them this one meets. Read from the files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from medassist.domain.delegation.rules.book import DATA, State, acts
from medassist.domain.delegation.rules.entries import Clause, Entry
from medassist.domain.delegation.rules.shelf import known
from medassist.domain.delegation.rules.values import plain


@dataclass(frozen=True, slots=True)
class Opened:
    """The clinical acts of one state, by what one certification does for them. No act stands in two of these."""

    opens: tuple[str, ...]
    """Ask for a certification, and this one meets the wording. Other conditions still hold."""
    part: tuple[str, ...]
    """Ask for more than this certification, which is one part of it."""
    without: tuple[str, ...]
    """Open without any certification, all or some conditions aside."""
    other: tuple[str, ...]
    """Ask for another credential."""
    prohibited: tuple[str, ...]
    not_found: tuple[str, ...]


@cache
def wordings() -> Mapping[str, Any]:
    """How the wordings of the states' files are read, by state."""
    return json.loads((DATA / "wordings.json").read_bytes())["states"]


def _named(state: str, code: str, how: str) -> frozenset[str]:
    found = wordings().get(state, {}).items()
    return frozenset(plain(wording) for wording, read in found if code in read.get(how, ()))


def _nobody(state: str) -> frozenset[str]:
    """The rows for people who hold none of the listed credentials."""
    return frozenset({"none"} | {plain(w) for w, read in wordings().get(state, {}).items() if read.get("nobody")})


@cache
def opened(state: str, code: str) -> Opened:
    """What a certification opens in a state; KeyError when the state has no file."""
    book = known(state)
    meets, part = _named(state, code, "meets"), _named(state, code, "part")
    found: dict[str, list[str]] = {name: [] for name in Opened.__slots__}
    for act in acts().clinical:
        found[_place(book, book.entry(act), meets, part)].append(act)
    return Opened(**{name: tuple(rows) for name, rows in found.items()})


def _place(book: State, entry: Entry, meets: frozenset[str], part: frozenset[str]) -> str:
    if entry.rule == "absent":
        return "not_found"
    if entry.rule == "prohibited":
        return "prohibited"
    if entry.rows:
        return _by_row(entry, meets, part, _nobody(book.code))
    return _by_name(entry.clause, meets, part)


def _by_row(entry: Entry, meets: frozenset[str], part: frozenset[str], nobody: frozenset[str]) -> str:
    """Where a file has rows by credential: the row of who holds this one, else of who holds none."""
    own = next((row for row in entry.rows if row.key in meets), None)
    if own:
        return "prohibited" if own.rule == "prohibited" else _by_name(own, meets, part, own=True)
    open_to = {row.key for row in entry.rows if row.rule != "prohibited"}
    if open_to & nobody:
        return "without"
    return "part" if open_to & part else "other"


def _by_name(clause: Clause, meets: frozenset[str], part: frozenset[str], own: bool = False) -> str:
    if not clause.any_of and not clause.certificate:
        return "opens" if own else "without"
    if clause.certificate or clause.any_of & meets:
        return "opens"
    return "part" if clause.any_of & part else "other"
