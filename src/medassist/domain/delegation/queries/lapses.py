"""What people can no longer do on a day because something that they hold or were signed off for has ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from medassist.domain.credentials import queries as credentials
from medassist.domain.delegation import rules
from medassist.domain.delegation.queries import books, kept
from medassist.domain.office import queries as office
from medassist.kernel import clock

BACK = 60
"""Days for which an end that nobody made good is still told."""
KINDS = ("MD", "DO", "NP", "PA", "RN", "LPN")
Restored = Callable[[rules.Standing, Any], rules.Standing]
EVERYTHING = rules.Facts(
    orders=frozenset({"standing", "patient_specific"}),
    delegators=frozenset(KINDS),
    supervision=dict.fromkeys(KINDS, rules.LEVELS["direct"]),
)
"""The best that could be: every order, and everybody who delegates in the room."""


@dataclass(frozen=True, slots=True)
class Lapse:
    """One credential or sign-off of one person that has ended, and the acts that stopped with it."""

    staff: UUID
    name: str
    credential: str
    last_day: date
    acts: tuple[str, ...]
    over: bool
    """Whether it has ended by today."""
    under: bool = False
    """Whether it is the license under which others act."""

    @property
    def since(self) -> date:
        """The first day without it."""
        return self.last_day + timedelta(days=1)


def lapses(site: UUID, on: date) -> list[Lapse]:
    """For each person of a site whose credential or sign-off ended before a day: what is no longer allowed for it.

    Asked as if everything else were there (orders, supervision, delegators): only what ended makes the difference.
    Two queries while nothing ends.
    """
    if not (ended := _ended(on)):
        return []
    team = {one["id"]: one for one in office.team(site, on)}
    standing = credentials.standing_of({row.staff_id for row, *_ in ended}, on)
    where = office.site(site)
    ground = (where.state, on, kept.policies_at(where.state, site), books.shelf(where.state).on(on))
    kinds = {one["id"]: one["kind"] for one in office.providers(site, on)}
    today, found = clock.today(where.timezone), []
    for row, name, restored in ended:
        if row.staff_id in team:
            roles = team[row.staff_id]["roles"]
            without = rules.Standing.of(roles, standing[row.staff_id], roles)
            before, last = restored(without, row), row.expires_on
            if acts := _stopped(ground, before, without):
                kind = kinds.get(row.staff_id, "")
                under = [bool(rules.acts().by_licence(kind, who.letters(where.state))) for who in (before, without)]
                found.append(
                    Lapse(row.staff_id, row.staff.name, name, last, acts, last < today, under == [True, False])
                )
    return found


def _ended(on: date) -> list[tuple[Any, str, Restored]]:
    """What ended in the days before one: the row, what it is called, and what gives it back."""
    days = on - timedelta(days=BACK), on - timedelta(days=1)
    cards, skills = credentials.ended_between(*days), _latest(credentials.skills_ended_between(*days))
    return [*((row, row.name, _with_card) for row in cards), *((row, "Sign-off", _with_skill) for row in skills)]


def _latest(rows: Iterable[Any]) -> list[Any]:
    """Sign-offs that add up are one: its hours and demonstrations together, its end the last."""
    found: dict[Any, Any] = {}
    for row in rows:
        if earlier := found.get((row.staff_id, row.act, row.route)):
            row.hours, row.demonstrations = row.hours + earlier.hours, row.demonstrations + earlier.demonstrations
        found[row.staff_id, row.act, row.route] = row
    return list(found.values())


def _stopped(ground: tuple, before: rules.Standing, without: rules.Standing) -> tuple[str, ...]:
    """Names of the acts that were a yes with what ended and are none without it."""
    state, on, policies, book = ground

    def may(act: str, who: rules.Standing) -> bool:
        return rules.decide(rules.Case(act, state, on, who, EVERYTHING, policies, book)).decision == "allow"

    known = rules.acts()
    return tuple(known.name(act) for act in known.clinical if may(act, before) and not may(act, without))


def _with_card(without: rules.Standing, row: Any) -> rules.Standing:
    """As if the credential went on."""
    held = tuple(rules.Held(name, None, None, row.state) for name in credentials.wordings(row))
    if row.kind == "licence":
        return replace(without, licences=without.licences + held)
    return replace(without, credentials=without.credentials + held)


def _with_skill(without: rules.Standing, row: Any) -> rules.Standing:
    """As if the sign-off went on; one that names no route counts for each."""
    own = f"{row.act}/{row.route}" if row.route else row.act
    also = [] if row.route else [key for key in without.skills if key.startswith(f"{row.act}/")]
    more = {key: _added(without.skills.get(key, rules.Skill()), row) for key in (own, *also)}
    return replace(without, skills={**without.skills, **more})


def _added(skill: rules.Skill, row: Any) -> rules.Skill:
    return rules.Skill(skill.hours + row.hours, skill.demonstrations + row.demonstrations, True)
