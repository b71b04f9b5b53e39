"""The coming days as plain values: who works here, what each holds, what is booked; and the rulings on it. Pure.

Every ruling is `delegation.queries.rule_many`'s, on a case that says what is expected: the provider of a visit signs
what it needs, delegates in it and can come into the room; other providers offered at that hour are in the building.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from medassist.domain.delegation import queries as delegation

Span = tuple[date, date | None]
Stretch = tuple[datetime, datetime]
NURSES = frozenset({"RN", "LPN"})
RANK = {"allow": 0, "needs": 1, "deny": 2}
IN_THE_ROOM, ON_SITE = delegation.LEVELS["direct"], delegation.LEVELS["onsite"]
NOTHING: Mapping[str, Any] = {"credentials": (), "licences": (), "skills": {}}
PRESENCE = {"room": IN_THE_ROOM, "site": ON_SITE, "phone": delegation.BY_PHONE_OR_VIDEO}


@dataclass(frozen=True, slots=True)
class Someone:
    """One of the staff: the roles here and when each is held; `kind` for a provider (MD, NP …)."""

    id: UUID
    name: str
    roles: tuple[tuple[str, Span], ...]
    kind: str = ""

    def roles_on(self, day: date) -> frozenset[str]:
        """The roles held on a day."""
        return frozenset(role for role, span in self.roles if _holds(span, day))


@dataclass(frozen=True, slots=True)
class Booked:
    """One visit that is booked."""

    appointment: UUID
    at: datetime
    """On the site's clock."""
    type: str
    provider: UUID | None

    @property
    def day(self) -> date:
        """The day where the site is."""
        return self.at.date()


@dataclass(frozen=True, slots=True)
class Needed(Booked):
    """One act that a booked visit asks for."""

    act: str


