"""Vital signs in FHIR: what goes out is US Core, what came in is given back."""

import gzip
import tarfile
from decimal import Decimal
from functools import cache
from uuid import UUID

import pytest
from fhir.resources.R4B.observation import Observation

from medassist.codecs import fhir
from medassist.domain.people.models import Patient
from medassist.domain.visits import actions as visits
from medassist.domain.visits.inputs import WalkIn
from medassist.domain.vitals import actions, rules, wire
from medassist.domain.vitals.inputs import AdoptVitals, ConfirmVitals, CorrectReading
from medassist.domain.vitals.models import Reading
from medassist.domain.vitals.rules import observation
from medassist.exchange import queries as exchange
from medassist.interfaces.fhir.load import load
from medassist.kernel.errors import Invalid
from medassist.kernel.identifiers import uuid7
from medassist.kernel.testing import context
from tests.office.given import as_staff, given_site, given_staff
from tests.vitals.given import ADULT, given_patient, given_set, taking

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("yes")]
D = Decimal


def by_code(resources):
    return {one["code"]["coding"][0]["code"]: one for one in resources}


def kept(id):
    return fhir.loads(exchange.read("Observation", str(id)).body)


def history(id):
    return [fhir.loads(one.body) for one in exchange.history("Observation", str(id))]


# -- ours, going out


def test_a_set_is_shown_as_us_core_observations():
    ana = given_staff()
    patient = given_patient()
    taken = actions.take(as_staff(ana), taking(patient, position="sitting"))
    shown = by_code(wire.to_fhir(taken))
    assert set(shown) == {
        "85354-9", "8867-4", "9279-1", "8310-5", "59408-5", "29463-7", "8302-2", "72514-3", "39156-5", "85353-1",
    }  # fmt: skip
    pressure = shown["85354-9"]
    assert [(c["code"]["coding"][0]["code"], c["valueQuantity"]["value"]) for c in pressure["component"]] == [
        ("8480-6", 148), ("8462-4", 92),
    ]  # fmt: skip
    assert pressure["interpretation"][0]["coding"][0]["code"] == "H"
    assert pressure["extension"][0]["valueCodeableConcept"]["coding"][0]["code"] == "33586001"
    assert pressure["performer"] == [{"reference": f"Practitioner/{ana.pk}", "display": "Ana Reyes"}]
    temperature = shown["8310-5"]
    assert temperature["valueQuantity"] == {
        "value": D("98.4"), "unit": "°F", "system": "http://unitsofmeasure.org", "code": "[degF]",
    }  # fmt: skip
    assert [c["code"] for c in shown["59408-5"]["code"]["coding"]] == ["59408-5", "2708-6"]
    weight, bmi = shown["29463-7"], shown["39156-5"]
    assert {"reference": f"Observation/{weight['id']}"} in bmi["derivedFrom"]
    assert all(
        one["status"] == "final" and one["subject"]["reference"] == f"Patient/{patient.pk}" for one in shown.values()
    )


def test_what_goes_out_is_sound_fhir_by_two_opinions_and_the_record_holds_it():
    taken = given_set(given_patient())
    for one in wire.to_fhir(taken):
        assert fhir.faults(one) == []
        Observation.model_validate_json(fhir.dumps(one))
        stored = kept(one["id"])
        assert stored["meta"]["versionId"] == "1"
        assert stored["meta"]["profile"] == one["meta"]["profile"]
        bare = {name: value for name, value in fhir.loads(fhir.dumps(one)).items() if name != "meta"}
        assert {name: value for name, value in stored.items() if name != "meta"} == bare


def test_every_profile_that_is_claimed_is_one_of_us_core_or_of_r4(shared):
    urls = set()
    for name in ("us-core-definitions", "r4-definitions"):
        with tarfile.open(shared / f"corpora/fhir/{name}.tar.gz") as tar:
            members = [one for one in tar.getmembers() if one.isfile() and "tructure" in one.name]
            urls |= {_url(tar, member) for member in members}
    panels = [panel["profile"] for panel in rules.PANELS.values() if "profile" in panel]
    for profile in [wire.BASE, *panels, *(one.profile for one in rules.SIGNS.values() if one.profile)]:
        assert profile in urls, profile


def _url(tar, member):
    text = tar.extractfile(member).read()
    try:
        return fhir.loads(text).get("url")
    except fhir.Unreadable:
        return None


