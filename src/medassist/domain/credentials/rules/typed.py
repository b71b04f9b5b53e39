"""What somebody typed or wrote on a command line, read as a person; what can't be read is said field by field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from medassist.domain.credentials.rules.book import Book
from medassist.domain.credentials.rules.person import Person, Tries, accreditor_of, faults, state_code
from medassist.domain.credentials.rules.said import say

Faults = dict[str, list[str]]
DAYS = ("graduated", "finishes", "worked_until")
NUMBERS = ("experience_months", "hours_week", "budget")
HOW = {
    "failed": "{pair} can't be read: write CMA-AAMA=2, or 2@2026-05-31 with the day of the last.",
    "lapsed": "{pair} can't be read: write CMA-AAMA=2026-05-31, the last day it ran.",
}


def read(given: Mapping[str, Any], book: Book, on: date) -> tuple[Person, Faults]:
    """A person from plain texts, and what is wrong by field. Lists are of CODE=2@2026-05-01 and CODE=2026-05-01."""
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


def _texts(value: Any) -> Iterable[str]:
    texts = [value] if isinstance(value, str) else list(value or ())
    return [part.strip() for text in texts for part in text.split(",") if part.strip()]


def texts(person: Person) -> dict[str, Any]:
    """The same again as texts, as an address or a form carries them; what was not said is left out."""
    found: dict[str, Any] = {k: str(v) for k, v in person.said().items() if k not in ("failed", "lapsed")}
    failed = [f"{c}={t.count}" + (f"@{t.last}" if t.last else "") for c, t in person.failed.items()]
    lapsed = [f"{code}={day}" for code, day in person.lapsed.items()]
    return found | ({"failed": ",".join(failed)} if failed else {}) | ({"lapsed": ",".join(lapsed)} if lapsed else {})
