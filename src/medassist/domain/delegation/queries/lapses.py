"""What people can no longer do on a day because something that they hold has ended by then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from medassist.domain.credentials import queries as credentials
from medassist.domain.delegation import rules
from medassist.domain.delegation.queries import kept
from medassist.domain.office import queries as office
from medassist.kernel import clock

BACK = 60
"""Days for which an end that nobody made good is still told."""
KINDS = ("MD", "DO", "NP", "PA", "RN", "LPN")
EVERYTHING = rules.Facts(
    orders=frozenset({"standing", "patient_specific"}),
    delegators=frozenset(KINDS),
    supervision=dict.fromkeys(KINDS, rules.LEVELS["direct"]),
)
"""The best that could be: every order, and everybody who delegates in the room."""


@dataclass(frozen=True, slots=True)
class Lapse:
    """One credential of one person that has ended, and the acts that stopped with it."""

    staff: UUID
    name: str
    credential: str
    last_day: date
    acts: tuple[str, ...]
    over: bool
    """Whether it has ended by today."""

    @property
    def since(self) -> date:
        """The first day without it."""
        return self.last_day + timedelta(days=1)


def lapses(site: UUID, on: date) -> list[Lapse]:
    """For each person of a site whose credential ended before a day: what that day's rules no longer allow for it.

    Asked as if everything else were there (orders, supervision, delegators): only the credential makes the difference.
    One query while nothing ends.
    """
    ended = credentials.ended_between(on - timedelta(days=BACK), on - timedelta(days=1))
    if not ended:
        return []
    team = {one["id"]: one for one in office.team(site, on)}
    standing = credentials.standing_of({row.staff_id for row in ended}, on)
    where = office.site(site)
    ground = (where.state, on, kept.policies_at(where.state, site))
    today, found = clock.today(where.timezone), []
    for row in (row for row in ended if row.staff_id in team):
        last, acts = row.expires_on, _stopped(ground, team[row.staff_id], standing, row)
        if last and acts:
            found.append(Lapse(row.staff_id, row.staff.name, row.name, last, acts, over=last < today))
    return found


def _stopped(ground: tuple, person: dict[str, Any], standing: dict[UUID, dict[str, Any]], row: Any) -> tuple[str, ...]:
    """Names of the acts that are a yes with the credential and none without it."""
    state, on, policies = ground
    without = _standing(person["roles"], standing[row.staff_id])
    held = tuple(rules.Held(name, None, None, row.state) for name in credentials.wordings(row))
    if row.kind == "licence":
        both = (replace(without, licences=without.licences + held), without)
    else:
        both = (replace(without, credentials=without.credentials + held), without)
    return tuple(
        rules.acts().name(act)
        for act in rules.acts().clinical
        if [_yes(rules.Case(act, state, on, who, EVERYTHING, policies)) for who in both] == [True, False]
    )


def _standing(roles: Iterable[str], own: dict[str, Any]) -> rules.Standing:
    return rules.Standing(
        roles=frozenset(roles), roles_anywhere=frozenset(roles),
        credentials=tuple(rules.Held(*one) for one in own["credentials"]),
        licences=tuple(rules.Held(*one) for one in own["licences"]),
        skills={key: rules.Skill(h, d, True, since, until) for key, (h, d, since, until) in own["skills"].items()},
    )  # fmt: skip


def _yes(case: rules.Case) -> bool:
    return rules.decide(case).decision == "allow"
