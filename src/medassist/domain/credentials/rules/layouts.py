"""The layouts of lists of programs, each with what one of its rows tells.

The columns are those of the files themselves; a list without them is refused. Nothing is guessed: an empty or
suppressed value tells nothing, and a row whose code is not 51.0801 is no medical assisting program.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from medassist.domain.credentials.rules import dapip
from medassist.domain.credentials.rules.book import book
from medassist.domain.credentials.rules.checks import COLUMNS, row_faults
from medassist.domain.credentials.rules.dates import american
from medassist.domain.credentials.rules.lines import Fields, Layout, Line

CIP = "510801"
CIP_NAME = "Medical/Clinical Assistant (CIP 51.0801)"
NCES = "https://nces.ed.gov/ipeds"
CODE = re.compile(r"\d{1,2}(\.\d{1,4})?|\d{5,6}")
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
ACTIVE = "active"
LEFT_OUT = "no longer in the directory"
STATUS = {"1": ACTIVE, "2": "not active", "3": "closed, combined or out of scope"}
"""CYACTIVE of the IPEDS directory, by its value labels."""
ABOUT_SOURCE = ("source_url", "as_of", "freshness")


def _is_medical_assisting(row: Line, name: str) -> bool:
    """Whether a code is 51.0801, however it is written."""
    return row.fits(name, CODE, "a CIP code").replace(".", "") == CIP


def _completions(row: Line) -> Fields:
    """Awards in 51.0801 by level; first majors alone, as a second one counts a person twice."""
    if not _is_medical_assisting(row, "CIPCODE") or row.number("MAJORNUM") != "1":
        return
    level, total, unit = row.number("AWLEVEL"), row.number("CTOTALT"), row.unit()
    if not level:
        row.fault("AWLEVEL", "AWLEVEL is missing.")
    elif int(level) in LEVELS and total and int(total):
        yield f"cip/{unit}", f"awarded_{int(level)}", total


def _charges(row: Line) -> Fields:
    """Tuition, books, length of the largest program in 51.0801, which is one of the school's six largest or not there.

    The largest of all has its price in CHG1PY3 and CHG4PY3, the year of the file; in CIPTUIT1 and CIPSUPP1 only where
    no student begins full-time.
    """
    for index in range(1, 7):
        if not row.text(f"CIPCODE{index}") or not _is_medical_assisting(row, f"CIPCODE{index}"):
            continue
        key = f"cip/{row.unit()}"
        tuition, books = row.number(f"CIPTUIT{index}"), row.number(f"CIPSUPP{index}")
        if index == 1:
            tuition, books = tuition or row.number("CHG1PY3"), books or row.number("CHG4PY3")
        yield key, "tuition_usd", tuition
        yield key, "books_usd", books
        yield key, "length_months", row.number(f"MTHCMP{index}")
        yield key, "hours_or_credits", _length(row, index)
        return


def _length(row: Line, index: int) -> str:
    """The length of a program with its measure; without one it is no length."""
    length, measure = row.number(f"CIPLGTH{index}"), row.text(f"PRGMSR{index}")
    if measure and measure not in MEASURES:
        row.fault(f"PRGMSR{index}", f"PRGMSR{index} is 1 or 2; {measure} is not.")
    return f"{length} {MEASURES[measure]}" if length and measure in MEASURES else ""


def _school(row: Line, address: str) -> Fields:
    """Name, place and address of a school."""
    key, site = f"school/{row.unit()}", row.text(address)
    yield key, "school", row.text("INSTNM")
    yield key, "city", row.text("CITY")
    yield key, "state", row.text("STABBR")
    yield key, "url", site if not site or "://" in site else f"https://{site}"


def _institution(row: Line) -> Fields:
    """Name, place, address and accreditor of a school."""
    yield from _school(row, "INSTURL")
    yield f"school/{row.unit()}", "institutional_accreditor", row.text("ACCREDAGENCY")


def _directory(row: Line) -> Fields:
    """Name, place and address of a school, and whether it is still there."""
    yield from _school(row, "WEBADDR")
    yield f"school/{row.unit()}", "school_status", _status(row)


def _status(row: Line) -> str:
    """Active or not, with the day it closed where the list has one; a school may be active in the year it closed."""
    active, closed = row.text("CYACTIVE"), row.text("CLOSEDAT")
    if active and active not in STATUS:
        row.fault("CYACTIVE", f"CYACTIVE is 1, 2 or 3; {active} is not.")
    if closed:
        day = american(closed)
        return f"closed {day.isoformat() if day else closed}"
    return STATUS.get(active, "")


def _described(row: Line) -> Fields:
    """A program in the columns of programs.csv."""
    said = {name: row.said(name) for name in COLUMNS}
    row.wrong.extend(row_faults(list(said.values())))
    for code in filter(None, (part.partition("(")[0].strip() for part in said["accreditor"].split(";"))):
        if code not in book().programmatic:
            row.fault("accreditor", f"accreditor is one of {', '.join(book().programmatic)}; {code} is not.")
    if not said["program"]:
        row.fault("program", "a row names the program.")
    key = program_key(said)
    yield from ((key, name, said[name]) for name in COLUMNS if name not in ABOUT_SOURCE)


def program_key(said: Mapping[str, str]) -> str:
    """What a described program is known by: school, program, place."""
    return "program/" + "|".join(said[name].strip().casefold() for name in ("school", "program", "city", "state"))


_SLOTS = ("CIPCODE", "CIPTUIT", "CIPSUPP", "CIPLGTH", "PRGMSR", "MTHCMP")
_OF_SCHOOL = ("UNITID", "INSTNM", "CITY", "STABBR")
LAYOUTS: Mapping[str, Layout] = {
    "ipeds-completions": Layout(
        "IPEDS Completions (Cyyyy_A)", NCES, ("UNITID", "CIPCODE", "MAJORNUM", "AWLEVEL", "CTOTALT"), _completions
    ),
    "ipeds-charges": Layout(
        "IPEDS program charges (ICyyyy_PY)", NCES,
        ("UNITID", "PRGMOFR", "CHG1PY3", "CHG4PY3", *(f"{name}{at}" for at in range(1, 7) for name in _SLOTS)),
        _charges,
    ),
    "ipeds-directory": Layout(
        "IPEDS directory (HDyyyy)", NCES, (*_OF_SCHOOL, "WEBADDR", "CLOSEDAT", "CYACTIVE"), _directory,
        left_out=LEFT_OUT,
    ),
    "scorecard": Layout(
        "College Scorecard, institution file", "https://collegescorecard.ed.gov/data",
        (*_OF_SCHOOL, "ACCREDAGENCY", "INSTURL"), _institution,
    ),
    "dapip": Layout(
        "Database of Accredited Postsecondary Institutions and Programs (AccreditationRecords)", dapip.URL,
        dapip.NEEDS, dapip.records, again=max, summed=dapip.summed,
    ),
    "csv": Layout("a list in the columns of programs.csv", "", COLUMNS, _described, whole=False),
}  # fmt: skip