@dataclass(frozen=True, slots=True)
class World:
    """A site on the coming days."""

    state: str
    people: Mapping[UUID, Someone]
    standing: Sequence[tuple[date, Mapping[UUID, Mapping[str, Any]]]]
    """What each holds, with the day from which it does (`credentials.queries.standing_ahead`)."""
    offered: Mapping[UUID, Sequence[Stretch]]
    """When each provider can be booked: in the building then."""
    policies: Mapping[str, tuple[delegation.Policy, ...]]
    shelf: delegation.Shelf
    standing_orders: Sequence[tuple[str, str, date, UUID]] = ()
    """Act, kind of the signer, last day, signer."""
    shifts: Mapping[UUID, Mapping[date, Sequence[Stretch]]] = field(default_factory=dict)
    """When each works, for the days on which shifts are kept; on others, while the position holds."""
    gone: Mapping[UUID, Sequence[Stretch]] = field(default_factory=dict)
    """Absences on record."""
    away: Mapping[UUID, Span] = field(default_factory=dict)
    """Absences that are looked at."""
    presence: int = IN_THE_ROOM
    """How the provider of a visit supervises."""

    def roles_of(self, day: date, unlicensed: bool, at: datetime | None = None) -> list[Someone]:
        """Who works here at some time of a day, or at a moment of it: assistants, or those with a license."""
        known = delegation.acts().unlicensed
        return [
            one
            for one in self.people.values()
            if (roles := one.roles_on(day)) and bool(roles & known) == unlicensed and self.on_duty(one.id, day, at)
        ]

    def on_duty(self, who: UUID, day: date, at: datetime | None = None) -> bool:
        """Whether somebody with a position is at work at some time of a day, or at a moment of it."""
        if self.absent(who, day, at):
            return False
        kept = self.shifts.get(who, {}).get(day)
        return kept is None or (bool(kept) if at is None else _during(kept, at))

    def absent(self, who: UUID, day: date, at: datetime | None = None) -> bool:
        """Whether somebody is away that whole day, or at a moment of it."""
        if who in self.away and _holds(self.away[who], day):
            return True
        gone = self.gone.get(who, ())
        return _during(gone, at) if at else any(_all_of(day, one) for one in gone)

    def providers(self, at: datetime) -> frozenset[UUID]:
        """The providers who are here at a moment: by their offered times, or their shifts."""
        day = at.date()
        offered = {who for who, spans in self.offered.items() if _during(spans, at)}
        on_shift = {who for who, days in self.shifts.items() if _during(days.get(day, ()), at)}
        return frozenset(who for who in offered | on_shift if self.works(who, day, at))

    def works(self, provider: UUID, day: date, at: datetime | None = None) -> bool:
        """Whether a provider has a position here that day and a license in date, and is not away."""
        found = self.people.get(provider)
        if found is None or not (found.kind and found.roles_on(day)) or self.absent(provider, day, at):
            return False
        return self.licensed(provider, found.kind, day)

    def licensed(self, who: UUID, kind: str, day: date) -> bool:
        """Whether somebody has a license of a kind (MD, NP …), or of its role, that holds here on a day."""
        held = self.held(who, day)["licences"]
        return bool(delegation.acts().by_licence(kind, {one[0] for one in held if one[3] in ("", self.state)}))

    def held(self, who: UUID, day: date) -> Mapping[str, Any]:
        """What somebody holds on a day, as `credentials.queries.standing_of` tells it."""
        then: Mapping[UUID, Mapping[str, Any]] = next(
            (held for day_, held in reversed(self.standing) if day_ <= day), {}
        )
        return then.get(who, NOTHING)

    def who(self, person: Someone, day: date) -> delegation.Standing:
        """What a person is and holds on a day."""
        return delegation.Standing.of(person.roles_on(day), self.held(person.id, day))

    def nurses(self, day: date, at: datetime | None = None) -> frozenset[str]:
        """What the nurses at work are by licence, where the state's file lets a nurse delegate or supervise."""
        book = self.shelf.on(day)
        if book is None or not book.nurses:
            return frozenset()
        staff = self.people.values()
        here = (one for one in staff if "nurse" in one.roles_on(day) and self.on_duty(one.id, day, at))
        held = (self.held(one.id, day)["licences"] for one in here)
        return frozenset(
            name for own in held for name, _, _, state in own if name in NURSES and state in ("", self.state)
        )

    def facts(
        self, act: str, day: date, mine: frozenset[str], here: frozenset[str], at: datetime | None = None
    ) -> delegation.Facts:
        """What is expected: `mine` are the kinds of those who delegate and supervise, `here` of those in the house."""
        signed = (one for one in self.standing_orders if one[0] == act and day <= one[2])
        signers = {kind for _, kind, _, who in signed if self.licensed(who, kind, day)}
        orders = (["standing"] if signers else []) + (["patient_specific"] if here else [])
        others = here | self.nurses(day, at)
        supervision = dict.fromkeys(others, min(ON_SITE, self.presence)) | dict.fromkeys(mine, self.presence)
        return delegation.Facts(frozenset(orders), frozenset((mine or others) | signers), supervision)


def _holds(span: Span, day: date) -> bool:
    return span[0] <= day and (span[1] is None or day <= span[1])


def _during(stretches: Iterable[Stretch], at: datetime) -> bool:
    for begin, end in stretches:  # any() costs twice as much here, and looking ahead asks some 100,000 times
        if begin <= at < end:
            return True
    return False


def _all_of(day: date, one: Stretch) -> bool:
    """Whether a stretch by the site's clock covers a calendar day."""
    begin, end = (at.replace(tzinfo=None) for at in one)
    midnight = datetime.combine(day, time())
    return begin <= midnight and end >= midnight + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """Who may do one act: by the best ruling of the assistants there, and whether somebody licensed may."""

    decision: str
    """allow, needs, deny; `nobody` when no assistant works then."""
    best: delegation.Ruling | None
    person: Someone | None
    """Whose ruling it is."""
    may: tuple[str, ...]
    """The assistants who may."""
    licensed: tuple[str, ...] = ()
    """The nurses and providers who may, where no assistant does."""

    @property
    def covered(self) -> str:
        """By whom: assistant, licensed, nobody."""
        return "assistant" if self.may else "licensed" if self.licensed else "nobody"


