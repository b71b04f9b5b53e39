"""What devices send by PCD-01, from the bytes to the chart or to the inbox; never to a guess."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from medassist.codecs.hl7v2 import parse
from medassist.domain.office import actions as office
from medassist.domain.office import inputs as of_office
from medassist.domain.vitals import actions, inputs, queries, wire
from medassist.domain.vitals.models import Reading, Report, VitalSet
from medassist.domain.vitals.wire import pcd
from medassist.domain.worklist.models import Task
from medassist.exchange.models import ReceivedBytes
from medassist.interfaces.hl7 import inbox
from medassist.kernel import clock
from medassist.kernel.identifiers import uuid7
from medassist.kernel.testing import context
from tests.hl7.pcd import CUFF, SIGNS, back, cuff, message, moved, obx, react, roomed, sent, stamp, waits
from tests.office.given import given_patient, given_room, given_site
from tests.visits.given import given_visit

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("port")]
SAMPLES = Path(__file__).parent / "samples"


# -- charted


def test_signs_of_the_patient_in_the_devices_room_are_charted_as_measured_by_the_device() -> None:
    room = given_room("1")
    visit, device = roomed(room), cuff(room)
    code, answer = sent(message())
    assert code == "AA" and answer.first("MSA").get(3) == "1 charted"  # type: ignore[union-attr]
    made = VitalSet.objects.get()
    assert (made.patient_id, made.visit_id, made.instrument, made.device) == (
        visit.patient_id, visit.pk, device, "Cuff 1",
    )  # fmt: skip
    assert made.status == "preliminary" and made.by == inbox.account().id
    found = {row.sign: row.value for row in Reading.objects.all()}
    assert found == {"systolic": Decimal("128"), "diastolic": Decimal("82"), "pulse": Decimal("76")}
    row = Report.objects.get()
    assert (row.status, row.set, row.device) == ("charted", made, device)
    actions.confirm(context(), inputs.ConfirmVitals.of(set=made.pk))


def test_a_number_of_this_office_is_the_patient_wherever_the_device_is() -> None:
    visit = roomed(given_room("1"))
    cuff()
    assert sent(message(mrn=visit.patient.mrn, name="Ortega^Marisol", born="19830304"))[0] == "AA"
    assert VitalSet.objects.get().visit_id == visit.pk


def test_the_same_facts_by_hl7_and_by_fhir_are_the_same_inputs() -> None:
    patient, at = given_patient(), clock.now().replace(microsecond=0)
    lines = [
        obx(1, "8480-6^Systolic^LN", "1.1.1.1", "128", "mm[Hg]^^UCUM"),
        obx(2, "8462-4^Diastolic^LN", "1.1.1.2", "82", "mm[Hg]^^UCUM"),
        obx(3, "8331-1^Oral^LN", "1.3.1.1", "36.8", "268192^MDC_DIM_DEGC^MDC"),
    ]
    told = pcd.read(parse(message(obx=lines, at=at)), uuid7())
    assert told is not None
    by_hl7 = pcd.from_hl7(told.groups[0], patient=patient.pk, taken_at=at, device="Cuff 1")

    def fhir(code: str, value: Any, unit: str) -> dict[str, Any]:
        return {"code": {"coding": [{"system": "http://loinc.org", "code": code}]},
                "valueQuantity": {"value": value, "system": "http://unitsofmeasure.org", "code": unit}}  # fmt: skip

    base = {"resourceType": "Observation", "status": "final", "subject": {"reference": f"Patient/{patient.pk}"},
            "effectiveDateTime": at.isoformat()}  # fmt: skip
    pressure = {**base, "code": {"coding": [{"system": "http://loinc.org", "code": "85354-9"}]},
                "component": [fhir("8480-6", 128, "mm[Hg]"), fhir("8462-4", 82, "mm[Hg]")]}  # fmt: skip
    by_fhir = wire.from_fhir(pressure, {**base, **fhir("8331-1", Decimal("36.8"), "Cel")}, device="Cuff 1")
    bare = [one.model_copy(update={"sent": None}) for one in by_fhir.found]
    assert by_hl7 == by_fhir.model_copy(update={"found": tuple(bare)})


def test_a_group_with_two_pressures_and_a_pulse_of_the_oximeter_keeps_them_apart() -> None:
    room = given_room("1")
    roomed(room), cuff(room)
    first, second = SIGNS["systolic"], SIGNS["diastolic"]
    lines = [obx(1, first[0], "1.1.1.1", "140", first[3]), obx(2, first[0], "1.1.2.1", "130", first[3]),
             obx(3, second[0], "1.1.1.2", "90", second[3]), obx(4, second[0], "1.1.2.2", "84", second[3]),
             obx(5, "149530^MDC_PULS_OXIM_PULS_RATE^MDC", "1.2.1.2", "75", SIGNS["pulse"][3])]  # fmt: skip
    assert sent(message(obx=lines))[0] == "AA"
    sent_ones = Reading.objects.exclude(method="computed")
    found = {(row.sign, row.ordinal): (int(row.value or 0), row.method) for row in sent_ones}
    assert found == {
        ("systolic", 1): (140, ""), ("systolic", 2): (130, ""), ("diastolic", 1): (90, ""),
        ("diastolic", 2): (84, ""), ("pulse", 1): (75, "oximeter"),
    }  # fmt: skip


def test_values_of_two_times_in_one_group_are_two_sets() -> None:
    room = given_room("1")
    roomed(room), cuff(room)
    earlier = stamp(clock.now() - timedelta(minutes=4))
    lines = [obx(1, *SIGNS["systolic"], at=earlier), obx(2, *SIGNS["diastolic"], at=earlier), obx(3, *SIGNS["oxygen"])]
    assert sent(message(obx=lines))[0] == "AA"
    sizes = sorted(one.readings.count() for one in VitalSet.objects.all())
    assert sizes == [1, 2] and Report.objects.count() == 2


def test_a_value_without_meaning_is_left_out_and_an_empty_place_is_no_value() -> None:
    room = given_room("1")
    roomed(room), cuff(room)
    lines = [obx(1, "150488^MDC_BLD_PERF_INDEX^MDC", "1.3.1.1", "1.7", "262688^MDC_DIM_PERCENT^MDC"),
             obx(2, *SIGNS["oxygen"]), obx(3, *SIGNS["pulse"], status="X"),
             obx(4, SIGNS["temperature"][0], "1.3.1.1", "", SIGNS["temperature"][3])]  # fmt: skip
    assert sent(message(obx=lines))[0] == "AA"
    assert [row.sign for row in Reading.objects.all()] == ["oxygen_saturation"]


def test_unlikely_values_are_charted_as_preliminary_and_somebody_is_asked() -> None:
    room = given_room("1")
    roomed(room), cuff(room)
    sent(message(pulse="190"))
    react()
    assert Task.objects.filter(kind="confirm-received").count() == 1


# -- samples that others wrote


def test_the_sample_of_nist_holds_no_sign_of_an_office_and_is_kept() -> None:
    given_site()
    code, answer = sent((SAMPLES / "nist-pcd-01.hl7").read_bytes())
    assert code == "CA" and "No vital sign known here" in answer.first("MSA").get(3)  # type: ignore[union-attr]
    assert ReceivedBytes.objects.count() == 1 and not Report.objects.exists()


# -- never to the wrong patient


def test_two_devices_that_were_swapped_chart_nothing_when_numbers_or_rooms_say_so() -> None:
    one, two = given_room("1"), given_room("2")
    first, second = roomed(one, "Ortega"), roomed(two, "Nakamura")
    cuff(one), cuff(two, "OTHER", "Cuff 2")
    sent(message(mrn=second.patient.mrn))  # Cuff 1 stands in room 1 by the office's list, and is at the patient of 2
    sent(message(device="OTHER", room="1^1"))  # Cuff 2 says itself that it is in room 1
    whys = sorted(row.why for row in Report.objects.all())
    assert "has it elsewhere" in whys[0] and "the room was another's" in whys[1]
    assert not VitalSet.objects.exists() and first.patient_id != second.patient_id


def test_of_two_patients_of_one_name_the_number_says_which_and_the_name_alone_nobody() -> None:
    one, two = given_room("1"), given_room("2")
    roomed(one), roomed(two)
    second = Report.objects.model.visit.field.related_model.objects.order_by("-started_at").last()
    cuff()
    sent(message(name="Ortega^Marisol", born="19830304"))
    waits("nobody for certain")
    sent(message(mrn=second.patient.mrn, name="Ortega^Marisol"))
    assert VitalSet.objects.get().patient_id == second.patient_id


def test_a_patient_who_moved_between_measuring_and_arrival_gets_what_was_measured_before() -> None:
    one, two = given_room("1"), given_room("2")
    first = roomed(one, "Ortega", minutes=30)
    moved(first, two, minutes=5)
    second = roomed(one, "Nakamura", minutes=3)
    cuff(one)
    sent(message(at=clock.now() - timedelta(minutes=10)))
    assert VitalSet.objects.get().visit_id == first.pk
    sent(message(at=clock.now() - timedelta(minutes=1)))
    assert VitalSet.objects.order_by("-taken_at")[0].visit_id == second.pk


def test_what_was_measured_as_the_patient_moved_waits() -> None:
    one, two = given_room("1"), given_room("2")
    moved(roomed(one), two, minutes=5)
    cuff(one)
    sent(message(at=clock.now() - timedelta(minutes=5, seconds=10)))
    waits("came into the room, or left it")


def test_a_device_that_was_moved_counts_where_it_stood_when_it_measured() -> None:
    one, two = given_room("1"), given_room("2")
    first, _ = roomed(one, "Ortega"), roomed(two, "Nakamura")
    device = cuff(one)
    office.place_device(back(minutes=2), of_office.PlaceDevice.of(device=device.pk, room=two.pk))
    sent(message(at=clock.now() - timedelta(minutes=4)))
    assert VitalSet.objects.get().visit_id == first.pk
    sent(message(at=clock.now() - timedelta(minutes=2)))
    row = Report.objects.get(status="waiting")
    assert "moved about that time" in row.why


def test_a_number_with_another_name_or_birth_date_waits() -> None:
    visit = roomed(given_room("1"))
    cuff()
    sent(message(mrn=visit.patient.mrn, name="Nakamura^Kenji"))
    sent(message(mrn=visit.patient.mrn, born="19830305"))
    assert sorted(row.why for row in Report.objects.all()) == [
        "The number is one patient's, the birth date another's.", "The number is one patient's, the name another's.",
    ]  # fmt: skip
    assert not VitalSet.objects.exists()


def test_a_patient_without_a_visit_waits() -> None:
    patient = given_patient()
    cuff()
    sent(message(mrn=patient.mrn))
    waits("at no visit here")


def test_a_patient_who_has_only_arrived_waits() -> None:
    patient = given_patient()
    given_visit(back(minutes=5), patient=patient.pk)
    cuff()
    sent(message(mrn=patient.mrn))
    waits("was not in a room")


def test_a_number_of_another_authority_is_nobody_here() -> None:
    visit = roomed(given_room("1"))
    cuff()
    sent(message(mrn=visit.patient.mrn, authority="NORTH"))
    row = waits("No patient here has this number")
    assert row.patient_said == {"strange": [visit.patient.mrn]}


def test_two_patients_in_one_message_are_kept_apart() -> None:
    first, second = roomed(given_room("1"), "Ortega"), roomed(given_room("2"), "Nakamura")
    cuff()
    at = stamp(clock.now() - timedelta(seconds=2))
    more = [f"PID|||{second.patient.mrn}^^^^MR", f"OBR|2|1^M^{CUFF}^EUI-64|||||{at}", obx(1, *SIGNS["oxygen"])]
    sent(message(mrn=first.patient.mrn, more=more))
    charted = {one.patient_id: {row.sign for row in one.readings.all()} for one in VitalSet.objects.all()}
    assert charted == {
        first.patient_id: {"systolic", "diastolic", "pulse"}, second.patient_id: {"oxygen_saturation"},
    }  # fmt: skip


def test_unknown_and_retired_devices_wait() -> None:
    room = given_room("1")
    visit, device = roomed(room), cuff(room)
    office.retire_device(back(minutes=1), of_office.RetireDevice.of(device=device.pk))
    sent(message(mrn=visit.patient.mrn))
    waits("out of use")
    sent(message(device="STRANGER", mrn=visit.patient.mrn))
    assert Report.objects.get(device=None).why == "This device is not one of the office's."


@pytest.mark.parametrize("status", ["C", "D", "W"])
def test_a_correction_by_a_device_waits_for_a_person(status: str) -> None:
    room = given_room("1")
    roomed(room), cuff(room)
    sent(message(obx=[obx(1, *SIGNS["oxygen"], status=status)]))
    waits("corrects what it sent before")


# -- the clock


def test_a_clock_that_is_ahead_is_put_right_said_and_set_once() -> None:
    room = given_room("1")
    visit, device = roomed(room), cuff(room)
    ahead = timedelta(minutes=20)
    for seconds in (90, 60, 30):
        now = clock.now()
        sent(message(sent=now + ahead, at=now + ahead - timedelta(seconds=seconds)))
    made = VitalSet.objects.order_by("-taken_at")[0]
    assert abs((clock.now() - made.taken_at).total_seconds() - 30) < 15
    assert made.visit_id == visit.pk and "20 min ahead" in made.note or "19 min ahead" in made.note
    row = Report.objects.filter(status="charted").first()
    assert row is not None and row.said_at and row.said_at > clock.now() + timedelta(minutes=10)
    react()
    [task] = Task.objects.filter(kind="equipment-fault")
    assert task.title == "Set the clock of Cuff 1" and task.about == f"clock/{device.pk}"


@pytest.mark.parametrize("year", ["19700101", "20000101"])
def test_a_date_of_an_empty_battery_is_never_taken_silently(year: str) -> None:
    room = given_room("1")
    visit = roomed(room)
    cuff(room)
    sent(message(mrn=visit.patient.mrn, at=f"{year}000500", sent=f"{year}000510"))
    made = VitalSet.objects.get()
    assert "clock can't be used" in made.note and abs((clock.now() - made.taken_at).total_seconds()) < 30
    sent(message(at=f"{year}000600", sent=f"{year}000610"))  # its room alone says nothing of when that was
    assert "clock can't be used" in Report.objects.get(status="waiting").why


def test_a_message_that_may_have_waited_for_hours_is_not_charted_to_who_is_there_now() -> None:
    room = given_room("1")
    visit = roomed(room, minutes=10)
    cuff(room)
    old = clock.now() - timedelta(hours=2)
    sent(message(at=old, sent=old + timedelta(seconds=2)))
    sent(message(mrn=visit.patient.mrn, at=old, sent=old + timedelta(seconds=2)))
    assert {row.status for row in Report.objects.all()} == {"waiting"}


# -- the same again, and streams


def test_a_resend_gets_the_same_answer_and_charts_nothing_more() -> None:
    room = given_room("1")
    roomed(room), cuff(room)
    content = message()
    assert inbox.answer(content) == inbox.answer(content)
    assert VitalSet.objects.count() == Report.objects.count() == ReceivedBytes.objects.count() == 1


def test_two_devices_of_one_model_that_count_alike_are_both_charted() -> None:
    for name, identifier in (("1", "AAAA"), ("2", "BBBB")):
        room = given_room(name)
        roomed(room, name), cuff(room, identifier, f"Cuff {name}")
        assert sent(message(device=identifier, control="1"))[0] == "AA"
    assert VitalSet.objects.count() == 2


def test_the_same_measurement_under_new_control_ids_is_charted_once_and_all_is_kept() -> None:
    room = given_room("1")
    roomed(room), cuff(room)
    at = clock.now() - timedelta(seconds=5)
    for _ in range(20):
        assert sent(message(at=at))[0] == "AA"
    assert VitalSet.objects.count() == 1 and ReceivedBytes.objects.count() == 20
    assert Report.objects.get().times == 20


def test_a_monitor_that_sends_all_the_time_is_charted_once_an_interval_and_the_newest_is_held() -> None:
    room = given_room("1")
    visit = roomed(room)
    cuff(room, profile="pcd-monitor")
    for second in range(30, 0, -1):
        at = clock.now() - timedelta(seconds=second)
        sent(message("oxygen", at=at, oxygen=str(90 + second % 5)))
    assert VitalSet.objects.count() == 1
    [held] = queries.held(visit.pk)
    assert held["signs"][0]["text"] == "91" and held["times"] == 29 and Report.objects.count() == 2
    made = actions.assign_report(context(), inputs.AssignReport.of(report=held["id"], visit=visit.pk))
    assert made.set.readings.get().value == 91 and not queries.held(visit.pk)


def test_after_the_interval_a_monitor_is_charted_again() -> None:
    room = given_room("1")
    visit = roomed(room, minutes=20)
    cuff(room, profile="pcd-monitor")
    for minutes in (12, 11, 6):
        sent(message("oxygen", at=clock.now() - timedelta(minutes=minutes)))
    assert [one.status for one in Report.objects.order_by("measured_at")] == ["charted", "charted"]
    assert VitalSet.objects.count() == 2 and not queries.held(visit.pk)


def test_a_device_that_sends_for_ever_and_is_nobodys_asks_once() -> None:
    cuff(profile="pcd-monitor")
    for second in range(40, 0, -1):
        sent(message("oxygen", at=clock.now() - timedelta(seconds=second), oxygen=str(90 + second % 7)))
    row = Report.objects.get()
    assert row.times == 40 and ReceivedBytes.objects.count() == 40
    react()
    assert Task.objects.filter(kind="unmatched").count() == 1


def test_two_spot_checks_that_are_nobodys_are_two_lines_and_one_task() -> None:
    cuff()
    for second in (20, 10):
        sent(message("oxygen", at=clock.now() - timedelta(seconds=second), oxygen=str(80 + second)))
    assert len(queries.waiting(given_site().pk)) == 2
    react()
    assert Task.objects.filter(kind="unmatched").count() == 1
