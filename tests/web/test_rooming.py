"""Rooming on one page: each part taken, what is wrong or doubtful asked beside it, and moving on."""

import json

import pytest

from medassist.domain.records import queries as records
from medassist.domain.visits.models import IdentityCheck, Visit
from medassist.domain.vitals import queries as vitals
from medassist.domain.vitals.models import VitalSet
from medassist.kernel.models import AuditEntry
from tests.office.given import given_patient, given_provider, given_room
from tests.visits.given import given_roomed, given_visit
from tests.web.given import HTMX, at_work

pytestmark = pytest.mark.django_db
SET = {
    "systolic": "118", "diastolic": "76", "pulse": "72", "respirations": "14", "temperature": "98.4",
    "oxygen_saturation": "98", "weight": "160", "height": "64.5", "pain": "0",
}  # fmt: skip


def post(client, visit, part, data=None, **more):
    return client.post(f"/rooming/{visit.pk}/{part}", data or {}, **{**HTMX, **more})


def page(client, visit):
    return client.get(f"/rooming/{visit.pk}").content.decode()


def test_the_page_shows_who_it_is_and_what_is_left(yes):
    client, visit = at_work(), given_roomed("2", reason="Headache")
    html = page(client, visit)
    assert "Ortega, Marisol" in html and "Mar 4, 1983" in html and "Room 2" in html
    assert "Left before ready: identity, vital signs, medications, allergies." in html
    assert "Allergies not asked yet" in html and "Headache" in html


def test_opening_it_opens_the_chart_in_the_trail(yes):
    client, visit = at_work(), given_roomed()
    page(client, visit)
    assert AuditEntry.objects.filter(outcome="opened", patient=visit.patient_id).exists()


def test_a_chart_that_may_not_be_opened_stays_closed(yes, settings):
    client, visit = at_work(), given_roomed()
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    answer = client.get(f"/rooming/{visit.pk}")
    assert answer.status_code == 403 and "Ortega" not in answer.content.decode()


def test_a_visit_that_is_not_there(yes):
    client = at_work()
    assert client.get("/rooming/01900000-0000-7000-8000-000000000000").status_code == 404


def test_two_identifiers_are_checked_and_the_banner_says_so(yes):
    client, visit = at_work(), given_roomed()
    answer = post(client, visit, "identity", {"identifiers": "name,birth-date"})
    assert IdentityCheck.objects.get().identifiers == ["birth-date", "name"]
    html = answer.content.decode()
    assert "both checked" in html and 'id="rail"' in html and 'hx-swap-oob="true"' in html


def test_one_identifier_is_not_enough(yes):
    client, visit = at_work(), given_roomed()
    answer = post(client, visit, "identity", {"identifiers": "name"})
    assert answer.status_code == 422 and not IdentityCheck.objects.exists()
    assert "Ask for one more" in answer.content.decode()


def test_the_reason_is_kept_in_the_patients_words(yes):
    client, visit = at_work(), given_roomed()
    post(client, visit, "reason", {"reason": "Headache for 3 days <b>"})
    assert Visit.objects.get().reason == "Headache for 3 days <b>"
    assert "&lt;b&gt;" in page(client, visit)


def test_a_set_of_signs_is_recorded_and_judged(yes):
    client, visit = at_work(), given_roomed()
    answer = post(client, visit, "vitals", SET)
    assert answer.status_code == 200, answer.content.decode()
    assert VitalSet.objects.get().visit_id == visit.pk
    html = answer.content.decode()
    assert "<b>118/76</b>" in html and "In range" in html and "computed" in html
    assert "Vital signs recorded." in answer.headers["X-Say"]


def test_both_pressures_may_stand_in_one_box(yes):
    client, visit = at_work(), given_roomed()
    post(client, visit, "vitals", {"systolic": "118/76"})
    assert "<b>118/76</b>" in page(client, visit)


def test_what_cannot_be_is_told_under_its_box_and_nothing_typed_is_lost(yes):
    client, visit = at_work(), given_roomed()
    answer = post(client, visit, "vitals", {**SET, "temperature": "984"})
    html = answer.content.decode()
    assert answer.status_code == 422 and not VitalSet.objects.exists()
    assert "984 °F is not possible. Did you mean 98.4?" in html and 'data-use="98.4"' in html
    assert 'aria-describedby="f-temperature-said"' in html and 'value="118"' in html


