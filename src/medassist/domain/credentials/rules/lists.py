"""Lists of programs from elsewhere, read by their layout: what each tells, field by field, or what is wrong and where.

The columns are those that programs-sources.md names; a list without them is refused. Nothing is guessed: an empty or
suppressed value tells nothing, and a row whose code is not 51.0801 is no medical assisting program.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from medassist.codecs.places import Fault
from medassist.domain.credentials.rules.book import book
from medassist.domain.credentials.rules.checks import COLUMNS, row_faults

CIP = "510801"
CIP_NAME = "Medical/Clinical Assistant (CIP 51.0801)"
NCES = "https://nces.ed.gov/ipeds"
MISSING = frozenset({"", ".", "-1", "-2", "NULL", "PrivacySuppressed"})
CODE = re.compile(r"\d{1,2}(\.\d{1,4})?|\d{5,6}")
UNIT = re.compile(r"\d{6}|\d{8}")
"""Eight digits are a branch campus in College Scorecard."""
LEVELS = {
    1: ("certificate", "less than 1 year"),
    20: ("certificate", "less than 12 weeks"),
    21: ("certificate", "12 weeks to less than 1 year"),
    2: ("certificate", "1 to less than 2 years"),
    4: ("certificate", "2 to less than 4 years"),
    3: ("associate", "associate's degree"),
}
"""AWLEVEL of IPEDS completions, as its value labels say it; what is above an associate's degree is left alone."""
MEASURES = {"1": "contact hours", "2": "credit hours"}
"""PRGMSRn of IPEDS program charges."""
ABOUT_SOURCE = ("source_url", "as_of", "freshness")
MOST_FAULTS = 50
LONGEST = 500
"""Characters of one value; the longest note of the shipped file has half of that."""


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


@dataclass(slots=True)
class Line:
    """One row of a list, and what was found wrong in it: column and why."""

    said: Mapping[str, str]
    columns: list[str]
    wrong: list[tuple[int, str]] = field(default_factory=list)

    def text(self, name: str) -> str:
        """What stands there; nothing where the list says that it is missing."""
        found = self.said[name].strip()
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
        self.wrong.append((self.columns.index(name) + 1, why))

    def unit(self) -> str:
        """The federal number of the school."""
        return self.fits("UNITID", UNIT, "a number of 6 digits, 8 for a branch")

    def medical_assisting(self, name: str) -> bool:
        """Whether a code is 51.0801, however it is written."""
        return self.fits(name, CODE, "a CIP code").replace(".", "") == CIP


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


def _completions(row: Line) -> Fields:
    """Awards in 51.0801 by level; first majors alone, as a second one counts a person twice."""
    if not row.medical_assisting("CIPCODE") or row.number("MAJORNUM") != "1":
        return
    level, total, unit = row.number("AWLEVEL"), row.number("CTOTALT"), row.unit()
    if not level:
        row.fault("AWLEVEL", "AWLEVEL is missing.")
    elif int(level) in LEVELS and total and int(total):
        yield f"cip/{unit}", f"awarded_{int(level)}", total


def _charges(row: Line) -> Fields:
    """Tuition, books, length of the program in 51.0801, which is one of the school's six largest or not there."""
    for index in range(1, 7):
        if not row.text(f"CIPCODE{index}") or not row.medical_assisting(f"CIPCODE{index}"):
            continue
        key, length = f"cip/{row.unit()}", row.number(f"CIPLGTH{index}")
        measure = row.text(f"PRGMSR{index}")
        if measure and measure not in MEASURES:
            row.fault(f"PRGMSR{index}", f"PRGMSR{index} is 1 or 2; {measure} is not.")
        yield key, "tuition_usd", row.number(f"CIPTUIT{index}")
        yield key, "books_usd", row.number(f"CIPSUPP{index}")
        yield key, "length_months", row.number(f"MTHCMP{index}")
        # a length without its measure is no length
        yield key, "hours_or_credits", f"{length} {MEASURES[measure]}" if length and measure in MEASURES else ""
        return


def _institution(row: Line) -> Fields:
    """Name, place, address and accreditor of a school."""
    key, site = f"school/{row.unit()}", row.text("INSTURL")
    yield key, "school", row.text("INSTNM")
    yield key, "city", row.text("CITY")
    yield key, "state", row.text("STABBR")
    yield key, "url", site if not site or "://" in site else f"https://{site}"
    yield key, "institutional_accreditor", row.text("ACCREDAGENCY")


def _described(row: Line) -> Fields:
    """A program in the columns of programs.csv."""
    row.wrong.extend(row_faults([row.said[name] for name in COLUMNS]))
    for code in filter(None, (part.partition("(")[0].strip() for part in row.said["accreditor"].split(";"))):
        if code not in book().programmatic:
            row.fault("accreditor", f"accreditor is one of {', '.join(book().programmatic)}; {code} is not.")
    if not row.said["program"]:
        row.fault("program", "a row names the program.")
    key = program_key(row.said)
    yield from ((key, name, row.said[name]) for name in COLUMNS if name not in ABOUT_SOURCE)


