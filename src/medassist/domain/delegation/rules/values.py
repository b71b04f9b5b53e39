"""The plain values that a ruling is made of: who asks, where, what is known, and the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from medassist.kernel.ruling import NO_FACTS

if TYPE_CHECKING:
    from medassist.domain.delegation.rules.book import State

LEVELS = {"": 0, "none": 0, "general": 1, "onsite": 2, "direct": 3}
"""Supervision, weakest first; what a state calls by a word of its own is kept at the stricter level."""
BY_PHONE_OR_VIDEO = LEVELS["general"]
"""Who is there by phone or video alone is within reach, and never more, whatever a text says of a single disease."""


def plain(name: str) -> str:
    """A credential's name as it is compared: letter case and spaces do not matter, nothing else is forgiven."""
    return " ".join(name.split()).casefold()


@dataclass(frozen=True, slots=True)
class Held:
    """A credential or licence that somebody holds, from a day to a day."""

    name: str
    since: date | None = None
    until: date | None = None
    state: str = ""

    def good(self, on: date) -> bool:
        """Whether it is in date."""
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True)
class Skill:
    """What somebody has shown in one act: hours of training, witnessed demonstrations, a sign-off."""

    hours: int = 0
    demonstrations: int = 0
    signed: bool = False
    since: date | None = None
    until: date | None = None

    def good(self, on: date) -> bool:
        """Whether it is in date."""
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True)
class Standing:
    """Who asks: roles at this place, credentials, licences, skills by act; `person` is false for software."""

    roles: frozenset[str] = frozenset()
    credentials: tuple[Held, ...] = ()
    licences: tuple[Held, ...] = ()
    skills: Mapping[str, Skill] = field(default_factory=lambda: NO_FACTS)
    person: bool = True
    roles_anywhere: frozenset[str] = frozenset()

    @classmethod
    def of(cls, roles: Iterable[str], own: Mapping[str, Iterable], roles_anywhere: Iterable[str] = ()) -> Standing:
        """Of roles and of what somebody holds, as `credentials.queries.standing_of` tells it."""
        skills: Mapping[str, tuple] = own["skills"]  # type: ignore[assignment]
        return cls(
            roles=frozenset(roles),
            credentials=tuple(Held(*one) for one in own["credentials"]),
            licences=tuple(Held(*one) for one in own["licences"]),
            skills={key: Skill(h, d, True, since, until) for key, (h, d, since, until) in skills.items()},
            roles_anywhere=frozenset(roles_anywhere),
        )

    def letters(self, state: str) -> frozenset[str]:
        """The letters of the licences that hold in a state: MD, NP, RN …"""
        return frozenset(one.name for one in self.licences if one.state in ("", state))


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the matter: orders, who delegates, which supervision by whom, what the medicine is."""

    orders: frozenset[str] = frozenset()
    """Of `standing` and `patient_specific`, those that are there, signed and in force."""
    delegators: frozenset[str] = frozenset()
    """Kinds (MD, NP, RN …) of those whose delegation is on record."""
    supervision: Mapping[str, int] = field(default_factory=lambda: NO_FACTS)
    """The level by the kind of who gives it; the kind is empty when it was not said."""
    controlled: bool = False
    vaccine: bool = False
    route: str = ""
    """Where an act is learned by route (a vaccine into the muscle, under the skin), the skill in that route counts."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a practice asks beyond the state. It can only narrow."""

    forbidden: bool = False
    supervision: int = 0
    order: str = ""
    hours: int = 0
    demonstrations: int = 0
    credentials: tuple[str, ...] = ()
    delegators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy of the practice for one act, signed by who read the state file with this hash."""

    hash: str
    signed_on: date | None = None
    review_on: date | None = None
    narrows: Narrowing | None = None
    id: str = ""

    def good(self, on: date) -> bool:
        """Whether it is signed and its review is not overdue."""
        return (self.signed_on is None or self.signed_on <= on) and (self.review_on is None or on <= self.review_on)


@dataclass(frozen=True, slots=True)
class Case:
    """One question: may this one do this act here, that day?"""

    act: str
    state: str
    on: date
    who: Standing = Standing()
    facts: Facts = Facts()
    policies: Mapping[str, tuple[Policy, ...]] = field(default_factory=lambda: NO_FACTS)
    book: State | None = None
    """The state's file that holds that day; without one, the file of the package."""