def test_ours_read_again_says_the_same():
    patient = given_patient()
    given = taking(patient)
    shown = wire.to_fhir(actions.take(context(), given))
    again = wire.from_fhir(*(fhir.loads(fhir.dumps(one)) for one in shown))
    mine = {(one.sign, one.value, one.unit) for one in given.found}
    assert mine <= {(one.sign, one.value, one.unit) for one in again.found}
    assert (again.patient, again.taken_at) == (given.patient, given.taken_at)


def test_a_correction_is_shown_on_both_sides():
    patient = given_patient()
    taken = given_set(patient)
    upper = Reading.objects.get(of=taken, sign="systolic")
    made = actions.correct(context(), CorrectReading.of(reading=upper.pk, value="138", reason="Misheard"))
    old, new = kept(upper.observation), kept(made[0].observation)
    assert (old["status"], old["component"][0]["valueQuantity"]["value"]) == ("entered-in-error", 148)
    assert (new["status"], new["component"][0]["valueQuantity"]["value"]) == ("amended", 138)
    assert new["component"][1]["valueQuantity"]["value"] == 92
    assert [one["status"] for one in history(upper.observation)] == ["entered-in-error", "final"]


def test_a_reading_taken_back_is_in_error_and_nothing_stands_for_it():
    taken = given_set(given_patient(), pulse="72")
    row = Reading.objects.get(of=taken)
    made = actions.correct(context(), CorrectReading.of(reading=row.pk, reason="Another patient's pulse"))
    assert kept(row.observation)["status"] == "entered-in-error"
    assert [one.observation for one in made] == [None]


def test_what_a_system_sends_is_shown_as_sent_and_preliminary_until_confirmed():
    patient = given_patient()
    came = {
        "resourceType": "Observation", "id": "theirs", "status": "final",
        "effectiveDateTime": "2026-11-20T10:00:00-08:00",
        "meta": {"tag": [{"code": "home"}]}, "text": {"status": "generated", "div": "<div>72</div>"},
        "identifier": [{"system": "urn:them", "value": "17"}], "device": {"display": "Cuff 7"},
        "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}, {"system": "urn:local", "code": "HR"}]},
        "subject": {"reference": f"Patient/{patient.pk}", "display": "M. Ortega"},
        "category": [{"coding": [{"code": "vital-signs"}]}], "performer": [{"display": "Herself"}],
        "valueQuantity": {"value": D("72.0"), "unit": "bpm", "system": "http://unitsofmeasure.org", "code": "/min"},
    }  # fmt: skip
    given = wire.from_fhir(came)
    assert given.device == "Cuff 7" and given.act.name == "vitals.receive"
    heard = actions.receive(context(via="fhir"), given)
    [row] = Reading.objects.filter(of=heard)
    stored = kept(row.observation)
    assert stored["id"] == str(row.observation) and stored["status"] == "preliminary" and "text" not in stored
    for name in ("identifier", "device", "code", "category", "performer", "effectiveDateTime"):
        assert stored[name] == came[name]
    assert stored["meta"]["tag"] == [{"code": "home"}] and str(stored["valueQuantity"]["value"]) == "72.0"
    actions.confirm(context(), ConfirmVitals(set=heard.pk))
    assert kept(row.observation)["status"] == "final"
    made = actions.correct(context(), CorrectReading.of(reading=row.pk, value="74", reason="Typed wrongly"))
    assert kept(row.observation)["status"] == "entered-in-error"
    assert kept(made[0].observation)["valueQuantity"]["value"] == 74


def test_a_visit_of_ours_is_recognised_and_others_are_not():
    patient = given_patient()
    visit = visits.walk_in(context(), WalkIn.of(patient=patient.pk, site=given_site().pk, reason="Headache"))
    shown = wire.to_fhir(given_set(patient, pulse="72"))[0]
    assert wire.from_fhir({**shown, "encounter": {"reference": f"Encounter/{visit.pk}"}}).visit == visit.pk
    for other in (f"Encounter/{uuid7()}", "Encounter/x", "urn:uuid:1"):
        assert wire.from_fhir({**shown, "encounter": {"reference": other}}).visit is None


