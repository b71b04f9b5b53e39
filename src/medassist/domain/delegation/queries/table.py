"""What a person may do here, act by act, and what the states' files say: for the pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from medassist.domain.delegation import rules
from medassist.domain.delegation.queries import standing
from medassist.domain.delegation.queries.ruling import case_of
from medassist.domain.office import queries as office
from medassist.kernel import clock

ORDERED = {"orders": ("standing", "patient_specific")}


@dataclass(frozen=True, slots=True)
class Answer:
    """One act for one person: the ruling now, and whether an order is all that is missing."""

    act: str
    name: str
    kind: str
    ruling: rules.Ruling
    with_order: bool
    rests_on: str
    as_of: str
    stale: bool
    words: tuple[str, ...]
    conflict: bool

    @property
    def status(self) -> str:
        """allow, order (with an order it is a yes), needs, deny."""
        return "order" if self.with_order else self.ruling.decision


def what_may(staff: UUID, site: UUID | None, at: datetime | None = None) -> list[Answer]:
    """Every act that has to do with patients, with the ruling for this person at this site now."""
    at = at or clock.now()
    person = standing.person(office.staff(staff).actor_id, site, at)
    if person is None:
        return []
    who, where = person.who, person.place
    book = rules.acts()
    kinds = [("clinical", act) for act in book.clinical] + [("administrative", act) for act in book.administrative]
    return [_answer(kind, act, who, where, where.on) for kind, act in kinds]


def _answer(kind: str, act: str, who: rules.Standing, where: standing.Place, on: date) -> Answer:
    ruling = rules.decide(case_of(act, {}, who, where))
    ordered = ruling.decision == "needs" and {need.code for need in ruling.needs} == {"order"}
    file = where.book
    entry = file.entry(act) if file and (kind == "clinical" or act in file) else None
    return Answer(
        act=act,
        name=rules.acts().name(act),
        kind=kind,
        ruling=ruling,
        with_order=ordered and rules.decide(case_of(act, ORDERED, who, where)).decision == "allow",
        rests_on=entry.rests_on if entry else "the practice's own table",
        as_of=entry.as_of if entry else "",
        stale=bool(entry and entry.rule != "absent" and entry.stale(on)),
        words=entry.clause.others if entry else (),
        conflict=bool(entry and entry.conflict),
    )


@dataclass(frozen=True, slots=True)
class Authorization:
    """One act for one person as it can be at best: somebody who may delegate is in the room and has signed an order."""

    act: str
    ruling: rules.Ruling
    clause: rules.Clause
    """What it takes: the conditions of the person's own credential, or of the act."""
    delegators: tuple[str, ...]
    """Those of this office who may delegate it."""


def authorizations(staff: UUID, site: UUID, at: datetime | None = None) -> list[Authorization]:
    """Every clinical act for one person, whoever is in the building just now."""
    person = standing.person(office.staff(staff).actor_id, site, at or clock.now())
    if person is None or person.place.book is None:
        return []
    where, team = person.place, office.providers(site, person.place.on)
    kinds = frozenset(one["kind"] for one in team)
    facts = rules.Facts(frozenset(ORDERED["orders"]), kinds, dict.fromkeys(kinds, rules.LEVELS["direct"]))
    return [_authorization(act, person.who, where, facts, team) for act in rules.acts().clinical]


def _authorization(
    act: str, who: rules.Standing, where: standing.Place, facts: rules.Facts, team: list[dict[str, Any]]
) -> Authorization:
    ruling = rules.decide(rules.Case(act, where.state, where.on, who, facts, where.policies, where.book))
    entry = where.book.entry(act)  # type: ignore[union-attr]
    own = (row for row in entry.rows if ruling.rule.endswith(f"/{row.credential}"))
    clause = next(own, entry.clause)
    names = tuple(one["short"] for one in team if one["kind"] in clause.delegators or not clause.delegators)
    return Authorization(act, ruling, clause, names if ruling.decision != "deny" else ())


def acts_of(state: str) -> list[dict[str, Any]]:
    """What one state's file says of every clinical act and every administrative one that it names, for reading."""
    file = rules.state(state)
    if file is None:
        return []
    book = rules.acts()
    named = [*book.clinical, *(act for act in book.administrative if act in file)]
    return [_row(file, act, clock.now().date()) for act in named]


def _row(file: rules.State, act: str, on: date) -> dict[str, Any]:
    entry = file.entry(act)
    return {
        "act": act,
        "name": rules.acts().name(act),
        "rule": entry.rule,
        "clause": entry.clause,
        "rows": entry.rows,
        "reasons": entry.reasons,
        "why_policy": entry.why_policy,
        "confidence": entry.confidence,
        "rests_on": entry.rests_on,
        "as_of": entry.as_of,
        "stale": entry.rule != "absent" and entry.stale(on),
    }


def states_table() -> list[dict[str, Any]]:
    """Every jurisdiction with a file: code, name, hash, confidence, certification, last look."""
    books = [book for code in rules.states() if (book := rules.state(code))]
    return [
        {
            "code": book.code,
            "name": book.name,
            "hash": book.hash,
            "confidence": book.data["confidence"],
            "silent": book.data["silent"],
            "certification": book.data["certification"]["required_to_work"],
            "last_researched": book.data["last_researched"],
        }
        for book in sorted(books, key=lambda b: b.name)
    ]
