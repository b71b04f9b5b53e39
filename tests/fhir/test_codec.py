"""FHIR JSON read and written, checked, and indexed, over HL7's and US Core's own examples."""

import copy
import json
import random
import tarfile
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from medassist.codecs import fhir
from medassist.codecs.fhir import index, moments, parameters, query
from medassist.codecs.fhir.validity import resource_types

# broken as published: a reference to a contained resource that is not there, a narrative without text
FAULTY = {"CarePlan-preg.json", "diagnosticreport-cbc.json"}


def documents(shared, name):
    with tarfile.open(shared / "corpora" / "fhir" / name) as tar:
        for member in tar:
            if member.name.endswith(".json"):
                yield member.name.rsplit("/", 1)[-1], tar.extractfile(member).read()


@pytest.mark.parametrize("archive, least", [("r4-examples.tar.gz", 390), ("us-core-examples.tar.gz", 120)])
def test_official_examples_are_valid_and_come_back_as_they_were(shared, archive, least):
    seen = 0
    for name, text in documents(shared, archive):
        resource = fhir.loads(text)
        assert fhir.loads(fhir.dumps(resource)) == resource, name
        assert json.loads(fhir.dumps(resource)) == json.loads(text.decode("utf-8-sig")), name
        if found := fhir.faults(resource):
            assert name in FAULTY, (name, found)
        seen += 1
    assert seen >= least


def test_everything_in_the_examples_can_be_indexed(shared):
    unfound = []
    for archive in ("r4-examples.tar.gz", "us-core-examples.tar.gz"):
        for name, text in documents(shared, archive):
            found = index.find(fhir.loads(text))
            assert all(low < high for _, low, high in found.dates), name
            if not (found.tokens or found.texts):
                unfound.append(name)
    assert len(unfound) < 20, unfound  # types that have no parameter but _id, and bare examples


BAD = {
    "InvalidObservation.json": "text", "ObservationWithInvalidStatus.json": "status",
    "ObservationWithNoCode.json": "code", "TokenOverflowChargeItem.json": "overrideReason",
    "Bundle-InvalidBundleType.json": "type",
    "SearchParameterInvalidBase.json": "base", "SearchParameterMissingType.json": "type", "Patient.json": "lastUpdated",
}  # fmt: skip


def test_the_bad_resources_of_another_server_s_tests_are_found_at_their_place(shared):
    found = {}
    for name, text in documents(shared, "server-tests-ms.tar.gz"):
        if name in BAD:
            found[name] = " ".join(f"{f.at} {f.why}" for f in fhir.faults(fhir.loads(text)))
    assert found.keys() == BAD.keys()
    assert all(BAD[name] in told for name, told in found.items()), found


PATIENT = {
    "resourceType": "Patient",
    "id": "p",
    "active": True,
    "name": [{"family": "Vos", "given": ["Lea", "Ann"]}],
    "birthDate": "1983-03-04",
    "contact": [{"name": {"text": "x"}}],
    "extension": [{"url": "urn:x", "valueString": "y"}],
}
OBSERVATION = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"text": "pulse"},
    "valueQuantity": {"value": 72, "system": "http://unitsofmeasure.org", "code": "/min"},
    "effectiveDateTime": "2026-11-20T10:00:00-08:00",
    "subject": {"reference": "Patient/p"},
}
WRONG = [
    (PATIENT, {"birthDate": "2026-02-31"}, "Patient.birthDate", "value"),
    (PATIENT, {"birthDate": "1900-02-29"}, "Patient.birthDate", "value"),
    (PATIENT, {"birthDate": "04.03.1983"}, "Patient.birthDate", "value"),
    (PATIENT, {"gender": "f"}, "Patient.gender", "code-invalid"),
    (PATIENT, {"name": []}, "Patient.name", "structure"),
    (PATIENT, {"name": {"family": "x"}}, "Patient.name", "structure"),
    (PATIENT, {"name": [{}]}, "Patient.name[0]", "structure"),
    (PATIENT, {"name": [{"family": ""}]}, "Patient.name[0].family", "value"),
    (PATIENT, {"active": "true"}, "Patient.active", "structure"),
    (PATIENT, {"id": "has blanks"}, "Patient.id", "value"),
    (PATIENT, {"nonsense": 1}, "Patient", "structure"),
    (PATIENT, {"contact": [{"gender": "male"}]}, "Patient.contact[0]", "invariant"),
    (PATIENT, {"deceasedBoolean": True, "deceasedDateTime": "2020"}, "Patient", "structure"),
    (PATIENT, {"multipleBirthInteger": 1.5}, "Patient.multipleBirthInteger", "structure"),
    (PATIENT, {"telecom": [{"value": "555"}]}, "Patient.telecom[0]", "required"),
    (PATIENT, {"extension": [{"url": "urn:x"}]}, "Patient.extension[0]", "structure"),
    (PATIENT, {"extension": [{"valueString": "x"}]}, "Patient.extension[0]", "required"),
    (PATIENT, {"extension": [{"url": "u", "valueString": "x", "valueCode": "y"}]}, "Patient.extension[0]", "structure"),
    (PATIENT, {"contained": [{"resourceType": "Organization", "name": "x"}]}, "Patient.contained[0]", "invariant"),
    (PATIENT, {"contained": [{"resourceType": "Organization", "id": "o", "nam": "x"}]}, "Patient.contained[0]",
     "structure"),
    (PATIENT, {"managingOrganization": {"reference": "#none"}}, "Patient.managingOrganization", "invariant"),
    (PATIENT, {"name": [{"family": "x", "period": {"start": "2020", "end": "2019"}}]}, "Patient.name[0].period",
     "invariant"),
    (OBSERVATION, {"status": None}, "Observation", "required"),
    (OBSERVATION, {"status": "done"}, "Observation.status", "code-invalid"),
    (OBSERVATION, {"code": None}, "Observation", "required"),
    (OBSERVATION, {"valueString": "x"}, "Observation", "structure"),
    (OBSERVATION, {"dataAbsentReason": {"text": "x"}}, "Observation", "structure"),
    (OBSERVATION, {"valueQuantity": {"value": "72"}}, "Observation.valueQuantity.value", "structure"),
    (OBSERVATION, {"valueQuantity": {"value": 72, "code": "/min"}}, "Observation.valueQuantity", "required"),
    (OBSERVATION, {"effectiveDateTime": "2026-11-20T10:00:00"}, "Observation.effectiveDateTime", "value"),
    (OBSERVATION, {"effectiveDateTime": "2026-11-20T25:00:00Z"}, "Observation.effectiveDateTime", "value"),
    (OBSERVATION, {"issued": "2026-11-20"}, "Observation.issued", "value"),
    (OBSERVATION, {"valueRange": {"low": {"value": 2}, "high": {"value": 1}}, "valueQuantity": None},
     "Observation.valueRange", "invariant"),
    ({"resourceType": "Unicorn"}, {}, "", "not-supported"),
]  # fmt: skip


