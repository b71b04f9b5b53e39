"""How old the facts are: each fact with its date, so that what is older than a year can be looked at again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from medassist.domain.credentials.rules.book import book, document, programs
from medassist.domain.credentials.rules.dates import after_months
from medassist.domain.credentials.rules.facts import Fact, day_of

YEAR = 12


@dataclass(frozen=True, slots=True)
class Dated:
    """One fact by its place; `as_of` in the words of the file, `found` false where the file says it was not found."""

    file: str
    key: str
    as_of: str
    url: str
    found: bool = True

    @property
    def day(self) -> date | None:
        """The latest day that bounds its age; None where there is none."""
        return day_of(self.as_of)


@dataclass(frozen=True, slots=True)
class Ages:
    """Facts by age: older than a year (the oldest first), of this year, without a date that tells, and not found."""

    old: tuple[Dated, ...]
    fresh: tuple[Dated, ...]
    undated: tuple[Dated, ...]
    not_found: tuple[Dated, ...]


def ages(facts: Iterable[Dated], on: date) -> Ages:
    """Facts sorted by their age on a day."""
    facts, limit = list(facts), after_months(on, -YEAR)
    there = [one for one in facts if one.found]
    dated = sorted((one for one in there if one.day), key=lambda one: (one.day or on, one.file, one.key))
    return Ages(
        old=tuple(one for one in dated if one.day and one.day < limit),
        fresh=tuple(one for one in dated if one.day and one.day >= limit),
        undated=tuple(one for one in there if not one.day),
        not_found=tuple(one for one in facts if not one.found),
    )


def dated() -> Iterator[Dated]:
    """Every fact of the files on the way in."""
    for credential in book().credentials.values():
        yield from _of("certifications.json", credential.facts(), f"{credential.code}.")
    for name in ("accreditors.json", "occupation.json"):
        yield from _of(name, document(name).facts())
    for one in programs():
        yield Dated("programs.csv", f"line {one.line}: {one.school}", one.as_of, one.source_url)


def _of(file: str, facts: Iterable[tuple[str, Fact]], before: str = "") -> Iterator[Dated]:
    for key, fact in facts:
        url = fact.source.url if fact.source else ""
        yield Dated(file, f"{before}{key}", fact.as_of, url, found=fact.source is not None)
