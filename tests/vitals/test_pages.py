"""The pages of vital signs, as a signed-in person sees them."""

import json

import pytest
from django.contrib.messages.storage import default_storage
from django.test import RequestFactory
from django.urls import reverse

from medassist.domain.vitals import actions, pages
from medassist.domain.vitals.models import Reading, VitalSet
from medassist.kernel.testing import context
from tests.vitals.given import given_patient, given_set
from tests.vitals.test_actions import receiving

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("yes")]


@pytest.fixture
def patient():
    return given_patient()


def ask(view, method="get", data=None, headers=None, **parts):
    made = getattr(RequestFactory(), method)("/vitals/", data or {}, headers=headers or {})
    made.context, made._messages = context(), default_storage(made)
    return view(made, **parts)


def test_the_overview_shows_sets_and_the_same_in_numbers(patient):
    given_set(patient, days_ago=40)
    given_set(patient)
    answer = ask(pages.overview, patient=patient.pk)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "148/92" in text and "31.7" in text and "Blood pressure over time" in text
    assert reverse("vitals:trend", args=[patient.pk, "blood_pressure"]) in text
    for forbidden in ("style=", "onclick", "<script>"):
        assert forbidden not in text


def test_an_empty_overview_says_so(patient):
    assert "No vital signs yet" in ask(pages.overview, patient=patient.pk).content.decode()


def test_the_table_is_there_for_other_programs(patient):
    given_set(patient, weight="187.6")
    answer = ask(pages.overview, headers={"Accept": "text/csv"}, patient=patient.pk)
    lines = answer.content.decode().splitlines()
    assert lines[0].startswith("Taken,Sign,Value,Unit") and "187.6,[lb_av],187.6" in lines[1]


def test_a_trend_is_columns_for_the_chart(patient):
    given_set(patient, days_ago=40, systolic="138", diastolic="86")
    given_set(patient, systolic="148", diastolic="92")
    told = json.loads(ask(pages.trend, patient=patient.pk, sign="blood_pressure").content)
    assert told["unit"] == "mmHg" and [line["values"] for line in told["lines"]] == [[138.0, 148.0], [86.0, 92.0]]
    assert told["at"] == sorted(told["at"])
    assert ask(pages.trend, patient=patient.pk, sign="mood").status_code == 404


def test_a_set_is_taken_from_the_form_and_faults_stand_beside_their_boxes(patient):
    assert ask(pages.take, patient=patient.pk).status_code == 200
    answer = ask(pages.take, "post", {"temperature": "986", "pulse": "72"}, patient=patient.pk)
    assert answer.status_code == 422
    assert (
        "986 °F is not possible. Did you mean 98.6?" in answer.content.decode()
        and 'value="72"' in answer.content.decode()
    )
    answer = ask(
        pages.take,
        "post",
        {"systolic": "148", "diastolic": "92", "blood_pressure.site": "left-arm"},
        patient=patient.pk,
    )
    assert answer.status_code == 303
    assert Reading.objects.get(sign="systolic").body_site == "left-arm"


def test_a_doubt_is_asked_and_confirmed(patient):
    answer = ask(pages.take, "post", {"temperature": "108"}, patient=patient.pk)
    assert answer.status_code == 422 and "It is right" in answer.content.decode()
    assert (
        ask(pages.take, "post", {"temperature": "108", "confirmed": "temperature"}, patient=patient.pk).status_code
        == 303
    )


def test_a_form_sent_twice_is_done_once(patient):
    data = {"pulse": "72", "form_key": "0192f3a4-0000-7000-8000-000000000001", "taken_at": "2026-11-23T10:42"}
    assert ask(pages.take, "post", data, patient=patient.pk).status_code == 303
    assert ask(pages.take, "post", data, patient=patient.pk).status_code == 303
    assert VitalSet.objects.count() == 1


def test_a_reading_is_put_right_and_the_old_value_stays(patient):
    taken = given_set(patient, pulse="88")
    row = Reading.objects.get(of=taken)
    assert "Entered: <b>88 /min</b>" in ask(pages.correct, patient=patient.pk, reading=row.pk).content.decode()
    answer = ask(pages.correct, "post", {"value": "78"}, patient=patient.pk, reading=row.pk)
    assert answer.status_code == 422 and "Say what was wrong." in answer.content.decode()
    answer = ask(pages.correct, "post", {"value": "78", "reason": "Misread"}, patient=patient.pk, reading=row.pk)
    assert answer.status_code == 303
    shown = ask(pages.one_set, patient=patient.pk, set=taken.pk).content.decode()
    assert "<b>78</b>" in shown and "<s>Pulse 88 /min</s>" in shown and "Misread" in shown
    new = Reading.objects.get(replaces=row)
    assert ask(pages.correct, "post", {"take_back": "1", "reason": "Other patient"}, patient=patient.pk,
               reading=new.pk).status_code == 303  # fmt: skip


def test_what_is_another_patients_is_not_shown(patient):
    taken = given_set(given_patient("Hale", "Jo"), pulse="88")
    assert ask(pages.one_set, patient=patient.pk, set=taken.pk).status_code == 404
    row = Reading.objects.get(of=taken)
    assert ask(pages.correct, patient=patient.pk, reading=row.pk).status_code == 404
    assert ask(pages.confirm, "post", patient=patient.pk, set=taken.pk).status_code == 404


def test_what_a_device_reported_is_confirmed_with_one_press(patient):
    heard = actions.receive(context(via="hl7"), receiving(patient, pulse="72"))
    shown = ask(pages.overview, patient=patient.pk).content.decode()
    assert "Not confirmed" in shown and reverse("vitals:confirm", args=[patient.pk, heard.pk]) in shown
    assert ask(pages.confirm, "post", patient=patient.pk, set=heard.pk).status_code == 303
    assert "Not confirmed" not in ask(pages.overview, patient=patient.pk).content.decode()


def test_a_chart_that_may_not_be_opened_is_not(patient, settings):
    given_set(patient)
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    for view, parts in ((pages.overview, {}), (pages.trend, {"sign": "pulse"}), (pages.take, {})):
        answer = ask(view, patient=patient.pk, **parts)
        assert answer.status_code == 403 and "148" not in answer.content.decode()
