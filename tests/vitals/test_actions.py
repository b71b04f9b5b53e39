"""Taking, receiving, confirming, correcting, adopting: what is written, what is refused, what stays visible."""

import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection

from medassist.domain.vitals import actions, queries
from medassist.domain.vitals.inputs import AdoptVitals, ConfirmVitals, CorrectReading, ReceiveVitals, TakeVitals
from medassist.domain.vitals.models import Reading, VitalSet
from medassist.kernel import clock
from medassist.kernel.errors import Conflict, Invalid, Missing, Refused
from medassist.kernel.identifiers import uuid7
from medassist.kernel.models import AuditEntry, Event
from medassist.kernel.testing import context
from tests.office.given import as_staff, given_staff
from tests.vitals.given import ADULT, found, given_patient, given_set, taking

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("yes")]
D = Decimal


def receiving(patient, **parts):
    made = taking(patient, **parts)
    return ReceiveVitals.of(patient=made.patient, taken_at=made.taken_at, found=list(made.found), device="Cuff 7")


# -- take


def test_a_set_is_taken_with_its_index():
    ana = given_staff()
    patient = given_patient()
    taken = actions.take(as_staff(ana), taking(patient, position="sitting"))
    rows = {row.sign: row for row in Reading.objects.filter(of=taken)}
    assert set(rows) == {*ADULT, "bmi"}
    assert (rows["weight"].value, rows["weight"].unit) == (D("187.6"), "[lb_av]")
    assert rows["weight"].standard == D("85.093928612")
    assert rows["bmi"].value == D("31.70") and rows["bmi"].method == "computed"
    assert rows["systolic"].observation == rows["diastolic"].observation == rows["systolic"].pk
    assert rows["systolic"].position == "sitting" and rows["pulse"].position == ""
    assert (taken.status, taken.by) == ("final", ana.actor_id)


def test_taking_leaves_an_entry_and_an_event():
    patient = given_patient()
    taken = given_set(patient)
    entry = AuditEntry.objects.get(action="vitals.take")
    assert (entry.act, entry.patient, entry.outcome) == ("vitals.measure", patient.pk, "done")
    event = Event.objects.get(name="vitals.taken")
    assert event.result == f"vitals.VitalSet/{taken.pk}" and event.patient == patient.pk


def test_who_may_not_measure_writes_nothing(settings):
    patient = given_patient()
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    with pytest.raises(Refused):
        actions.take(context(), taking(patient))
    assert not VitalSet.objects.exists()
    assert AuditEntry.objects.get(action="vitals.take").outcome == "refused"


def test_the_same_key_takes_one_set():
    patient = given_patient()
    given = taking(patient)
    first = actions.take(context(key="k1"), given)
    assert actions.take(context(key="k1"), given).pk == first.pk
    assert VitalSet.objects.count() == 1
    with pytest.raises(Conflict):
        actions.take(context(key="k1"), taking(patient, pulse="60"))


def test_an_unlikely_value_is_asked_about_and_taken_when_confirmed():
    patient = given_patient()
    given_set(patient, days_ago=30)
    with pytest.raises(Invalid) as asked:
        actions.take(context(), taking(patient, weight="287.6"))
    assert asked.value.faults == {}
    assert asked.value.doubts["weight"][0].startswith("+100 lb since ")
    taken = actions.take(context(), taking(patient, weight="287.6", confirmed={"weight"}))
    row = Reading.objects.get(of=taken, sign="weight")
    assert row.doubts == asked.value.doubts["weight"]
    assert taken.status == "final"


def test_by_a_machine_a_doubt_makes_a_set_preliminary():
    patient = given_patient()
    taken = actions.take(context(via="fhir"), taking(patient, temperature="108"))
    assert taken.status == "preliminary"
    assert Event.objects.filter(name="vitals.doubted").count() == 1
    assert Reading.objects.get(of=taken).doubts == ["108 °F is very high. Measure again?"]


