"""What the clock tells the manager of the rules: a broken file, a review that is near or overdue."""

from datetime import timedelta

import pytest

from medassist.domain.credentials.queries import office_day
from medassist.domain.delegation import rules
from medassist.domain.delegation.models import StateFile
from medassist.domain.delegation.rules import shelf
from medassist.domain.worklist.models import Task
from medassist.interfaces.cli import check
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
