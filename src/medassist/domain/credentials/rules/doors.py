"""Whether a route is open to a person: today, from a day on, after something whose length nobody knows, or no more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from medassist.domain.credentials.rules.book import Book, Credential, Route
from medassist.domain.credentials.rules.chosen import TUITION, Chosen, doubt, joins
from medassist.domain.credentials.rules.dates import after_hours, after_months, months_between
from medassist.domain.credentials.rules.facts import Source
from medassist.domain.credentials.rules.person import Person
from medassist.domain.credentials.rules.prices import Part
from medassist.domain.credentials.rules.said import Said, both, either, said_together, say

DIPLOMA = say("High school diploma, GED or equivalent")
WINDOWS = ("graduated_within_years", "completed_within_years")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: this person, by this book; how a door stands on a day, for who begins today what is missing."""

    person: Person
    book: Book
    on: date
    today: date
    program: Chosen | None = None
    """The program with which a way begins; None leaves that open."""

    @property
    def begun(self) -> date:
        """The day on which a program would begin."""
        return self.person.starts or self.today


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do on the way; `on` is the day it can be done from or is done by, where it can be told."""

    what: str
    on: date | None = None
    note: str = ""
    source: Source | None = None
    also: tuple[Source, ...] = ()

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where this was read, each page once."""
        return tuple(dict.fromkeys(one for one in (self.source, *self.also) if one))


@dataclass(frozen=True, slots=True)
class Closing:
    """The last day on which a door is open, and why."""

    on: date
    what: str


@dataclass(frozen=True, slots=True)
class Door:
    """How a route stands for a person. `opens` is None where no length is known; `shut` says why it is closed."""

    opens: date | None
    why: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    confirm: tuple[str, ...] = ()
    closes: Closing | None = None
    unpriced: tuple[str, ...] = ()
    priced: tuple[Part, ...] = ()
    shut: str = ""


def door(credential: Credential, route: Route, asked: Asked) -> Door | None:
    """How this route stands; None when it is not about people such as this one."""
    if (kind := KINDS.get(route.kind)) is None or (found := kind(credential, route, asked)) is None:
        return None
    return found if found.shut else _examined(credential, route, _diploma(route, asked, found))


def _diploma(route: Route, asked: Asked, found: Door) -> Door:
    """Where a diploma is asked and there is none, it comes first; how long it takes is not known."""
    if "min_education" not in route.requires or asked.person.education != "none":
        return found
    return replace(
        found,
        opens=None,
        why=(say("{what} comes first.", what=DIPLOMA), *found.why),
        steps=(Step(DIPLOMA, source=route.source), *found.steps),
        unpriced=(DIPLOMA, *found.unpriced),
    )


def _examined(credential: Credential, route: Route, found: Door) -> Door:
    """A state's credential asks for an approved examination first; which one is the person's choice."""
    years = route.requires.get("exam_passed_within_years")
    if not years and "national_exam" not in route.requires:
        return found
    rule = str(credential.raw["exam"].get("rule", ""))
    within = say(", not more than {years} years before applying", years=years) if years else ""
    what = say("Pass an approved examination first{within}", within=within)
    step = Step(what, note=_sentence(rule), source=route.source)
    return replace(
        found,
        opens=None,
        why=(*found.why, say("An approved examination comes first; which day that is depends on the one you choose.")),
        steps=(*found.steps, step),
        unpriced=(*found.unpriced, say("The approved examination that you choose")),
    )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _program(credential: Credential, route: Route, asked: Asked) -> Door | None:
    person, takes = asked.person, route.requires.get("program_accreditors")
    if person.education == "program-accredited":
        fits = not takes or not person.accreditor or person.accreditor in takes
    else:
        fits = person.education == "program-other" and not takes
    if fits:
        return _graduate(credential, route, asked)
    return None if "min_months_since_graduation" in route.requires else _by_program(route, asked)


def _graduate(credential: Credential, route: Route, asked: Asked) -> Door:
    """A program that counts is finished, or will be on a known day."""
    person, on = asked.person, asked.on
    end, months = person.graduated or person.finishes, _window(route)
    last = after_months(end, months) if end and months else None
    if last and last < on:
        return _too_late(credential, route, asked, last)
    opens, confirm = max(on, _from(route, person) or on), []
    if months and not end:
        confirm.append(say("You finished not more than {span} ago.", span=_span(months)))
    wait = route.requires.get("min_months_since_graduation")
    if wait and not end:
        confirm.append(say("You graduated {span} ago or earlier.", span=_span(wait)))
    if wait and end:
        opens = max(opens, after_months(end, wait))
    why = (say("Open from {day}.", day=opens),) if opens > on else ()
    steps = (Step(say("Finish the program"), on=person.finishes),) if person.finishes else ()
    closing = Closing(last, say("{span} after {what}", span=_span(months), what=_what(route))) if last else None
    return Door(opens, why, steps, tuple(confirm), closing)


def _from(route: Route, person: Person) -> date | None:
    """For somebody still in a program: the first day on which this route is open."""
    if not person.finishes or route.requires.get("or_scheduled_to_graduate"):
        return None
    return person.finishes - timedelta(days=route.requires.get("may_sit_days_before_completion", 0))


