"""Series of readings on the rooming page and the board; arms, labels, and what a device sent."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from medassist.domain.people import actions as people
from medassist.domain.people.inputs import AddAlert, EndAlert
from medassist.domain.visits.models import IdentityCheck, Visit
from medassist.domain.vitals import actions as vitals
from medassist.domain.vitals.inputs import ReceiveVitals
from medassist.domain.vitals.models import Confirmation, Reading, Series, VitalSet
from medassist.exchange.models import Version
from medassist.interfaces.web.board.day import gather
from medassist.interfaces.web.board.live import concerns
from medassist.interfaces.web.board.tasks import waiting
from medassist.kernel import clock
from medassist.kernel.errors import Invalid
from medassist.kernel.identifiers import uuid7
from medassist.kernel.testing import context
from tests.office.given import given_patient, given_site
from tests.visits.given import given_roomed, given_visit
from tests.vitals.given import ADULT, found
from tests.web.given import HTMX, at_work, context_of

pytestmark = pytest.mark.django_db
HIGH = {"systolic": "148", "diastolic": "92"}


def post(client, visit, part, data=None, **more):
    return client.post(f"/rooming/{visit.pk}/{part}", data or {}, **{**HTMX, **more})


def page(client, visit, query=""):
    return client.get(f"/rooming/{visit.pk}{query}").content.decode()


def alert(patient, code="no-pressure-left-arm", text="mastectomy 2019"):
    return people.add_alert(context(), AddAlert.of(patient=patient, code=code, text=text))


# --- the second pressure


def test_the_ring_counts_to_the_servers_due_time_and_the_rail_says_it(yes):
    client, visit = at_work(), given_roomed()
    html = post(client, visit, "vitals", HIGH).content.decode()
    due = Series.objects.get().due_at
    assert f'data-ring="300" data-due="{due.isoformat()}"' in html and "BP again in 5 min" in html
    assert 'name="systolic.2"' in html and "First was 148/92" in html


def test_it_is_left_before_ready_and_asked_once(yes):
    client, visit = at_work(), given_roomed()
    post(client, visit, "vitals", HIGH)
    assert "BP again.</p>" in page(client, visit)
    answer = post(client, visit, "next", {"seen": "rooming"})
    assert answer.status_code == 422 and "BP again" in answer.content.decode()
    post(client, visit, "next", {"seen": "rooming", "confirmed": "left"})
    assert Visit.objects.get().step == "ready" and Series.objects.get().ended_at is None


def test_both_readings_and_their_mean_stand_on_the_page(yes):
    client, visit = at_work(), given_roomed()
    post(client, visit, "vitals", HIGH)
    with time_machine.travel(clock.now() + timedelta(seconds=285)):  # a hand at the clock
        html = post(client, visit, "vitals", {"systolic.2": "141", "diastolic.2": "87"}).content.decode()
    assert "Mean of 2 readings: 145/90<" in html and "data-ring" not in html


def test_a_second_reading_before_the_rest_is_over_is_asked_about_and_confirmed_on_the_page(yes):
    client, visit = at_work(), given_roomed()
    second = {"systolic.2": "141", "diastolic.2": "87", "form_key": uuid7()}
    with time_machine.travel(clock.now(), tick=False) as now:
        post(client, visit, "vitals", HIGH)
        now.shift(100)
        said = "The rest goes on for 3:20 min. Measure when it is over?"
        assert said in post(client, visit, "vitals/check", second).content.decode(), "while it is typed"
        answer = post(client, visit, "vitals", second)
        html = answer.content.decode()
        assert answer.status_code == 422 and said in html and 'name="confirmed" value="systolic.2"' in html
        assert 'value="141"' in html and "data-ring" in html and VitalSet.objects.count() == 1
        for _ in range(2):
            html = post(client, visit, "vitals", second | {"confirmed": "systolic.2"}).content.decode()
    assert "Mean of 2 readings: 145/90, the rest was 3:20 min short" in html and "data-ring" not in html
    assert VitalSet.objects.count() == 2


def test_it_is_stopped_with_a_reason(yes):
    client, visit = at_work(), given_roomed()
    post(client, visit, "vitals", HIGH)
    html = post(client, visit, f"series/{Series.objects.get().pk}/end", {"reason": "The patient left"}).content.decode()
    assert "data-ring" not in html and Series.objects.get().reason == "The patient left"


def test_the_page_opens_with_the_focus_in_the_box_that_is_due(yes):
    client, visit = at_work(), given_roomed()
    post(client, visit, "vitals", HIGH)
    assert "autofocus" not in page(client, visit).split("<main")[1].split("</main")[0]
    html = page(client, visit, "?focus=due").split("<main")[1]
    assert html.index('name="systolic.2"') < html.index("autofocus") < html.index('name="diastolic.2"')


# --- the board


def test_the_card_counts_down_turns_amber_then_red_and_leads_to_the_box(yes):
    client, visit = at_work(), given_roomed(patient=given_patient("Mercer", "Dale").pk)
    post(client, visit, "vitals", HIGH)
    [card] = gather(given_site().pk).cards
    assert (card.timer.words, card.timer.state, card.state) == ("BP again in 5 min", "none", "none")
    due = Series.objects.get().due_at
    for after, state in ((0, "watch"), (4, "watch"), (5, "act")):
        [card] = gather(given_site().pk, due + timedelta(minutes=after)).cards
        assert (card.timer.words, card.timer.state, card.state) == ("BP again now", state, state)
    html = client.get("/").content.decode()
    assert f"/rooming/{visit.pk}?focus=due" in html and f'data-due="{due.isoformat()}"' in html
    assert f'data-actor="{context_of(client).actor.id}"' in html and "Mercer, Room 1: BP again now." in html


def test_a_board_with_timers_takes_eight_statements_all_the_same(yes):
    client = at_work()
    for n in range(4):
        visit = given_roomed(str(n), patient=given_patient(f"Family{n}").pk)
        post(client, visit, "vitals", HIGH)
    given_visit(patient=given_patient("Waits").pk)
    site = given_site().pk
    with CaptureQueriesContext(connection) as asked:
        assert sum(bool(card.timer) for card in gather(site).cards) == 4
        waiting(context_of(client).actor.id, site, {})
    assert len(asked) <= 8, [one["sql"][:90] for one in asked]


def test_a_site_without_rooms_has_a_board(yes):
    given_visit()
    assert len(gather(given_site().pk).cards) == 1


def test_other_boards_hear_of_it():
    assert concerns("vitals.series_begun") and concerns("vitals.series_ended") and not concerns("vitals.taken")


# --- lying and standing, alone


def test_lying_and_standing_is_carried_through_on_the_page(yes):
    client, visit = at_work(), given_roomed()
    with time_machine.travel(clock.now(), tick=False) as now:
        html = post(client, visit, "series", {"protocol": "orthostatic"}).content.decode()
        assert "Lie for 5 minutes" in html and "Lying BP in 5 min" in html and 'data-key="o"' not in html
        series = Series.objects.get()
        for minutes, step, values in (
            (5, 0, ("142", "84", "72")),
            (1, 1, ("120", "78", "88")),
            (2, 2, ("134", "80", "84")),
        ):
            for _ in range(minutes):  # somebody is at the screen, which else locks itself
                now.shift(60)
                page(client, visit)
            typed = dict(zip(("systolic", "diastolic", "pulse"), values, strict=True))
            answer = post(client, visit, "series/step", {"series": str(series.pk), "step": step, **typed})
            assert answer.status_code == 200
    html = answer.content.decode()
    assert "−22/−6, pulse +16, a fall" in html and "Fell on standing" in html and 'data-key="o"' in html
    assert Reading.objects.filter(position="standing", sign="systolic").count() == 2


def test_a_step_that_cannot_be_is_told_beside_its_box_and_nothing_is_lost(yes):
    client, visit = at_work(), given_roomed()
    post(client, visit, "series", {"protocol": "unattended-pressure"})
    series = Series.objects.get()
    answer = post(
        client, visit, "series/step", {"series": str(series.pk), "step": 0, "systolic": "999", "diastolic": "80"}
    )
    html = answer.content.decode()
    assert answer.status_code == 422 and 'value="999"' in html and 'value="80"' in html and "not possible" in html
    answer = post(client, visit, "series/step", {"series": str(series.pk), "step": 0, "systolic": "128"})
    assert answer.status_code == 422 and "both pressures" in answer.content.decode()
    assert not VitalSet.objects.exists()


def test_who_comes_second_with_a_step_is_told(yes):
    client, visit = at_work(), given_roomed()
    post(client, visit, "series", {"protocol": "unattended-pressure"})
    sent = {"series": str(Series.objects.get().pk), "step": 0, "systolic": "128", "diastolic": "80"}
    assert post(client, visit, "series/step", sent).status_code == 200
    answer = post(client, visit, "series/step", sent)
    assert answer.status_code == 409 and "moment ago" in answer.content.decode()


def test_whoever_may_not_measure_begins_nothing(yes, settings):
    client, visit = at_work(), given_roomed()
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    for part in ("series", "series/step", "vitals/confirm", "vitals/more", "scan"):
        answer = post(client, visit, part, {"protocol": "orthostatic", "systolic": "120", "code": "10000001"})
        assert answer.status_code == 403 and "Ortega" not in answer.content.decode(), part


# --- an arm that is barred


def test_an_alert_bars_an_arm_and_the_other_is_chosen(yes):
    client, visit = at_work(), given_roomed()
    alert(visit.patient_id)
    html = page(client, visit)
    assert "Left arm, not here" in html and '<option value="right-arm" selected>' in html
    answer = post(client, visit, "vitals", {"systolic": "118", "diastolic": "76", "systolic.site": "left-arm"})
    assert answer.status_code == 422
    assert "No blood pressure on the left arm: mastectomy 2019. Take it on the right?" in answer.content.decode()
    sure = {"systolic": "118", "diastolic": "76", "systolic.site": "left-arm", "confirmed": "systolic"}
    assert post(client, visit, "vitals", sure).status_code == 200
    row = Reading.objects.get(sign="systolic")
    assert row.body_site == "left-arm" and "mastectomy" in row.doubts[0]


def test_the_other_arm_is_taken_without_a_question_and_an_ended_alert_bars_nothing(yes):
    client, visit = at_work(), given_roomed()
    one = alert(visit.patient_id)
    sent = {"systolic": "118", "diastolic": "76", "systolic.site": "right-arm"}
    assert post(client, visit, "vitals", sent).status_code == 200
    people.end_alert(context(), EndAlert(patient=visit.patient_id, alert=one.pk, reason="Entered by mistake"))
    assert "not here" not in page(client, visit, "?again=blood_pressure")


def test_with_both_arms_barred_none_is_proposed(yes):
    client, visit = at_work(), given_roomed()
    alert(visit.patient_id)
    alert(visit.patient_id, "no-pressure-right-arm", "fistula")
    assert '-arm" selected' not in page(client, visit)
    answer = post(client, visit, "vitals", {"systolic": "118", "diastolic": "76", "systolic.site": "left-arm"})
    assert "The other arm is barred too" in answer.content.decode()


def test_an_alert_with_a_meaning_is_added_on_the_patients_page_and_shown_as_a_flag(yes):
    client, patient = at_work(), given_patient()
    assert "No blood pressure on the left arm" in client.get(f"/people/{patient.pk}").content.decode()
    told = {"text": "mastectomy 2019", "kind": "clinical", "code": "no-pressure-left-arm"}
    client.post(f"/people/{patient.pk}/alerts", told)
    assert patient.alerts.get().code == "no-pressure-left-arm"
    assert Version.objects.filter(action="people.add_alert").exists()
    with pytest.raises(Invalid):
        AddAlert.of(patient=patient.pk, text="x", code="no-such-meaning")


# --- what a device sent


def given_sent(visit, **signs):
    told = {"patient": visit.patient_id, "visit": visit.pk, "taken_at": clock.now(), "found": found(**signs or ADULT)}
    return vitals.receive(context(), ReceiveVitals.of(device="Monitor 4", **told))


def test_what_a_device_sent_stands_in_the_grid_and_one_key_confirms_all(yes):
    client, visit = at_work(), given_roomed()
    given_sent(visit, systolic="118", diastolic="76", pulse="72")
    given_sent(visit, temperature="98.4")
    html = page(client, visit)
    assert "Monitor 4 sent 4 values" in html and 'data-key="y"' in html
    assert 'title="From Monitor 4">not confirmed' in html and 'name="pulse"' not in html and "confirm them" in html
    html = post(client, visit, "vitals/confirm").content.decode()
    assert Confirmation.objects.count() == 2 and "not confirmed" not in html
    assert {one.by for one in Confirmation.objects.all()} == {context_of(client).actor.id}
    assert post(client, visit, "vitals/confirm").status_code == 200, "once more confirms nothing"
    assert Confirmation.objects.count() == 2


# --- seldom taken signs, and the score


def test_consciousness_is_one_of_five_and_with_it_the_score_is_complete(yes):
    client, visit = at_work(), given_roomed()
    assert 'name="consciousness"' not in page(client, visit)
    html = post(client, visit, "vitals/more", {"pulse": "131"}).content.decode()
    assert '<select class="in answer" id="f-consciousness"' in html and 'value="131"' in html
    signs = {"systolic": "105", "diastolic": "70", "pulse": "112", "respirations": "22", "temperature": "101.5",
             "oxygen_saturation": "94", "oxygen_saturation.oxygen": "room-air"}  # fmt: skip
    html = post(client, visit, "vitals", signs | {"more": "1"}).content.decode()
    assert "NEWS2" not in html
    html = post(client, visit, "vitals", {"consciousness": "A"}).content.decode()
    assert "NEWS2 7, high risk" in html and "Alert" in html
    alert(visit.patient_id, "oxygen-target-88-92", "Oxygen target 88 to 92 %")
    assert "NEWS2 6, medium risk, scale 2" in page(client, visit)


def test_an_answer_that_is_none_is_told(yes):
    client, visit = at_work(), given_roomed()
    answer = post(client, visit, "vitals", {"consciousness": "sleepy"})
    assert answer.status_code == 422 and not VitalSet.objects.exists()


# --- a label that is scanned


def test_the_patients_own_label_is_one_identifier_and_one_more_is_asked(yes):
    client, visit = at_work(), given_roomed()
    html = post(client, visit, "scan", {"code": visit.patient.mrn}).content.decode()
    assert "The label is right" in html and 'value="mrn,birth-date"' in html
    assert not IdentityCheck.objects.exists(), "a scan never finishes an act"
    post(client, visit, "identity", {"identifiers": "mrn,birth-date"})
    assert IdentityCheck.objects.get().identifiers == ["birth-date", "mrn"]


def test_the_label_of_another_patient_is_a_stop_and_changes_nothing(yes):
    client, visit = at_work(), given_roomed()
    other = given_patient("Mercer", "Dale")
    html = post(client, visit, "scan", {"code": other.mrn}).content.decode()
    assert "Another patient’s code" in html and "note is-stop" in html and "Mercer" not in html
    assert not IdentityCheck.objects.exists()
    html = post(client, visit, "scan", {"code": "NOBODY99"}).content.decode()
    assert "Nobody here has the code NOBODY99" in html
    assert "Another patient’s code" in client.post(f"/rooming/{visit.pk}/scan", {"code": other.mrn}).content.decode()
