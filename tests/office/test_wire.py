"""The office in FHIR: what is shown is valid R4 and says what is known."""

import pytest

from medassist.codecs import fhir
from medassist.domain.office import actions, inputs, queries, wire
from medassist.kernel.testing import context
from tests.office.given import given_office, given_provider, given_room, given_site

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("yes")]


def valid(resource: dict) -> dict:
    """The resource, as another system would read it."""
    told = fhir.loads(fhir.dumps(resource))
    assert fhir.faults(told) == []
    return told


def test_setting_up_shows_the_practice_its_site_and_its_manager():
    manager = given_office(
        address={"line": "12 Alder St", "city": "Sacramento", "postal_code": "95814"}, phone="916 555"
    )
    kinds = [valid(one)["resourceType"] for one in wire.all_of_it(manager)]
    assert kinds == ["Organization", "Location", "Practitioner", "PractitionerRole"]


def test_a_site_tells_its_hours_and_a_room_its_site():
    site = valid(wire.site(given_site()))
    assert site["hoursOfOperation"][0] == {"daysOfWeek": ["mon"], "openingTime": "08:00:00", "closingTime": "17:00:00"}
    room = valid(wire.room(given_room("4")))
    assert room["partOf"] == {"reference": f"Location/{site['id']}"} and room["name"] == "Room 4"


def test_a_provider_tells_npi_letters_and_roles():
    hale = given_provider(npi="1234567893", credentials_text="MD")
    person, role = (valid(one) for one in wire.with_roles(hale))
    assert person["identifier"] == [{"system": wire.NPI, "value": "1234567893"}]
    assert person["name"][0]["suffix"] == ["MD"] and role["code"] == [{"text": "Physician"}] and role["active"] is True


def test_an_ended_position_is_not_active():
    hale = given_provider()
    held = queries.positions(hale.pk)[0]
    given = inputs.EndPosition.of(position=held.pk, to_on=held.from_on)
    told = valid(wire.role(actions.end_position(context(), given)))
    assert told["period"]["end"] == held.from_on.isoformat()
