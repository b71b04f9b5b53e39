"""A plan kept: done, refused, impossible, sent twice; the page without sign-in; the list with one's credentials."""

import re

import pytest
from django.test import Client

from medassist.domain.credentials import actions, inputs, queries
from medassist.domain.credentials.models import SavedPlan
from medassist.domain.credentials.queries import taken
from medassist.kernel.errors import Conflict, Invalid, Refused
from medassist.kernel.identifiers import uuid7
from medassist.kernel.models import AuditEntry, Event
from medassist.kernel.testing import context
from tests.access.given import given_account, signed_in
from tests.credentials.given import described, fresh, take
from tests.delegation.given import Office

__all__ = ["fresh"]
pytestmark = pytest.mark.django_db(transaction=True)
ASKED = {"state": "US-AZ", "education": "high-school", "experience_months": "30", "budget": "140"}


@pytest.fixture
def office():
    return Office()


def plan(**more):
    return inputs.SavePlan.of(**{**ASKED, **more})


def test_a_plan_is_kept_as_it_stands_with_the_facts_it_stands_on(office):
    ma = office.assistant()
    kept = actions.save_plan(office.as_(ma), plan(failed="RMA-AMT=1@2026-01-05"))
    assert kept.staff == ma and kept.data == queries.book().hash and kept.on == queries.office_day()
    assert kept.said == {**ASKED, "failed": "RMA-AMT=1@2026-01-05"}
    opened = {f"{way['credential']}.{way['route']}" for way in kept.ways if way["open"] == "today"}
    assert {"CCMA-NHA.work", "NCMA-NCCT.work"} <= opened and "RMA-AMT.work" not in opened
    assert Event.objects.filter(name="credentials.plan_saved").count() == 1
    assert AuditEntry.objects.get(action="credentials.save_plan").outcome == "done"


def test_who_holds_no_position_keeps_no_plan(office):
    with pytest.raises(Refused):
        actions.save_plan(context(site=office.site.pk), plan())
    assert AuditEntry.objects.get(action="credentials.save_plan").outcome == "refused"
    assert not SavedPlan.objects.exists()


@pytest.mark.parametrize(
    "parts",
    [
        {"state": "US-ZZ"},
        {"education": "program-other", "graduated": "2999-01-01"},
        {"experience_months": "-1"},
        {"failed": "CMA=1"},
        {"accreditor": "Nobody"},
        {"lapsed": "CMA-AAMA=2999-01-01"},
    ],
)
def test_a_plan_of_what_cannot_be_is_not_kept(office, parts):
    with pytest.raises(Invalid):
        actions.save_plan(office.as_(office.assistant()), plan(**parts))
    assert not SavedPlan.objects.exists()


def test_a_plan_sent_twice_under_one_key_is_kept_once(office):
    ctx = office.as_(office.assistant(), key="k")
    assert actions.save_plan(ctx, plan()).pk == actions.save_plan(ctx, plan()).pk
    with pytest.raises(Conflict):
        actions.save_plan(ctx, plan(budget="200"))
    assert SavedPlan.objects.count() == 1


def test_a_plan_with_programs_is_kept_with_them_and_stands_on_the_lists_too(office, fresh):
    key = "program/chippewa valley technical college|medical assistant|eau claire|wi"
    ma = office.assistant()
    browser = signed_in(given_account(ma, "ana@alderstreet.example"))
    said = {"state": "US-WI", "education": "high-school", "program": key, "starts": "2031-01-15"}
    answer = browser.post("/credentials/plans/save", {"form_key": str(uuid7()), **said})
    kept = SavedPlan.objects.get()
    assert answer.status_code == 303 and kept.said == {**said, "program": [key]}
    begun = [way for way in kept.ways if (way["credential"], way["route"]) == ("RMA-AMT", "education")]
    assert [(way["program"], way["earliest"]) for way in begun] == [(key, "2032-01-15")]
    page = browser.get("/credentials/").content.decode()
    address = re.search(r'href="(/guide/ways\?[^"]+)"', page).group(1).replace("&amp;", "&")
    assert "as they are now" in page and "Chippewa Valley" in browser.get(address).content.decode()
    take(office, "csv", described())
    taken.memory.forget()
    assert "as they are now" not in browser.get("/credentials/").content.decode()
    unknown = browser.post("/credentials/plans/save", {"form_key": str(uuid7()), **said, "program": "nonsense"})
    assert unknown.status_code == 422 and SavedPlan.objects.count() == 1


def test_the_planner_needs_no_sign_in_and_its_address_holds_the_question(office, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        answer = Client().get("/guide/ways", ASKED)
    page = answer.content.decode()
    assert answer.status_code == 200 and len(answer.content) < 100_000
    assert "CCMA" in page and "open today" in page and "Keep it" not in page
    assert 'name="experience_months" type="number" value="30"' in page
    for way in queries.survey(queries.read(ASKED, queries.book(), queries.office_day())[0]).ways:
        assert all(source.url.replace("&", "&amp;") in page for source in way.sources)


def test_the_ways_that_are_ticked_stand_side_by_side(office):
    page = Client().get("/guide/ways", {**ASKED, "compare": ["RMA-AMT.work", "CCMA-NHA.work"]}).content.decode()
    head = re.search(r'<table class="table beside">.*?</thead>', page, re.DOTALL).group()
    assert head.count('<th scope="col">') == 2 and "RMA (AMT)" in head and "CCMA" in head
    assert "over your budget" in page


def test_what_cannot_be_comes_back_beside_its_field_with_what_was_typed():
    answer = Client().get("/guide/ways", {**ASKED, "education": "program-other", "graduated": "2999-01-01"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "is not there yet" in page and 'value="2999-01-01"' in page
    assert 'aria-invalid="true"' in page and "side by side" in page.lower() or "Nothing that you typed is lost" in page


def test_failed_tries_and_lapses_of_the_form_count_and_further_ones_stay(office):
    more = {"failed_at": "RMA-AMT", "failed_count": "4", "lapsed_at": "CMA-AAMA", "lapsed_on": "2020-01-31",
            "failed": "CPT-NHA=1"}  # fmt: skip
    page = Client().get("/guide/ways", {**ASKED, **more}).content.decode()
    assert "4 of 4 tries are used" in page and "Renewing was open until" in page
    assert '<option value="CPT-NHA" selected>' in page or 'name="failed" value="RMA-AMT=4"' in page


def test_the_ways_are_there_as_csv(office):
    answer = Client().get("/guide/ways", ASKED, headers={"accept": "text/csv"})
    lines = answer.content.decode().splitlines()
    assert lines[0].startswith("Certification,Way,Open,Earliest") and len(lines) > 15


def test_a_signed_in_person_keeps_the_plan_and_finds_it_with_the_credentials(office):
    ma = office.assistant()
    browser = signed_in(given_account(ma, "ana@alderstreet.example"))
    assert "Keep it" in browser.get("/guide/ways", ASKED).content.decode()
    assert "None kept" in browser.get("/credentials/").content.decode()
    answer = browser.post("/credentials/plans/save", {"form_key": str(uuid7()), **ASKED})
    assert answer.status_code == 303 and answer["Location"] == "/credentials/"
    page = browser.get("/credentials/").content.decode()
    address = re.search(r'href="(/guide/ways\?[^"]+)"', page).group(1).replace("&amp;", "&")
    assert "as they are now" in page and browser.get(address).status_code == 200
    assert browser.post("/credentials/plans/save", {"form_key": str(uuid7()), "state": "US-ZZ"}).status_code == 422
    assert SavedPlan.objects.count() == 1
