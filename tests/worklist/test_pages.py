"""The worklist's pages: lists, adding in few keys, one task from taking to its end."""

import pytest

from medassist.domain.worklist.models import Task
from medassist.kernel.models import AuditEntry
from tests.access.given import given_account, signed_in
from tests.office.given import given_office, given_patient, given_staff
from tests.worklist.test_worklist import given_task

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("yes")]


@pytest.fixture
def client():
    """The manager's browser."""
    return signed_in(given_account(given_office(), "maya.lund@alderstreet.example"))


@pytest.mark.parametrize("view", ["", "team", "unowned", "overdue", "ended"])
def test_every_list_answers_empty_and_full(client, view):
    assert client.get(f"/worklist/{view}").status_code == 200
    patient = given_patient()
    given_task(patient=patient.pk)
    answer = client.get(f"/worklist/{view}")
    assert answer.status_code == 200
    if view in ("team", "unowned"):
        assert b"Ortega, Marisol" in answer.content
        assert str(patient.pk) in AuditEntry.objects.filter(outcome="listed").latest("id").detail


def test_a_task_is_added_by_kind_alone(client):
    answer = client.post("/worklist/add", {"kind": "courier"})
    assert answer.status_code == 303 and Task.objects.get().title == "Courier is here or due"


def test_a_task_that_says_nothing_is_asked_for_words(client):
    answer = client.post("/worklist/add", {"kind": "other", "title": ""})
    assert answer.status_code == 422 and b"Say what is to be done." in answer.content


def test_a_task_goes_from_taking_to_its_end_and_back(client):
    task = given_task()
    url = f"/worklist/task/{task.pk}"
    assert b"Take it" in client.get(url).content
    assert client.post(f"{url}/take").status_code == 303
    assert client.post(f"{url}/note", {"text": "No answer at 10:42"}).status_code == 303
    assert client.post(f"{url}/plan", {"minutes": "30", "priority": "urgent"}).status_code == 303
    assert client.post(f"{url}/plan", {}).status_code == 422
    assert client.post(f"{url}/close", {"reason": " "}).status_code == 422
    assert client.post(f"{url}/done", {"outcome": "Reached her"}).status_code == 303
    page = client.get(url).content.decode()
    assert "Reached her" in page and "No answer at 10:42" in page and "Open again" in page
    assert client.post(f"{url}/done").status_code == 409
    assert client.post(f"{url}/reopen", {"reason": "Called back"}).status_code == 303
    assert client.post(f"{url}/close", {"reason": "She came in"}).status_code == 303
    assert b"Closed: She came in" in client.get("/worklist/ended").content


def test_a_task_is_passed_on_to_one(client):
    ana, task = given_staff(), given_task()
    url = f"/worklist/task/{task.pk}/assign"
    assert client.post(url, {"owner": str(ana.pk), "pool": ""}).status_code == 303
    assert client.post(url, {"owner": "", "pool": ""}).status_code == 422
    assert Task.objects.get().owner_id == ana.pk


def test_a_list_is_there_as_csv(client):
    given_task(title="Call Ms. Ortega")
    answer = client.get("/worklist/team", headers={"Accept": "text/csv"})
    assert "Call Ms. Ortega" in answer.content.decode()


def test_a_task_that_is_not_there_is_not_found(client):
    assert client.get("/worklist/task/00000000-0000-7000-8000-000000000009").status_code == 404
