"""What a list tells, one row of it, and how one kind of list is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

MISSING = frozenset({"", ".", "-", "-1", "-2", "-3", "NULL", "PrivacySuppressed"})
UNDATED = date.min
UNIT = re.compile(r"\d{6}|\d{8}")
"""Eight digits are a branch campus in College Scorecard."""


@dataclass(frozen=True, slots=True)
class Told:
    """One field of one program or school as a list tells it; an empty value: it is told no more."""

    key: str
    field: str
    value: str
    url: str
    as_of: date
    layout: str
    line: int = 0
    said: str = ""
    """The date in the words of the source, which may name a year alone."""

    @property
    def day(self) -> str:
        """The date as it is shown: no more of it than was said, "" where none is known."""
        return self.said or ("" if self.as_of == UNDATED else self.as_of.isoformat())


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns that a layout needs stand in a file, and how many there are."""

    at: Mapping[str, int]
    width: int


Places = Mapping[str, tuple[str, ...]]
"""The federal numbers of each location of another list."""


@dataclass(slots=True)
class Line:
    """One row of a list, and what was found wrong in it: column and why."""

    row: list[str]
    columns: Columns
    as_of: date
    places: Places = field(default_factory=dict)
    wrong: list[tuple[int, str]] = field(default_factory=list)

    def said(self, name: str) -> str:
        """What stands there, as it stands."""
        return self.row[self.columns.at[name]]

    def text(self, name: str) -> str:
        """What stands there; nothing where the list says that it is missing."""
        found = self.said(name).strip()
        return "" if found in MISSING else found

    def fits(self, name: str, form: re.Pattern[str], what: str) -> str:
        """What stands there, which is of this form or a fault."""
        found = self.text(name)
        if not form.fullmatch(found):
            self.fault(name, f"{name} is {what}; {found or 'nothing'} is not.")
        return found

    def number(self, name: str) -> str:
        """A whole number, or nothing."""
        found = self.text(name)
        if found and not (found.isascii() and found.isdecimal()):
            self.fault(name, f"{name} is a whole number or empty; {found} is not.")
            return ""
        return str(int(found)) if found else ""

    def fault(self, name: str, why: str) -> None:
        """Note what is wrong in a column."""
        self.wrong.append((self.columns.at[name] + 1, why))

    def unit(self) -> str:
        """The federal number of the school."""
        return self.fits("UNITID", UNIT, "a number of 6 digits, 8 for a branch")


Fields = Iterator[tuple[str, str, str]]
"""Key, field, value."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How one kind of list is written."""

    name: str
    url: str
    needs: tuple[str, ...]
    fields: Callable[[Line], Fields]
    whole: bool = True
    """It lists every school, so what it no longer has is gone."""
    left_out: str = ""
    """What is known of a school that a later list no longer has, where that tells something."""
    again: Callable[[str, str], str] | None = None
    """Which of two values stands where two rows tell a field; without it that is a fault."""
    summed: Callable[[Iterable[Told]], list[Told]] | None = None
    """What all rows tell together."""