def _too_late(credential: Credential, route: Route, asked: Asked, last: date) -> Door:
    closed = say("The time after {what} ended on {day}.", what=_what(route), day=last)
    if then := route.reading.get("then"):
        name = next(one.name for one in credential.routes if one.code == then)
        instead = say("The way that is open instead: {way}.", way=f"{name[:1].lower()}{name[1:]}")
        return Door(None, shut=said_together((closed, instead)))
    if route.kind == "military":
        return Door(None, shut=closed)
    found = _by_program(route, asked)
    return replace(found, why=(closed, *found.why))


def _what(route: Route) -> str:
    return say("the training") if route.kind == "military" else say("the program")


def _window(route: Route) -> int:
    """How many months after the program the door stays open; 0 when nothing is said."""
    years = next((route.requires[name] for name in WINDOWS if name in route.requires), 0)
    return route.requires.get("apply_within_months_of_graduation", years * 12)


def _by_program(route: Route, asked: Asked) -> Door:
    """A program comes first: the one that was chosen, or any that the route takes."""
    if asked.program and joins(route):
        return _by_chosen(route, asked, asked.program)
    end, why, note = _until(route, asked)
    opens = max(end, asked.on) if end else None
    return Door(opens, (why,), (Step(_program_of(route), on=end, note=note, source=route.source),), unpriced=(TUITION,))


def _by_chosen(route: Route, asked: Asked, program: Chosen) -> Door:
    """The program that was chosen comes first, with what is stated of its length, accreditor and price."""
    end, why, note = _of_length(program, asked) or _until(route, asked)
    unsure, vouched = doubt(program.entry, route), program.entry.vouched
    opens = max(end, asked.on) if end and not unsure else None
    if vouched:
        note = said_together((note, say("Accredited by {names}, by its source.", names=both(vouched))))
    step = Step(say("Finish {program}", program=program.name), on=end, note=note, source=route.source,
                also=program.sources)  # fmt: skip
    return Door(opens, (why, unsure) if unsure else (why,), (step,), unpriced=program.unpriced, priced=program.parts)


def _of_length(program: Chosen, asked: Asked) -> tuple[date, str, str] | None:
    """Until when a program runs by its stated length; None where none is stated."""
    if program.months is None:
        return None
    end = after_months(asked.begun, program.months)
    note = say("{span} by its source, begun {begun}.", span=_months(program.months), begun=_begun(asked))
    return end, say("A program comes first, until {day} by its stated length.", day=end), note


def _begun(asked: Asked) -> str:
    return say("on {day}", day=asked.person.starts) if asked.person.starts else say("today")


def _until(route: Route, asked: Asked) -> tuple[date | None, str, str]:
    """Until when a program runs: told where the route says its hours and the person those of a week."""
    hours, a_week = route.requires.get("program_hours_min"), asked.person.hours_week
    end = after_hours(asked.begun, hours, a_week) if hours and a_week else None
    if end:
        note = say("{hours} hours at {a_week} a week, begun {begun}.", hours=hours, a_week=a_week, begun=_begun(asked))
        why = say("A program comes first, until {day} at least.", day=end)
    elif hours:
        note = say("At least {hours} hours.", hours=hours)
        why = say("A program comes first; say your hours a week to see until when.")
    else:
        note, why = say("Its length was not found."), say("A program comes first; its length was not found.")
    return end, why, note


def _program_of(route: Route) -> str:
    if route.kind == "other-program":
        subject = route.reading.get("subject") or route.requires.get("program", "")
        return say("Finish a {subject} program", subject=subject)
    if takes := route.requires.get("program_accreditors"):
        return say("Finish a medical assisting program accredited by {names}", names=either(takes))
    return say("Finish a medical assisting program")


def _other_program(credential: Credential, route: Route, asked: Asked) -> Door:
    return _by_program(route, asked)


def _reviewed(credential: Credential, route: Route, asked: Asked) -> Door | None:
    """The issuer looks at each education by itself; nobody else can say what comes of it."""
    if asked.person.education == "program-accredited":
        return None
    review = Step(say("Have your documents reviewed by the issuer"), source=route.source)
    why = say("The issuer reviews what you have learned first; how long that takes was not found.")
    if asked.person.education == "program-other":
        return Door(None, (why,), (review,), unpriced=(say("The review"),))
    program = _by_program(route, asked)
    return replace(program, opens=None, why=(*program.why, why), steps=(*program.steps, review))


def _apprenticeship(credential: Credential, route: Route, asked: Asked) -> Door:
    why = say("An apprenticeship comes first; its length was not found.")
    return Door(None, (why,), (Step(say("Finish the apprenticeship"), source=route.source),))


def _military(credential: Credential, route: Route, asked: Asked) -> Door | None:
    return _graduate(credential, route, asked) if asked.person.education == "military" else None


def _again(credential: Credential, route: Route, asked: Asked) -> Door | None:
    return Door(asked.on) if credential.code in asked.person.lapsed else None


