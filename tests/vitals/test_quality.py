"""How well vital signs are taken: a small world made by actions, its figures computed by hand here."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from medassist.domain.visits import actions as visits
from medassist.domain.visits.inputs import StartRooming, WalkIn
from medassist.domain.vitals import actions, queries, rules
from medassist.kernel import clock
from tests.vitals.clinic import Clinic, calls, tell
from tests.vitals.given import ADULT, found, taking

pytestmark = pytest.mark.django_db(transaction=True)
CHILD = {"systolic": ("142", "mm[Hg]"), "diastolic": ("92", "mm[Hg]"), "pulse": ("96", "/min"),
         "temperature": ("98.6", "[degF]"), "weight": ("42", "[lb_av]"), "height": ("43", "[in_i]")}  # fmt: skip
ASKED = frozenset(ADULT) | {"height", "weight", "systolic.2"}


class World(Clinic):
    """Five roomed visits and one that was not; times are minutes after the beginning of rooming."""

    def __init__(self) -> None:
        super().__init__()
        self.begin = clock.now()
        self.end = self.begin + timedelta(hours=2)

    def comes(self, by, family, born="1983-03-04", room=True):
        patient = self.registers(family, "A", born)
        visit = visits.walk_in(
            self.as_(self.ma), WalkIn.of(patient=patient.pk, site=self.site.pk, provider=self.doctor.pk)
        )
        return visits.room(self.as_(by), StartRooming.of(visit=visit.pk)) if room else visit

    def measures(self, by, visit, minutes, signs, late=0, device="", rows=None):
        at = visit.step_at + timedelta(minutes=minutes)
        with time_machine.travel(at, tick=False):
            given = taking(visit.patient, visit=visit.pk, at=at - timedelta(minutes=late), confirmed=ASKED,
                           device=device, found=rows or found(**signs))  # fmt: skip
            made = actions.take(self.as_(by, at=at), given)
            tell()
        return made

    def answers(self, minutes):
        [task] = [one for one in calls() if one.status == "open"]
        with time_machine.travel(task.added_at + timedelta(minutes=minutes), tick=False):
            self.acknowledges(task)


@pytest.fixture
def world():
    made = World()
    one, two, seven = (made.comes(made.ma, name) for name in ("One", "Two", "Seven"))
    made.measures(made.ma, one, 4, ADULT, late=2)
    again = [{"sign": sign, "value": value, "unit": "mm[Hg]", "ordinal": 2}
             for sign, value in (("systolic", "138"), ("diastolic", "88"))]  # fmt: skip
    made.measures(made.ma, one, 7, {}, rows=again)
    wrong = made.measures(made.ma, two, 10, {"pulse": "88"})
    made.corrects(wrong, "pulse", "78")
    made.measures(made.ma, seven, 5, {"pulse": "34"}, late=1)
    made.answers(8)
    three, six = made.comes(made.nurse, "Three", born="2021-06-01"), made.comes(made.nurse, "Six")
    made.measures(made.nurse, three, 3, CHILD, device="Monitor 7")
    made.measures(made.nurse, six, 1, {"systolic": "192", "diastolic": "124"})
    made.answers(3)
    made.comes(made.ma, "Four", room=False)
    return made


def figures(row, *names):
    return [float(row[name]) if row[name] is not None else None for name in names]


VISITS = ("visits", "expected", "complete", "raised", "again", "rested")
READ = ("sets", "readings", "machine", "corrected")
CALLS = ("calls", "in_time", "answered")


def test_the_figures_are_those_computed_by_hand(world):
    site, okafor, ana = queries.quality(world.site, world.begin, world.end)
    assert [row["name"] for row in (site, okafor, ana)] == ["", "Ana Okafor", "Ana Reyes"]
    # Ana: One is complete, and was raised and repeated; Two has a pulse alone, Seven too
    assert figures(ana, *VISITS) == [3, 3, 1, 1, 1, 1]
    # the nurse: the child is complete and too young for the repeat rule; Six was raised and not repeated
    assert figures(okafor, *VISITS) == [2, 2, 1, 1, 0, 0]
    assert figures(site, *VISITS) == [5, 5, 2, 2, 1, 1]
    # 9 + 2 signs of One, 1 of Two, 1 of Seven; 6 of the child, by a device, 2 of Six; BMI is not counted
    assert figures(ana, *READ) == [4, 13, 0, 1]
    assert figures(okafor, *READ) == [2, 8, 6, 0]
    assert figures(site, *READ) == [6, 21, 6, 1]
    # Seven was answered after 8 minutes, Six after 3; due are 5
    assert figures(ana, *CALLS) == pytest.approx([1, 0, 480], abs=2)
    assert figures(okafor, *CALLS) == pytest.approx([1, 1, 180], abs=2)
    assert figures(site, *CALLS) == pytest.approx([2, 1, 330], abs=2)


def test_a_second_pressure_before_the_rest_is_over_is_one_that_was_not_after_the_rest(world):
    eight = world.comes(world.ma, "Eight")
    world.measures(world.ma, eight, 2, {"systolic": "148", "diastolic": "92"})
    rows = [{"sign": sign, "value": value, "unit": "mm[Hg]", "ordinal": 2}
            for sign, value in (("systolic", "138"), ("diastolic", "88"))]  # fmt: skip
    world.measures(world.ma, eight, 4, {}, rows=rows)
    site, okafor, ana = queries.quality(world.site, world.begin, world.end)
    names = ("raised", "again", "rested")
    assert (figures(site, *names), figures(ana, *names)) == ([3, 2, 1], [2, 2, 1])
    assert figures(okafor, *names) == [1, 0, 0]


def test_times_are_medians_and_nine_of_ten_by_interpolation(world):
    rows = {row["ma"]: row for row in queries.quality(world.site, world.begin, world.end)}
    # rooming to the first set: 4, 10, 5 minutes; 3, 1 minutes
    assert figures(rows[world.ma.actor_id], "timed", "spent", "spent_90") == [3, 300, 540]
    assert figures(rows[world.nurse.actor_id], "timed", "spent", "spent_90") == [2, 120, 168]
    assert figures(rows[None], "timed", "spent", "spent_90") == [5, 240, 480]
    # taken to recorded: 2, 0, 0, 1 minutes
    assert figures(rows[world.ma.actor_id], "late", "late_90") == pytest.approx([30, 102])


def test_a_period_and_a_site_hold_only_their_own_visits_and_asking_takes_two_statements(world):
    with CaptureQueriesContext(connection) as asked:
        assert len(queries.quality(world.site, world.begin, world.end)) == 3
    assert len(asked) == 2
    assert queries.quality(world.site, world.end, world.end + timedelta(days=1))[0]["visits"] == 0
    before = queries.quality(world.site, world.begin - timedelta(days=1), world.begin)
    assert [row["visits"] for row in before] == [1, 1]  # Marisol Ortega in room 8, of whom nothing was measured
    assert [row["sets"] for row in before] == [0, 0]


def test_where_nothing_is_expected_of_a_type_or_an_age_the_visit_is_not_counted():
    shots = next(rule for rule in rules.expected("family-medicine") if rule["types"] and "shots" in rule["types"])
    assert shots["signs"] == [] and shots["rank"] == 0
    baby = [rule for rule in rules.expected("pediatrics") if rule["to_years"] == 2]
    assert "head_circumference" in baby[0]["signs"] and "systolic" not in baby[0]["signs"]
    known = {name for profile in ("urgent-care", "dermatology", "pediatrics") for rule in rules.expected(profile)
             for name in rule["signs"]}  # fmt: skip
    assert known <= set(rules.SIGNS)


# --- on screen


def test_a_manager_and_a_provider_see_everybody_with_few_told_as_numbers_and_each_figure_explained(world):
    for name in ("manager", "doctor"):
        html = world.at_work(name).get("/quality?period=4-weeks").content.decode()
        assert "All of Alder Street" in html and "Ana Reyes" in html and "Ana Okafor" in html
        assert "2 of 6" in html and "1 of 2" in html and "33 %" not in html
        assert "29 %" in html and "6 of 21" in html  # of 21 readings six by a device
        assert "at 18 years and over" in html


def test_an_assistant_sees_only_the_own_line(world):
    client = world.at_work("ma")
    html = client.get("/quality?period=4-weeks").content.decode()
    assert "Your visits" in html and "Ana Reyes" in html and "Okafor" not in html and "All of" not in html
    sheet = client.get("/quality", HTTP_ACCEPT="text/csv").content.decode()
    assert [row["Who roomed"] for row in csv.DictReader(io.StringIO(sheet))] == ["Ana Reyes"]


def test_the_table_is_there_for_other_programs(world):
    answer = world.at_work("manager").get("/quality?period=4-weeks", HTTP_ACCEPT="text/csv")
    rows = {row["Who roomed"]: row for row in csv.DictReader(io.StringIO(answer.content.decode()))}
    assert (rows["All"]["Visits roomed"], rows["All"]["Complete"], rows["All"]["By a device"]) == ("6", "2", "6")
    assert rows["Ana Okafor"]["Pressures repeated"] == "0"


def test_a_time_without_visits_says_so(world):
    with time_machine.travel(clock.now() + timedelta(days=40), tick=True):
        html = world.at_work("manager").get("/quality?period=week").content.decode()
    assert "No visit was roomed in this time." in html