def test_a_doubt_is_asked_and_confirmed(yes):
    client, visit = at_work(), given_roomed()
    odd = {**SET, "pulse": "205"}
    answer = post(client, visit, "vitals", odd)
    html = answer.content.decode()
    assert 'name="confirmed" value="pulse"' in html and not VitalSet.objects.exists()
    assert post(client, visit, "vitals", {**odd, "confirmed": "pulse"}).status_code == 200


def test_what_was_confirmed_stays_confirmed_while_the_rest_is_asked(yes):
    client, visit = at_work(), given_roomed()
    odd = {**SET, "pulse": "190", "respirations": "55"}
    html = post(client, visit, "vitals", {**odd, "confirmed": "pulse"}).content.decode()
    assert 'name="confirmed" value="pulse" checked' in html and not VitalSet.objects.exists()
    assert 'name="confirmed" value="respirations"> It is right' in html
    assert post(client, visit, "vitals", {**odd, "confirmed": ["pulse", "respirations"]}).status_code == 200
    assert VitalSet.objects.count() == 1


def test_the_same_form_sent_twice_is_recorded_once(yes):
    client, visit = at_work(), given_roomed()
    form = {**SET, "form_key": "01900000-0000-7000-8000-0000000000aa"}
    post(client, visit, "vitals", form)
    post(client, visit, "vitals", form)
    assert VitalSet.objects.count() == 1


def test_while_typing_the_page_looks_and_records_nothing(yes):
    client, visit = at_work(), given_roomed()
    answer = post(client, visit, "vitals/check", {"temperature": "984"})
    assert answer.status_code == 200 and "Did you mean 98.4?" in answer.content.decode()
    assert not VitalSet.objects.exists()
    assert "is not" not in post(client, visit, "vitals/check", {}).content.decode()


def test_while_typing_nothing_is_shown_of_a_chart_that_may_not_be_opened(yes, settings):
    client, visit = at_work(), given_roomed()
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    for part in ("vitals/check", "vitals/units", "identity", "review", "next"):
        answer = post(client, visit, part, {"pulse": "72", "identifiers": "name,birth-date"})
        assert answer.status_code == 403 and "Ortega" not in answer.content.decode(), part


def test_a_high_pressure_is_repeated_after_a_rest(yes):
    client, visit = at_work(), given_roomed()
    html = post(client, visit, "vitals", {"systolic": "148", "diastolic": "92"}).content.decode()
    assert "Measure the pressure again" in html and 'name="systolic.2"' in html and "data-ring" in html
    second = {"systolic.2": "128", "diastolic.2": "78", "confirmed": "systolic.2"}
    html = post(client, visit, "vitals", second).content.decode()
    assert "128/78" in html and "data-ring" not in html


def test_the_other_units_are_one_press_away_and_what_was_typed_is_turned(yes):
    client, visit = at_work(), given_roomed()
    answer = post(client, visit, "vitals/units", {"unit-system": "usual", "temperature": "98.6", "weight": "220"})
    html = answer.content.decode()
    assert 'value="37"' in html and 'value="99.8"' in html and "°C" in html and 'value="other"' in html
    taken = post(client, visit, "vitals", {"unit-system": "other", "temperature": "37", "weight": "99.8"})
    assert taken.status_code == 200, taken.content.decode()
    units = {one["sign"]: one["unit"] for one in vitals.for_visit(visit.pk)[0]["readings"]}
    assert units["temperature"] == "Cel" and units["weight"] == "kg"


def test_a_reading_entered_in_error_is_put_right_and_stays_to_be_seen(yes):
    client, visit = at_work(), given_roomed()
    post(client, visit, "vitals", {"pulse": "72"})
    one = vitals.for_visit(visit.pk)[0]["readings"][0]
    url = f"/rooming/{visit.pk}/vitals/{one['id']}/correct"
    assert "72" in client.get(url).content.decode()
    assert client.post(url, {"value": "76", "reason": ""}).status_code == 422
    assert client.post(url, {"value": "76", "reason": "Read from the wrong line"}).status_code == 303
    html = page(client, visit)
    assert "<b>76</b>" in html and "Read from the wrong line" in html and "<s>Pulse 72" in html


def test_lists_are_reviewed_by_one_press_but_never_asked_allergies_are_not(yes):
    client, visit = at_work(), given_roomed()
    html = post(client, visit, "review").content.decode()
    assert records.reviewed_in([visit.pk])[visit.pk] == {"medications"}
    assert "No known allergies" in html
    post(client, visit, "allergy", {"none_known": "true"})
    assert records.reviewed_in([visit.pk])[visit.pk] == {"medications", "allergies"}
    assert visit.patient_id in records.none_known([visit.patient_id])


