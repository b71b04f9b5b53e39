"""The office in FHIR R4: Organization, Location, Practitioner, PractitionerRole, Device."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from medassist.domain.office import queries, rules
from medassist.domain.office.models import Absence, Device, Hours, Organization, Position, Room, Site, Staff
from medassist.exchange.anew import anew
from medassist.exchange.shows import makes, shows
from medassist.kernel import clock

US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-practitioner"
NPI = "http://hl7.org/fhir/sid/us-npi"
PLACE = "http://terminology.hl7.org/CodeSystem/location-physical-type"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Resource = dict[str, Any]


@shows("office.set_up")
def all_of_it(manager: Staff) -> list[Resource]:
    """Everything that setting up makes."""
    practice = queries.organization()
    return [organization(practice), *map(site, queries.sites()), *with_roles(manager)]  # type: ignore[arg-type]


@anew(Organization, "Organization")
@shows("office.organization_opened", "office.organization_changed")
def organization(practice: Organization) -> Resource:
    """The practice."""
    return _plain(
        resourceType="Organization", id=str(practice.pk), active=True, name=practice.name,
        identifier=_npi(practice.npi), telecom=_phone(practice.phone),
        address=[found] if (found := _address(practice)) else None,
    )  # fmt: skip


@anew(Site, "Location")
@shows("office.site_added", "office.site_changed")
def site(place: Site) -> Resource:
    """A site, with its weekly hours as they are now."""
    return _plain(
        resourceType="Location", id=str(place.pk), status="active" if place.active else "inactive", name=place.name,
        mode="instance", telecom=_phone(place.phone), address=_address(place), physicalType=_coded(PLACE, "si", "Site"),
        managingOrganization={"reference": f"Organization/{place.organization_id}"}, hoursOfOperation=_hours(place),
    )  # fmt: skip


@shows("office.hours_set")
def site_of_hours(hours: Hours) -> Resource:
    """The site whose hours were set."""
    return site(hours.site)


@anew(Room, "Location")
@shows("office.room_added", "office.room_changed")
def room(one: Room) -> Resource:
    """A room, part of its site."""
    return _plain(
        resourceType="Location", id=str(one.pk), status="active" if one.active else "inactive", name=f"Room {one.name}",
        mode="instance", physicalType=_coded(PLACE, "ro", "Room"), partOf={"reference": f"Location/{one.site_id}"},
        type=[{"text": rules.ROOM_KINDS[one.kind]}],
    )  # fmt: skip


@anew(Staff, "Practitioner")
@shows("office.staff_changed")
def practitioner(person: Staff) -> Resource:
    """A person of the staff."""
    name = {"family": person.family, "given": person.given.split(), "text": person.name}
    if person.credentials_text:
        name["suffix"] = [person.credentials_text]
    # US Core asks for an identifier with its system, and an NPI is the only one that the office knows
    return _plain(
        resourceType="Practitioner", id=str(person.pk), meta={"profile": [US_CORE]} if person.npi else None,
        active=person.active, identifier=_npi(person.npi), name=[name],
    )  # fmt: skip


@makes("Practitioner")
def practitioner_by_key(staff: UUID) -> Resource:
    """The person, when another domain has something new to add."""
    return practitioner(queries.staff(staff))


@shows("office.staff_added", "office.staff_left")
def with_roles(person: Staff) -> list[Resource]:
    """A person and all positions."""
    return [practitioner(person), *map(role, queries.positions(person.pk))]


@anew(Position, "PractitionerRole")
@shows("office.position_given", "office.position_ended")
def role(held: Position) -> Resource:
    """A position: one role at one site."""
    today = clock.today(held.site.timezone)
    period = {"start": held.from_on.isoformat()} | ({"end": held.to_on.isoformat()} if held.to_on else {})
    return _plain(
        resourceType="PractitionerRole", id=str(held.pk), period=period,
        active=held.from_on <= today and (held.to_on is None or held.to_on >= today),
        practitioner={"reference": f"Practitioner/{held.staff_id}"},
        organization={"reference": f"Organization/{held.site.organization_id}"},
        code=[{"text": rules.ROLES[held.role]}], location=[{"reference": f"Location/{held.site_id}"}],
        availableTime=_shifts(held, today), notAvailable=_away(held.staff_id),
    )  # fmt: skip


def _shifts(held: Position, today: date) -> list[Resource]:
    """The weekly shifts at the site as they are now; FHIR has no dates for them."""
    rows = [one for one in queries.shifts(held.staff_id, today) if one.site_id == held.site_id and one.from_on <= today]
    return [
        {"daysOfWeek": [DAYS[one.weekday]], "availableStartTime": f"{one.begins:%H:%M:%S}",
         "availableEndTime": f"{one.ends:%H:%M:%S}"}
        for one in rows
    ]  # fmt: skip


def _away(staff: UUID) -> list[Resource]:
    return [
        {"description": rules.ABSENCES[one.why],
         "during": {"start": one.start_at.isoformat(), "end": one.end_at.isoformat()}}
        for one in queries.absences(staff)
    ]  # fmt: skip


@shows("office.shifts_set", "office.shifts_ended")
def roles_of_person(person: Staff) -> list[Resource]:
    """All positions of a person whose hours changed."""
    return [role(one) for one in queries.positions(person.pk)]


@shows("office.absence_recorded", "office.absence_withdrawn")
def roles_of_absent(absence: Absence) -> list[Resource]:
    """All positions of a person who is away, or there after all."""
    return roles_of_person(absence.staff)


@shows("office.position_changed")
def roles_of(held: Position) -> list[Resource]:
    """All positions of the person, as one ended and one began."""
    return roles_of_person(held.staff)


@anew(Device, "Device")
@shows("office.device_added", "office.device_changed", "office.device_placed", "office.device_retired")
def device(one: Device) -> Resource:
    """A device that measures, where it stands now: its room, or the site while it is carried about."""
    here = queries.place_at(one.pk, clock.now())
    return _plain(
        resourceType="Device", id=str(one.pk), status="active" if one.active else "inactive",
        identifier=[{"value": one.identifier}], manufacturer=one.maker, serialNumber=one.serial,
        deviceName=[{"name": one.name, "type": "user-friendly-name"}]
        + ([{"name": one.model, "type": "model-name"}] if one.model else []),
        type={"text": rules.DEVICE_KINDS[one.kind]}, owner={"reference": f"Organization/{one.site.organization_id}"},
        location={"reference": f"Location/{here.room_id if here and here.room_id else one.site_id}"},
    )  # fmt: skip


def _hours(place: Site) -> list[Resource]:
    today: date = clock.now().astimezone(ZoneInfo(place.timezone)).date()
    rows = [(one.weekday, one.from_on, one.opens, one.closes) for one in queries.hours(place.pk)]
    # a day of each weekday, from today on, finds the hours that hold this week
    days = [date.fromordinal(today.toordinal() + n) for n in range(7)]
    week = {day.weekday(): held for day in days if (held := rules.hours_of(rows, day))}
    return [
        {"daysOfWeek": [DAYS[n]], "openingTime": f"{held[0]:%H:%M:%S}", "closingTime": f"{held[1]:%H:%M:%S}"}
        for n, held in sorted(week.items())
    ]


def _address(of: Site | Organization) -> Resource | None:
    known, lines = of.address, [of.address["line"]] if of.address.get("line") else None
    parts = {
        "line": lines,
        "city": known.get("city"),
        "state": known.get("state"),
        "postalCode": known.get("postal_code"),
    }
    return {name: value for name, value in parts.items() if value} or None


def _phone(number: str) -> list[Resource] | None:
    return [{"system": "phone", "value": number, "use": "work"}] if number else None


def _npi(number: str) -> list[Resource] | None:
    return [{"system": NPI, "value": number}] if number else None


def _coded(system: str, code: str, text: str) -> Resource:
    return {"coding": [{"system": system, "code": code, "display": text}]}


def _plain(**elements: Any) -> Resource:
    """A resource without the elements that nothing is known of: FHIR knows no empty ones."""
    return {name: value for name, value in elements.items() if value not in (None, "", [], {})}
