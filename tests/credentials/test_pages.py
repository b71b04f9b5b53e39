"""The credentials' pages: one's own wallet, the team's, recording and verifying, signing off a skill."""

from datetime import timedelta

import pytest

from medassist.domain.credentials.models import Credential, Revocation, SignOff, Verification
from medassist.domain.credentials.queries import office_day
from medassist.kernel.identifiers import uuid7
from tests.access.given import given_account, signed_in
from tests.delegation.given import Office

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office():
    made = Office()
    made.doctor, made.ma = made.provider(), made.assistant()
    return made


def as_(person, name):
    return signed_in(given_account(person, f"{name}@alderstreet.example"))


def form(**parts):
    return {"form_key": str(uuid7()), **parts}


def test_everybody_sees_the_own_wallet_and_nobody_elses(office):
    office.holds(office.ma, "CMA (AAMA)", expires_on=office_day() + timedelta(days=20))
    office.signs_off(office.doctor, office.ma, "vitals.measure", 3, 5)
    browser = as_(office.ma, "ana")
    page = browser.get("/credentials/").content.decode()
    assert "CMA (AAMA)" in page and "runs out" in page and "Vital signs" in page and "The team" not in page
    assert browser.get(f"/credentials/staff/{office.doctor.pk}").status_code == 403


def test_a_manager_records_verifies_and_ends_a_credential(office):
    browser = as_(office.manager, "maya")
    url = f"/credentials/staff/{office.ma.pk}"
    assert "The team" in browser.get("/credentials/").content.decode()
    given = form(kind="certificate", name="RMA (AMT)", number="77", counts_as="AMT")
    assert browser.post(f"{url}/record", given).status_code == 303
    kept = Credential.objects.get(staff=office.ma)
    assert kept.counts_as == ["AMT"] and "to be verified" in browser.get(url).content.decode()
    for way, field in (("verify", "source"), ("revoke", "reason")):
        short = browser.post(f"/credentials/{kept.pk}/{way}", form(**{field: "x"}))
        assert short.status_code == 422 and f'id="f-{field}-fault"' in short.content.decode()
        assert '<details class="menu" open>' in short.content.decode(), "the menu with the fault stands open"
    assert browser.post(f"/credentials/{kept.pk}/verify", form(source="americanmedtech.org")).status_code == 303
    assert Verification.objects.filter(credential=kept).count() == 1 and "in date" in browser.get(url).content.decode()
    assert browser.post(f"/credentials/{kept.pk}/revoke", form(reason="")).status_code == 422
    assert browser.post(f"/credentials/{kept.pk}/revoke", form(reason="Lapsed")).status_code == 303
    assert Revocation.objects.get().credential == kept and "revoked" in browser.get(url).content.decode()


def test_a_slip_comes_back_with_what_was_typed(office):
    answer = as_(office.manager, "maya").post(
        f"/credentials/staff/{office.ma.pk}/record", form(kind="licence", name="RN", number="4711")
    )
    assert answer.status_code == 422 and b"names the state that gave it" in answer.content and b"4711" in answer.content


def test_the_team_is_there_as_csv(office):
    answer = as_(office.manager, "maya").get("/credentials/", headers={"accept": "text/csv"})
    assert answer.content.decode().splitlines()[0] == "Person,Credentials,Ends next,State"


def test_a_provider_signs_off_what_was_seen_from_the_page_that_asks_for_it(office):
    browser = as_(office.doctor, "nora")
    page = browser.get(f"/delegation/staff/{office.ma.pk}").content.decode()
    url = f"/delegation/staff/{office.ma.pk}/skill/injection.intramuscular"
    assert url in page and "10 witnessed demonstrations." in browser.get(url).content.decode()
    assert browser.post(url, form(hours="10", demonstrations="10", how="patient")).status_code == 303
    kept = SignOff.objects.get()
    assert (kept.staff, kept.signer, kept.demonstrations) == (office.ma, office.doctor, 10)
    assert browser.post(url, form(hours="-1", demonstrations="x")).status_code == 422
    assert browser.get(f"/delegation/staff/{office.ma.pk}/skill/schedule.manage").status_code == 404


def test_an_assistant_signs_off_nothing(office):
    other = office.person("medical-assistant", "Boateng")
    url = f"/delegation/staff/{other.pk}/skill/vitals.measure"
    assert as_(office.ma, "ana").post(url, form(hours="1", demonstrations="1")).status_code == 403
    assert not SignOff.objects.exists()
