"""Trends on screen: ranges, what lies outside, periods, visits, corrections, tables for other programs."""

import csv
import html
import io
import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from medassist.domain.vitals import actions, queries
from medassist.domain.vitals.inputs import CorrectReading
from medassist.domain.vitals.models import Reading, Series, VitalSet
from medassist.domain.vitals.pages import trend, trends
from medassist.kernel import clock
from medassist.kernel.guard import open_house
from medassist.kernel.testing import context
from tests.office.given import given_site
from tests.vitals.given import given_patient, given_set

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("yes")]


@pytest.fixture
def patient():
    """A grown-up with three pressures: in range, both high, only the lower one high."""
    patient = given_patient()
    for days, upper, lower, pulse in ((400, "112", "74", "72"), (200, "148", "92", "110"), (10, "118", "84", "76")):
        given_set(patient, days_ago=days, systolic=upper, diastolic=lower, pulse=pulse, confirmed={"pulse"})
    return patient


def ask(view, patient, headers=None, query=None, **parts):
    made = RequestFactory().get("/vitals/", query or {}, headers=headers or {})
    made.context, made.session = context(), {}
    return view(made, patient=patient.pk, **parts)


def columns(patient, sign="blood_pressure", **query):
    return json.loads(ask(trend, patient, query=query, sign=sign).content)


def rows_of(answer):
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def test_each_line_brings_its_range_and_says_what_lies_outside(patient):
    upper, lower = columns(patient)["lines"]
    assert upper["out"] == [False, True, False] and lower["out"] == [False, True, True]
    assert [band[2:] for band in upper["bands"]] == [[90.0, 120.0]]
    assert [band[2:] for band in lower["bands"]] == [[60.0, 80.0]]
    first, last = columns(patient)["at"][0], columns(patient)["at"][-1]
    assert upper["bands"][0][0] <= first and upper["bands"][0][1] >= last
    assert (upper["last"], lower["last"]) == ("118", "84")


def test_a_range_is_told_in_the_office_unit(patient):
    given_set(patient, days_ago=300, temperature="98.6")
    given_set(patient, days_ago=1, temperature="101.3")
    [line] = columns(patient, "temperature")["lines"]
    assert line["out"] == [False, True] and line["bands"][0][2:] == [96.8, 100.4]


def test_a_child_has_no_range_where_no_source_gives_one():
    child = given_patient(birth_date=(clock.now() - timedelta(days=1500)).date().isoformat())
    for days in (200, 100):
        given_set(child, days_ago=days, weight=("16.1", "kg"))
    [line] = columns(child, "weight")["lines"]
    assert line["bands"] == [] and line["out"] == [False, False]


def test_a_period_leaves_out_what_is_older(patient):
    assert len(columns(patient)["at"]) == 3 and len(columns(patient, period="year")["at"]) == 2
    assert len(columns(patient, period="3m")["at"]) == 1
    assert ask(trend, patient, query={"period": "aeon"}, sign="pulse").status_code == 404
    assert ask(trends, patient, query={"period": "aeon"}).status_code == 404


def test_a_missing_lower_pressure_is_a_gap(patient):
    given_set(patient, days_ago=5, systolic="121")
    upper, lower = columns(patient)["lines"]
    assert lower["values"] == [74.0, 92.0, 84.0, None] and lower["out"][-1] is False
    assert upper["values"][-1] == 121.0


def test_a_value_that_was_put_right_is_drawn_as_it_is_now(patient):
    row = Reading.objects.filter(sign="pulse").order_by("taken_at")[1]
    actions.correct(context(), CorrectReading.of(reading=row.pk, value="70", unit="/min", reason="Misread"))
    assert columns(patient, "pulse")["lines"][0]["values"] == [72.0, 70.0, 76.0]
    gone = Reading.objects.filter(sign="pulse", replaced_by__isnull=True).order_by("taken_at")[0]
    actions.correct(context(), CorrectReading.of(reading=gone.pk, reason="Another patient"))
    assert columns(patient, "pulse")["lines"][0]["values"] == [70.0, 76.0]


