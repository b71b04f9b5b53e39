"""createadmin, and links into the demo."""

import json

import pytest
from click.testing import CliRunner

from medassist.domain.office import queries as office
from medassist.interfaces.cli import createadmin, demo, house
from medassist.interfaces.web.access import tickets
from medassist.interfaces.web.models import Account
from tests.access.given import PASSWORD, browser, given_account, sign_in
from tests.office.given import given_office, given_staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("yes")]
OFFICE = [
    "--organization", "Alder Street Family Practice", "--site", "Alder Street", "--state", "US-CA", "--timezone",
    "America/Los_Angeles", "--given", "Maya", "--family", "Lund", "--username", "Maya.Lund@alderstreet.example",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _django_is_ready(monkeypatch):
    monkeypatch.setattr(house, "enter", lambda as_owner=False: None)


def run(command, *words, typed=None):
    """Call a command."""
    return CliRunner().invoke(command, list(words), input=typed)


def path_of(url):
    """The path of an address."""
    return "/" + url.strip().split("/", 3)[3]


def test_the_first_manager_sets_the_password_by_the_link_and_signs_in():
    told = run(createadmin.command, *OFFICE)
    assert told.exit_code == 0, told.output
    client = browser()
    answer = client.post(path_of(told.stdout), {"password": PASSWORD, "again": PASSWORD})
    assert answer.status_code == 303
    assert client.session["place"]["roles"] == ["manager"]
    assert sign_in(browser(), "maya.lund@alderstreet.example").status_code == 303


def test_what_is_not_said_is_asked_and_the_password_may_come_on_standard_input():
    told = run(createadmin.command, *OFFICE[:-2], "--password-stdin", "--json", typed=f"maya\n{PASSWORD}\n")
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout) == {"username": "maya"}
    assert sign_in(browser(), "maya").status_code == 303


def test_a_fault_makes_nothing():
    told = run(createadmin.command, *OFFICE[:5], "California", *OFFICE[6:])
    assert told.exit_code == 1 and not office.has_staff()
    told = run(createadmin.command, *OFFICE[:-1], "a b")
    assert told.exit_code == 1 and not office.has_staff() and not Account.objects.exists()


def test_an_office_that_locked_itself_out_gets_a_link_for_its_manager():
    given_office()
    told = run(createadmin.command, "--given", "Maya", "--family", "Lund", "--username", "maya.lund")
    assert told.exit_code == 0 and "/signin/link/" in told.stdout
    again = run(createadmin.command, "--username", "maya.lund")
    assert "/signin/link/" in again.stdout and Account.objects.count() == 1
    given_account()
    other = run(createadmin.command, "--username", "ana.reyes@alderstreet.example")
    assert other.exit_code == 1 and "Managers: Maya Lund" in other.stderr, "only managers are helped so"


def test_a_demo_link_signs_a_role_in_once(settings, tmp_path):
    settings.MEDASSIST_HOME = tmp_path
    given_account(given_staff("Ana", "Reyes"), "reyes")
    given_account(given_staff("Nora", "Hale", "physician"), "hale")
    refused = run(demo.command, "signin", "medical-assistant")
    assert refused.exit_code == 1 and refused.stderr.count("\n") == 1
    (tmp_path / "demo").mkdir()
    (tmp_path / tickets.DEMO_MARK).touch()
    told = run(demo.command, "signin", "physician")
    assert told.exit_code == 0 and told.stdout.count("\n") == 1
    client = browser()
    assert client.get(path_of(told.stdout)).status_code == 302
    assert client.session["place"]["roles"] == ["physician"]
    assert browser().get(path_of(told.stdout)).status_code == 410
    unknown = run(demo.command, "signin", "astronaut")
    assert unknown.exit_code == 1 and "medical-assistant" in unknown.stderr
