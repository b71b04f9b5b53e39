"""Every Observation that goes out is what US Core asks, by its own rules and by two validators of R4."""

from decimal import Decimal
from pathlib import Path

import pytest
from fhir.resources.R4B.observation import Observation

from medassist.codecs import fhir
from medassist.domain.office.models import Device
from medassist.domain.vitals import actions, rules, wire
from medassist.domain.vitals.inputs import ConfirmVitals, CorrectReading, ReceiveVitals
from medassist.domain.vitals.models import Reading, VitalSet
from medassist.domain.vitals.wire import made
from medassist.kernel import clock
from medassist.kernel.doorway import Doorway, opened
from medassist.kernel.identifiers import uuid7
from medassist.kernel.testing import context
from tests.office.given import as_staff, given_staff
from tests.vitals.given import found, given_patient, given_set, taking
from tests.vitals.us_core import PROFILES, broken

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("yes")]


def codes(resources):
    return {one["code"]["coding"][0]["code"]: one for one in resources}


def sound(resources):
    """The resources by code, each checked by the codec, by fhir.resources, and by US Core's rules."""
    for one in resources:
        assert fhir.faults(one) == []
        Observation.model_validate_json(fhir.dumps(one))
        if one["category"][0]["coding"][0]["code"] == "vital-signs":
            assert broken(one) == [], (one["code"]["text"], broken(one))
    return codes(resources)


def rich(patient):
    """Everything an office measures on an adult, said how."""
    signs = [
        *found(temperature="98.4", respirations="16", pain="4"),
        {"sign": "systolic", "value": "148", "unit": "mm[Hg]", "body_site": "left-arm", "method": "auscultation",
         "qualifiers": {"cuff": "large-adult"}},
        {"sign": "diastolic", "value": "92", "unit": "mm[Hg]"},
        {"sign": "mean_pressure", "value": "14.8", "unit": "kPa"},
        {"sign": "pulse", "value": "88", "unit": "/min", "body_site": "radial", "qualifiers": {"rhythm": "regular"}},
        {"sign": "oxygen_saturation", "value": "96", "unit": "%", "body_site": "finger",
         "qualifiers": {"oxygen": "cannula"}},
        {"sign": "oxygen_flow", "value": "2000", "unit": "mL/min"},
        {"sign": "oxygen_concentration", "value": "28", "unit": "%"},
        {"sign": "weight", "value": "13.4", "unit": "[stone_av]", "qualifiers": {"clothing": "no-shoes"}},
        {"sign": "height", "value": "5.375", "unit": "[ft_i]", "position": "standing"},
        {"sign": "lmp", "on": "2026-11-02"},
    ]  # fmt: skip
    return taking(patient, found=signs, position="sitting", note="After a walk")


def test_a_rich_adult_set_is_us_core():
    ana = given_staff()
    taken = actions.take(as_staff(ana), rich(given_patient()))
    shown = sound(wire.to_fhir(taken))
    assert {"85354-9", "8867-4", "9279-1", "8310-5", "59408-5", "29463-7", "8302-2", "39156-5", "85353-1"} <= set(shown)
    assert shown["29463-7"]["valueQuantity"]["code"] == "kg"
    assert {"text": "Given as 13.4 st"} in shown["29463-7"]["note"]
    assert {part["reference"] for part in shown["85353-1"]["hasMember"]} == {
        f"Observation/{one['id']}" for code, one in shown.items() if code not in ("85353-1", "8665-2")
    }
    assert shown["85353-1"]["id"] == str(taken.pk) and shown["85353-1"]["note"] == [{"text": "After a walk"}]