def program_key(said: Any) -> str:
    """What a described program is known by: school, program, place."""
    return "program/" + "|".join(said[name].strip().casefold() for name in ("school", "program", "city", "state"))


_SLOTS = ("CIPCODE", "CIPTUIT", "CIPSUPP", "CIPLGTH", "PRGMSR", "MTHCMP")
LAYOUTS: Mapping[str, Layout] = {
    "ipeds-completions": Layout(
        "IPEDS Completions (Cyyyy_A)", NCES, ("UNITID", "CIPCODE", "MAJORNUM", "AWLEVEL", "CTOTALT"), _completions
    ),
    "ipeds-charges": Layout(
        "IPEDS program charges (ICyyyy_PY)", NCES,
        ("UNITID", "PRGMOFR", *(f"{name}{index}" for index in range(1, 7) for name in _SLOTS)), _charges,
    ),
    "scorecard": Layout(
        "College Scorecard, institution file", "https://collegescorecard.ed.gov/data",
        ("UNITID", "INSTNM", "CITY", "STABBR", "ACCREDAGENCY", "INSTURL"), _institution,
    ),
    "csv": Layout("a list in the columns of programs.csv", "", COLUMNS, _described, whole=False),
}  # fmt: skip


def read_list(layout: str, file: str, lines: Iterable[bytes], as_of: date) -> tuple[list[Told], list[Fault]]:
    """All that a list tells, or what is wrong in it. A list with one fault tells nothing."""
    faults: list[Fault] = []
    told: dict[tuple[str, str], Told] = {}
    try:
        reader = csv.reader(_texts(lines), strict=True)
        columns = next(reader, [])
        if wrong := _head_fault(LAYOUTS[layout], columns):
            return [], [Fault(file, 1, *wrong)]
        for row in reader:
            if row:
                wrong_here = _row(layout, columns, row, (as_of, reader.line_num), told)
                faults += [Fault(file, reader.line_num, column, why) for column, why in wrong_here]
            if len(faults) >= MOST_FAULTS:
                break
    except csv.Error as error:
        faults.append(Fault(file, reader.line_num, 1, f"this is no CSV: {error}."))
    except UnicodeDecodeError as error:
        faults.append(Fault(file, reader.line_num + 1, error.start + 1, "this is no UTF-8 text."))
    return ([] if faults else list(told.values())), faults


def _texts(lines: Iterable[bytes]) -> Iterator[str]:
    """Each line as text; the mark that some files begin with is no part of the first column's name."""
    for index, line in enumerate(lines):
        yield line.decode("utf-8-sig" if index == 0 else "utf-8")


def _head_fault(layout: Layout, columns: list[str]) -> tuple[int, str] | None:
    """The first needed column that is missing or there twice."""
    if layout.fields is _institution and "CREDLEV" in columns:
        return columns.index("CREDLEV") + 1, (
            "this is the field of study file: its four-digit codes do not tell medical assisting from its family, so "
            "no program is taken from it."
        )
    if not layout.whole and tuple(columns) != COLUMNS:
        at = next((i for i, name in enumerate(COLUMNS) if i >= len(columns) or columns[i] != name), len(COLUMNS))
        want = COLUMNS[at] if at < len(COLUMNS) else "nothing more"
        return at + 1, f"the columns have changed: here stands {want} by the layout."
    for name in layout.needs:
        if columns.count(name) != 1:
            twice = name in columns
            at = len(columns) - columns[::-1].index(name) if twice else len(columns) + 1
            return at, f"the columns have changed: {name} {'is there twice' if twice else 'is missing'}."
    return None


def _row(
    layout: str, columns: list[str], row: list[str], when: tuple[date, int], told: dict[tuple[str, str], Told]
) -> list[tuple[int, str]]:
    """Put what one row tells to the rest; what is wrong in it."""
    if len(row) != len(columns):
        return [(min(len(row), len(columns)) + 1, f"a row has {len(columns)} columns; this one has {len(row)}.")]
    if "\0" in "".join(row):
        return [(next(i for i, text in enumerate(row, 1) if "\0" in text), "there is a character that no text has.")]
    line, (as_of, number) = Line(dict(zip(columns, row, strict=True)), columns), when
    url = LAYOUTS[layout].url or line.said["source_url"]
    if layout == "csv" and (text := line.said["as_of"]):
        as_of = _day(line, text) or as_of
    for key, name, value in LAYOUTS[layout].fields(line):
        if before := told.get((key, name)):
            line.wrong.append((1, f"{key} stands in line {before.line} already."))
            break
        if max(len(value), len(key), len(url)) > LONGEST:
            line.wrong.append((1, f"the {name} of {key[:80]} is longer than {LONGEST} characters."))
        elif value:
            told[key, name] = Told(key, name, value, url, as_of, layout, number)
    return line.wrong


def _day(line: Line, text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        line.fault("as_of", f"as_of is a day like 2026-05-31, or empty; {text} is not.")
        return None
