"""What the planner says of a state and of a kind of office, and what it puts before people first."""

import json
import re
from datetime import UTC, datetime

import pytest
import time_machine
from click.testing import CliRunner
from django.test import Client

from medassist.domain.delegation import rules
from medassist.domain.office import queries as office
from medassist.interfaces.cli import credentials as planned
from medassist.interfaces.web.guide.words import LANGUAGES, words

pytestmark = pytest.mark.django_db(transaction=True)
SCHOOLED = {"education": "program-accredited", "accreditor": "CAAHEP", "graduated": "2026-05-01"}


@pytest.fixture(autouse=True)
def day():
    """A day on which the asked ones are not over."""
    with time_machine.travel(datetime(2026, 11, 27, 18, tzinfo=UTC), tick=False):
        yield


def page(lang="en", **asked):
    answer = Client().get("/guide/ways" if lang == "en" else f"/guide/{lang}/ways", asked)
    return answer.status_code, answer.content.decode()


def beside(text):
    return re.search(r'<table class="table beside">.*?</table>', text, re.DOTALL).group()


def test_every_kind_of_office_has_a_name_in_each_language():
    for lang in LANGUAGES:
        assert set(words(lang)["ways"]["form"]["offices"]) == set(office.profiles())


@pytest.mark.parametrize("kind", sorted(office.profiles()))
def test_what_a_kind_of_office_asks_for_is_told_act_by_act_as_the_state_s_file_has_it(kind):
    asks = office.acts_of_profile(kind)
    assert asks <= set(rules.acts().clinical)
    _, text = page(state="US-WA", office=kind, **SCHOOLED)
    table = beside(text)
    assert "Of what such an office asks for" in table and f'<option value="{kind}" selected>' in text
    row = table[table.index("Of what such an office asks for") :].partition("</tr>")[0]
    for act in asks:
        assert rules.acts().name(act) in row


def test_the_kind_of_office_stays_in_the_address_of_what_leads_on_and_in_the_other_language():
    _, text = page(state="US-CA", office="pediatrics", **SCHOOLED)
    assert "/guide/es/ways?" in text and text.count("office=pediatrics") >= 1
    _, other = page("es", state="US-CA", office="pediatrics", **SCHOOLED)
    assert "De lo que se pide en un consultorio así" in other and "Pediatría" in other


def test_a_kind_of_office_that_does_not_exist_is_said_beside_its_field():
    status, text = page(state="US-CA", office="spaceship", **SCHOOLED)
    assert status == 422 and "There is no such kind of office" in text


def test_where_a_credential_of_the_state_is_asked_for_in_order_to_work_it_stands_first():
    _, text = page(state="US-WA", **SCHOOLED)
    head = beside(text).partition("</thead>")[0]
    assert head.index("MA-C") < head.index("RMA (AMT)")
    _, other = page(state="US-CA", **SCHOOLED)
    assert "MA-C" not in beside(other)


def test_the_way_whose_door_closes_next_stands_beside_the_others():
    _, text = page(state="US-CA", lapsed="CMA-AAMA=2026-10-31", **SCHOOLED)
    assert "Renewing a lapsed certificate" in beside(text)


def told(*more):
    asked = [f"--{name}={value}" for name, value in SCHOOLED.items()]
    return CliRunner().invoke(planned.plan, ["--state", "US-WA", *asked, *more])


def test_the_command_says_what_is_closed_and_why_what_it_opens_and_each_source():
    text = told("--failed-tries", "CMA-AAMA=3").output
    assert "Washington: a certification to work: yes." in text
    closed = [line for line in text.splitlines() if line.startswith("Closed: CMA")]
    assert closed and "3 of 3 tries are used" in closed[0]
    answer = json.loads(told("--failed-tries", "CMA-AAMA=3", "--json").output)
    for way in (*answer["ways"], *answer["closed"]):
        assert all(f"Source: {one['url']}" in text for one in way["sources"])
    assert "In Washington, it is part of what is asked for: " in text


def test_the_command_tells_of_a_kind_of_office_and_refuses_one_that_is_none():
    text = told("--office", "pediatrics").output
    assert "In Washington, pediatrics, it is part of what is asked for: Vital signs" in text
    answer = json.loads(told("--office", "pediatrics", "--json").output)
    assert answer["office"] == {"kind": "pediatrics", "asks": sorted(office.acts_of_profile("pediatrics"))}
    wrong = told("--office", "spaceship")
    assert wrong.exit_code == 2 and "one of family-medicine" in wrong.output