def test_an_infants_set_has_percentiles_by_who():
    child = given_patient("Ortiz", "Ben", birth_date=clock.now().date().replace(year=clock.now().year - 1).isoformat(),
                          gender="male")  # fmt: skip
    signs = [
        {"sign": "weight", "value": "340.2", "unit": "[oz_av]"}, {"sign": "height", "value": "75", "unit": "cm",
         "position": "lying"}, {"sign": "head_circumference", "value": "460", "unit": "mm"},
    ]  # fmt: skip
    shown = sound(wire.to_fhir(actions.take(context(), taking(child, found=signs))))
    assert {"29463-7", "8302-2", "9843-4", "8336-0", "8303-0", "8289-1", "85353-1"} <= set(shown)
    assert "39156-5" not in shown and "59576-9" not in shown
    one = shown["8336-0"]
    assert one["valueQuantity"]["code"] == "%" and 0 < one["valueQuantity"]["value"] < 100
    assert one["derivedFrom"] == [{"reference": f"Observation/{shown['29463-7']['id']}"}]
    assert one["method"]["text"].startswith("WHO") and "z-score" in one["note"][0]["text"]


def test_a_childs_set_has_percentiles_by_cdc_and_those_of_the_index():
    child = given_patient("Ortiz", "Ben", birth_date="2018-11-02", gender="male")
    signs = [{"sign": "weight", "value": "40", "unit": "kg"}, {"sign": "height", "value": "128", "unit": "cm"}]
    shown = sound(wire.to_fhir(actions.take(context(), taking(child, found=signs, confirmed={"weight", "height"}))))
    assert {"8336-0", "8303-0", "59576-9", "39156-5"} <= set(shown)
    index = shown["59576-9"]
    assert len(index["derivedFrom"]) == 2 and index["valueQuantity"]["value"] > 95
    assert index["method"]["text"].startswith("CDC")


def test_a_pressure_of_one_number_says_that_the_other_is_not_known():
    taken = given_set(given_patient(), diastolic="76")
    [one] = sound(wire.to_fhir(taken)).values()
    absent = {part["code"]["coding"][0]["code"]: "dataAbsentReason" in part for part in one["component"]}
    assert absent == {"8480-6": True, "8462-4": False}
    assert [(part.sign, part.value) for part in wire.from_fhir(one).found] == [("diastolic", 76)]


def test_a_corrected_set_is_us_core_on_both_sides_and_its_panel_lists_what_stands():
    taken = given_set(given_patient())
    panel = codes(wire.to_fhir(taken))["85353-1"]
    weight = Reading.objects.get(of=taken, sign="weight")
    made = actions.correct(context(), CorrectReading.of(reading=weight.pk, value="178.6", reason="Misread"))
    shown = wire.readings_to_fhir(made)
    for one in shown:
        assert fhir.faults(one) == [] and broken(one) == []
    states = {(one["code"]["coding"][0]["code"], one["status"]) for one in shown}
    assert states == {
        ("29463-7", "entered-in-error"), ("29463-7", "amended"), ("39156-5", "entered-in-error"),
        ("39156-5", "amended"), ("85353-1", "amended"),
    }  # fmt: skip
    after = next(one for one in shown if one["id"] == panel["id"])
    old, new = {f"Observation/{weight.observation}"}, {f"Observation/{made[0].observation}"}
    before, now = ({one["reference"] for one in shown["hasMember"]} for shown in (panel, after))
    assert old <= before and not old & now and new <= now and len(before) == len(now)


def test_a_set_wholly_taken_back_is_in_error_with_its_panel():
    taken = given_set(given_patient(), pulse="72", respirations="16")
    for row in Reading.objects.filter(of=taken):
        actions.correct(context(), CorrectReading.of(reading=row.pk, reason="Another patient"))
    assert {one["status"] for one in sound(wire.to_fhir(taken)).values()} == {"entered-in-error"}


def test_a_devices_set_names_the_device_and_whoever_confirmed_it():
    ana = given_staff()
    given = taking(given_patient(), pulse="72", temperature="98.4")
    heard = actions.receive(
        context(via="hl7"),
        ReceiveVitals.of(patient=given.patient, taken_at=given.taken_at, found=list(given.found), device="Monitor 3"),
    )
    before = sound(wire.to_fhir(heard))
    assert {one["status"] for one in before.values()} == {"preliminary"}
    assert not any("performer" in one for one in before.values())
    actions.confirm(as_staff(ana), ConfirmVitals(set=heard.pk))
    for one in sound(wire.to_fhir(heard)).values():
        assert one["status"] == "final" and one["device"] == {"display": "Monitor 3"}
        assert one["performer"] == [{"reference": f"Practitioner/{ana.pk}", "display": "Ana Reyes"}]


