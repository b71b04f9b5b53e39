"""Who stands where: what a ruling rests on, fetched once and kept until the stamp differs.

Kept in this thread by identity, site and quarter of an hour. One read of the stamp proves that nothing changed since:
people, positions, presence, credentials, skills, policies, grants. A moment that is not about now is kept by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from threading import local
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from medassist.domain.credentials import queries as credentials
from medassist.domain.delegation import rules
from medassist.domain.delegation.models import Grant, stamp
from medassist.domain.delegation.queries import books, kept, reach
from medassist.domain.office import queries as office
from medassist.kernel import clock
from medassist.kernel.models import ActorRow

NOW = timedelta(minutes=10)
"""A moment this near to the present is asked as the present."""
MOST = 2_000  # identities and sites kept a process; beyond, memory is emptied
PRESENT, REACHABLE = rules.LEVELS["onsite"], rules.BY_PHONE_OR_VIDEO


@dataclass(frozen=True, slots=True)
class Place:
    """A site on a day: its state, the policies that bind there, who supervises."""

    site: UUID | None
    state: str
    on: date
    policies: Mapping[str, tuple[rules.Policy, ...]]
    supervision: Mapping[str, int]
    delegators: frozenset[str]
    book: rules.State | None = None
    """The text of the state's rules that holds that day."""
    kinds: Mapping[UUID, str] = field(default_factory=dict)
    """The providers who work here that day with a licence in date, in the building or not, by what they are."""


NOWHERE = Place(None, "", date.min, {}, {}, frozenset())


@dataclass(frozen=True, slots=True)
class Person:
    """One of the staff at a place."""

    staff: UUID
    who: rules.Standing
    place: Place


class Memory(local):
    """What this thread keeps, and under which stamp."""

    def __init__(self) -> None:
        self.stamp = ""
        self.kept: dict[tuple, Any] = {}
        self.asked: str | None = None


_memory = Memory()


@contextmanager
def at_one_moment() -> Iterator[None]:
    """Ask for the stamp once for all that one ruling rests on."""
    with _under(stamp.current()):
        yield


@contextmanager
def _under(stamped: str) -> Iterator[None]:
    """Have this stamp count while it holds."""
    before, _memory.asked = _memory.asked, stamped
    try:
        yield
    finally:
        _memory.asked = before


def remembered(key: tuple, load: Callable[[], Any]) -> Any:
    """The value kept under a key, or loaded; kept only while the stamp is the same."""
    stamped = stamp.current() if _memory.asked is None else _memory.asked
    if not stamped:
        return load()
    if stamped != _memory.stamp or len(_memory.kept) > MOST:
        _memory.stamp, _memory.kept = stamped, {}
    found = _memory.kept.get(key, _memory)
    if found is _memory:
        with _under(stamped):  # so that what it rests on is kept as well
            found = _memory.kept[key] = load()
    return found


def person(actor: UUID, site: UUID | None, at: datetime) -> Person | None:
    """One of the staff at a site, or None when it is nobody."""
    return remembered(("person", actor, site, _moment(at)), lambda: _person(actor, site, at))


def granted(actor: UUID, at: datetime) -> dict[str, list[Grant]]:
    """What an account of software is granted, by act."""

    def load() -> dict[str, list[Grant]]:
        found: dict[str, list[Grant]] = {}
        for one in kept.grants(actor, credentials.office_day(at)):
            found.setdefault(one.act, []).append(one)
        return found

    return remembered(("granted", actor, _moment(at)), load)


def place(site: UUID | None, at: datetime) -> Place:
    """A site as it is now, without a person."""
    return remembered(("place", site, _moment(at)), lambda: _place(_or_only(site), at))


def owner(actor: UUID) -> UUID | None:
    """Who an agent belongs to, when it has an owner and both are active."""
    return remembered(("owner", actor), lambda: _owner(actor))


def somebody_works_here() -> bool:
    """Whether the office has staff."""
    return remembered(("staffed",), office.has_staff)


def _moment(at: datetime) -> datetime:
    """The moment as a key: the quarter hour for now (days begin on one in every zone), else the moment itself."""
    if abs(clock.now() - at) > NOW:
        return at
    return at.replace(minute=at.minute - at.minute % 15, second=0, microsecond=0)


def _or_only(site: UUID | None) -> UUID | None:
    if site is not None:
        return site
    sites = office.sites()
    return sites[0].pk if len(sites) == 1 else None


def _owner(actor: UUID) -> UUID | None:
    return ActorRow.objects.filter(pk=actor, active=True, owner__active=True).values_list("owner_id", flat=True).first()


def _person(actor: UUID, site: UUID | None, at: datetime) -> Person | None:
    site = _or_only(site)
    found = office.standing(actor, site, at)
    if found is None or not found["active"]:
        return None
    where = _place(site, at, found["providers_present"] if site else [])
    on = where.on if site else credentials.office_day(at)
    staff = found["staff"]
    own = remembered(("held", staff, on), lambda: credentials.standing_of([staff], on)[staff])
    who = rules.Standing.of(found["roles"] if site else found["roles_anywhere"], own, found["roles_anywhere"])
    return Person(staff, who, where)


def _place(site: UUID | None, at: datetime, present: list[dict[str, Any]] | None = None) -> Place:
    if site is None:
        return NOWHERE
    sites = remembered(("sites",), lambda: office.sites(active=False))
    where = next((one for one in sites if one.pk == site), None)
    if where is None:
        return NOWHERE
    on = at.astimezone(ZoneInfo(where.timezone)).date()
    day = remembered(("day", site, on), lambda: _day(where, on))
    present = office.providers_present(site, at) if present is None else present
    levels = {day.kinds[one["staff"]]: PRESENT for one in present if one["staff"] in day.kinds}
    if day.book and day.book.nurses:
        levels |= dict.fromkeys(_nurses(site, on), PRESENT)
    others = [one.pk for one in sites if one.pk != site and one.state == where.state and one.active]
    elsewhere = {one["staff"]: one["kind"] for other in others for one in office.providers_present(other, at)}
    called = {one.staff_id: one.kind for one in reach.reachable(site, at)}
    within_reach = _by_licence(elsewhere | called, where.state, on).values()
    levels = {**dict.fromkeys(within_reach, REACHABLE), **levels}
    return replace(day, supervision=levels, delegators=frozenset(levels))


def _day(where: Any, on: date) -> Place:
    """A site on a day, whoever is in the building."""
    policies, book = kept.policies_at(where.state, where.pk), books.shelf(where.state).on(on)
    kinds = {one["id"]: one["kind"] for one in office.providers(where.pk, on)}
    return Place(where.pk, where.state, on, policies, {}, frozenset(), book, _by_licence(kinds, where.state, on))


def _by_licence(kinds: Mapping[UUID, str], state: str, on: date) -> dict[UUID, str]:
    """What each provider is by a licence in date there. Under one whose licence has ended nobody acts."""
    held = credentials.licensed(kinds, state, on) if kinds else {}
    found = {who: rules.acts().by_licence(kinds[who], letters) for who, letters in held.items()}
    return {who: kind for who, kind in found.items() if kind}


def _nurses(site: UUID, on: date) -> set[str]:
    """Nurses in the building, by the letters of their licence: some states let them delegate."""
    staff = [one["id"] for one in office.team(site, on) if one["present"] and "nurse" in one["roles"]]
    held = credentials.standing_of(staff, on) if staff else {}
    return {name for own in held.values() for name, *_ in own["licences"] if name in ("RN", "LPN")}