@pytest.mark.parametrize(
    ("signs", "field"),
    [
        ({"temperature": "986"}, "temperature"), ({"systolic": "92", "diastolic": "148"}, "systolic"),
        ({"pulse": "NaN"}, "pulse"), ({"pulse": "Infinity"}, "pulse"), ({"pulse": "seventy"}, "pulse"),
        ({"pulse": "😀"}, "pulse"), ({"pulse": "1E+999999"}, "pulse"), ({"pulse": "-1"}, "pulse"),
        ({"weight": ("80", "cm")}, "weight"), ({"weight": ("80", "😀")}, "weight"), ({"weight": ("80", "")}, "weight"),
        ({"pain": "3.5"}, "pain"), ({"weight": ("80", "x" * 10_000)}, "weight"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_no_input(signs, field):
    with pytest.raises(Invalid) as refused:
        taking(type("P", (), {"pk": uuid4()}), **signs)
    assert list(refused.value.faults) == [field]


def test_times_that_cannot_be_are_refused():
    patient = given_patient()
    with pytest.raises(Invalid) as refused:
        taking(patient, at=clock.now() + timedelta(hours=2), pulse="72")
    assert refused.value.faults == {"taken_at": ["This time is still to come."]}
    with pytest.raises(Invalid) as refused:
        actions.take(context(), taking(patient, at=datetime(1950, 1, 1, tzinfo=UTC), pulse="72"))
    assert refused.value.faults == {"taken_at": ["This time is before the patient was born."]}


def test_a_sign_may_be_measured_again_but_not_twice_at_once():
    patient = given_patient()
    again = [
        *found(systolic="148", diastolic="92"),
        *({**one, "ordinal": 2} for one in found(systolic="142", diastolic="90")),
    ]
    taken = actions.take(context(), TakeVitals.of(patient=patient.pk, taken_at=clock.now(), found=again))
    assert sorted(Reading.objects.filter(of=taken, sign="systolic").values_list("ordinal", "value")) == [
        (1, 148),
        (2, 142),
    ]
    with pytest.raises(Invalid):
        TakeVitals.of(patient=patient.pk, taken_at=clock.now(), found=found(pulse="72") * 2)


def test_the_height_of_an_adult_serves_for_the_next_index():
    patient = given_patient()
    given_set(patient, days_ago=100)
    taken = given_set(patient, weight="186")
    assert Reading.objects.get(of=taken, sign="bmi").value == D("31.43")
    child = given_patient("Ortiz", "Ben", birth_date="2020-07-19")
    given_set(child, days_ago=100, height=("115", "cm"), weight=("20", "kg"))
    assert not Reading.objects.filter(of=given_set(child, weight=("20.5", "kg")), sign="bmi").exists()


def test_unknown_patients_and_others_visits_are_refused():
    with pytest.raises(Missing):
        actions.take(context(), TakeVitals.of(patient=uuid4(), taken_at=clock.now(), found=found(pulse="72")))
    with pytest.raises(Missing):
        actions.take(context(), taking(given_patient(), visit=uuid4()))


def test_the_database_refuses_to_change_a_reading():
    from django.db import DatabaseError

    given_set(given_patient(), pulse="72")
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('medassist.action', 'x', false); UPDATE vitals_reading SET value = 1")


# -- receive and confirm


def test_what_a_device_reports_is_preliminary_until_confirmed():
    patient = given_patient()
    heard = actions.receive(context(via="hl7"), receiving(patient))
    assert (heard.status, heard.device) == ("preliminary", "Cuff 7")
    assert queries.one_set(heard.pk)["preliminary"] is True
    assert AuditEntry.objects.get(action="vitals.receive").act == "vitals.receive"
    actions.confirm(context(), ConfirmVitals(set=heard.pk))
    assert queries.one_set(heard.pk)["preliminary"] is False
    with pytest.raises(Conflict):
        actions.confirm(context(), ConfirmVitals(set=heard.pk))


def test_only_what_is_preliminary_is_confirmed():
    taken = given_set(given_patient(), pulse="72")
    with pytest.raises(Conflict):
        actions.confirm(context(), ConfirmVitals(set=taken.pk))
    with pytest.raises(Missing):
        actions.confirm(context(), ConfirmVitals(set=uuid4()))


def test_confirming_asks_the_authority_and_is_done_once(settings):
    heard = actions.receive(context(), receiving(given_patient()))
    first = actions.confirm(context(key="c"), ConfirmVitals(set=heard.pk))
    assert actions.confirm(context(key="c"), ConfirmVitals(set=heard.pk)).pk == first.pk
    other = actions.receive(context(), receiving(given_patient("Hale", "Jo")))
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    with pytest.raises(Refused):
        actions.confirm(context(), ConfirmVitals(set=other.pk))


def test_receiving_twice_under_one_key_and_refused(settings):
    patient = given_patient()
    given = receiving(patient, pulse="72")
    assert actions.receive(context(key="m1"), given).pk == actions.receive(context(key="m1"), given).pk
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    with pytest.raises(Refused):
        actions.receive(context(), given)


# -- correct


def test_a_correction_stands_and_the_old_value_stays_to_be_seen():
    patient = given_patient()
    taken = given_set(patient)
    wrong = Reading.objects.get(of=taken, sign="pulse")
    made = actions.correct(context(), CorrectReading.of(reading=wrong.pk, value="78", reason="Digit misread"))
    assert [(row.sign, row.value, row.replaces_id) for row in made] == [("pulse", 78, wrong.pk)]
    shown = queries.one_set(taken.pk)
    assert {one["sign"]: one["text"] for one in shown["readings"]}["pulse"] == "78"
    assert [(one["text"], one["replaced_why"]) for one in shown["replaced"]] == [("88", "Digit misread")]
    wrong.refresh_from_db()
    assert wrong.value == 88


def test_a_corrected_weight_makes_the_index_anew():
    patient = given_patient()
    given_set(patient, days_ago=60)
    later = given_set(patient, weight="187")
    height = Reading.objects.get(sign="height")
    actions.correct(context(), CorrectReading.of(reading=height.pk, value="66", reason="Shoes were on"))
    standing = {one["sign"]: one["value"] for one in queries.one_set(later.pk)["readings"]}
    assert standing["bmi"] == D("30.18")
    weight = Reading.objects.get(of=later, sign="weight")
    actions.correct(context(), CorrectReading.of(reading=weight.pk, reason="Another patient's weight"))
    assert {one["sign"] for one in queries.one_set(later.pk)["readings"]} == set()


def test_a_corrected_pressure_takes_its_partner_along():
    taken = given_set(given_patient(), systolic="148", diastolic="92")
    upper = Reading.objects.get(of=taken, sign="systolic")
    made = actions.correct(context(), CorrectReading.of(reading=upper.pk, value="138", reason="Misheard"))
    assert {(row.sign, row.value) for row in made} == {("systolic", 138), ("diastolic", 92)}
    assert len({row.observation for row in made}) == 1
    assert queries.one_set(taken.pk)["rows"][0]["text"] == "138/92"


def test_a_correction_is_checked_like_a_first_entry():
    patient = given_patient()
    given_set(patient, days_ago=10)
    taken = given_set(patient)
    rows = {row.sign: row for row in Reading.objects.filter(of=taken)}
    for sign, value, field in [("temperature", "986", "value"), ("systolic", "90", "value"), ("pulse", "88", "value")]:
        with pytest.raises(Invalid) as refused:
            actions.correct(context(), CorrectReading.of(reading=rows[sign].pk, value=value, reason="Typed wrongly"))
        assert field in refused.value.faults
    given = {"reading": rows["weight"].pk, "value": "287.6", "reason": "Typed wrongly"}
    with pytest.raises(Invalid) as asked:
        actions.correct(context(), CorrectReading.of(**given))
    assert asked.value.doubts["value"][0].startswith("+100 lb since ")
    made = actions.correct(context(), CorrectReading.of(**given, confirmed={"value"}))
    assert made[0].doubts
    with pytest.raises(Invalid):
        CorrectReading.of(reading=rows["pulse"].pk, value="80", reason="")


def test_a_reading_is_corrected_once():
    taken = given_set(given_patient(), pulse="72")
    row = Reading.objects.get(of=taken)
    first = actions.correct(context(key="x"), CorrectReading.of(reading=row.pk, value="74", reason="Typed wrongly"))
    again = actions.correct(context(key="x"), CorrectReading.of(reading=row.pk, value="74", reason="Typed wrongly"))
    assert [one.pk for one in first] == [one.pk for one in again]
    with pytest.raises(Conflict):
        actions.correct(context(), CorrectReading.of(reading=row.pk, value="75", reason="Typed wrongly"))
    with pytest.raises(Missing):
        actions.correct(context(), CorrectReading.of(reading=uuid4(), value="75", reason="Typed wrongly"))


def test_correcting_asks_the_authority(settings):
    row = Reading.objects.get(of=given_set(given_patient(), pulse="72"))
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    with pytest.raises(Refused):
        actions.correct(context(), CorrectReading.of(reading=row.pk, value="74", reason="Typed wrongly"))
    entry = AuditEntry.objects.get(action="vitals.correct")
    assert entry.outcome == "refused" and entry.patient == row.patient_id


# -- adopt


def observed(patient, code="8867-4", value=72, unit="/min", at="2019-01-01T10:00:00Z", **more):
    quantity = {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}
    return {
        "resourceType": "Observation", "id": str(uuid7()), "status": "final",
        "subject": {"reference": f"Patient/{patient.pk}"}, "category": [{"coding": [{"code": "vital-signs"}]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "effectiveDateTime": at, "valueQuantity": quantity, **more,
    }  # fmt: skip


def test_what_comes_from_elsewhere_is_taken_over_in_order_and_unjudged():
    patient = given_patient()
    pulse, odd = observed(patient), observed(patient, "29463-7", 14.024499361407347, "kg")
    unknown = observed(patient, "718-7", 14, "g/dL")
    rows = actions.adopt(context(), AdoptVitals(resources=[pulse, unknown, odd]))
    assert [row and (row.sign, row.value, str(row.pk)) for row in rows] == [
        ("pulse", 72, pulse["id"]), None, ("weight", D("14.024499361407347"), odd["id"]),
    ]  # fmt: skip
    assert VitalSet.objects.count() == 1  # one time, one set
    assert AuditEntry.objects.get(action="vitals.adopt").act == "records.import"


def test_the_impossible_from_elsewhere_is_kept_as_it_came():
    patient = given_patient()
    [row] = actions.adopt(context(), AdoptVitals(resources=[observed(patient, "8310-5", 986, "[degF]")]))
    assert row.value == 986
    [row] = actions.adopt(context(), AdoptVitals(resources=[observed(patient, "8310-5", 98, "furlong")]))
    assert (row.unit, row.standard) == ("furlong", None)
    assert queries.latest(patient.pk)[0]["readings"][0]["text"] == "98 furlong"


def test_a_new_version_from_elsewhere_replaces_and_a_withdrawal_takes_back():
    patient = given_patient()
    first = observed(patient)
    actions.adopt(context(), AdoptVitals(resources=[first]))
    [same] = actions.adopt(context(), AdoptVitals(resources=[first]))
    assert str(same.pk) == first["id"] and Reading.objects.count() == 1
    second = observed(patient, value=74, id=first["id"])
    [row] = actions.adopt(context(), AdoptVitals(resources=[second]))
    assert str(row.pk) == first["id"]
    assert [p["text"] for p in queries.trend(patient.pk, "pulse")] == ["74"]
    actions.adopt(context(), AdoptVitals(resources=[{**second, "status": "entered-in-error"}]))
    assert queries.trend(patient.pk, "pulse") == []
    actions.adopt(context(), AdoptVitals(resources=[second]))
    assert [p["text"] for p in queries.trend(patient.pk, "pulse")] == ["74"]
    gone = observed(patient, "9279-1", 16, status="entered-in-error")
    actions.adopt(context(), AdoptVitals(resources=[gone]))
    assert queries.trend(patient.pk, "respirations") == []


def test_adopting_needs_a_known_patient_a_key_and_leave(settings):
    patient = given_patient()
    with pytest.raises(Missing):
        actions.adopt(context(), AdoptVitals(resources=[observed(type("P", (), {"pk": uuid4()}))]))
    with pytest.raises(Invalid):
        actions.adopt(context(), AdoptVitals(resources=[observed(patient, id="abc")]))
    given = AdoptVitals(resources=[observed(patient)])
    assert actions.adopt(context(key="a"), given) == actions.adopt(context(key="a"), given)
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    with pytest.raises(Refused):
        actions.adopt(context(), given)


def test_two_corrections_at_once_leave_one_and_a_word_to_the_other():
    row = Reading.objects.get(of=given_set(given_patient(), pulse="72"))
    gate, told = threading.Barrier(2), []

    def work(value):
        gate.wait()
        try:
            actions.correct(context(), CorrectReading.of(reading=row.pk, value=value, reason="Typed wrongly"))
            told.append("done")
        except Conflict as no:
            told.append(no.why)
        finally:
            connection.close()

    both = [threading.Thread(target=work, args=(value,)) for value in ("74", "75")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(told) == ["This reading was corrected before. Correct the one that stands.", "done"]
    assert Reading.objects.filter(replaces=row).count() == 1


def test_a_day_long_gone_is_asked_by_hand_and_taken_as_it_is_from_a_system():
    patient = given_patient()
    told = taking(patient, at=clock.now() - timedelta(days=400), pulse="72")
    unasked = told.model_copy(update={"confirmed": frozenset()})
    with pytest.raises(Invalid) as asked:
        actions.take(context(), unasked)
    assert list(asked.value.doubts) == ["taken_at"] and "Is the day right?" in asked.value.doubts["taken_at"][0]
    row = Reading.objects.get(of=actions.take(context(), told))
    assert row.doubts == asked.value.doubts["taken_at"]
    assert actions.take(context(via="fhir"), unasked).status == "final"


def test_a_slip_that_was_recorded_does_not_make_the_next_right_value_doubtful():
    patient = given_patient()
    for days, weight in ((90, "187.2"), (60, "186.8"), (30, "287.6")):
        given_set(patient, days_ago=days, weight=weight, confirmed={"weight"})
    assert Reading.objects.get(of=actions.take(context(), taking(patient, weight="187.6"))).doubts == []
