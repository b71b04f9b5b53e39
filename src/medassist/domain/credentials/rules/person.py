"""Who asks for the ways: what a person says of schooling, work, tries and means; and what cannot be in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from difflib import get_close_matches
from types import MappingProxyType

from medassist.domain.credentials.rules.book import Book
from medassist.domain.credentials.rules.said import said_together, say

EDUCATION = {
    "none": say("No high school diploma yet"),
    "high-school": say("High school diploma or GED, no program yet"),
    "program-accredited": say("Medical assisting program accredited by CAAHEP or ABHES"),
    "program-other": say("Another medical assisting program"),
    "military": say("Medical training in the armed forces"),
}
SCHOOLED = ("program-accredited", "program-other", "military")
STATES = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR "
    "PA RI SC SD TN TX UT VT VA WA WV WI WY"
).split()
"""The 50 states and the District of Columbia by their postal codes."""
LISTS = ("failed", "lapsed", "programs")
WEEK = 168
MOST_MONTHS = 720
MOST_TRIES = 50
MOST_USD = 1_000_000
EARLIEST, LATEST = date(1940, 1, 1), date(2100, 1, 1)


@dataclass(frozen=True, slots=True)
class Tries:
    """Failed tries at one examination; the day of the last, where it is known."""

    count: int
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """What a person says. An absent day or number is unknown; months of work count up to `worked_until`, or today."""

    state: str
    education: str = "none"
    graduated: date | None = None
    finishes: date | None = None
    """The day, still to come, on which the program will be finished."""
    accreditor: str = ""
    experience_months: int = 0
    worked_until: date | None = None
    failed: Mapping[str, Tries] = field(default_factory=lambda: MappingProxyType({}))
    lapsed: Mapping[str, date] = field(default_factory=lambda: MappingProxyType({}))
    hours_week: int | None = None
    budget: int | None = None
    programs: tuple[str, ...] = ()
    """The keys of the programs with which a way may begin; whoever asks chooses them."""
    starts: date | None = None
    """The day on which a program would begin; absent, the day of asking."""

    @property
    def schooled(self) -> bool:
        """Whether a program or a military training is finished or under way."""
        return self.education in SCHOOLED

    @property
    def works(self) -> bool:
        """Whether this person works as a medical assistant now."""
        return self.experience_months > 0 and self.worked_until is None

    def said(self) -> dict[str, object]:
        """What was said of one thing each; what was not said, and the lists, are left out."""
        found = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in LISTS}
        return {k: v for k, v in found.items() if v not in (None, "") and (k, v) != ("experience_months", 0)}


def state_code(text: str) -> str:
    """A state as US-TX, from US-TX or TX; what is no state comes back as it was."""
    code = text.strip().upper().removeprefix("US-")
    return f"US-{code}" if code in STATES else text.strip()


def accreditor_of(text: str, book: Book) -> str:
    """An accreditor as the book writes it, letter case aside; what it does not know comes back as it was."""
    known = {name.casefold(): name for name in (*book.programmatic, *book.institutional)}
    return known.get(text.strip().casefold(), text.strip())


def faults(person: Person, book: Book, on: date) -> list[tuple[str, str]]:
    """What cannot be in what was said: (field, sentence) each; nothing when all can be."""
    return [
        *_state(person), *_schooling(person, on), *_accreditor(person, book), *_numbers(person), *_work(person, on),
        *_tries(person, book, on), *_lapses(person, book, on),
    ]  # fmt: skip


def _state(person: Person) -> Iterator[tuple[str, str]]:
    if person.state.removeprefix("US-") not in STATES or not person.state.startswith("US-"):
        state = person.state or say("(none given)")
        yield "state", say("There is no state {state}: write US-TX (50 states and US-DC).", state=state)
    if person.education not in EDUCATION:
        known = ", ".join(EDUCATION)
        yield "education", say("Education is one of {known}; {value} is not.", known=known, value=person.education)


def _schooling(person: Person, on: date) -> Iterator[tuple[str, str]]:
    for name, end in (("graduated", person.graduated), ("finishes", person.finishes)):
        if end and not person.schooled:
            yield name, say("A day of graduation belongs to a program or a military training: say which.")
        elif end and end < EARLIEST:
            yield name, say("{day} is too long ago.", day=end.isoformat())
    for name, end in (("finishes", person.finishes), ("starts", person.starts)):
        if end and end > LATEST:
            yield name, say("{day} is too far ahead.", day=end.isoformat())
    if person.starts and person.starts < on:
        yield "starts", say("{day} is over: of a program under way, give the day you will finish.",
                            day=person.starts.isoformat())  # fmt: skip
    if person.graduated and person.graduated > on:
        day = person.graduated.isoformat()
        yield "graduated", say("{day} is not there yet: give a day to come as the day you finish.", day=day)
    if person.finishes and person.finishes < on:
        yield "finishes", say("{day} is over: give it as the day you graduated.", day=person.finishes.isoformat())
    if person.graduated and person.finishes:
        yield "finishes", say("Give the day you graduated or the day you will finish, not both.")


def _accreditor(person: Person, book: Book) -> Iterator[tuple[str, str]]:
    if not (name := person.accreditor):
        return
    of_programs, of_schools = book.programmatic, book.institutional
    if name not in of_programs and name not in of_schools:
        meant = _meant(name, [*of_programs, *of_schools])
        yield "accreditor", said_together((say("No accreditor is called {name}.", name=name), meant))
    elif person.education not in ("program-accredited", "program-other"):
        yield "accreditor", say("An accreditor belongs to a program: say which one you finished.")
    elif person.education == "program-accredited" and name not in of_programs:
        wrong = say("{name} accredits schools, not medical assisting programs: that is another program.", name=name)
        yield "accreditor", wrong
    elif person.education == "program-other" and name in of_programs:
        wrong = say("A program that {name} accredits is an accredited one: choose that schooling.", name=name)
        yield "accreditor", wrong


def _numbers(person: Person) -> Iterator[tuple[str, str]]:
    if not 0 <= person.experience_months <= MOST_MONTHS:
        yield "experience_months", say("Months of work are 0 to {most}; {value} cannot be.",
                                       most=MOST_MONTHS, value=person.experience_months)  # fmt: skip
    if person.hours_week is not None and not 1 <= person.hours_week <= WEEK:
        yield "hours_week", say("A week has 1 to {most} hours; {value} cannot be.", most=WEEK, value=person.hours_week)
    if person.budget is not None and not 0 <= person.budget <= MOST_USD:
        yield "budget", say("A budget is 0 to {most:,} dollars; {value} cannot be.", most=MOST_USD, value=person.budget)


def _work(person: Person, on: date) -> Iterator[tuple[str, str]]:
    until = person.worked_until
    if until and until > on:
        yield "worked_until", say("{day} is not there yet: leave it out while you still work.", day=until.isoformat())
    elif until and until < EARLIEST:
        yield "worked_until", say("{day} is too long ago.", day=until.isoformat())
    if until and not person.experience_months:
        yield "worked_until", say("Work that ended has months: say how many.")


def _tries(person: Person, book: Book, on: date) -> Iterator[tuple[str, str]]:
    for code, tries in person.failed.items():
        yield from _known(code, "failed", book)
        if not 1 <= tries.count <= MOST_TRIES:
            yield "failed", say("Failed tries are 1 to {most}; {count} of {code} cannot be.",
                                most=MOST_TRIES, count=tries.count, code=code)  # fmt: skip
        if tries.last and not EARLIEST <= tries.last <= on:
            last = tries.last.isoformat()
            yield "failed", say("The last try at {code} was on {day}, which cannot be.", code=code, day=last)


def _lapses(person: Person, book: Book, on: date) -> Iterator[tuple[str, str]]:
    for code, day in person.lapsed.items():
        yield from _known(code, "lapsed", book)
        if day > on:
            yield "lapsed", say("{code} runs until {day}: it is not lapsed yet.", code=code, day=day.isoformat())
        elif day < EARLIEST:
            yield "lapsed", say("{code} cannot have lapsed on {day}.", code=code, day=day.isoformat())


def _known(code: str, name: str, book: Book) -> Iterator[tuple[str, str]]:
    if code not in book.credentials:
        unknown = say("No certification is called {name}.", name=code)
        yield name, said_together((unknown, _meant(code, list(book.credentials))))


def _meant(text: str, known: list[str]) -> str:
    folded = {one.casefold(): one for one in known}
    near = get_close_matches(text.casefold(), list(folded), n=1, cutoff=0.3)
    near = near or [one for one in folded if one.startswith(text.casefold()[:3])]
    if near:
        return say("Did you mean {name}?", name=folded[near[0]])
    return say("Known are {names}.", names=", ".join(known))
