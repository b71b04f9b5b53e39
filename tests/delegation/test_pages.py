"""Delegation's pages: a person's own rulings, how a policy is read and signed."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from medassist.domain.delegation import rules
from medassist.domain.delegation.models import Policy
from medassist.kernel.identifiers import uuid7
from tests.access.given import given_account, signed_in
from tests.delegation.given import Office

pytestmark = pytest.mark.django_db(transaction=True)
SHOT = "injection.intramuscular"


@pytest.fixture
def office():
    made = Office()
    made.doctor, made.ma = made.provider(), made.assistant()
    return made


def as_(person, name):
    return signed_in(given_account(person, f"{name}@alderstreet.example"))


def test_an_assistant_sees_every_act_with_its_answer_and_what_would_make_it_a_yes(office):
    page = as_(office.ma, "ana").get("/delegation/").content.decode()
    assert "What may I do here?" in page and "Injection into the muscle" in page
    assert "10 witnessed demonstrations on record for this act; 0 are." in page
    assert "Cal. Bus. &amp; Prof. Code §2069" in page and "No one here can make this a yes." in page
    assert "Read and sign" not in page


def test_the_page_changes_with_the_office(office):
    office.signs_off(office.doctor, office.ma, SHOT)
    office.policy(SHOT, by=office.doctor)
    browser = as_(office.ma, "ana")
    yes = browser.get("/delegation/?show=yes").content.decode()
    assert f'id="{SHOT}"' in yes and "With an order" in yes
    office.leave(office.doctor)
    assert f'id="{SHOT}"' not in browser.get("/delegation/?show=yes").content.decode()
    assert "No provider is checked in at Alder Street" in browser.get("/delegation/").content.decode()


def test_the_page_asks_the_database_a_bounded_number_of_times(office):
    browser = as_(office.ma, "ana")
    browser.get("/delegation/")
    with CaptureQueriesContext(connection) as asked:
        browser.get("/delegation/")
    assert len(asked) <= 15, [q["sql"][:90] for q in asked.captured_queries]


def test_the_table_is_there_as_csv(office):
    answer = as_(office.ma, "ana").get("/delegation/", headers={"accept": "text/csv"})
    lines = answer.content.decode().splitlines()
    assert lines[0].startswith("Act,Code,Answer") and len(lines) == 1 + len(rules.acts().clinical) + 5


def test_a_manager_sees_it_for_others_and_an_assistant_does_not(office):
    url = f"/delegation/staff/{office.ma.pk}"
    manager = as_(office.manager, "maya")
    page = manager.get(url).content.decode()
    assert "What may Ana Reyes do here?" in page and "Read and sign" in page
    assert as_(office.ma, "ana").get(url).status_code == 403
    assert manager.get(f"/delegation/staff/{uuid7()}").status_code == 404


def signing(office, **parts):
    return {
        "form_key": str(uuid7()), "hash": rules.state("US-CA").hash, "text": "As the file says.", "read": "true",
        "approved_by": str(office.doctor.pk), "review_on": "2099-01-01", **parts,
    }  # fmt: skip


def test_a_manager_reads_what_the_file_says_and_signs(office):
    browser = as_(office.manager, "maya")
    page = browser.get(f"/delegation/policies/act/{SHOT}").content.decode()
    assert "No anesthetic agents." in page and "Text seen as of 2023." in page and "Nora Hale" in page
    answer = browser.post(f"/delegation/policies/act/{SHOT}", signing(office))
    assert answer.status_code == 303 and answer.headers["Location"] == "/delegation/policies"
    kept = Policy.objects.get()
    assert (kept.act, kept.approved_by, kept.signer) == (SHOT, office.doctor, office.manager)
    assert "Signed: Injection into the muscle." in browser.get("/delegation/policies").content.decode()


@pytest.mark.parametrize(
    ("parts", "word"),
    [
        ({"read": ""}, "Read the file&#x27;s text first"),
        ({"approved_by": ""}, "needs a provider who approves it"),
        ({"review_on": "2020-01-01"}, "The review lies after today."),
        ({"text": ""}, "Field required"),
    ],
)
def test_a_policy_with_a_gap_comes_back_with_what_was_typed(office, parts, word):
    answer = as_(office.manager, "maya").post(
        f"/delegation/policies/act/{SHOT}", signing(office, authority="Our counsel", **parts)
    )
    page = answer.content.decode()
    assert answer.status_code == 422 and word in page and "Our counsel" in page
    assert not Policy.objects.exists()


def test_the_page_of_a_prohibited_act_has_nothing_to_sign(office):
    page = as_(office.manager, "maya").get("/delegation/policies/act/injection.intravenous").content.decode()
    assert "No policy can lift this." in page and "I have read all of it" not in page


def test_one_signature_opens_the_offices_work(office):
    browser = as_(office.manager, "maya")
    assert "One signature" in browser.get("/delegation/policies").content.decode()
    unread = browser.post("/delegation/policies/office", {"form_key": str(uuid7()), "text": "The desk does it."})
    assert unread.status_code == 422
    data = {"form_key": str(uuid7()), "text": "The desk does it.", "read": "true"}
    assert browser.post("/delegation/policies/office", data).status_code == 303
    assert set(Policy.objects.values_list("act", flat=True)) == set(rules.acts().administrative)
    assert "One signature" not in browser.get("/delegation/policies").content.decode()


def test_a_policy_is_withdrawn_with_a_reason(office):
    [kept] = office.policy(SHOT, by=office.doctor)
    browser = as_(office.manager, "maya")
    url = f"/delegation/policies/{kept.pk}/withdraw"
    assert browser.post(url, {"form_key": str(uuid7()), "reason": ""}).status_code == 422
    assert browser.post(url, {"form_key": str(uuid7()), "reason": "Rewritten"}).status_code == 303
    kept.refresh_from_db()
    assert kept.withdrawn_why == "Rewritten"


@pytest.mark.parametrize("url", ["/delegation/policies", f"/delegation/policies/act/{SHOT}"])
def test_an_assistant_signs_no_policy_and_is_told_why(office, url):
    answer = as_(office.ma, "ana").get(url)
    assert answer.status_code == 403 and "not among the acts of this role" in answer.content.decode()


def test_nobody_sees_rulings_without_signing_in(office):
    assert Client().get("/delegation/").headers["Location"].startswith("/signin")
