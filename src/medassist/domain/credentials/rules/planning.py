"""Every way to each certification that is open to a person today or later: steps, cost, dates, sources. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from medassist.domain.credentials.rules import doors, prices, renewals
from medassist.domain.credentials.rules.asks import to_confirm, told
from medassist.domain.credentials.rules.book import Book, Credential, Route
from medassist.domain.credentials.rules.chosen import TUITION, Chosen, chosen, joins
from medassist.domain.credentials.rules.dates import after_months
from medassist.domain.credentials.rules.doors import Asked, Closing, Door, Step
from medassist.domain.credentials.rules.entries import Entry
from medassist.domain.credentials.rules.facts import SURE, Source
from medassist.domain.credentials.rules.person import Person
from medassist.domain.credentials.rules.prices import Cost
from medassist.domain.credentials.rules.said import said_together, say

TODAY, LATER, CLOSED = "today", "later", "closed"
ORDER = (TODAY, LATER, CLOSED)
NOT_ASKED = ("instructor", "school")
LENGTH = (("questions_total", "{count} questions"), ("minutes", "{count} minutes"))


@dataclass(frozen=True, slots=True)
class Way:
    """One way of one person to one credential. `earliest` is None where no length is known."""

    credential: str
    abbreviation: str
    name: str
    issuer: str
    route: str
    route_name: str
    open: str
    earliest: date | None
    reason: str
    steps: tuple[Step, ...]
    confirm: tuple[str, ...]
    notes: tuple[str, ...]
    closes: Closing | None
    cost: Cost
    within_budget: bool | None
    valid_months: int | None
    accredited: tuple[str, ...]
    confidence: str
    sources: tuple[Source, ...]
    program: Entry | None = None
    """The program with which it begins, where one was chosen."""


@dataclass(frozen=True, slots=True)
class Survey:
    """All that can be said to a person: ways, closed doors, who is not asked about, what was not found."""

    ways: tuple[Way, ...]
    closed: tuple[Way, ...]
    not_asked: tuple[dict[str, str], ...]
    not_found: tuple[dict[str, str], ...]


def plan(person: Person, data: Book, on: date, programs: Sequence[Entry] = ()) -> list[Way]:
    """Every way that is open today or later, the nearest first."""
    return list(survey(person, data, on, programs).ways)


def survey(person: Person, data: Book, on: date, programs: Sequence[Entry] = ()) -> Survey:
    """The ways, and besides them what is closed, what was not asked and what was not found.

    A way that begins with a program is there once for each of the programs that were chosen.
    """
    asked, found, begins = Asked(person, data, on, on), list[Way](), [chosen(one) for one in programs]
    here = [one for one in data.credentials.values() if not one.states or person.state in one.states]
    for credential in here:
        found += _ways(credential, asked, begins)
    return Survey(
        ways=tuple(sorted((way for way in found if way.open != CLOSED), key=_nearest)),
        closed=tuple(way for way in found if way.open == CLOSED),
        not_asked=tuple(_not_asked(here)),
        not_found=tuple(_not_found(here, asked)),
    )


def _nearest(way: Way) -> tuple[int, date, bool, int]:
    """The soonest first; of equals those whose certification somebody accredits, then those told most surely."""
    return ORDER.index(way.open), way.earliest or date.max, not way.accredited, SURE.index(way.confidence)


def _ways(credential: Credential, asked: Asked, programs: Sequence[Chosen]) -> Iterator[Way]:
    for route in credential.routes:
        way = _by_route(credential, route, asked)
        if way and TUITION in way.cost.unknown and programs and joins(route):
            begun = (_by_route(credential, route, replace(asked, program=one)) for one in programs)
            yield from (one for one in begun if one)
        elif way:
            yield way
    expired = asked.person.lapsed.get(credential.code)
    if expired and (found := renewals.door(credential, expired, asked.on)):
        yield _renewal(credential, _spent(credential, found, asked), asked)


def _by_route(credential: Credential, route: Route, asked: Asked) -> Way | None:
    found = doors.door(credential, route, asked)
    return _way(credential, route, _tried(credential, route, found, asked), asked) if found else None


def _tried(credential: Credential, route: Route, found: Door, asked: Asked) -> Door:
    """Failed tries: the wait before another one, and the last that is allowed."""
    tries = asked.person.failed.get(credential.code)
    found = _spent(credential, found, asked)
    if not tries or found.shut:
        return found
    rule = credential.exam.get("retake")
    again = _again_on(rule.value if rule else None, tries.count, tries.last or asked.on)
    if again is None:
        ask = say("You may sit again: no waiting time was found, ask the issuer.")
        return replace(found, confirm=(*found.confirm, ask))
    since = say("your last try") if tries.last else say("today, since the day of your last try is not given")
    if again <= asked.on:
        return found
    # how the door stands on the day of the next try, for who uses the time until then
    found = doors.door(credential, route, replace(asked, on=again)) or found
    why = say("After {count} failed the next try is open from {day}, counted from {since}.",
              count=tries.count, day=again, since=since)  # fmt: skip
    return replace(found, opens=max(found.opens, again) if found.opens else None, why=(*found.why, why))


def _spent(credential: Credential, found: Door, asked: Asked) -> Door:
    tries, rule = asked.person.failed.get(credential.code), credential.exam.get("retake")
    most = rule.value.get("max_attempts") if rule else None
    if not tries or not most or tries.count < most:
        return found
    then = rule.value.get("after_max", say("no further try is allowed by what was found")) if rule else ""
    used = say("{count} of {most} tries are used: {then}.", count=tries.count, most=most, then=then)
    return Door(None, shut=used)


def _again_on(rule: Any, count: int, last: date) -> date | None:
    """The first day of another try; None where no waiting time was found."""
    if not rule:
        return None
    if count >= 3 and "wait_months_after_failure_3" in rule:
        return after_months(last, rule["wait_months_after_failure_3"])
    days = rule.get("wait_days") or rule.get("wait_days_after_failure_1_and_2")
    return last + timedelta(days=days) if days else None


def _way(credential: Credential, route: Route, found: Door, asked: Asked) -> Way:
    person = asked.person
    price = prices.cost(credential, route, person, found.unpriced, found.priced)
    if route.kind == "again" and (fee := renewals.reactivation(credential, person.lapsed[credential.code], asked.on)):
        price = replace(price, parts=(*price.parts, fee))
    steps = (*found.steps, *_papers(route), *_exam(credential, route))
    confirm = (*found.confirm, *to_confirm(route, person))
    notes = (*told(route), *([asked.program.entry.notes] if asked.program and asked.program.entry.notes else ()))
    return _made(credential, route.code, route.name, route.confidence, found, steps, confirm, notes, price, asked,
                 route.source)  # fmt: skip


def _renewal(credential: Credential, found: Door, asked: Asked) -> Way:
    price = renewals.cost(credential)
    also = (credential.raw["renewal"].get("by_ce") or {}).get("also", ())
    confirm = tuple(say("You have: {what}.", what=one) for one in also)
    sure = renewals.lapse(credential).get("confidence", SURE[-1])
    return _made(credential, renewals.ROUTE, renewals.NAME, sure, found, found.steps, confirm, (), price, asked,
                 renewals.source_of(credential))  # fmt: skip


def _made(
    credential: Credential, code: str, name: str, sure: str, found: Door, steps: tuple[Step, ...],
    confirm: tuple[str, ...], notes: tuple[str, ...], price: Cost, asked: Asked, source: Source | None,
) -> Way:  # fmt: skip
    on = asked.on
    state = CLOSED if found.shut else TODAY if found.opens and found.opens <= on else LATER
    return Way(
        credential=credential.code,
        abbreviation=credential.abbreviation,
        name=credential.name,
        issuer=credential.issuer,
        route=code,
        route_name=name,
        open=state,
        earliest=found.opens,
        reason=found.shut or said_together(found.why),
        steps=steps,
        confirm=confirm,
        notes=(*notes, *_said(credential)),
        closes=found.closes,
        cost=price,
        within_budget=price.within(asked.person.budget),
        valid_months=credential.valid_months.value,
        accredited=tuple(one["body"] for one in _accreditations(credential)),
        confidence=sure,
        sources=tuple(_sources(source, steps, price, credential)),
        program=asked.program.entry if asked.program else None,
    )


def _said(credential: Credential) -> list[str]:
    """What the file adds on the whole certification: a warning, a note, an interim permit, the clinical part."""
    raw, told = credential.raw, []
    if interim := raw.get("interim"):
        scope = say(", full scope") if interim.get("full_scope") else ""
        again = "" if interim.get("renewable") else say(", not renewable")
        name, months = _capital(interim["name"]), interim["max_months"]
        told.append(say("{name}: at most {months} months{scope}{again}.",
                        name=name, months=months, scope=scope, again=again))  # fmt: skip
    for kind, counts in raw.get("extra_for_clinical", {}).items():
        if isinstance(counts, dict):
            each = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in counts.items())
            told.append(
                say("For the clinical part, {kind}: {each}.", kind=kind.replace("and_or_", "and/or "), each=each)
            )
    texts = (text for text in (raw.get("status_warning"), raw.get("note")) if text)
    return [*(f"{_capital(text).rstrip('.')}." for text in texts), *told]


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _papers(route: Route) -> list[Step]:
    papers = route.requires.get("documents")
    if not papers:
        return []
    if isinstance(papers, list):
        return [Step(say("Send: {papers}", papers=", ".join(papers)), source=route.source)]
    return [Step(say("Documents: {papers}", papers=papers), source=route.source)]


def _exam(credential: Credential, route: Route) -> list[Step]:
    """The examination with what is known of it; a state's credential is applied for instead."""
    if {"exam_passed_within_years", "national_exam", "national_certification"} & set(route.requires):
        return [Step(say("Apply to the {issuer}", issuer=credential.issuer), source=route.source)]
    known = [(fact, word) for name, word in LENGTH if (fact := credential.exam.get(name))]
    told: list[str] = [say(pattern, count=fact.value) for fact, pattern in known]
    if rule := credential.raw["exam"].get("rule"):
        told.append(str(rule) if told else _capital(str(rule)))
    note = say("{told}.", told=said_together(told, ", ")) if told else say("Its length was not found.")
    read = tuple(fact.source for fact, _ in known if fact.source)
    return [Step(say("Pass the examination"), note=note, also=read)]