def test_medications_and_allergies_are_added_and_stopped(yes):
    client, visit = at_work(), given_roomed()
    post(client, visit, "medication", {"display": "Lisinopril 10 mg", "dosage": "once a day"})
    post(client, visit, "allergy", {"display": "Penicillin", "reaction": "hives"})
    entry = records.medications(visit.patient_id)[0]
    assert entry["name"] == "Lisinopril 10 mg" and records.allergies(visit.patient_id)[0]["name"] == "Penicillin"
    assert "Penicillin" in page(client, visit)
    answer = client.post(f"/rooming/{visit.pk}/medication/{entry['id']}/stop", {"reason": "cough"}, **HTMX)
    assert answer.status_code == 200 and not records.medications(visit.patient_id)


def test_ready_asks_about_what_is_left_and_goes_on_all_the_same(yes):
    client, visit = at_work(), given_roomed()
    answer = post(client, visit, "next", {"seen": "rooming"})
    assert answer.status_code == 422 and "Left: identity" in answer.content.decode()
    assert Visit.objects.get().step == "rooming"
    answer = post(client, visit, "next", {"seen": "rooming", "confirmed": "left"})
    assert Visit.objects.get().step == "ready" and answer.headers["HX-Redirect"] == "/"


def test_with_everything_done_ready_is_one_press(yes):
    provider = given_provider()
    client, visit = at_work(), given_roomed(provider=provider.pk, reason="Headache")
    post(client, visit, "identity", {"identifiers": "name,birth-date"})
    post(client, visit, "vitals", SET)
    post(client, visit, "allergy", {"none_known": "true"})
    post(client, visit, "review")
    assert "Left before ready" not in page(client, visit) and "Ready for" in page(client, visit)
    post(client, visit, "next", {"seen": "rooming"})
    assert Visit.objects.get().step == "ready"


def test_checking_out_with_things_to_do_is_asked(yes):
    client, visit = at_work(), given_roomed()
    for _ in range(2):
        post(client, visit, "next", {"confirmed": "left"})
    post(client, visit, "to-do", {"what": "Draw blood"})
    assert Visit.objects.get().step == "to-do-after"
    answer = post(client, visit, "next")
    assert answer.status_code == 422 and "Draw blood" in answer.content.decode()
    to_do = visit.to_dos.get()
    assert client.post(f"/rooming/{visit.pk}/to-do/{to_do.pk}/done", **HTMX).status_code == 200
    post(client, visit, "next")
    assert Visit.objects.get().step == "checked-out"


def test_another_room(yes):
    client, visit, other = at_work(), given_roomed("1"), given_room("2")
    answer = client.post(f"/rooming/{visit.pk}/room", {"room": str(other.pk)})
    assert answer.status_code == 303 and Visit.objects.get().room_id == other.pk


def test_who_is_taken_in_gets_the_first_free_room(yes):
    client, taken, free = at_work(), given_roomed("1", patient=given_patient("First").pk), given_room("2")
    visit = given_visit(patient=given_patient("Second").pk)
    post(client, visit, "next", {"seen": "arrived"})
    assert Visit.objects.get(pk=visit.pk).room_id == free.pk != taken.room_id


def test_somebody_moved_it_meanwhile(yes):
    client, visit = at_work(), given_roomed()
    assert post(client, visit, "next", {"seen": "arrived"}).status_code == 409


def test_without_scripts_each_part_comes_back_to_the_page(yes):
    client, visit = at_work(), given_roomed()
    answer = client.post(f"/rooming/{visit.pk}/identity", {"identifiers": ["name", "birth-date"]})
    assert answer.status_code == 303 and answer.headers["Location"].endswith("#s-identity")
    answer = client.post(f"/rooming/{visit.pk}/vitals", {"temperature": "984"})
    assert answer.status_code == 422 and "<!doctype html>" in answer.content.decode()


def test_a_patient_with_an_open_visit_is_found_from_the_chart(yes):
    client = at_work()
    patient = given_patient("Bauer").pk
    assert client.get(f"/rooming/of/{patient}").status_code == 409
    visit = given_visit(patient=patient)
    assert client.get(f"/rooming/of/{patient}").headers["Location"] == f"/rooming/{visit.pk}"


def test_what_was_recorded_is_said_for_the_ear_as_well(yes):
    client, visit = at_work(), given_roomed()
    said = json.loads(post(client, visit, "vitals", {"pulse": "72"}).headers["X-Say"])
    assert said == {"text": "Vital signs recorded.", "state": "good", "undo": ""}
