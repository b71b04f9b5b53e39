"""What is read: sets, trends, the grid of the rooming page."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from medassist.domain.visits import actions as visits
from medassist.domain.visits.inputs import WalkIn
from medassist.domain.vitals import actions, queries
from medassist.domain.vitals.inputs import CorrectReading, TakeVitals
from medassist.domain.vitals.models import Reading
from medassist.kernel import clock
from medassist.kernel.errors import Missing
from medassist.kernel.testing import context
from tests.office.given import as_staff, given_site, given_staff
from tests.vitals.given import found, given_patient, given_set, taking

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("yes")]
D = Decimal


@pytest.fixture
def patient():
    return given_patient()


def visit_of(patient):
    return visits.walk_in(context(), WalkIn.of(patient=patient.pk, site=given_site().pk, reason="Headache"))


def test_the_latest_sets_come_newest_first_with_who_and_how(patient):
    ana = given_staff()
    given_set(patient, days_ago=60)
    actions.take(as_staff(ana), taking(patient, position="sitting"))
    newest, older = queries.latest(patient.pk, 5)
    assert newest["taken_at"] > older["taken_at"]
    assert (newest["by_name"], newest["position"], older["by_name"]) == ("Ana Reyes", "Seated", "")
    pressure = newest["rows"][0]
    assert (pressure["label"], pressure["text"], pressure["judged"]["word"]) == ("Blood pressure", "148/92", "High")
    assert {one["sign"]: one["text"] for one in newest["readings"]}["bmi"] == "31.7"
    assert queries.latest_of([patient.pk])[patient.pk]["id"] == newest["id"]
    assert queries.latest(given_patient("Hale", "Jo").pk) == []


def test_a_trend_is_in_the_offices_unit_whatever_was_measured_in(patient):
    given_set(patient, days_ago=30, weight=("82.3", "kg"))
    given_set(patient, days_ago=1, weight=("187.6", "[lb_av]"))
    points = queries.trend(patient.pk, "weight")
    assert [(one["text"], one["value"]) for one in points] == [("181.4", D("181.4")), ("187.6", D("187.6"))]
    assert len(queries.trend(patient.pk, "weight", since=clock.now() - timedelta(days=7))) == 1
    assert [one["sign"] for one in queries.signs_of(patient.pk)] == ["weight"]


def test_pressures_are_told_together(patient):
    given_set(patient, days_ago=1, systolic="148", diastolic="92")
    given_set(patient, systolic="138")
    assert [one["text"] for one in queries.trend(patient.pk, "blood_pressure")] == ["148/92", "138/–"]


def test_the_last_days_stand_side_by_side(patient):
    for days, weight in ((200, "178.8"), (100, "180.2"), (40, "181.4")):
        given_set(patient, days_ago=days, weight=weight, confirmed={"weight"})
    told = queries.previous(patient.pk, 3)
    assert len(told["days"]) == 3 and told["values"]["weight"] == ["181.4", "180.2", "178.8"]
    assert told["values"]["pulse"] == ["", "", ""]


def test_the_grid_tells_now_beside_before_in_few_statements(patient, django_assert_num_queries):
    for days, weight in ((200, "178.8"), (100, "180.2"), (40, "181.4")):
        given_set(patient, days_ago=days, weight=weight, height="64.5", systolic="126", diastolic="80")
    visit = visit_of(patient)
    actions.take(context(), TakeVitals.of(
        patient=patient.pk, visit=visit.pk, taken_at=clock.now(),
        found=[*found(systolic="148", diastolic="92", weight="187.6", height="64.5", temperature="98.4"),
               {"sign": "oxygen_saturation", "value": "98", "unit": "%", "qualifiers": {"oxygen": "room-air"}}],
    ))  # fmt: skip
    with django_assert_num_queries(2):
        lines = {line["key"]: line for line in queries.grid(patient.pk, visit.pk)}
    assert list(lines) == [
        "blood_pressure", "pulse", "respirations", "temperature", "oxygen_saturation", "weight", "height", "pain",
        "bmi",
    ]  # fmt: skip
    pressure = lines["blood_pressure"]
    assert (pressure["now"], pressure["judged"]["word"]) == ("148/92", "High")
    assert [box["value"] for box in pressure["boxes"]] == ["148", "92"]
    assert [text for _, text in pressure["previous"]] == ["126/80"] * 3
    assert (lines["weight"]["now"], lines["weight"]["note"]) == ("187.6", "+6.2 lb")
    assert lines["height"]["note"] == "Same" and lines["bmi"]["note"] == "Was 30.7"
    assert lines["bmi"]["boxes"] == [] and lines["bmi"]["computed"]
    assert (lines["oxygen_saturation"]["how"], lines["oxygen_saturation"]["said"]) == (
        "Room air",
        {"oxygen": "room-air"},
    )
    assert [box["name"] for box in lines["oxygen_saturation"]["also"]] == ["oxygen_flow", "oxygen_concentration"]
    assert lines["weight"]["spark"] == [178.8, 180.2, 181.4, 187.6]
    assert lines["temperature"]["band"] == (96.8, 100.4)
    assert lines["pulse"]["now"] == "" and lines["pulse"]["boxes"][0]["name"] == "pulse"
    [shown] = queries.for_visit(visit.pk)
    assert shown["visit"] == visit.pk


def test_the_grid_of_a_small_child_asks_for_the_head(patient):
    baby = given_patient("Ortiz", "Mia", birth_date=(clock.now() - timedelta(days=90)).date().isoformat())
    lines = {line["key"]: line for line in queries.grid(baby.pk)}
    assert "head_circumference" in lines and lines["blood_pressure"]["band"] is None
    assert "head_circumference" not in {line["key"] for line in queries.grid(patient.pk)}


def test_what_was_corrected_no_longer_counts(patient):
    taken = given_set(patient, days_ago=5, pulse="88")
    row = Reading.objects.get(of=taken)
    actions.correct(context(), CorrectReading.of(reading=row.pk, reason="Another patient's pulse"))
    assert queries.trend(patient.pk, "pulse") == [] and queries.last_values(patient.pk, clock.now()) == {}
    assert queries.reading(row.pk)["replaced_why"] == "Another patient's pulse"


@pytest.mark.parametrize("query", ["one_set", "reading", "where_set", "where_reading", "grid"])
def test_what_is_not_there_is_said_to_be_missing(query):
    with pytest.raises(Missing):
        getattr(queries, query)(uuid4())
