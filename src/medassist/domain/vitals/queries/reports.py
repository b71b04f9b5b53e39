"""What devices sent: who sent it, whose it can be, what waits for a person, what is held."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Max, Q, QuerySet

from medassist.codecs import units
from medassist.domain.office import queries as office
from medassist.domain.people import queries as people
from medassist.domain.visits import queries as visits
from medassist.domain.vitals import rules
from medassist.domain.vitals.models import Report
from medassist.domain.vitals.rules import devices, matching
from medassist.domain.vitals.rules.data import data
from medassist.domain.vitals.rules.matching import Case, Person, Stay
from medassist.kernel.errors import Missing

if TYPE_CHECKING:
    from medassist.domain.office.models import Device, Site
    from medassist.domain.vitals.inputs.reported import Group, Told

RECENT, RECENT_OF_STREAM = 50, 20  # reports looked at; a stream says the same or is held, so few rows tell all
SHOWN = 200


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


def sender(given: Group) -> Sender:
    """The device that a message comes from; one that nobody knows is heard at the first site."""
    device = office.device_by_identifier(given.device)
    site = device.site if device else next(iter(office.sites()), None)
    if site is None:
        raise Missing("site")
    how = office.senders().get(device.profile, {}) if device else {}
    found = Sender(device, site, given.device_said, how.get("every", 0), how.get("continuous", device is None))
    rows = Report.objects.filter(device=device) if device else Report.objects.filter(
        device=None, device_said=given.device_said
    )  # fmt: skip
    found.before = list(rows.order_by("-heard_at")[: RECENT_OF_STREAM if device and found.continuous else RECENT])
    return found


def whose(of: Sender, given: Group, told: Told, at: devices.When) -> matching.Match:
    """Whose the signs are, by everything that the office knows of that time."""
    holders = {found for number in given.numbers if (found := people.by_mrn(number))}
    margin = devices.tolerance()
    begin, end = at.since - margin, at.at + margin
    places = office.places_between(of.device.pk, begin, end) if of.device else []
    named = _room(of.site.pk, given.room) if given.room else None
    rooms = {one.room_id for one in places if one.room_id} | ({named} if named else set())
    stays = visits.who_was_in(of.site.pk, rooms, holders, begin, end)
    return matching.match(
        Case(
            of.standing, told.corrects, (*given.numbers, *given.strange), _people(holders), given.family, given.given,
            given.born, [_stay(visit, told, at) for visit, told in stays.items()], [one.room_id for one in places],
            " ".join(given.room), named, at.usable,
        )
    )  # fmt: skip


def _people(ids: Iterable[UUID]) -> list[Person]:
    rows = people.patients(ids).values() if ids else ()
    return [Person(one.pk, (one.family, one.given, one.preferred), one.birth_date) for one in rows]


def _room(site: UUID, said: tuple[str, ...]) -> UUID | None:
    """The room that a message names by one of its words."""
    rooms = {room.name.casefold(): room.pk for room in office.rooms(site)}
    rooms |= {f"room {name}": pk for name, pk in rooms.items()}
    return next((rooms[word.casefold()] for word in said if word.casefold() in rooms), None)


def _stay(visit: UUID, told: dict[str, Any], at: devices.When) -> Stay:
    during = [one for one in told["steps"] if one[2] <= at.at and (one[3] is None or one[3] >= at.since)]
    attended = bool(during) and all(kind in data("devices")["steps"] for kind, *_ in during)
    attended = attended and min(one[2] for one in during) <= at.since
    return Stay(visit, told["patient"], frozenset(room for _, room, *_ in told["steps"] if room), attended)


# -- for people


def report(report: UUID) -> Report:
    """One report."""
    rows = Report.objects.select_related("device", "site", "visit")
    if (found := rows.filter(pk=report).first()) is None:
        raise Missing("report", report)
    return found


def where_report(report: UUID) -> dict[str, Any]:
    """Site and, where it is known, patient of a report, as facts for the authority."""
    found = Report.objects.filter(pk=report).values("site_id", "visit__patient_id").first()
    if found is None:
        raise Missing("report", report)
    return {"site": found["site_id"], "patient": found["visit__patient_id"]}


def waiting(site: UUID, limit: int = SHOWN) -> list[dict[str, Any]]:
    """What devices sent and nobody was found for, the newest first."""
    return _shown(Report.objects.filter(site=site, status="waiting").order_by("-arrived_at")[:limit])


def waiting_count(site: UUID) -> int:
    """How many there are."""
    return Report.objects.filter(site=site, status="waiting").count()


def held(visit: UUID) -> list[dict[str, Any]]:
    """The newest that each device sent for a visit and that the chart does not have."""
    return _shown(Report.objects.filter(visit=visit, status="held").order_by("-measured_at"))


def settled(site: UUID, since: datetime, limit: int = SHOWN) -> list[dict[str, Any]]:
    """What people said of reports since a moment, the newest first."""
    rows = Report.objects.filter(site=site, settled_at__gte=since).order_by("-settled_at")[:limit]
    return _shown(rows)


def unconfirmed(site: UUID, since: datetime) -> dict[UUID, UUID]:
    """Visits with signs of a device that nobody has confirmed, each with the newest such set."""
    rows = Report.objects.filter(
        site=site, status="charted", measured_at__gte=since, set__confirmation=None, set__status="preliminary"
    ).order_by("measured_at")  # fmt: skip
    return {visit: of for visit, of in rows.values_list("visit_id", "set_id") if visit}


def heard(site: UUID | None = None) -> dict[UUID, dict[str, Any]]:
    """When each device was heard last, and how far its clock is off."""
    rows = Report.objects.filter(device__isnull=False, **({"site": site} if site else {}))
    last = rows.values("device").annotate(last=Max("heard_at")).values_list("device", "last")
    found: dict[UUID, dict[str, Any]] = {}
    for device, at in last:
        row = Report.objects.filter(device=device, heard_at=at).values("drift", "note", "status", "why").first()
        found[device] = {"at": at, **(row or {})}
    return found


def _shown(rows: QuerySet[Report]) -> list[dict[str, Any]]:
    found = list(rows.select_related("device"))
    names = office.names({one.settled_by for one in found if one.settled_by})
    return [
        {
            "id": one.pk, "device": one.device, "device_said": one.device_said, "room_said": one.room_said,
            "sender": one.device.name if one.device else one.device_said or "Unknown device",
            "patient_said": one.patient_said, "who": _who(one.patient_said), "measured_at": one.measured_at,
            "said_at": one.said_at, "arrived_at": one.arrived_at, "heard_at": one.heard_at, "times": one.times,
            "signs": signs(one.found), "why": one.why, "note": one.note, "status": one.status, "visit": one.visit_id,
            "reason": one.reason, "settled_at": one.settled_at, "site": one.site_id,
            "settled_by": names.get(one.settled_by, "") if one.settled_by else "",
        }
        for one in found
    ]  # fmt: skip


def _who(said: dict[str, Any]) -> str:
    """What the message says of the patient, on one line."""
    name = ", ".join(part for part in (said.get("family"), said.get("given")) if part)
    parts = [name, said.get("born", ""), *(said.get("numbers") or ()), *(said.get("strange") or ())]
    return " · ".join(part for part in parts if part)


def signs(found: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Signs of a report in the office's units, the two pressures as one."""
    told = {(one["sign"], one.get("ordinal", 1)): one for one in found}
    lines = []
    for (name, ordinal), one in told.items():
        lower = told.get(("diastolic", ordinal))
        if name == "diastolic" and ("systolic", ordinal) in told:
            continue
        text, sign = _text(one), rules.sign(name)
        if name == "systolic" and lower:
            text, label = f"{text}/{_text(lower)}", "Blood pressure"
        else:
            label = sign.label
        where = rules.qualifier_word("site", one.get("body_site", ""))
        lines.append({"label": label, "text": text, "unit": sign.shown_unit, "how": where})
    return lines


def _text(one: dict[str, Any]) -> str:
    return rules.office_text(one["sign"], units.number(one["value"]), one["unit"])


def open_about(row: Report) -> bool:
    """Whether anything else of the same sender still waits."""
    same = Q(device=row.device_id) if row.device_id else Q(device=None, device_said=row.device_said)
    return Report.objects.filter(same, site=row.site_id, status="waiting").exists()