def _sources(first: Source | None, steps: Iterable[Step], price: Cost, credential: Credential) -> list[Source]:
    retake = credential.exam.get("retake")
    every = [first, *(one for step in steps for one in step.sources), *(part.source for part in price.parts)]
    every += [credential.sources.get(one["source"]) for one in _accreditations(credential)]
    more = (credential.raw.get(name, {}).get("source") for name in ("interim", "extra_for_clinical"))
    every += [credential.sources.get(one) for one in more if one]
    every += [credential.valid_months.source, retake.source if retake else None]
    return list({one.id: one for one in every if one}.values())


def _accreditations(credential: Credential) -> list[dict[str, str]]:
    """Who accredits the certification; a text that says it is not in a list is none."""
    found = credential.raw.get("accredited_by")
    return found if isinstance(found, list) else []


def _not_asked(here: list[Credential]) -> Iterator[dict[str, str]]:
    for credential in here:
        for route in credential.routes:
            if route.kind in NOT_ASKED:
                yield {"credential": credential.code, "route": route.code, "name": route.name}


def _not_found(here: list[Credential], asked: Asked) -> Iterator[dict[str, str]]:
    for credential in here:
        if not credential.routes:
            note = credential.raw.get("eligibility_note", "")
            yield {"credential": credential.code, "what": say("Who is admitted was not found."), "note": note}
        if credential.code in asked.person.lapsed and not renewals.lapse(credential):
            what = say("What a lapsed certificate needs was not found.")
            yield {"credential": credential.code, "what": what, "note": ""}
    for code in asked.person.lapsed:
        if code not in {one.code for one in here}:
            yield {
                "credential": code,
                "what": say("It does not count in {state}.", state=asked.person.state),
                "note": "",
            }


