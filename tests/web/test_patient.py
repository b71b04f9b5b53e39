"""The patient page, its banner, noting an arrival; and find."""

import pytest

from medassist.domain.records import actions as records
from medassist.domain.records import inputs as records_inputs
from medassist.domain.visits.models import Visit
from medassist.interfaces.web.patient.banner import banner
from medassist.kernel.models import AuditEntry
from medassist.kernel.testing import context
from tests.office.given import given_patient
from tests.visits.given import given_roomed, given_today, given_visit
from tests.web.given import HTMX, at_work

pytestmark = pytest.mark.django_db


def test_the_banner_carries_allergies_and_the_place(yes):
    visit = given_roomed("4")
    records.add_allergy(
        context(), records_inputs.AddAllergy.of(patient=visit.patient_id, display="Latex", reaction="rash")
    )
    told = banner(visit.patient_id)
    assert told["allergies"][0]["name"] == "Latex" and told["place"] == "Room 4" and told["checked_at"] is None


def test_the_patient_page_opens_the_chart_and_shows_lists(yes):
    client, patient = at_work(), given_patient()
    records.add_medication(context(), records_inputs.AddMedication.of(patient=patient.pk, display="Metformin 500 mg"))
    answer = client.get(f"/patients/{patient.pk}")
    html = answer.content.decode()
    assert answer.status_code == 200 and "Ortega, Marisol" in html and "Metformin 500 mg" in html
    assert "Is here" in html and 'aria-current="page">Overview' in html
    assert AuditEntry.objects.filter(outcome="opened", patient=patient.pk).exists()


def test_a_chart_that_may_not_be_opened_shows_nothing(yes, settings):
    client, patient = at_work(), given_patient()
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    answer = client.get(f"/patients/{patient.pk}")
    assert answer.status_code == 403 and "Ortega" not in answer.content.decode()


def test_nobody_of_this_number(yes):
    assert at_work().get("/patients/01900000-0000-7000-8000-000000000000").status_code == 404


def test_a_walk_in_is_noted_from_the_chart(yes):
    client, patient = at_work(), given_patient()
    answer = client.post(f"/patients/{patient.pk}/arrive", {"reason": "Cough"})
    visit = Visit.objects.get()
    assert answer.status_code == 303 and (visit.patient_id, visit.reason, visit.step) == (
        patient.pk,
        "Cough",
        "arrived",
    )
    assert client.post(f"/patients/{patient.pk}/arrive", {"reason": "Cough"}).status_code == 409


def test_a_booked_patient_arrives_from_the_chart(yes):
    client, booked = at_work(), given_today()
    assert "Arrived" in client.get(f"/patients/{booked.patient_id}").content.decode()
    client.post(f"/patients/{booked.patient_id}/arrive", {"appointment": str(booked.pk)})
    assert Visit.objects.get().appointment_id == booked.pk


def test_who_is_here_is_shown_with_the_way_to_the_room(yes):
    client, visit = at_work(), given_roomed("2")
    assert f"/rooming/{visit.pk}" in client.get(f"/patients/{visit.patient_id}").content.decode()


def find(client, text):
    return client.post("/find", {"q": text}, **HTMX)


def test_find_finds_patients_acts_and_pages(yes):
    client = at_work()
    visit = given_visit(patient=given_patient("Ortega", "Marisol").pk)
    html = find(client, "ortega").content.decode()
    assert "<b>Ortega</b>, Marisol" in html and "Mar 4, 1983" in html and f'data-href="/rooming/{visit.pk}"' in html
    assert "Take vital signs" in html and "Arrived" in html
    assert 'data-href="/"' in find(client, "boa").content.decode()


def test_find_keeps_whom_it_showed_but_no_name_in_an_address(yes):
    client, patient = at_work(), given_patient("Ortega")
    find(client, "ortega")
    entry = AuditEntry.objects.filter(outcome="listed", subject="list/patients").last()
    assert str(patient.pk) in entry.detail and "ortega" not in entry.detail.lower()
    assert client.get("/find?q=ortega").status_code == 405


def test_find_says_when_nobody_is_found(yes):
    client = at_work()
    assert "Nobody found for “zzzz”" in find(client, "zzzz").content.decode()
    assert "Pages" in find(client, "").content.decode()