@pytest.mark.parametrize("base, change, at, code", WRONG)
def test_what_is_wrong_is_found_at_its_place(base, change, at, code):
    resource = {k: v for k, v in {**base, **change}.items() if v is not None}
    found = fhir.faults(resource)
    assert (at, code) in [(f.at, f.code) for f in found], found
    assert all("{" not in f.why for f in found)


def test_what_is_right_passes():
    assert not fhir.faults(PATIENT) and not fhir.faults(OBSERVATION)
    fine = [
        {"_birthDate": {"extension": [{"url": "urn:x", "valueCode": "unknown"}]}, "birthDate": None},
        {"birthDate": "2024-02-29"},
        {"birthDate": "1983"},
        {"name": [{"given": [None, "Lea"], "_given": [{"extension": [{"url": "urn:x", "valueBoolean": True}]}, None]}]},
        {"name": [{"family": "no\u00a0break"}]},
        {"deceasedDateTime": "2016-12-31T23:59:60Z"},
    ]
    for change in fine:
        resource = {k: v for k, v in {**PATIENT, **change}.items() if v is not None}
        assert not fhir.faults(resource), change


def test_a_resource_with_something_taken_out_or_twisted_never_breaks_the_checker():
    dice = random.Random(7)
    for _ in range(2000):
        resource = copy.deepcopy(dice.choice((PATIENT, OBSERVATION)))
        at = resource
        for _ in range(dice.randint(1, 3)):
            key = dice.choice(list(at) if isinstance(at, dict) else range(len(at)))
            if isinstance(at[key], (dict, list)) and at[key] and dice.random() < 0.6:
                at = at[key]
            else:
                at[key] = dice.choice([None, "", "x", -1, 1.5, [], {}, [None], {"reference": 3}, True, {"end": "x"}])
                break
        fhir.faults(resource)


@pytest.mark.parametrize("text", [
    b"", b"{", b"[]", b'"x"', b"null", b'{"resourceType": 3}', b'{"a": 1}', b"\xff\xfe", b"[" * 100_000,
    b'{"resourceType":"A",}', b'{"resourceType":"Patient","id":"a\\u0000b"}',
    b'{"resourceType":"Patient","x":NaN}', b'{"resourceType":"\\ud800"}',
])  # fmt: skip
def test_what_is_no_resource_is_unreadable_and_says_why(text):
    with pytest.raises(fhir.Unreadable) as no:
        fhir.loads(text)
    assert str(no.value)


def test_a_byte_order_mark_is_passed_over_and_an_escaped_backslash_is_no_null():
    assert fhir.loads(b'\xef\xbb\xbf{"resourceType":"Patient"}')
    assert fhir.loads(rb'{"resourceType":"Patient","id":"\\u0000"}')["id"] == r"\u0000"


def test_decimals_keep_their_digits():
    text = b'{"resourceType":"Observation","valueQuantity":{"value":1.50},"x":123456789012345678901234567890}'
    assert fhir.loads(text)["valueQuantity"]["value"] == Decimal("1.50")
    assert fhir.dumps(fhir.loads(text)) == text