def test_all_signs_are_on_one_page_each_with_its_numbers(patient):
    given_set(patient, days_ago=3, weight="187.6")
    answer = ask(trends, patient)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert text.count('role="img" aria-label="Blood pressure, all: 3 values, the last 118/84 mmHg') == 1
    assert "2 of 3 outside the range" in text and "148/92" in text and "Measured once" in text and "187.6" in text
    told = json.loads(html.unescape(re.search(r'data-told="([^"]*)"', text)[1]))
    assert told == columns(patient)
    for forbidden in (" style=", "onclick", "<script>"):
        assert forbidden not in text


def test_nothing_in_a_period_says_so_and_leads_to_all(patient):
    text = ask(trends, given_patient("Hale", "Jo")).content.decode()
    assert "Nothing measured in this time" in text and "Trends appear here" in text
    old = given_patient("Hale", "Ed")
    given_set(old, days_ago=800, pulse="72")
    assert "Look at all of it" in ask(trends, old, query={"period": "year"}).content.decode()


def test_what_is_shown_is_also_a_table_for_other_programs(patient):
    by_header = ask(trend, patient, headers={"Accept": "text/csv"}, sign="blood_pressure")
    by_link = ask(trend, patient, query={"as": "csv"}, sign="blood_pressure")
    assert by_header.content == by_link.content
    rows = rows_of(by_header)
    assert [row["Value"] for row in rows] == ["118/84", "148/92", "112/74"]
    assert [row["Outside"] for row in rows] == ["outside", "outside", ""] and rows[0]["Unit"] == "mmHg"
    every = rows_of(ask(trends, patient, query={"as": "csv", "period": "year"}))
    assert [row["Sign"] for row in every] == ["Blood pressure"] * 2 + ["Pulse"] * 2


def test_a_standing_test_is_no_part_of_a_trend(patient):
    given_step(patient, "orthostatic", upper=96, lower=58)
    assert columns(patient)["lines"][0]["last"] == "118"
    assert "96/58" not in ask(trends, patient).content.decode()
    assert queries.previous(patient.pk)["values"]["blood_pressure"][0] == "118/84"


def test_a_pressure_that_was_repeated_by_protocol_is_part_of_a_trend(patient):
    given_step(patient, "repeat-pressure", upper=126, lower=78)
    assert columns(patient)["lines"][0]["last"] == "126"


def given_step(patient, protocol, **pressures):
    """A step of a protocol, written as the protocols' own actions write it."""
    at, by = clock.now(), context().actor.id
    with open_house("a step of a protocol, for a test"):
        series = Series.objects.create(patient=patient, site=given_site(), protocol=protocol, begun_by=by)
        step = VitalSet.objects.create(patient=patient, taken_at=at, by=by, status="final", series=series)
        for sign, value in zip(("systolic", "diastolic"), pressures.values(), strict=True):
            Reading.objects.create(
                of=step, patient=patient, taken_at=at, sign=sign, value=value, unit="mm[Hg]", standard=value, by=by
            )


def test_all_signs_take_one_statement_however_many_there_are(patient):
    def asked():
        with CaptureQueriesContext(connection) as seen:
            ask(trends, patient)
        return [one["sql"] for one in seen if '"vitals_reading"' in one["sql"]]

    few = asked()
    for days in range(20, 60):
        given_set(patient, days_ago=days, temperature="98.4", respirations="16")
    assert len(few) == len(asked()) == 1


def test_trends_that_may_not_be_opened_are_not(patient, settings):
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    for view, parts in ((trends, {}), (trend, {"sign": "pulse"})):
        answer = ask(view, patient, **parts)
        assert answer.status_code == 403 and b"118" not in answer.content
        answer = ask(view, patient, headers={"Accept": "text/csv"}, **parts)
        assert answer.status_code == 403 and b"118" not in answer.content


def test_nobody_elses_values_are_in_a_trend(patient):
    given_set(given_patient("Hale", "Jo"), pulse="61")
    assert 61.0 not in columns(patient, "pulse")["lines"][0]["values"]
    assert "61" not in {row["Value"] for row in rows_of(ask(trends, patient, query={"as": "csv"}))}
