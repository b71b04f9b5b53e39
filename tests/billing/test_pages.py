"""Billing, pages: coverage shown, recorded, asked about, ended."""

import pytest

from medassist.domain.billing.models import Coverage
from tests.access.given import given_account, signed_in
from tests.office.given import given_office
from tests.people.given import given_patient

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("yes")]
CARD = {"payer": "Blue Shield of California", "member_id": "XEH123", "relationship": "self", "rank": "1"}


@pytest.fixture
def client():
    """The manager's browser."""
    return signed_in(given_account(given_office(), "maya.lund@alderstreet.example"))


def test_coverage_is_recorded_asked_about_and_ended(client):
    at = f"/billing/{given_patient().pk}/coverage"
    assert "Nothing is recorded." in client.get(at).content.decode()
    assert client.post(f"{at}/record", {**CARD, "begins_on": "2026-02-31"}).status_code == 422
    assert client.post(f"{at}/record", {**CARD, "begins_on": "2026-01-01"}).status_code == 303
    page = client.get(at).content.decode()
    assert "XEH123" in page and "Jan 1, 2026" in page
    medicare = {**CARD, "payer": "Medicare", "member_id": "1EG4"}
    asked = client.post(f"{at}/record", medicare, headers={"HX-Request": "true"})
    assert asked.status_code == 422 and "pays in this place already" in asked.content.decode()
    assert client.post(f"{at}/record", {**medicare, "confirmed": "rank"}).status_code == 303
    entry = Coverage.objects.first().entry
    assert client.post(f"{at}/{entry}/end", {"reason": ""}).status_code == 422
    assert client.post(f"{at}/{entry}/end", {"reason": "Changed jobs"}).status_code == 303
    assert client.get("/billing/018f3c1e-7a52-7c7e-9d0b-5a7c5a7d1e99/coverage").status_code == 404


def test_opening_coverage_takes_few_statements(client, django_assert_max_num_queries):
    at = f"/billing/{given_patient().pk}/coverage"
    client.get(at)
    with django_assert_max_num_queries(14):
        assert client.get(at).status_code == 200