def test_oxygen_qualifiers_and_lengths_have_their_places():
    patient = given_patient()
    signs = [
        {"sign": "oxygen_saturation", "value": "93", "unit": "%", "body_site": "finger",
         "qualifiers": {"oxygen": "cannula"}},
        {"sign": "oxygen_flow", "value": "2", "unit": "L/min"},
        {"sign": "height", "value": "62", "unit": "cm", "position": "lying"},
        {"sign": "systolic", "value": "118", "unit": "mm[Hg]", "body_site": "left-arm", "method": "auscultation",
         "qualifiers": {"cuff": "large-adult"}},
        {"sign": "lmp", "on": "2026-11-02"},
    ]  # fmt: skip
    given = taking(patient, found=signs, confirmed={"height", "oxygen_saturation"})
    shown = by_code(wire.to_fhir(actions.take(context(), given)))
    oxygen = shown["59408-5"]
    assert oxygen["component"][0]["valueQuantity"]["code"] == "L/min"
    assert oxygen["bodySite"]["coding"][0]["code"] == "7569003" and oxygen["note"] == [{"text": "Nasal cannula"}]
    assert [c["code"] for c in shown["8302-2"]["code"]["coding"]] == ["8302-2", "8306-3"]
    pressure = shown["85354-9"]
    assert pressure["bodySite"]["coding"][0]["code"] == "368208006" and pressure["method"] == {"text": "By ear"}
    assert pressure["component"][-1]["valueCodeableConcept"]["coding"][0]["code"] == "720738005"
    assert shown["8665-2"]["valueDateTime"] == "2026-11-02"
    assert shown["8665-2"]["category"][0]["coding"][0]["code"] == "survey" and "meta" not in shown["8665-2"]
    for one in shown.values():
        assert fhir.faults(one) == []
    again = wire.from_fhir(*(fhir.loads(fhir.dumps(one)) for one in shown.values()))
    told = {one.sign: one for one in again.found}
    assert told["systolic"].body_site == "left-arm" and told["systolic"].qualifiers == {"cuff": "large-adult"}
    assert told["systolic"].method == "auscultation" and told["height"].position == "lying"


# -- coming in


@pytest.mark.parametrize(
    "broken",
    [
        {}, {"resourceType": "Patient"}, {"code": None}, {"code": {"coding": "x"}},
        {"valueQuantity": {"value": "NaN"}}, {"valueQuantity": "72"}, {"effectiveDateTime": "yesterday"},
        {"effectiveDateTime": None, "issued": None}, {"component": ["x", None, {}]}, {"valueQuantity": {"value": True}},
        {"code": {"coding": [{"system": "http://loinc.org", "code": "718-7"}]}},
    ],
)  # fmt: skip
def test_what_holds_no_vital_sign_is_said_to_hold_none(broken):
    good = {
        "resourceType": "Observation", "id": "x", "status": "final", "effectiveDateTime": "2020-01-01",
        "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
        "valueQuantity": {"value": 72, "code": "/min"},
    }  # fmt: skip
    assert wire.mine(good)
    resource = {**good, **broken} if broken else {}
    if "component" in broken:
        assert wire.mine(resource)
        return
    assert not wire.mine(resource)
    with pytest.raises(Invalid):
        wire.from_fhir(resource)


def test_units_are_read_as_they_are_written_elsewhere():
    def quantity(**told):
        resource = {
            "resourceType": "Observation", "effectiveDateTime": "2020-01-01",
            "valueQuantity": {"value": D("98.60"), **told},
            "code": {"coding": [{"system": "http://loinc.org", "code": "8310-5"}]},
        }  # fmt: skip
        [one] = observation.read(resource).readings
        return one.value, one.unit, one.standard

    assert quantity(unit="F") == quantity(unit="degF", code="[degF]") == (D("98.60"), "[degF]", D("37"))
    assert quantity(unit="weird") == (D("98.60"), "weird", None)
    assert quantity() == (D("98.60"), "1", None)


@cache
def bundles(shared):
    return [
        fhir.loads(gzip.decompress(file.read_bytes()))
        for file in sorted((shared / "corpora/synthea/bundles").glob("*"))
    ]


def vital_signs(bundle):
    for entry in bundle["entry"]:
        one = entry["resource"]
        if one["resourceType"] == "Observation" and one["category"][0]["coding"][0]["code"] == "vital-signs":
            yield one


def test_every_vital_sign_of_sixty_patients_comes_back_as_it_came(shared):
    patient = given_patient(birth_date="1931-01-01")
    count = 0
    for bundle in bundles(shared):
        came = [
            {**one, "id": str(uuid7()), "subject": {"reference": f"Patient/{patient.pk}"}}
            for one in vital_signs(bundle)
        ]
        if not came:
            continue
        rows = actions.adopt(context(), AdoptVitals(resources=came))
        assert [str(row.pk) for row in rows] == [one["id"] for one in came]
        shown = {one["id"]: one for one in wire.observations(UUID(one["id"]) for one in came)}
        for one in came:
            assert essence(shown[one["id"]]) == essence(one)
        count += len(came)
    assert count == 2530