def _employed(credential: Credential, route: Route, asked: Asked) -> Door:
    if asked.person.works:
        return Door(asked.on)
    employer = route.requires.get("employer", say("medical practice"))
    step = Step(say("Begin work for a {employer}", employer=employer), source=route.source)
    return Door(None, (say("Work as a medical assistant comes first."),), (step,))


def _any(credential: Credential, route: Route, asked: Asked) -> Door:
    if asked.person.experience_months or asked.person.education in ("program-accredited", "program-other"):
        return Door(asked.on)
    note = say("Its length was not found.")
    step = Step(say("Be trained on the job or in a program"), note=note, source=route.source)
    return Door(None, (say("Training comes first; its length was not found."),), (step,))


def _credential(credential: Credential, route: Route, asked: Asked) -> Door:
    name = route.requires.get("credential", say("a national certification that is accepted"))
    years = route.requires.get("experience_years_min")
    steps = [Step(say("Hold {name}", name=name), source=route.source)]
    if years:
        kind = route.requires.get("experience_kind", say("work"))
        steps.append(Step(say("{years} years of {kind}", years=years, kind=kind), source=route.source))
    first = _sentence_of(name)
    return Door(None, (say("{what} comes first.", what=first),), tuple(steps), unpriced=(first,))


def _sentence_of(name: str) -> str:
    """A name at the beginning of a sentence."""
    if isinstance(name, Said):
        return say("A national certification that is accepted")
    return f"{name[:1].upper()}{name[1:]}"


def _work(credential: Credential, route: Route, asked: Asked) -> Door:
    """The best of the spans of work that a route takes: so many years within the last so many."""
    spans = [_span_of(one) for one in route.requires.get("any_of", [route.requires])]
    doors = [_worked(route, asked, *span) for span in spans if span[0]]
    if not doors:
        much = route.requires.get("experience")
        why = say("Work {much}.", much=much) if much else say("Work comes first; how much was not found.")
        return Door(None, (why,), (Step(say("Work as a medical assistant"), note=why, source=route.source),))
    return min(doors, key=_soonest_and_longest)


def _soonest_and_longest(found: Door) -> tuple[date, int]:
    return found.opens or date.max, -(found.closes.on.toordinal() if found.closes else 0)


def _span_of(one: Mapping[str, Any]) -> tuple[int, int]:
    months = one.get("experience_years_min", 0) * 12
    return months, one.get("experience_window_years", 0) * 12


def _worked(route: Route, asked: Asked, needed: int, window: int) -> Door:
    person, on = asked.person, asked.on
    days = (max(on, after_months(asked.today, more)) for more in range(needed + 1))
    counted = (more + _counted(person, day, window) for more, day in enumerate(days))
    missing = next(more for more, months in enumerate(counted) if months >= needed)
    within = say(" within the last {span}", span=_span(window)) if window else ""
    if not missing:
        until = person.worked_until
        last = after_months(after_months(until, -needed), window) if until and window else None
        what = say("then less than {span} of your work lies{within}", span=_span(needed), within=within)
        return Door(on, closes=Closing(last, what) if last else None)
    end = _worked_by(route, asked, needed, missing)
    why = say("Asked: {asked} of work{within}; still missing: {missing}.",
              asked=_span(needed), within=within, missing=_span(missing))  # fmt: skip
    what, note = say("Work {span} more as a medical assistant", span=_span(missing)), ""
    if not person.experience_months:
        what = say("Work {span} as a medical assistant", span=_span(missing))
        note = say("Counted as full-time work that begins today.")
    return Door(max(end, on), (why,), (Step(what, on=end, note=note, source=route.source),))


def _counted(person: Person, on: date, window: int) -> int:
    """Whole months of the work done that lie within the window before a day."""
    if not window or person.worked_until is None:
        return person.experience_months
    begun = after_months(person.worked_until, -person.experience_months)
    return min(person.experience_months, months_between(max(begun, after_months(on, -window)), person.worked_until))


def _worked_by(route: Route, asked: Asked, needed: int, missing: int) -> date:
    """When the missing months are worked; longer at fewer hours a week than the source calls full time."""
    end, a_week = after_months(asked.today, missing), asked.person.hours_week
    hours, full = (route.requires.get(key) for key in ("experience_hours_equivalent", "full_time_hours_per_week"))
    if not (hours and full and a_week) or a_week >= full:
        return end
    return max(end, after_hours(asked.today, -(-hours * missing // needed), a_week))


def _span(months: int) -> str:
    years, rest = divmod(months, 12)
    if years and not rest:
        return say("{count} year" if years == 1 else "{count} years", count=years)
    return _months(months)


def _months(count: int) -> str:
    return say("{count} month" if count == 1 else "{count} months", count=count)


KINDS: dict[str, Callable[[Credential, Route, Asked], Door | None]] = {
    "program": _program,
    "other-program": _other_program,
    "apprenticeship": _apprenticeship,
    "reviewed": _reviewed,
    "work": _work,
    "employed": _employed,
    "military": _military,
    "again": _again,
    "credential": _credential,
    "any": _any,
}
"""Kinds of routes that a person of this form can take; the others are named as not asked about."""
