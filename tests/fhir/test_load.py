"""Taking in files: the rest of a bad file is taken in, twice is once, and a broken file leaves nothing half-written."""

import gzip
import json

import pytest
from django.db import OperationalError, connection

from medassist.codecs import fhir
from medassist.domain.people import queries as people
from medassist.exchange import names, queries
from medassist.exchange.models import Resource, Version
from medassist.interfaces.fhir import load
from medassist.kernel.errors import Refused
from medassist.kernel.models import AuditEntry

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("yes")]

LEA = {
    "resourceType": "Patient",
    "id": "lea",
    "name": [{"family": "Vos", "given": ["Lea"]}],
    "birthDate": "1983-03-04",
    "identifier": [{"system": "urn:x", "value": "7"}],
    "extension": [{"url": "urn:e", "valueDecimal": 1.5}],
}
PLAN = {
    "resourceType": "CarePlan",
    "id": "cp",
    "status": "active",
    "intent": "plan",
    "subject": {"reference": "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"},
}
ALLERGY = {
    "resourceType": "AllergyIntolerance",
    "id": "al",
    "clinicalStatus": {
        "coding": [{"code": "active", "system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"}]
    },
    "code": {"text": "Penicillin"},
    "patient": {"reference": "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"},
}


def bundle(*resources, **urls) -> dict:
    urls = {"lea": "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", **urls}
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [{"fullUrl": urls.get(r.get("id"), f"urn:uuid:{n}"), "resource": r} for n, r in enumerate(resources)],
    }