class Rulings:
    """The answers in one world. What rests on the same ground is asked once, also for the world `beside` it."""

    def __init__(self, world: World, beside: Rulings | None = None) -> None:
        self.world = world
        self._known: dict[tuple, Answer] = beside._known if beside else {}
        self._ruled: dict[tuple, delegation.Ruling] = beside._ruled if beside else {}
        self._ground: dict[tuple[datetime, str], tuple] = {}
        self._here: dict[datetime, frozenset[UUID]] = {}
        self._at: dict[datetime, frozenset[UUID]] = {}
        self._kinds: dict[frozenset[UUID], frozenset[str]] = {}
        self._teams: dict[tuple[date | datetime, bool], list[Someone]] = {}
        self._standing: dict[tuple[UUID, date], delegation.Standing] = {}

    def of(self, one: Needed) -> Answer:
        """Who may do one needed act."""
        here = self._around(one)
        mine = self.world.people[one.provider].kind if one.provider in here else ""
        kinds = self._kinds.get(here)
        if kinds is None:
            kinds = self._kinds[here] = frozenset(self.world.people[who].kind for who in here)
        key = (self._rests_on(one), mine, kinds)
        answer = self._known.get(key)
        if answer is None:
            answer = self._known[key] = self._hands(one, mine, kinds)
        return answer if answer.may else self._beside(answer, one, here, mine, kinds)

    def _around(self, one: Needed) -> frozenset[UUID]:
        """The providers who are there: those of the hour, and whose visit it is."""
        found = self._here.get(one.at)
        if found is None:
            found = self._here[one.at] = self.world.providers(one.at)
        if one.provider and one.provider not in found and self.world.works(one.provider, one.day, one.at):
            return found | {one.provider}
        return found

    def _rests_on(self, one: Needed) -> tuple:
        """All that an answer rests on but the providers there: worlds that share it share the answers."""
        found = self._ground.get((one.at, one.act))
        if found is None:
            world = self.world
            parts = (world.standing, world.shelf, world.policies.get(one.act), world.standing_orders)
            found = (one.day, one.act, world.presence, *map(id, parts), self._hands_at(one))
            self._ground[one.at, one.act] = found
        return found

    def _hands_at(self, one: Needed) -> frozenset[UUID]:
        """Who is at work at a moment, providers apart."""
        found = self._at.get(one.at)
        if found is None:
            there = (who for unlicensed in (True, False) for who in self.at_work(one, unlicensed))
            found = self._at[one.at] = frozenset(who.id for who in there if not who.kind)
        return found

    def team(self, day: date, unlicensed: bool) -> list[Someone]:
        """The assistants of a day, or those with a licence of their own."""
        if (day, unlicensed) not in self._teams:
            self._teams[day, unlicensed] = self.world.roles_of(day, unlicensed)
        return self._teams[day, unlicensed]

    def at_work(self, one: Needed, unlicensed: bool) -> list[Someone]:
        """The assistants at work when an act is needed, or those with a licence of their own."""
        if (one.at, unlicensed) not in self._teams:
            there = (who for who in self.team(one.day, unlicensed) if self.world.on_duty(who.id, one.day, one.at))
            self._teams[one.at, unlicensed] = list(there)
        return self._teams[one.at, unlicensed]

    def _hands(self, one: Needed, mine: str, kinds: frozenset[str]) -> Answer:
        """The answer of the assistants at work."""
        hands = self.at_work(one, unlicensed=True)
        if not hands:
            return Answer("nobody", None, None, ())
        rulings = self._each(one, hands, mine, kinds)
        best, person = min(zip(rulings, hands, strict=True), key=lambda pair: weight(pair[0]))
        may = tuple(who.name for who, ruling in zip(hands, rulings, strict=True) if ruling.allowed)
        return Answer(best.decision, best, person, may)

    def _beside(self, answer: Answer, one: Needed, here: frozenset[UUID], mine: str, kinds: frozenset[str]) -> Answer:
        """The same where no assistant may, with the nurses and the providers there who may."""
        key = (self._rests_on(one), mine, here)
        if key not in self._known:
            there = [who for who in self.at_work(one, unlicensed=False) if who.id in here or not who.kind]
            rulings = self._each(one, there, mine, kinds)
            able = tuple(who.name for who, ruling in zip(there, rulings, strict=True) if ruling.allowed)
            self._known[key] = replace(answer, licensed=able)
        return self._known[key]

    def _each(self, one: Needed, people: list[Someone], mine: str, kinds: frozenset[str]) -> list[delegation.Ruling]:
        """The ruling for each; who else is at work changes none, so that each is asked once for the same ground."""
        world, day, at = self.world, one.day, one.at
        ground = (*self._rests_on(one)[:-1], mine, kinds, world.nurses(day, at))
        asked = [who for who in people if (ground, who.id) not in self._ruled]
        if asked:
            facts = world.facts(one.act, day, frozenset({mine} - {""}), kinds, at)
            rulings = self.rule(one.act, day, asked, facts)
            self._ruled.update(zip([(ground, who.id) for who in asked], rulings, strict=True))
        return [self._ruled[ground, who.id] for who in people]

    def elsewhen(self, one: Needed) -> list[str]:
        """The assistants who would be allowed an act and do not work then, though they are not away."""
        there = {who.id for who in self.at_work(one, unlicensed=True)}
        known, day = delegation.acts().unlicensed, one.day
        hands = (who for who in self.world.people.values() if who.roles_on(day) & known and who.id not in there)
        others = [who for who in hands if not self.world.absent(who.id, day, one.at)]
        here = self._around(one)
        kinds = frozenset(self.world.people[who].kind for who in here)
        mine = frozenset({self.world.people[one.provider].kind}) if one.provider in here else frozenset()
        rulings = self.rule(one.act, day, others, self.world.facts(one.act, day, mine, kinds, one.at))
        return [who.name for who, ruling in zip(others, rulings, strict=True) if ruling.allowed]

    def rule(self, act: str, day: date, people: Iterable[Someone], facts: delegation.Facts) -> list[delegation.Ruling]:
        """The rulings on one act for several people."""
        world = self.world
        book = world.shelf.on(day)
        return delegation.rule_many(
            delegation.Case(act, world.state, day, self._who(one, day), facts, world.policies, book) for one in people
        )

    def _who(self, person: Someone, day: date) -> delegation.Standing:
        key = (person.id, day)
        if key not in self._standing:
            self._standing[key] = self.world.who(person, day)
        return self._standing[key]


