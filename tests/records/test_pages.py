"""Records, pages: lists shown, added to, ended, taken back and gone through, in their place or as a page."""

import pytest

from medassist.domain.records import queries
from medassist.domain.records.models import Allergy, ListReview, Medication, Problem
from medassist.kernel.models import AuditEntry
from tests.access.given import given_account, signed_in
from tests.office.given import given_office
from tests.people.given import given_patient

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("yes")]
PART = {"HX-Request": "true"}


@pytest.fixture
def client():
    """The manager's browser."""
    return signed_in(given_account(given_office(), "maya.lund@alderstreet.example"))


@pytest.fixture
def at():
    """The address of one patient's lists."""
    return f"/records/{given_patient().pk}"


def test_the_lists_of_a_patient_are_opened_once_and_kept_in_the_trail(client, at, django_assert_max_num_queries):
    client.get(at)
    with django_assert_max_num_queries(20):
        page = client.get(at).content.decode()
    assert "Not asked yet." in page and "No medication on the list." in page and "Ortega, Marisol" in page
    assert AuditEntry.objects.filter(action="reading.open", outcome="opened").count() == 2
    assert client.get("/records/018f3c1e-7a52-7c7e-9d0b-5a7c5a7d1e99").status_code == 404


@pytest.mark.parametrize(("list", "model"), [("allergy", Allergy), ("problem", Problem), ("medication", Medication)])
def test_something_is_added_asked_about_and_taken_back(client, at, list, model):
    answer = client.post(f"{at}/{list}", {"display": "Ibuprofen"}, headers=PART)
    assert answer.status_code == 200 and "Ibuprofen" in answer.content.decode()
    assert "<html" not in answer.content.decode()
    again = client.post(f"{at}/{list}", {"display": "ibuprofen"}, headers=PART)
    assert again.status_code == 422 and "is on the list" in again.content.decode()
    assert client.post(f"{at}/{list}", {"display": ""}).status_code == 422
    row = model.objects.get()
    assert client.post(f"{at}/{list}/{row.entry}/refute", {"reason": ""}).status_code == 422
    assert client.post(f"{at}/{list}/{row.entry}/refute", {"reason": "Misheard"}).status_code == 303
    assert "refuted" in client.get(f"{at}/{list}/{row.entry}").content.decode() or list == "medication"
    assert "Misheard" in client.get(f"{at}?past=1").content.decode()


def test_a_medication_is_stopped_and_a_problem_resolved(client, at):
    for list, model in (("medication", Medication), ("problem", Problem)):
        client.post(f"{at}/{list}", {"display": "Metformin"})
        entry = model.objects.get().entry
        assert client.post(f"{at}/{list}/{entry}/end", {"reason": "Well now"}).status_code == 303
        assert model.objects.count() == 2
    assert client.post(f"{at}/allergy/{entry}/end", {"reason": "x"}).status_code == 404


def test_all_unchanged_is_one_press_once_allergies_were_asked(client, at):
    sent = {"allergies": "unchanged", "medications": "unchanged", "problems": "unchanged"}
    answer = client.post(f"{at}/review", sent)
    assert answer.status_code == 422 and "Nothing is recorded about allergies yet" in answer.content.decode()
    assert client.post(f"{at}/allergy", {"none_known": "true"}).status_code == 303
    assert "No known allergies." in client.get(at).content.decode()
    assert client.post(f"{at}/review", sent).status_code == 303
    assert ListReview.objects.count() == 3


def test_what_is_dangerous_to_a_page_is_shown_as_text(client, at):
    client.post(f"{at}/allergy", {"display": "<img src=x onerror=alert(1)>", "reaction": "\u202ehives"})
    page = client.get(at).content.decode()
    assert "<img src=x" not in page and "&lt;img" in page
    assert queries.allergies(Allergy.objects.get().patient_id)[0]["reaction"]
