"""The office's pages: the manager's are the manager's; everybody sees who is here."""

import pytest

from medassist.domain.office import queries
from medassist.domain.office.models import Closure, Presence, Room
from tests.access.given import given_account, signed_in
from tests.office.given import given_office, given_room, given_site, given_staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("yes")]


@pytest.fixture
def client():
    """The manager's browser."""
    return signed_in(given_account(given_office(), "maya.lund@alderstreet.example"))


@pytest.mark.parametrize("url", ["/office/", "/office/staff/", "/office/here"])
def test_lists_answer(client, url):
    answer = client.get(url)
    assert answer.status_code == 200, answer.content.decode()[:3000]
    assert b"Alder Street" in answer.content


def test_a_site_shows_rooms_hours_holidays_and_waiting_times(client):
    given_room("4")
    page = client.get(f"/office/site/{given_site().pk}").content.decode()
    assert "Take 4 out of use" in page and "8:00–5:00 pm" in page and "holiday" in page and "With provider" in page


def test_forms_of_a_site_do_what_they_say(client):
    site = given_site().pk
    for url, sent in (
        ("rooms", {"name": "7", "kind": "lab"}),
        ("hours", {"weekday": "0", "opens": "09:00", "closes": "12:00", "from_on": "2026-01-05"}),
        ("closures", {"from_on": "2099-01-04", "to_on": "2099-01-05", "reason": "Move"}),
        ("settings", {"waiting.arrived.amber": "4", "waiting.arrived.red": "9", "holidays": "federal"}),
        ("change", {"name": "Elm Street"}),
    ):
        answer = client.post(f"/office/site/{site}/{url}", sent)
        assert answer.status_code == 303, answer.content.decode()
    assert Room.objects.get().kind == "lab" and queries.site(site).name == "Elm Street"
    assert queries.settings(site)["waiting"]["arrived"] == {"amber": 4, "red": 9}
    client.post(f"/office/closure/{Closure.objects.get().pk}/withdraw")
    assert Closure.objects.get().withdrawn_at


def test_what_is_wrong_is_said_beside_the_form(client):
    answer = client.post(
        f"/office/site/{given_site().pk}/settings", {"waiting.arrived.amber": "9", "waiting.arrived.red": "4"}
    )
    assert answer.status_code == 422 and b"amber comes before red" in answer.content
    answer = client.post("/office/staff/add", {"given": "Ana", "family": "Reyes", "roles": "nurse", "npi": "1"})
    assert answer.status_code == 422 and b"An NPI has ten digits" in answer.content


def test_a_person_is_added_and_given_positions(client):
    site = given_site().pk
    sent = {"given": "Ana", "family": "Reyes", "roles": "medical-assistant", "sites": str(site)}
    answer = client.post("/office/staff/add", sent)
    assert answer.status_code == 303
    ana = next(one["staff"] for one in queries.everybody() if one["staff"].family == "Reyes")
    client.post(f"/office/staff/{ana.pk}/positions", {"site": str(site), "role": "biller"})
    page = client.get(f"/office/staff/{ana.pk}").content.decode()
    assert "Biller" in page and "Medical assistant" in page
    held = queries.positions(ana.pk)[0]
    client.post(f"/office/position/{held.pk}/end", {"to_on": str(held.from_on)})
    client.post(f"/office/staff/{ana.pk}/leave", {"to_on": str(held.from_on)})
    assert not queries.staff(ana.pk).active


def test_checking_in_and_out_is_one_press(client):
    assert client.post("/office/here/in").status_code == 303
    assert b"Check out" in client.get("/office/here").content
    assert client.post("/office/here/in").status_code == 409
    assert client.post("/office/here/out").status_code == 303
    assert Presence.objects.get().out_at


def test_the_table_of_staff_is_there_as_csv(client):
    given_staff()
    answer = client.get("/office/staff/", headers={"Accept": "text/csv"})
    assert answer.content.decode().splitlines()[1].startswith("Lund,Maya") and "Reyes,Ana" in answer.content.decode()


def test_an_unknown_site_is_not_found(client):
    assert client.get("/office/site/00000000-0000-7000-8000-000000000009").status_code == 404
