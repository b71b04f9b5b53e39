"""What somebody typed or wrote on a command line, read as a person; what can't be read is said field by field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from medassist.domain.credentials.rules.book import Book
from medassist.domain.credentials.rules.chosen import MOST
from medassist.domain.credentials.rules.entries import Directory
from medassist.domain.credentials.rules.person import LISTS, Person, Tries, accreditor_of, faults, state_code
from medassist.domain.credentials.rules.said import say

Faults = dict[str, list[str]]
DAYS = ("graduated", "finishes", "worked_until", "starts")
NUMBERS = ("experience_months", "hours_week", "budget")
UNKNOWN = (
    "No program has the key {key}. Tick programs on the planner's page, or take a key that medassist programs list "
    "--json or medassist credentials plan --seed shows."
)
HOW = {
    "failed": "{pair} can't be read: write CMA-AAMA=2, or 2@2026-05-31 with the day of the last.",
    "lapsed": "{pair} can't be read: write CMA-AAMA=2026-05-31, the last day it ran.",
}


def read(given: Mapping[str, Any], book: Book, on: date, directory: Directory | None = None) -> tuple[Person, Faults]:
    """A person from plain texts, and what is wrong by field. Lists are of CODE=2@2026-05-01 and CODE=2026-05-01.

    `program` has the keys of programs of the directory.
    """
    wrong: Faults = {}
    days = {name: _day(name, given.get(name), wrong) for name in DAYS}
    numbers = {name: _number(name, given.get(name), wrong) for name in NUMBERS}
    parts: dict[str, Any] = {**days, **numbers, "experience_months": numbers["experience_months"] or 0}
    person = Person(
        state=state_code(str(given.get("state") or "")),
        education=str(given.get("education") or "none").strip(),
        accreditor=accreditor_of(str(given.get("accreditor") or ""), book),
        failed=_pairs("failed", given.get("failed"), _tries, wrong),
        lapsed=_pairs("lapsed", given.get("lapsed"), date.fromisoformat, wrong),
        programs=_programs(given.get("program"), directory, wrong),
        **parts,
    )
    for name, text in faults(person, book, on):
        wrong.setdefault(name, []).append(text)
    return person, wrong


def _day(name: str, value: Any, wrong: Faults) -> date | None:
    if isinstance(value, date) or not value:
        return value or None
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        wrong.setdefault(name, []).append(say("{value} is not a day: write it as 2026-05-31.", value=str(value)))
        return None


def _number(name: str, value: Any, wrong: Faults) -> int | None:
    if value is None or value == "":
        return None
    try:
        return int(str(value).strip())
    except ValueError:
        wrong.setdefault(name, []).append(say("{value} is not a whole number.", value=str(value)))
        return None


def _tries(text: str) -> Tries:
    count, _, last = text.partition("@")
    return Tries(int(count), date.fromisoformat(last) if last else None)


def _pairs(name: str, value: Any, read: Any, wrong: Faults) -> dict[str, Any]:
    found = {}
    for pair in _texts(value):
        code, _, rest = (part.strip() for part in pair.partition("="))
        try:
            found[code.upper()] = read(rest)
        except ValueError:
            wrong.setdefault(name, []).append(say(HOW[name], pair=pair))
    return found


def _programs(value: Any, directory: Directory | None, wrong: Faults) -> tuple[str, ...]:
    texts = [value] if isinstance(value, str) else value or ()
    keys = tuple(dict.fromkeys(key for text in texts if (key := text.strip().casefold())))
    if len(keys) > MOST:
        text = say("At most {most} programs stand beside each other; {count} were chosen.", most=MOST, count=len(keys))
        wrong.setdefault("program", []).append(text)
        return ()
    known = {one.key for one in directory.chosen(keys)} if directory else set()
    for key in keys:
        if key not in known:
            wrong.setdefault("program", []).append(say(UNKNOWN, key=key))
    return keys


def _texts(value: Any) -> Iterable[str]:
    texts = [value] if isinstance(value, str) else list(value or ())
    return [part.strip() for text in texts for part in text.split(",") if part.strip()]


def texts(person: Person) -> dict[str, Any]:
    """The same again as texts, as an address or a form carries them; what was not said is left out."""
    found: dict[str, Any] = {k: str(v) for k, v in person.said().items() if k not in LISTS}
    failed = [f"{c}={t.count}" + (f"@{t.last}" if t.last else "") for c, t in person.failed.items()]
    lapsed = [f"{code}={day}" for code, day in person.lapsed.items()]
    found |= {"program": list(person.programs)} if person.programs else {}
    return found | ({"failed": ",".join(failed)} if failed else {}) | ({"lapsed": ",".join(lapsed)} if lapsed else {})
