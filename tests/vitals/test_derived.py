"""What is computed from readings: index, percentiles, means; and what becomes of it when they are corrected."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from medassist.codecs import fhir
from medassist.domain.people import actions as people
from medassist.domain.people.inputs import ChangeDemographics
from medassist.domain.vitals import actions, queries, wire
from medassist.domain.vitals.actions import derived
from medassist.domain.vitals.inputs import AmendObservation, CorrectReading, PlaceAgain, ReceiveVitals
from medassist.domain.vitals.models import Reading
from medassist.domain.vitals.queries.base import standing
from medassist.domain.vitals.rules import derived as rules
from medassist.domain.vitals.rules import growth
from medassist.exchange import queries as exchange
from medassist.kernel import clock, events
from medassist.kernel.action import action
from medassist.kernel.context import system_context
from medassist.kernel.errors import Conflict, Invalid, Refused
from medassist.kernel.models import AuditEntry, Event
from medassist.kernel.testing import context
from tests.vitals.given import found, given_patient, given_set, taking

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("yes")]
D = Decimal


def born(days):
    return (clock.now().date() - timedelta(days=days)).isoformat()


def given_child(days=2000, gender="male", **parts):
    return given_patient("Ortiz", "Ben", birth_date=born(days), gender=gender, **parts)


def sizes(patient, weight="20", height="110", **parts):
    signs = [{"sign": "weight", "value": weight, "unit": "kg"}, {"sign": "height", "value": height, "unit": "cm"}]
    return actions.take(context(), taking(patient, found=signs, confirmed={"weight", "height"}, **parts))


def standing_of(taken):
    return {row.sign: row for row in standing().filter(of=taken)}


def kept(row):
    return fhir.loads(exchange.read("Observation", str(row.observation)).body)


# -- percentiles


def test_a_childs_sizes_are_placed_with_the_set():
    taken = sizes(given_child())
    rows = standing_of(taken)
    assert set(rows) == {
        "weight", "height", "bmi", "weight_percentile", "height_percentile", "bmi_percentile",
    }  # fmt: skip
    days = 2000
    by_rule = {one.measure: one for one in growth.assess("male", days, weight=20.0, stature=110.0)}
    for sign, measure in (("weight_percentile", "weight-for-age"), ("height_percentile", "stature-for-age"),
                          ("bmi_percentile", "bmi-for-age")):  # fmt: skip
        row, rule = rows[sign], by_rule[measure]
        assert float(row.value) == pytest.approx(rule.percentile, abs=1e-4) and row.method == "computed"
        assert row.qualifiers["z"] == f"{rule.z:.2f}" and row.qualifiers["reference"] == rule.method
    assert rows["bmi_percentile"].qualifiers["basis"] == [str(rows["weight"].pk), str(rows["height"].pk)]
    assert rows["weight_percentile"].qualifiers["from"] == [str(rows["weight"].observation)]


@pytest.mark.parametrize("told", [{"gender": "unknown"}, {"gender": "other"}, {"gender": ""}])
def test_a_child_of_unknown_sex_is_not_placed(told):
    assert set(standing_of(sizes(given_child(**told)))) == {"weight", "height", "bmi"}


def test_the_sex_at_birth_places_a_child_before_the_administrative_one():
    assert rules.sex("F", "male") == "female" and rules.sex("", "male") == "male"
    assert rules.sex("UNK", "female") == "female"
    assert rules.sex("", "other") == rules.sex("", "") == ""


def test_an_adult_is_not_placed():
    assert not set(standing_of(given_set(given_patient(gender="female")))) & set(rules.BESIDE)


def test_a_percentile_that_was_given_is_not_computed_again():
    signs = [{"sign": "weight", "value": "20", "unit": "kg"}, {"sign": "weight_percentile", "value": "12", "unit": "%"}]
    taken = actions.take(context(), taking(given_child(), found=signs))
    assert standing_of(taken)["weight_percentile"].value == 12


@pytest.mark.parametrize("value", ["101", "-1"])
def test_a_percentile_is_a_share_of_a_hundred(value):
    with pytest.raises(Invalid) as refused:
        taking(given_child(), found=[{"sign": "bmi_percentile", "value": value, "unit": "%"}])
    assert list(refused.value.faults) == ["bmi_percentile"]


def test_a_corrected_weight_places_the_child_again_and_the_old_place_is_in_error():
    taken = sizes(given_child())
    before = standing_of(taken)
    made = actions.correct(context(), CorrectReading.of(reading=before["weight"].pk, value="22", reason="Misread"))
    after = standing_of(taken)
    assert after["weight_percentile"].value > before["weight_percentile"].value
    assert after["bmi_percentile"].value > before["bmi_percentile"].value and after["bmi"].value == D("18.18")
    assert after["height_percentile"].pk == before["height_percentile"].pk
    assert {row.sign for row in made} == {"weight", "bmi", "weight_percentile", "bmi_percentile"}
    assert kept(before["bmi_percentile"])["status"] == "entered-in-error"
    new = kept(after["bmi_percentile"])
    assert new["status"] == "amended" and {one["reference"] for one in new["derivedFrom"]} == {
        f"Observation/{after['weight'].observation}", f"Observation/{after['height'].observation}",
    }  # fmt: skip


def test_a_weight_taken_back_takes_its_percentiles_back():
    taken = sizes(given_child())
    weight = standing_of(taken)["weight"]
    actions.correct(context(), CorrectReading.of(reading=weight.pk, reason="Another child"))
    assert set(standing_of(taken)) == {"height", "height_percentile"}


def test_what_is_computed_is_not_corrected_by_itself():
    rows = standing_of(sizes(given_child()))
    for sign in ("bmi", "weight_percentile"):
        with pytest.raises(Conflict, match="computed"):
            actions.correct(context(), CorrectReading.of(reading=rows[sign].pk, value="20", reason="Not right"))


def test_the_set_shows_percentiles_beside_what_they_are_of():
    shown = queries.one_set(sizes(given_child()).pk)
    beside = {row["sign"]: [one["text"] for one in row["percentiles"]] for row in shown["rows"]}
    assert set(beside) == {"weight", "height", "bmi"} and all(len(texts) == 1 for texts in beside.values())
    one = queries.percentiles(shown)[0]
    assert (one["sign"], one["of"], one["reference"]) == ("weight_percentile", "weight", "CDC 2000")
    lines = {line["key"] for line in queries.grid(shown["patient"])}
    assert not lines & set(rules.BESIDE) and not lines & {"systolic_mean", "diastolic_mean"}


@pytest.mark.parametrize(
    ("percent", "text"),
    [("0.4", "below the 1st percentile"), ("1", "1st percentile"), ("2.4", "2nd percentile"), ("3", "3rd percentile"),
     ("11", "11th percentile"), ("85.4", "85th percentile"), ("92.6", "93rd percentile"), ("99", "99th percentile"),
     ("99.2", "above the 99th percentile")],
)  # fmt: skip
def test_percentiles_are_said_as_people_say_them(percent, text):
    assert rules.percentile_text(D(percent)) == text


# -- birth date or sex corrected


def hear(name):
    for event in Event.objects.filter(name=name):
        for reaction in events.reactions(name).values():
            reaction(system_context("jobs", site=event.site, key=f"{event.id}"), event)


def changed(patient, **told):
    patient.refresh_from_db()
    given = ChangeDemographics.of(patient=patient.pk, version=patient.version, **told)
    people.change_demographics(context(), given)


def test_a_corrected_sex_places_the_child_again_once():
    child = given_child()
    taken = sizes(child)
    before = standing_of(taken)
    changed(child, gender="female")
    for _ in range(2):
        hear("people.demographics_changed")
    after = standing_of(taken)
    assert after["weight_percentile"].value != before["weight_percentile"].value
    assert after["weight_percentile"].replaces_id == before["weight_percentile"].pk
    assert kept(before["weight_percentile"])["status"] == "entered-in-error"
    assert after["bmi"].pk == before["bmi"].pk
    assert AuditEntry.objects.filter(action="vitals.place_again", outcome="done").count() == 1


def test_a_sex_unknown_at_first_places_the_child_later_and_taken_away_again_takes_that_back():
    child = given_child(gender="unknown")
    taken = sizes(child)
    changed(child, gender="male")
    actions.place_again(context(), PlaceAgain(patient=child.pk))
    assert set(rules.BESIDE) & set(standing_of(taken)) == {"weight_percentile", "height_percentile", "bmi_percentile"}
    changed(child, gender="unknown")
    actions.place_again(context(), PlaceAgain(patient=child.pk))
    assert not set(rules.BESIDE) & set(standing_of(taken))
    changed(child, gender="male")
    actions.place_again(context(), PlaceAgain(patient=child.pk))
    assert standing_of(taken)["weight_percentile"].replaces_id is not None
    assert actions.place_again(context(), PlaceAgain(patient=child.pk)) == []


def test_placing_again_is_refused_and_repeated_like_any_action(settings):
    child = given_child(gender="unknown")
    sizes(child)
    changed(child, gender="male")
    first = actions.place_again(context(key="k1"), PlaceAgain(patient=child.pk))
    actions.place_again(context(key="k1"), PlaceAgain(patient=child.pk))
    assert Reading.objects.filter(sign__in=rules.BESIDE).count() == len(first) == 3
    assert Event.objects.filter(name="vitals.placed_again").count() == 1
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    with pytest.raises(Refused):
        actions.place_again(context(), PlaceAgain(patient=child.pk))


# -- what a system put right


def test_amending_is_for_the_sender_refused_to_others_and_done_once_under_one_key(settings):
    given = taking(given_patient(), pulse="72")
    heard = actions.receive(
        context(), ReceiveVitals.of(patient=given.patient, taken_at=given.taken_at, found=list(given.found), device="A")
    )
    row = Reading.objects.get(of=heard)
    right = found(pulse="74")
    asked = AmendObservation.of(observation=row.observation, reason="Misread", found=right)
    made = actions.amend(context(key="k1"), asked)
    actions.amend(context(key="k1"), asked)
    assert Reading.objects.filter(of=heard).count() == 2 and made[0].value == 74
    assert Event.objects.filter(name="vitals.corrected").count() == 1
    with pytest.raises(Conflict, match="corrected before"):
        actions.amend(context(), asked)
    other = AmendObservation.of(observation=made[0].observation, reason="Misread", found=found(temperature="98.4"))
    with pytest.raises(Invalid) as refused:
        actions.amend(context(), other)
    assert list(refused.value.faults) == ["temperature"]
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    with pytest.raises(Refused):
        actions.amend(context(), AmendObservation.of(observation=made[0].observation, reason="Mistaken"))
    assert AuditEntry.objects.filter(action="vitals.amend", outcome="refused").count() == 1


# -- means


@action("vitals.average_for_test", emits="vitals.averaged", shows=("Observation",))
def average(ctx, given: PlaceAgain):
    """The mean of all pressures of a patient, as a protocol has it computed at its end."""
    rows = standing().filter(patient=given.patient, sign__in=("systolic", "diastolic")).select_related("patient")
    made = derived.mean(ctx, list(rows))
    Reading.objects.bulk_create(made)
    return made


def pressures(*pairs):
    patient = given_patient()
    for minutes, (upper, lower) in enumerate(pairs):
        given_set(patient, days_ago=1 - minutes / 1440, systolic=upper, diastolic=lower)
    return patient


def test_a_mean_is_shown_as_us_cores_average_and_belongs_to_the_newest_set():
    patient = pressures(("148", "92"), ("141", "89"), ("140", "88"))
    upper, lower = average(context(), PlaceAgain(patient=patient.pk))
    assert (upper.value, lower.value) == (143, 90) and upper.observation == lower.observation
    shown = kept(upper)
    assert [part["valueQuantity"]["value"] for part in shown["component"]] == [143, 90]
    assert len(shown["derivedFrom"]) == 3 and {"text": "Mean of 3 readings"} in shown["note"]
    assert shown["interpretation"][0]["coding"][0]["code"] == "H"
    newest = queries.latest(patient.pk)[0]
    line = next(row for row in newest["rows"] if row["sign"] == "systolic_mean")
    assert (line["label"], line["text"]) == ("Mean of 3 pressures", "143/90")
    again = wire.from_fhir(shown)
    assert {(one.sign, one.value) for one in again.found} == {("systolic_mean", 143), ("diastolic_mean", 90)}


def test_a_corrected_pressure_changes_the_mean_and_both_numbers_move_together():
    patient = pressures(("148", "92"), ("141", "89"), ("140", "88"))
    upper, lower = average(context(), PlaceAgain(patient=patient.pk))
    first = standing().filter(patient=patient, sign="systolic").order_by("taken_at").first()
    actions.correct(context(), CorrectReading.of(reading=first.pk, value="138", reason="Misheard"))
    now = {row.sign: row for row in standing().filter(patient=patient, sign__endswith="_mean")}
    assert (now["systolic_mean"].value, now["diastolic_mean"].value) == (140, 90)
    assert now["systolic_mean"].observation == now["diastolic_mean"].observation != upper.observation
    assert kept(upper)["status"] == "entered-in-error"
    new = kept(now["systolic_mean"])
    assert new["status"] == "amended" and len(new["component"]) == 2
    named = {UUID(id) for id in now["diastolic_mean"].qualifiers["basis"]}
    assert named == {row.pk for row in standing().filter(patient=patient, sign="diastolic")}


def test_a_mean_of_one_is_no_mean():
    patient = pressures(("148", "92"), ("141", "89"))
    average(context(), PlaceAgain(patient=patient.pk))
    first = standing().filter(patient=patient, sign="systolic").order_by("taken_at").first()
    actions.correct(context(), CorrectReading.of(reading=first.pk, reason="Another patient"))
    assert {row.sign for row in standing().filter(patient=patient, sign__endswith="_mean")} == {"diastolic_mean"}
    with pytest.raises(Conflict, match="computed"):
        row = standing().get(patient=patient, sign="diastolic_mean")
        actions.correct(context(), CorrectReading.of(reading=row.pk, value="80", reason="Not right"))