def plain(way: Way) -> dict[str, Any]:
    """A way in plain values, as the command and a program read it."""
    price = {
        "total": way.cost.total,
        "parts": [
            {"what": p.what, "usd": p.usd, "source": p.source.url if p.source else "", "confidence": p.confidence,
             "as_of": p.source.as_of if p.source else "", "also": list(p.also)}
            for p in way.cost.parts
        ],
        "unknown": list(way.cost.unknown),
    }  # fmt: skip
    return {
        "credential": way.credential,
        "abbreviation": way.abbreviation,
        "name": way.name,
        "issuer": way.issuer,
        "route": way.route,
        "route_name": way.route_name,
        "open": way.open,
        "earliest": way.earliest.isoformat() if way.earliest else None,
        "reason": way.reason,
        "steps": [_step(step) for step in way.steps],
        "confirm": list(way.confirm),
        "notes": list(way.notes),
        "closes": {"on": way.closes.on.isoformat(), "what": way.closes.what} if way.closes else None,
        "cost": price if way.cost.parts else "unknown",
        "cost_unknown": list(way.cost.unknown),
        "within_budget": way.within_budget,
        "valid_months": way.valid_months,
        "accredited": list(way.accredited),
        "confidence": way.confidence,
        "sources": [{"id": s.id, "url": s.url, "as_of": s.as_of, "kind": s.kind} for s in way.sources],
        **({"program": way.program.key} if way.program else {}),
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "what": step.what,
        "on": step.on.isoformat() if step.on else None,
        "note": step.note,
        "sources": [source.url for source in step.sources],
    }