@pytest.fixture
def file(tmp_path):
    def write(content, name="one.json"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return path

    return write


def test_a_bundle_is_linked_adopted_and_kept(ctx, file):
    report = load.load(ctx, [file(bundle(LEA, ALLERGY, PLAN))])
    assert dict(report.totals) == {"Patient": 1, "AllergyIntolerance": 1, "CarePlan": 1}
    assert not report.bad and not report.broken
    key = names.keys_of([("Patient", "lea")])[("Patient", "lea")]
    assert people.patient(key).mrn
    shown = fhir.loads(queries.read("Patient", "lea").body)
    assert shown["identifier"][0]["value"] == people.patient(key).mrn
    assert shown["identifier"][1:] == LEA["identifier"]
    assert b'"valueDecimal":1.5' in queries.read("Patient", "lea").body
    assert fhir.loads(queries.read("CarePlan", "cp").body)["subject"] == {"reference": "Patient/lea"}
    assert queries.read("AllergyIntolerance", "al").patient == key


def test_the_same_again_changes_nothing_and_other_bytes_make_a_version(ctx, file):
    once = file(bundle(LEA, ALLERGY, PLAN))
    load.load(ctx, [once])
    again = load.load(ctx, [once])
    assert (again.new, again.changed, again.unchanged, sum(again.totals.values())) == (0, 0, 3, 3)
    assert Version.objects.count() == 3
    changed = load.load(ctx, [file(bundle({**LEA, "gender": "female"}, PLAN), "two.json")])
    assert (changed.changed, changed.unchanged) == (1, 1)
    assert queries.read("Patient", "lea").version == 2
    load.load(ctx, [once])
    assert queries.read("Patient", "lea").version == 2


def test_bad_items_are_listed_with_place_and_reason_and_the_rest_is_taken_in(ctx, file):
    lines = [
        json.dumps(LEA),
        "{broken",
        json.dumps({"resourceType": "Unicorn", "id": "u"}),
        json.dumps({**LEA, "id": "tom", "birthDate": "1983-02-30"}),
        json.dumps({"no": "type"}),
        "",
        json.dumps({"resourceType": "Organization", "id": "org", "name": "Clinic"}),
    ]
    report = load.load(ctx, [file("\n".join(lines).encode(), "mixed.ndjson")])
    assert dict(report.totals) == {"Patient": 1, "Organization": 1}
    assert [b.place for b in report.bad] == ["line 2", "line 5", "line 3", "line 4"]
    assert "Unicorn" in report.bad[2].why and "birthDate" in report.bad[3].why


@pytest.mark.parametrize("content, why", [
    (gzip.compress(json.dumps(bundle(LEA)).encode())[:-20], "cut off"),
    (b"\x1f\x8b\x08\x00" + b"x" * 50, "damaged"),
    (json.dumps(bundle(LEA)).encode()[:-30], "too early"),
    (b"", "empty"), (b"   \n", "empty"), (b"[1, 2]", "expected"), (b"\xff\xfe{}", "byte 0"),
])  # fmt: skip
def test_a_broken_file_says_why_and_leaves_nothing(ctx, file, content, why):
    report = load.load(ctx, [file(content, "bad.json")])
    assert why in (report.broken or report.bad)[0].why
    assert not Resource.objects.exists()


def test_of_a_cut_off_ndjson_the_whole_lines_are_taken_in(ctx, file):
    lines = b"".join(json.dumps({**LEA, "id": f"p{n}"}).encode() + b"\n" for n in range(2000))
    report = load.load(ctx, [file(gzip.compress(lines)[:-2000], "cut.ndjson.gz")])
    assert "cut off after line" in report.broken[0].why
    assert report.totals["Patient"] == Resource.objects.count() > 500


def test_a_missing_or_unusable_id_is_made_from_the_address_or_content_so_that_twice_is_once(ctx, file):
    nameless = {k: v for k, v in LEA.items() if k != "id"}
    odd = {**LEA, "id": "no spaces allowed"}
    made = file(
        {
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [
                {"fullUrl": "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", "resource": nameless},
                {"resource": odd},
                {"resource": PLAN},
                {"request": {"method": "DELETE", "url": "x"}},
            ],
        }
    )
    first, again = load.load(ctx, [made]), load.load(ctx, [made])
    assert first.totals == again.totals == {"Patient": 2, "CarePlan": 1}
    assert again.new == again.changed == 0
    assert [b.why for b in first.bad] == ["it has no resource"]
    assert queries.read("Patient", "0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0")


def test_a_list_entry_whose_patient_is_not_here_is_kept_and_said(ctx, file):
    lost = {**ALLERGY, "patient": {"reference": "Patient/elsewhere"}}
    report = load.load(ctx, [file(bundle(lost, LEA))])
    assert report.totals == {"AllergyIntolerance": 1, "Patient": 1}
    assert report.bad[0].kept and "atient" in report.bad[0].why


def test_what_began_here_is_not_changed_by_an_import(ctx, file, api):
    made = json.loads(api.send("POST", "Patient", {k: v for k, v in LEA.items() if k != "id"}).content)
    same = load.load(ctx, [file(made, "export.json")])
    assert same.unchanged == 1 and not same.bad
    report = load.load(ctx, [file({**made, "birthDate": "2000-01-01"}, "changed.json")])
    assert "own record" in report.bad[0].why
    assert fhir.loads(queries.read("Patient", made["id"]).body)["birthDate"] == "1983-03-04"


def test_what_the_database_does_not_take_is_rolled_back_and_the_rest_is_taken_in(ctx, file):
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("ALTER TABLE exchange_text ADD CONSTRAINT no_plans CHECK (exact <> 'Clinic')")
    try:
        clinic = {"resourceType": "Organization", "id": "o", "name": "Clinic"}
        report = load.load(ctx, [file(bundle(LEA, clinic, PLAN))])
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE exchange_text DROP CONSTRAINT no_plans")
    assert [(b.place, b.kept) for b in report.bad] == [("entry 2", False)]
    assert "no_plans" in report.bad[0].why and "Clinic" not in report.bad[0].why
    assert report.totals == {"Patient": 1, "CarePlan": 1}
    assert Version.objects.count() == Resource.objects.count() == 2 and len(people.find("Vos", 5).lines) == 1


def test_when_the_database_fails_the_import_stops_and_says_so(ctx, file, monkeypatch):
    def full(*_):
        raise OperationalError("could not extend file: No space left on device")

    monkeypatch.setattr(load.store, "_insert", full)
    report = load.load(ctx, [file(bundle(LEA)), file(bundle(PLAN), "two.json")])
    assert "No space left" in report.broken[0].why and len(report.broken) == 1
    assert not Resource.objects.exists() and not people.find("Vos", 5).lines


def test_a_connection_that_dies_in_the_middle_leaves_nothing_half_written(ctx, file, monkeypatch):
    written = load.store._insert

    def then_die(*args):
        written(*args)
        connection.connection.close()

    monkeypatch.setattr(load.store, "_insert", then_die)
    report = load.load(ctx, [file(bundle(LEA, ALLERGY, PLAN))])
    connection.close()
    assert "stopped the import" in report.broken[0].why
    assert not Resource.objects.exists() and not Version.objects.exists() and not people.find("Vos", 5).lines


def test_conditional_references_are_resolved_in_the_bundle_and_in_the_record(ctx, file):
    doctor = {
        "resourceType": "Practitioner",
        "id": "d",
        "identifier": [{"system": "urn:npi", "value": "1"}],
        "name": [{"family": "Okafor"}],
    }
    plan = {
        **PLAN,
        "author": {"reference": "Practitioner?identifier=urn:npi|1"},
        "contributor": [{"reference": "Practitioner?identifier=urn:npi%7C2"}],
    }
    load.load(ctx, [file({**doctor, "id": "e", "identifier": [{"system": "urn:npi", "value": "2"}]}, "e.json")])
    load.load(ctx, [file(bundle(LEA, plan, doctor))])
    kept = fhir.loads(queries.read("CarePlan", "cp").body)
    assert (kept["author"]["reference"], kept["contributor"][0]["reference"]) == ("Practitioner/d", "Practitioner/e")


def test_each_resource_is_named_in_the_trail(ctx, file):
    load.load(ctx, [file(bundle(LEA, PLAN))])
    detail = json.loads(AuditEntry.objects.get(action="fhir.load").detail)
    assert detail["given"]["named"] == ["Patient/lea", "CarePlan/cp"]


def test_without_authority_an_import_is_refused_whole(ctx, file, no):
    with pytest.raises(Refused):
        load.load(ctx, [file(bundle(LEA))])
    assert not Resource.objects.exists()
    assert AuditEntry.objects.get().outcome == "refused"


def test_a_folder_is_read_with_what_others_refer_to_first(ctx, tmp_path):
    allergy = {**ALLERGY, "patient": {"reference": "Patient/lea"}}
    (tmp_path / "AllergyIntolerance.ndjson").write_text(json.dumps(allergy))
    (tmp_path / "Patient.000.ndjson.gz").write_bytes(gzip.compress(json.dumps(LEA).encode()))
    report = load.load(ctx, [tmp_path])
    assert not report.bad and report.totals == {"Patient": 1, "AllergyIntolerance": 1}