def weight(ruling: delegation.Ruling) -> tuple[int, int]:
    """How far a ruling is from a yes."""
    return RANK[ruling.decision], len(ruling.needs)


@dataclass(frozen=True, slots=True)
class Turned:
    """One needed act whose answer a change would turn."""

    needed: Needed
    before: Answer
    after: Answer


def compare(before: World, after: World, needed: Iterable[Needed]) -> list[Turned]:
    """The needed acts that assistants may do in the one world and not in the other."""
    was = Rulings(before)
    will = Rulings(after, beside=was)
    open_before = ((one, answer) for one in needed if (answer := was.of(one)).may)
    return [Turned(one, a, b) for one, a in open_before if not (b := will.of(one)).may]


def left(before: World, after: World, booked: Iterable[Booked]) -> list[Booked]:
    """The visits whose provider is there in the one world and not in the other."""
    with_one = ((one, one.provider) for one in booked if one.provider)
    return [
        one for one, who in with_one if before.works(who, one.day, one.at) and not after.works(who, one.day, one.at)
    ]


def without(world: World, person: UUID, span: Span) -> World:
    """The world in which somebody is away."""
    return replace(world, away={**world.away, person: span})


def without_policy(world: World, act: str, policies: tuple[delegation.Policy, ...]) -> World:
    """The world in which these alone are the policies for an act."""
    return replace(world, policies={**world.policies, act: policies})


def without_credential(world: World, person: UUID, name: str, since: date) -> World:
    """The world in which a credential of one person counts no more from a day on."""

    def cut(own: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**own, **{kind: [one for one in own[kind] if one[0] != name] for kind in ("credentials", "licences")}}

    days = sorted({since, *(day for day, _ in world.standing)})
    rows = []
    nothing: Mapping[UUID, Any] = {}
    for day in days:
        found = next((held for begin, held in reversed(world.standing) if begin <= day), nothing)
        own = found.get(person)
        rows.append((day, {**found, person: cut(own)} if own and day >= since else found))
    return replace(world, standing=rows)


def with_text(world: World, book: delegation.State, since: date) -> World:
    """The world in which another text of the state's rules holds from a day on."""
    adopted = (*(one for one in world.shelf.adopted if one[0] < since), (since, book))
    return replace(world, shelf=replace(world.shelf, adopted=adopted))
