"""Who sent signs and whose they can be: all that the office knows of that time, read at once for many messages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from medassist.domain.office import queries as office
from medassist.domain.people import queries as people
from medassist.domain.visits import queries as visits
from medassist.domain.vitals.models import Report
from medassist.domain.vitals.rules import devices, matching
from medassist.domain.vitals.rules.data import data
from medassist.domain.vitals.rules.matching import Case, Person, Stay
from medassist.kernel.errors import Missing

if TYPE_CHECKING:
    from medassist.domain.office.models import Device, DevicePlace, Site
    from medassist.domain.vitals.inputs.reported import Group, Sent, Told

RECENT, RECENT_OF_STREAM = 50, 20  # reports looked at; a stream says the same or is held, so few rows tell all
# of each device its own newest
BEFORE = """
SELECT r.* FROM unnest(%s::uuid[], %s::int[]) d (id, most) CROSS JOIN LATERAL (
  SELECT * FROM vitals_report WHERE device_id = d.id ORDER BY heard_at DESC LIMIT d.most) r ORDER BY r.heard_at DESC
"""


@dataclass(slots=True)
class Sender:
    """Who sent a message, and what it sent before, the newest first."""

    device: Device | None
    site: Site
    said: str
    every: int
    continuous: bool
    before: list[Report] = field(default_factory=list)

    @property
    def standing(self) -> str:
        """known, retired or unknown."""
        return "unknown" if self.device is None else "known" if self.device.active else "retired"

    @property
    def zone(self) -> ZoneInfo:
        """Where the device stands: a time without a zone is told in it."""
        return ZoneInfo(self.site.timezone)


@dataclass(frozen=True, slots=True)
class Heard:
    """One set of signs of a message, who sent it, and when it was measured by the office's clock."""

    message: Sent
    group: Group
    told: Told
    of: Sender
    at: devices.When

    @property
    def begin(self) -> datetime:
        """From when on it counts who was where: clocks differ."""
        return self.at.since - devices.tolerance()

    @property
    def end(self) -> datetime:
        """Until when it counts who was where."""
        return self.at.at + devices.tolerance()


def heard(messages: Iterable[Sent], arrived: datetime) -> list[list[Heard]]:
    """The sets of signs of each message."""
    messages = list(messages)
    senders = _senders([group for one in messages for group in one.groups])

    def of_group(message: Sent, group: Group) -> list[Heard]:
        of = senders[group.device, group.device_said]
        return [
            Heard(message, group, told, of, devices.when(told.said_at, message.sent_at, arrived, of.zone))
            for told in group.told
        ]

    return [[one for group in message.groups for one in of_group(message, group)] for message in messages]


def _senders(groups: Sequence[Group]) -> dict[tuple[tuple[str, ...], str], Sender]:
    """The device that each comes from; one that nobody knows is heard at the first site."""
    known = office.devices_by_identifier([group.device for group in groups])
    found: dict[tuple[tuple[str, ...], str], Sender] = {}
    by_device: dict[UUID, Sender] = {}
    for group in groups:
        device = known.get(group.device)
        if (group.device, group.device_said) in found:
            continue
        if device is None:
            of = _stranger(group.device_said)
        elif device.pk in by_device:
            of = by_device[device.pk]
        else:
            how = office.senders().get(device.profile, {})
            of = Sender(device, device.site, group.device_said, how.get("every", 0), how.get("continuous", False))
            by_device[device.pk] = of
        found[group.device, group.device_said] = of
    most = [RECENT_OF_STREAM if of.continuous else RECENT for of in by_device.values()]
    for row in Report.objects.raw(BEFORE, [list(by_device), most]) if by_device else ():
        assert row.device_id
        by_device[row.device_id].before.append(row)
    return found


def _stranger(said: str) -> Sender:
    if (site := next(iter(office.sites()), None)) is None:
        raise Missing("site")
    before = Report.objects.filter(device=None, device_said=said).order_by("-heard_at")[:RECENT]
    return Sender(None, site, said, 0, True, list(before))