@pytest.mark.parametrize("text, low, high", [
    ("2024", "2024-01-01T00:00", "2025-01-01T00:00"), ("2024-02", "2024-02-01T00:00", "2024-03-01T00:00"),
    ("2024-12", "2024-12-01T00:00", "2025-01-01T00:00"), ("2024-02-29", "2024-02-29T00:00", "2024-03-01T00:00"),
    ("2024-02-29T10:00Z", "2024-02-29T10:00", "2024-02-29T10:01"),
    ("2024-02-29T10:00:05Z", "2024-02-29T10:00:05", "2024-02-29T10:00:06"),
    ("2024-02-29T10:00:05.5Z", "2024-02-29T10:00:05.5", "2024-02-29T10:00:05.6"),
    ("2024-02-29T23:30:00-08:00", "2024-03-01T07:30", "2024-03-01T07:30:01"),
    ("9999", "9999-01-01T00:00", "9999-12-31T00:00"),
    ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00", "0001-01-01T00:00"),
])  # fmt: skip
def test_a_partial_date_is_a_range(text, low, high):
    found = fhir.period(text)
    assert found[0] == datetime.fromisoformat(low).replace(tzinfo=UTC)
    assert found[1] - datetime.fromisoformat(high).replace(tzinfo=UTC) < (datetime.resolution * 1_000_001)


def test_a_date_without_a_zone_is_read_where_the_house_stands():
    low, high = fhir.period("2026-03-08", ZoneInfo("America/Los_Angeles"))  # 23 hours long: clocks go forward
    assert (low.hour, high.hour, (high - low).total_seconds() / 3600) == (8, 7, 23)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13", "2026-02-30", "2026-1-1", "2026-01-01T", "٢٠٢٦"])
def test_no_date_is_a_value_error(text):
    with pytest.raises(ValueError):
        fhir.period(text)


def test_a_timing_reaches_over_all_that_it_says():
    told = {"event": ["2026-01-02", "2026-03-04"], "repeat": {"boundsPeriod": {"end": "2026-02-01"}}}
    low, high = moments.timing(told)
    assert (low.year, high.isoformat()[:10]) == (1, "2026-03-05")
    assert moments.timing({"repeat": {"frequency": 1}}) is None


def test_every_official_parameter_has_its_paths():
    total = sum(len(parameters.of(kind)) for kind in resource_types())
    assert total > 1600
    assert parameters.find("Patient", "family").paths and parameters.find("Observation", "code-value-quantity").parts
    assert parameters.find("Appointment", "patient").target == ("Patient",)
    assert parameters.find("Patient", "nonsense") is None
    assert parameters.compartment("Observation") == ("subject", "performer")


def test_the_patient_in_whose_chart_it_stands_is_found():
    assert index.find(OBSERVATION).patient == "p"
    assert index.find(PATIENT).patient == "p"
    slot = {"resourceType": "Slot", "status": "free", "schedule": {"reference": "Schedule/1"}}
    assert index.find(slot).patient == ""
    booked = {
        "resourceType": "Appointment",
        "status": "booked",
        "participant": [{"actor": {"reference": "Practitioner/1"}}, {"actor": {"reference": "Patient/9"}}],
    }
    assert index.find(booked).patient == "9"


@pytest.mark.parametrize("text, values", [
    ("a,b", ["a", "b"]), (r"a\,b,c", ["a,b", "c"]), (r"a\\,b", ["a\\", "b"]), (",,a,", ["a"]), (r"x\|y", [r"x\|y"]),
])  # fmt: skip
def test_values_between_commas(text, values):
    assert query.alternatives(text) == values


def test_a_number_is_as_precise_as_it_is_written():
    assert query.number("100") == (Decimal(100), Decimal("99.5"), Decimal("100.5"))
    assert query.number("5.40") == (Decimal("5.40"), Decimal("5.395"), Decimal("5.405"))
    for text in ("x", "NaN", "1e99999", "", "1_0x"):
        with pytest.raises(query.Unfit):
            query.number(text)


@pytest.mark.parametrize("text, as_compared", [
    ("Åström", "astrom"), ("O'Brien", "obrien"), ("Mary-Ann  Vos", "mary ann vos"), ("  St. John ", "st john"),
    ("ŁUKASZ", "łukasz"), ("Straße", "strasse"), ("李小龙", "李小龙"), ("!!!", ""),
])  # fmt: skip
def test_texts_are_compared_without_case_accents_and_punctuation(text, as_compared):
    assert index.plain(text) == as_compared


def test_only_what_should_be_rewritten_is():
    resource = {
        "resourceType": "X",
        "a": {"reference": "urn:uuid:1"},
        "b": [{"c": {"reference": "Patient/1/_history/2"}}],
        "reference": 3,
        "contained": [{"d": {"reference": "#x"}}],
    }
    assert fhir.referenced(resource) == ["urn:uuid:1", "Patient/1/_history/2", "#x"]
    fhir.rewrite(resource, {"urn:uuid:1": "Patient/9"}.get)
    assert resource["a"]["reference"] == "Patient/9" and resource["reference"] == 3
    assert fhir.local("Patient/1/_history/2") == ("Patient", "1")
    assert fhir.local("http://x/Patient/1") is None
