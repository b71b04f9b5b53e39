"""The schedule's pages: the day, booking in few keys, one appointment, what is offered."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from medassist.domain.scheduling.models import Appointment, Availability, Hold
from medassist.kernel.models import AuditEntry
from tests.access.given import given_account, signed_in
from tests.office.given import given_office, given_patient, given_provider
from tests.scheduling.given import at, given_appointment, given_offer, given_type, next_monday

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("yes")]


@pytest.fixture
def client():
    """The manager's browser."""
    return signed_in(given_account(given_office(), "maya.lund@alderstreet.example"))


def test_the_day_shows_booked_open_and_held_and_says_whom_in_the_trail(client):
    hale = given_provider()
    given_offer(hale)
    made = given_appointment(hale, reason="Knee")
    page = client.get(f"/scheduling/?on={next_monday()}")
    html = page.content.decode()
    assert page.status_code == 200 and "Dr. Hale" in html and "Ortega" in html and "Knee" in html
    assert re.search(r"blk b-plain t24 n4", html) and "b-open" in html
    entry = AuditEntry.objects.filter(outcome="listed", subject="list/schedule").latest("id")
    assert str(made.patient_id) in entry.detail


def test_the_day_is_few_queries_however_many_are_booked(client):
    hale = given_provider()
    given_offer(hale)
    for n in range(6):
        given_appointment(
            hale, start_at=at(9 + n // 3, 20 * (n % 3)), patient=given_patient(f"Fam{chr(97 + n)}", "Ann").pk
        )
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(f"/scheduling/?on={next_monday()}")
    assert len(few) <= 26, [q["sql"][:90] for q in few]


def test_booking_takes_a_name_a_choice_and_enter(client):
    hale, kind, patient = given_provider(), given_type(), given_patient()
    given_offer(hale)
    first = client.get(f"/scheduling/book?on={next_monday()}&at=10:00&provider={hale.pk}")
    assert b"autofocus" in first.content
    sent = {"who": "ortega", "on": str(next_monday()), "at": "10:00", "provider": str(hale.pk), "type": str(kind.pk)}
    found = client.post("/scheduling/book", sent).content.decode()
    assert f'value="{patient.pk}" checked' in found and "Book Ortega, Marisol" in found
    done = client.post("/scheduling/book", {**sent, "patient": str(patient.pk)})
    assert done.status_code == 303, done.content.decode()
    assert Appointment.objects.get().start_at == at(10)
    assert "Ortega is booked" in client.get(done.url).content.decode()


def test_what_is_unlikely_is_asked_and_can_be_confirmed(client):
    hale, kind, patient = given_provider(), given_type(), given_patient()
    sent = {
        "patient": str(patient.pk),
        "on": str(next_monday()),
        "at": "06:00",
        "provider": str(hale.pk),
        "type": str(kind.pk),
    }
    asked = client.post("/scheduling/book", sent)
    assert asked.status_code == 422 and b"is open 8:00" in asked.content
    assert client.post("/scheduling/book", {**sent, "confirmed": "at"}).status_code == 303


def test_a_time_that_is_taken_answers_409_and_says_who_is_busy(client):
    hale, kind = given_provider(), given_type()
    given_appointment(hale)
    sent = {
        "patient": str(given_patient("Ito", "Ken").pk),
        "on": str(next_monday()),
        "at": "10:00",
        "provider": str(hale.pk),
        "type": str(kind.pk),
    }
    taken = client.post("/scheduling/book", sent)
    assert taken.status_code == 409 and b"Nora Hale is busy" in taken.content


def test_nobody_found_is_said_kindly(client):
    given_provider(), given_type()
    html = client.post("/scheduling/book", {"who": "zzyzx"}).content.decode()
    assert "Nobody found for “zzyzx”" in html


def test_an_appointment_is_moved_cancelled_taken_back_and_noted_as_not_come(client):
    hale = given_provider()
    made = given_appointment(hale)
    url = f"/scheduling/appointment/{made.pk}"
    assert b"Cancel Ortega" in client.get(url).content
    assert (
        client.post(f"{url}/move", {"on": str(next_monday()), "at": "11:00", "provider": str(hale.pk)}).status_code
        == 303
    )
    assert client.post(f"{url}/cancel", {"code": "other"}).status_code == 422
    assert client.post(f"{url}/cancel", {"code": "pat"}).status_code == 303
    assert client.post(f"{url}/restore").status_code == 303
    assert client.post(f"{url}/no-show").status_code == 303
    made.refresh_from_db()
    assert (made.status, made.start_at) == ("noshow", at(11))
    assert b"Cancelled, and not come" in client.get(f"/scheduling/?on={next_monday()}").content


def test_the_next_free_times_lead_to_booking(client):
    hale, kind = given_provider(), given_type()
    given_offer(hale)
    html = client.get(f"/scheduling/next?type={kind.pk}").content.decode()
    assert f"provider={hale.pk}" in html and "Dr. Hale" in html


def test_times_are_offered_and_ended_and_types_kept(client):
    hale = given_provider()
    sent = {
        "provider": str(hale.pk),
        "weekdays": ["0", "1"],
        "begins": "09:00",
        "ends": "12:00",
        "minutes": "20",
        "from_on": str(next_monday()),
    }
    assert client.post("/scheduling/times/offer", sent).status_code == 303
    assert client.post("/scheduling/times/offer", sent).status_code == 409
    row = Availability.objects.first()
    assert client.post(f"/scheduling/times/{row.pk}/end", {"to_on": str(next_monday())}).status_code == 303
    assert client.post("/scheduling/types/add", {"code": "Bad Code", "name": "x", "minutes": "5"}).status_code == 422
    assert (
        client.post("/scheduling/types/add", {"code": "ear-wash", "name": "Ear wash", "minutes": "15"}).status_code
        == 303
    )
    page = client.get("/scheduling/times/").content.decode()
    assert "9:00–12:00 pm" in page and "Ear wash" in page


def test_time_is_held_and_released(client):
    hale = given_provider()
    sent = {"title": "Calls", "provider": str(hale.pk), "on": str(next_monday()), "at": "09:00", "minutes": "30"}
    assert client.post("/scheduling/hold", sent).status_code == 303
    assert b"Calls" in client.get(f"/scheduling/?on={next_monday()}").content
    assert client.post(f"/scheduling/hold/{Hold.objects.get().pk}/release").status_code == 303
    assert b"Release" not in client.get(f"/scheduling/hold?on={next_monday()}").content


def test_the_day_is_there_as_csv(client):
    given_appointment(reason="=cmd")
    answer = client.get(f"/scheduling/?on={next_monday()}", headers={"Accept": "text/csv"})
    assert "Ortega" in answer.content.decode() and "'=cmd" in answer.content.decode()