@dataclass(slots=True)
class Known:
    """What the office knows of the time in which signs were measured."""

    holders: dict[str, UUID] = field(default_factory=dict)
    """The patient of each number."""
    people: dict[UUID, Person] = field(default_factory=dict)
    places: dict[UUID, list[DevicePlace]] = field(default_factory=dict)
    """Where each device stood, the oldest first."""
    rooms: dict[UUID, dict[str, UUID]] = field(default_factory=dict)
    """The rooms of a site by their names in small letters."""
    stays: dict[UUID, dict[UUID, dict[str, Any]]] = field(default_factory=dict)
    """Visits of a site, as `visits.who_was_in` tells them."""

    def whose(self, one: Heard) -> matching.Match:
        """Whose the signs are, by everything that is known."""
        group, holders = one.group, self._holders(one)
        places = self._places(one)
        named = self._room(one)
        rooms = {place.room_id for place in places if place.room_id} | ({named} if named else set())
        return matching.match(
            Case(
                one.of.standing, one.told.corrects, (*group.numbers, *group.strange),
                [self.people[pk] for pk in holders], group.family, group.given, group.born,
                self._stays(one, rooms, holders), [place.room_id for place in places], " ".join(group.room), named,
                one.at.usable,
            )
        )  # fmt: skip

    def _holders(self, one: Heard) -> set[UUID]:
        return {self.holders[number] for number in one.group.numbers if number in self.holders}

    def _places(self, one: Heard) -> list[DevicePlace]:
        places = self.places.get(one.of.device.pk, []) if one.of.device else []
        return [it for it in places if it.from_at <= one.end and (it.to_at is None or it.to_at > one.begin)]

    def _room(self, one: Heard) -> UUID | None:
        """The room that a message names by one of its words."""
        rooms = self.rooms.get(one.of.site.pk, {})
        return next((rooms[word.casefold()] for word in one.group.room if word.casefold() in rooms), None)

    def _stays(self, one: Heard, rooms: set[UUID], holders: set[UUID]) -> list[Stay]:
        found = []
        for visit, told in self.stays.get(one.of.site.pk, {}).items():
            steps = [it for it in told["steps"] if it[2] <= one.end and (it[3] is None or it[3] >= one.begin)]
            began = one.begin - visits.LONGEST <= told["started_at"] <= one.end
            if began and steps and (told["patient"] in holders or any(it[1] in rooms for it in steps)):
                found.append(_stay(visit, told["patient"], steps, one.at))
        return found


def _stay(visit: UUID, patient: UUID, steps: list[Any], at: devices.When) -> Stay:
    during = [one for one in steps if one[2] <= at.at and (one[3] is None or one[3] >= at.since)]
    attended = bool(during) and all(kind in data("devices")["steps"] for kind, *_ in during)
    attended = attended and min(one[2] for one in during) <= at.since
    return Stay(visit, patient, frozenset(room for _, room, *_ in steps if room), attended)


def known(sets: Sequence[Heard]) -> Known:
    """Everything that says whose these are, in few queries however many they are."""
    found = Known()
    if not sets:
        return found
    begin, end = min(one.begin for one in sets), max(one.end for one in sets)
    found.holders = people.by_mrns({number for one in sets for number in one.group.numbers})
    holders = set(found.holders.values())
    rows = people.patients(holders).values() if holders else ()
    found.people = {one.pk: Person(one.pk, (one.family, one.given, one.preferred), one.birth_date) for one in rows}
    machines = {one.of.device.pk for one in sets if one.of.device}
    found.places = office.places_between(machines, begin, end) if machines else {}
    stood = {place.room_id for places in found.places.values() for place in places if place.room_id}
    for site in {one.of.site.pk for one in sets}:
        if any(one.group.room for one in sets if one.of.site.pk == site):
            found.rooms[site] = _named(site)
        rooms = stood | set(found.rooms.get(site, {}).values())
        found.stays[site] = visits.who_was_in(site, rooms, holders, begin, end)
    return found


def _named(site: UUID) -> dict[str, UUID]:
    rooms = {room.name.casefold(): room.pk for room in office.rooms(site)}
    return rooms | {f"room {name}": pk for name, pk in rooms.items()}
