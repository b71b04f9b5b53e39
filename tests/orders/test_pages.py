"""Standing orders on screen: who sees them, how one is signed, versioned and withdrawn."""

from datetime import timedelta

import pytest

from medassist.domain.credentials.queries import office_day
from medassist.domain.orders.models import StandingOrder
from medassist.kernel.identifiers import uuid7
from tests.access.given import given_account, signed_in
from tests.delegation.given import Office

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office():
    office = Office()
    office.doctor = office.provider()
    return office


def as_(person, name):
    return signed_in(given_account(person, f"{name}@alderstreet.example"))


def order(**parts):
    start = {
        "form_key": str(uuid7()), "ordered": "immunization.administer", "title": "Influenza vaccine", "text": "0.5 mL.",
        "review_on": str(office_day() + timedelta(days=300)),
    }  # fmt: skip
    return {**start, **parts}


def test_a_provider_signs_a_standing_order_its_next_version_and_withdraws_it(office):
    browser = as_(office.doctor, "nora")
    assert "No standing order is signed yet." in browser.get("/orders/standing").content.decode()
    form = order()
    assert browser.post("/orders/standing/sign", form).status_code == 303
    assert browser.post("/orders/standing/sign", form).status_code == 303  # the same form twice
    first = StandingOrder.objects.get()
    page = browser.get(f"/orders/standing/{first.pk}").content.decode()
    assert "Sign the next version" in page and "0.5 mL." in page
    assert browser.post("/orders/standing/sign", order(replaces=str(first.pk), text="0.25 mL.")).status_code == 303
    page = browser.get("/orders/standing").content.decode()
    assert "1 in force" in page and "Replaced" in page and "version 2" in page
    second = StandingOrder.objects.get(version=2)
    url = f"/orders/standing/{second.pk}/withdraw"
    assert browser.post(url, {"form_key": str(uuid7()), "reason": "The season is over"}).status_code == 303
    assert "The season is over" in browser.get("/orders/standing").content.decode()


def test_what_is_wrong_with_an_order_is_said_beside_its_field(office):
    browser = as_(office.doctor, "nora")
    answer = browser.post("/orders/standing/sign", order(review_on=str(office_day())))
    assert answer.status_code == 422 and "The review lies after today." in answer.content.decode()
    assert not StandingOrder.objects.exists()


def test_an_order_for_what_the_state_forbids_to_assistants_is_asked_about(office):
    browser = as_(office.doctor, "nora")
    asked = order(ordered="triage.telephone")
    answer = browser.post("/orders/standing/sign", asked)
    assert answer.status_code == 422 and "California forbids this act to medical assistants" in answer.content.decode()
    assert not StandingOrder.objects.exists()
    assert browser.post("/orders/standing/sign", {**asked, "confirmed": "ordered"}).status_code == 303


def test_a_manager_and_an_assistant_read_them_and_sign_none(office):
    manager = as_(office.manager, "maya")
    assert "Sign it" not in manager.get("/orders/standing").content.decode()
    assert manager.post("/orders/standing/sign", order()).status_code == 403
    ana = as_(office.assistant(), "ana")
    assert "Sign it" not in ana.get("/orders/standing").content.decode()
    assert ana.post("/orders/standing/sign", order()).status_code == 403
    sheet = manager.get("/orders/standing", headers={"accept": "text/csv"}).content.decode()
    assert sheet.startswith("Number,Version,Act")
