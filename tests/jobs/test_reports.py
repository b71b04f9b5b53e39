"""What the clock tells the manager of the rules: a broken file, a review that is near or overdue."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner

from medassist.domain.credentials.queries import office_day
from medassist.domain.delegation import rules
from medassist.domain.delegation.models import StateFile
from medassist.domain.delegation.rules import shelf
from medassist.domain.worklist.models import Task
from medassist.interfaces.cli import check, may
from medassist.interfaces.jobs import reports
from tests.delegation.given import Office

pytestmark = pytest.mark.django_db(transaction=True)
A_DAY = timedelta(days=1)


@pytest.fixture
def office():
    office = Office()
    office.doctor = office.provider()
    return office


@pytest.fixture
def broken(tmp_path, monkeypatch):
    """Break California's file in a copy of the package's data."""

    def do():
        (tmp_path / "states").mkdir()
        for path in (rules.DATA / "states").glob("*.json"):
            (tmp_path / "states" / path.name).write_bytes(path.read_bytes())
        (tmp_path / "states" / "CA.json").write_text("{ broken")
        monkeypatch.setattr(shelf, "DATA", tmp_path)
        shelf._lying.cache_clear()

    yield do
    monkeypatch.undo()
    shelf._lying.cache_clear()


def test_sound_files_are_kept_once_and_tell_nobody_anything(office):
    assert reports.rules_files() == reports.rules_files() == 0
    assert StateFile.objects.count() == 1 and not Task.objects.exists()


def test_a_broken_file_is_told_to_the_manager_once_with_its_place_and_what_holds(office, broken):
    reports.rules_files()
    broken()
    assert reports.rules_files() == reports.rules_files() == 1
    [task] = Task.objects.all()
    assert (task.kind, task.pool, task.about) == ("system", "managers", "rules/US-CA")
    assert "The last sound text stays in force. CA.json, line 1, column 3" in task.details


def test_check_names_a_broken_file_and_whether_something_is_in_force(office, broken):
    assert ("fine", "51 states' files are sound") in list(check._rules())
    broken()
    [(state, text)] = list(check._rules())
    assert state == "fault" and "CA.json, line 1, column 3" in text and "none is in force" in text


def test_check_warns_where_the_last_sound_text_holds(office, broken):
    reports.rules_files()
    broken()
    [(state, text)] = list(check._rules())
    assert state == "warning" and "stays in force" in text


@pytest.fixture
def asked(monkeypatch):
    """What `medassist may` answers in this office."""
    monkeypatch.setattr(may.house, "there", lambda: True)
    monkeypatch.setattr(may.house, "enter", lambda: None)
    may._kept.cache_clear()
    yield lambda: CliRunner().invoke(
        may.may, ["vitals.measure", "--state", "CA", "--role", "medical-assistant", "--json"]
    )
    may._kept.cache_clear()


def test_may_tells_what_is_broken_and_by_which_sound_text_it_answers(office, broken, asked):
    reports.rules_files()
    before = json.loads(asked().stdout)
    broken()
    now = json.loads(asked().stdout)
    assert now["decision"] == before["decision"] and now["reasons"][:-1] == before["reasons"]
    looked = rules.State("US-CA", StateFile.objects.get().text.encode()).data["last_researched"]
    told = now["reasons"][-1]["text"]
    assert "CA.json, line 1, column 3" in told and f"The text researched {looked} is used instead." in told


def test_may_without_a_sound_text_says_what_is_broken_and_answers_nothing(office, broken, asked, monkeypatch):
    broken()
    for there in (True, False):
        monkeypatch.setattr(may.house, "there", lambda there=there: there)
        may._kept.cache_clear()
        answer = asked()
        assert answer.exit_code == 2 and "CA.json, line 1, column 3" in answer.stderr
        assert "No sound text of US-CA is kept here." in answer.stderr and "there are no rules" not in answer.stderr


def test_reviews_are_told_60_and_7_days_before_and_once_overdue(office):
    day = office_day() + 90 * A_DAY
    office.policy("vitals.measure", "ecg.perform", by=office.doctor, authority="Advice", review_on=day)
    told = []
    for left in (61, 60, 30, 7, 3, 0, -1, -5):
        reports.reviews(day - left * A_DAY)
        told.append(Task.objects.count())
    assert told == [0, 1, 1, 2, 2, 2, 3, 3]
    titles = list(Task.objects.order_by("added_at").values_list("title", flat=True))
    assert titles[0] == f"Policies to review by {day}" and titles[2] == f"Policies whose review was due on {day}"
    assert "Recording an ECG" in Task.objects.first().details


def test_a_withdrawn_or_replaced_policy_is_reviewed_no_more(office):
    office.policy("vitals.measure", by=office.doctor, review_on=office_day() + 5 * A_DAY)
    office.policy("vitals.measure", by=office.doctor)
    assert reports.reviews() == 0 and not Task.objects.exists()