def test_a_device_of_the_office_is_referred_to():
    device, patient = Device(id=uuid7(), name="Spot monitor"), given_patient()
    with opened(Doorway("test", context())):  # rows that are never written
        of = VitalSet(id=uuid7(), patient=patient, taken_at=clock.now(), instrument=device, status="final")
        row = Reading(id=uuid7(), of=of, patient=patient, taken_at=of.taken_at, sign="pulse", value=Decimal(72),
                      unit="/min", standard=Decimal(72), observation=uuid7(), by=uuid7())  # fmt: skip
    shown = made.observation(row.observation, [row], True, None)
    assert shown["device"] == {"reference": f"Device/{device.pk}", "display": "Spot monitor"}


def test_a_normal_range_says_its_ends_ages_and_source_in_the_unit_of_the_value():
    shown = codes(wire.to_fhir(given_set(given_patient())))
    [pulse] = shown["8867-4"]["referenceRange"]
    assert (pulse["low"]["value"], pulse["high"]["value"]) == (60, 100)
    assert pulse["age"]["low"] == {
        "value": 18, "unit": "years", "system": "http://unitsofmeasure.org", "code": "a",
    }  # fmt: skip
    assert pulse["type"]["coding"][0]["code"] == "normal" and "MedlinePlus" in pulse["text"]
    upper, lower = (part["referenceRange"][0] for part in shown["85354-9"]["component"])
    assert (upper["low"]["value"], upper["high"]["value"]) == (90, 119)
    assert (lower["low"]["value"], lower["high"]["value"]) == (60, 79)
    assert shown["8310-5"]["referenceRange"][0]["high"]["code"] == "[degF]"
    assert "referenceRange" not in shown["29463-7"]


@pytest.mark.parametrize("sign", ["pulse", "respirations", "temperature", "oxygen_saturation", "bmi"])
def test_both_ends_of_a_normal_range_are_judged_in_range_and_the_next_values_are_not(sign):
    found, unit = rules.normal(sign, 40), rules.sign(sign).standard
    by = Decimal("0.1") if sign in ("temperature", "bmi") else Decimal(1)
    states = [rules.judge(sign, value, unit, 40).state for value in (found.low, found.high)]
    assert states == ["good", "good"]
    assert rules.judge(sign, found.low - by, unit, 40).state != "good"
    if sign != "oxygen_saturation":  # nothing is above a whole
        assert rules.judge(sign, found.high + by, unit, 40).state != "good"


def test_the_rules_written_here_are_those_of_every_profile_that_we_claim():
    ours = {one.profile for one in rules.SIGNS.values()} | {one.get("profile", "") for one in rules.PANELS.values()}
    assert ours - {""} == set(PROFILES)


def table():
    """The signs as the reference lists them."""
    lines = ["| sign | LOINC | name | units | profile |", "|---|---|---|---|---|"]
    for one in [*rules.SIGNS.values()]:
        shown = ", ".join(f"`{unit}`" for unit in _shown_in(one)) or ("a word" if one.coded else "a day")
        profile = one.profile or rules.PANELS.get(one.panel, {}).get("profile", "")
        panel = rules.PANELS.get(one.panel, {}).get("code")
        part = f"{one.code}, in {panel}" if panel else one.code
        name = (profile or wire.BASE if one.category == "vital-signs" else f"none ({one.category})").rpartition("/")[2]
        lines.append(f"| {one.label} | {part} | {one.display} | {shown} | {name} |")
    return "\n".join(lines)


def _shown_in(one):
    standard = one.standard and (one.standard, *one.units)
    return dict.fromkeys(unit for unit in standard or () if not one.bound or unit in one.bound)


def test_the_reference_lists_the_signs_as_the_data_has_them():
    told = (Path(__file__).parents[2] / "docs/reference/fhir-vital-signs.md").read_text()
    between = told.partition("test_us_core.py -->\n")[2].partition("\n<!-- end of signs -->")[0]
    assert between == table()
