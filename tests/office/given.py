"""An office made by its own actions."""

from __future__ import annotations

from typing import Any

from medassist.domain.office import actions, inputs, queries
from medassist.domain.office.models import Device, Room, Site, Staff
from medassist.domain.people import actions as people
from medassist.domain.people.inputs import RegisterPatient
from medassist.kernel.context import Actor, Context
from medassist.kernel.testing import context


def given_office(**parts: Any) -> Staff:
    """An office in Sacramento with its first manager."""
    start = {
        "organization": "Alder Street Family Practice", "site": "Alder Street", "timezone": "America/Los_Angeles",
        "state": "US-CA", "given": "Maya", "family": "Lund",
    }  # fmt: skip
    return actions.set_up(context(), inputs.SetUp.of(**{**start, **parts}))


def given_site() -> Site:
    """The office's first site; the office is set up when there is none."""
    if not queries.has_staff():
        given_office()
    return queries.sites()[0]


def given_staff(given: str = "Ana", family: str = "Reyes", role: str = "medical-assistant", **parts: Any) -> Staff:
    """One more person at the first site."""
    parts = {"sites": [given_site().pk], **parts}
    return actions.add_staff(context(), inputs.AddStaff.of(given=given, family=family, roles=[role], **parts))


def given_provider(family: str = "Hale", role: str = "physician", **parts: Any) -> Staff:
    """A provider at the first site."""
    return given_staff("Nora", family, role, **parts)


def given_room(name: str = "1", **parts: Any) -> Room:
    """A room of the first site."""
    return actions.add_room(context(), inputs.AddRoom.of(site=given_site().pk, name=name, **parts))


def given_device(name: str = "Cuff 1", identifier: str = "080019FFFE2B0688", **parts: Any) -> Device:
    """A device of the first site."""
    ctx = parts.pop("ctx", None) or context()
    told = {"site": given_site().pk, "name": name, "identifier": identifier, **parts}
    return actions.add_device(ctx, inputs.AddDevice.of(**told))


def as_staff(person: Staff, **parts: Any) -> Context:
    """The context in which this person acts."""
    return context(actor=Actor(person.actor_id, "person", person.name), **parts)


def given_patient(family: str = "Ortega", given: str = "Marisol", **parts: Any) -> Any:
    """A patient, registered as at the desk."""
    names = [{"family": family, "given": [given]}]
    told = {"names": names, "birth_date": "1983-03-04", "confirmed": {"duplicate"}, **parts}
    return people.register(context(), RegisterPatient.of(**told))
