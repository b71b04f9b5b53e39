"""Providers delegate and supervise by a licence in date, not by their role or the letters after their name."""

from datetime import UTC, date, datetime, timedelta

import pytest

from medassist.domain.credentials import actions as credentials
from medassist.domain.credentials import queries as held
from medassist.domain.credentials.inputs import RevokeCredential
from medassist.domain.credentials.queries import ahead, office_day
from medassist.domain.delegation import queries, rules
from medassist.domain.office.models import Staff
from medassist.domain.orders import actions as orders
from medassist.domain.orders import queries as ordered
from medassist.domain.orders.inputs import SignStandingOrder
from medassist.kernel import clock
from tests.delegation.given import Office
from tests.delegation.test_authority import SHOT, ask, codes

pytestmark = pytest.mark.django_db
ORDER = {"orders": ["standing"]}


@pytest.fixture
def office() -> Office:
    """A site in California."""
    return Office()


def ready(office: Office, **licence) -> tuple[Staff, Staff]:
    """A physician in the building whose licence is given, and an assistant who may give an injection under one."""
    signer = office.provider("NP", here=False)
    doctor, ma = office.person("physician", "Vance", credentials_text="MD"), office.assistant()
    office.holds(doctor, "MD", **{"kind": "licence", "state": "US-CA", **licence})
    office.arrive(doctor)
    office.signs_off(signer, ma, SHOT)
    office.policy(SHOT, by=signer)
    return doctor, ma


def test_under_a_licence_in_date_an_assistant_acts_and_at_the_midnight_after_it_no_more(office, monkeypatch):
    last = office_day() + timedelta(days=3)
    _, ma = ready(office, expires_on=last)
    assert ask(office.as_(ma), SHOT, **ORDER).allowed
    for days, allowed in ((3, True), (4, False)):
        noon = datetime(last.year, last.month, last.day, 20, tzinfo=UTC) + timedelta(days=days - 3)
        monkeypatch.setattr(clock, "now", lambda noon=noon: noon)
        ruling = ask(office.as_(ma), SHOT, **ORDER)
        assert ruling.allowed is allowed
    assert {"delegator", "supervision"} <= codes(ruling)


@pytest.mark.parametrize("licence", [{"verified": False}, {"state": "US-NV"}])
def test_a_licence_not_verified_or_of_another_state_delegates_nothing(office, licence):
    _, ma = ready(office, **licence)
    assert {"delegator", "supervision"} <= codes(ask(office.as_(ma), SHOT, **ORDER))


def test_a_licence_revoked_stops_what_is_done_under_it_at_once(office):
    doctor, ma = ready(office)
    assert ask(office.as_(ma), SHOT, **ORDER).allowed
    [card] = held.wallet(doctor.pk)
    credentials.revoke(office.ctx, RevokeCredential.of(credential=card["credential"].pk, reason="Surrendered"))
    assert {"delegator", "supervision"} <= codes(ask(office.as_(ma), SHOT, **ORDER))


def test_who_is_named_as_delegator_of_a_visit_needs_a_licence_too(office):
    doctor, ma = ready(office, verified=False)
    other = office.provider("PA")
    assert ask(office.as_(ma), SHOT, **ORDER, delegator=other.pk).allowed
    assert "delegator" in codes(ask(office.as_(ma), SHOT, **ORDER, delegator=doctor.pk))


def test_a_standing_order_carries_as_long_as_its_signer_has_a_licence(office):
    doctor, _ = ready(office)
    order = SignStandingOrder.of(
        ordered=SHOT, title="Flu shot", text="For adults without a contraindication.",
        review_on=office_day() + timedelta(days=300),
    )  # fmt: skip
    orders.sign_standing(office.as_(doctor), order)
    at = clock.now()
    assert ordered.order_fact(None, SHOT, at, office.site.pk) == {"orders": ["standing"], "ordered_by": ["MD"]}
    [card] = held.wallet(doctor.pk)
    credentials.revoke(office.ctx, RevokeCredential.of(credential=card["credential"].pk, reason="Surrendered"))
    assert ordered.order_fact(None, SHOT, at, office.site.pk) == {"orders": [], "ordered_by": []}


def test_the_day_sheet_says_beforehand_under_whom_nobody_acts_any_more(office):
    last = office_day() + timedelta(days=3)
    doctor, _ = ready(office, expires_on=last)
    office.policy("vitals.measure", by=doctor)
    assert queries.lapses(office.site.pk, last) == []
    [lapse] = queries.lapses(office.site.pk, last + timedelta(days=1))
    assert (lapse.staff, lapse.under, lapse.last_day) == (doctor.pk, True, last)
    nurse = office.person("nurse", "Olsen", credentials_text="RN")
    office.holds(nurse, "RN", kind="licence", state="US-CA", expires_on=last)
    found = {one.staff: one.under for one in queries.lapses(office.site.pk, last + timedelta(days=1))}
    assert found == {doctor.pk: True, nurse.pk: False}


@pytest.mark.parametrize(
    ("kind", "letters", "is_"),
    [
        ("MD", {"MD"}, "MD"),
        ("MD", {"DO"}, "DO"),
        ("MD", {"NP"}, ""),
        ("NP", {"RN", "NP"}, "NP"),
        ("NP", {"RN"}, ""),
        ("", {"MD"}, ""),
        ("MD", set(), ""),
    ],
)
def test_what_a_provider_is_follows_the_licence(kind, letters, is_):
    assert rules.acts().by_licence(kind, letters) == is_


def test_what_ends_on_the_last_day_that_there_is_does_not_stop_looking_ahead():
    own = {"credentials": [("CPR", None, date.max, "")], "licences": [], "skills": {"x": (1, 1, date.min, date.max)}}
    assert ahead._ends([own]) == set()