def essence(one):
    """What a vital sign says: whose, when, what, how sure."""
    parts = one.get("component") or [one]
    values = sorted(
        (read(one, part), D(str(part["valueQuantity"]["value"])), part["valueQuantity"]["code"]) for part in parts
    )
    return one["subject"]["reference"], observation.moment(one), one["status"], values


def read(one, part):
    codes = [c["code"] for c in part["code"]["coding"]]
    known = {code["code"]: sign.name for sign in rules.SIGNS.values() for code in sign.codes}
    return next(known[code] for code in codes if code in known)


def test_a_whole_bundle_is_given_back_as_it_came(shared):
    file = sorted((shared / "corpora/synthea/bundles").glob("Alexis_Toy*"))[0]
    load(context(), [file])
    bundle = fhir.loads(gzip.decompress(file.read_bytes()))
    names = {e["fullUrl"]: f"{e['resource']['resourceType']}/{e['resource']['id']}" for e in bundle["entry"]}
    patient = Patient.objects.get()
    count = 0
    for one in vital_signs(bundle):
        stored = kept(one["id"])
        assert stored.pop("meta")["tag"] == one.pop("meta")["tag"]
        assert stored == fhir.rewrite(one, names.get)
        count += 1
    assert count == len({row.observation for row in Reading.objects.filter(patient=patient)}) > 10


def test_a_foreign_one_that_we_correct_keeps_what_we_do_not_know(shared):
    file = sorted((shared / "corpora/synthea/bundles").glob("Alexis_Toy*"))[0]
    load(context(), [file])
    row = Reading.objects.filter(sign="weight").order_by("-taken_at").first()
    before = fhir.loads(exchange_body(row.observation))
    made = actions.correct(context(), CorrectReading.of(reading=row.pk, reason="Not this patient's weight"))
    after = fhir.loads(exchange_body(row.observation))
    assert after["status"] == "entered-in-error"
    assert after["encounter"] == before["encounter"] and after["meta"]["tag"] == before["meta"]["tag"]
    assert after["valueQuantity"]["value"] == before["valueQuantity"]["value"]
    assert made[0].taken_back


def exchange_body(key):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT v.body FROM exchange_resource r JOIN exchange_version v"
            " ON v.resource_id = r.id AND v.version = r.version WHERE r.id = %s",
            [key],
        )
        return bytes(cursor.fetchone()[0])


def test_the_examples_of_us_core_and_r4_are_read(shared):
    seen = {}
    for name in ("us-core-examples", "r4-examples"):
        with tarfile.open(shared / f"corpora/fhir/{name}.tar.gz") as tar:
            for member in tar.getmembers():
                if not member.isfile() or not member.name.endswith(".json"):
                    continue
                try:
                    one = fhir.loads(tar.extractfile(member).read())
                except fhir.Unreadable:
                    continue
                if (found := observation.read(one)) is not None:
                    seen[one["id"]] = {part.sign: str(part.value) for part in found.readings}
    assert seen["blood-pressure"] in ({"systolic": "109", "diastolic": "44"}, {"systolic": "107", "diastolic": "60"})
    assert seen["temperature"] == {"temperature": "36.55556"}
    assert seen["head-circumference"] == {"head_circumference": "51.2"}
    assert seen["length"] == {"height": "25"} and seen["satO2"] == {"oxygen_saturation": "95"}
    assert seen["mbp"] == {"mean_pressure": "80"} and seen["respiratory-rate"] == {"respirations": "26"}
    assert seen["bmi"] == {"bmi": "16.2"} and seen["pediatric-bmi-example"] == {"bmi_percentile": "65"}
    assert seen["pediatric-wt-example"] == {"weight_length_percentile": "65"}
    assert seen["average-blood-pressure"] == {"systolic_mean": "109", "diastolic_mean": "72"}


def test_the_adult_set_needs_few_statements(django_assert_max_num_queries):
    patient = given_patient()
    given = taking(patient)
    with django_assert_max_num_queries(15):
        actions.take(context(), given)
    assert set(ADULT) <= set(Reading.objects.values_list("sign", flat=True))


def test_a_childs_set_with_percentiles_needs_no_more(django_assert_max_num_queries):
    child = given_patient("Ortiz", "Ben", birth_date="2021-02-03", gender="male")
    given = taking(child, confirmed=set(ADULT), weight=("20", "kg"), height=("110", "cm"), pulse="92")
    with django_assert_max_num_queries(15):
        actions.take(context(), given)
    assert "bmi_percentile" in set(Reading.objects.values_list("sign", flat=True))
