"""People, wire: every synthetic patient goes through and comes back whole; ours are shown as US Core."""

import gzip
from copy import deepcopy

import orjson
import pytest

from medassist.codecs import fhir
from medassist.codecs.fhir import text
from medassist.domain.people import actions, queries, wire
from medassist.domain.people.inputs import AddAlert, AdoptPatients, ChangeDemographics
from medassist.domain.people.models import Identifier, Patient
from medassist.exchange import queries as exchange
from medassist.kernel.testing import context
from tests.people.given import given_patient

pytestmark = pytest.mark.django_db


def synthea(shared):
    """All Patients of the corpora."""
    found = []
    for file in sorted((shared / "corpora" / "synthea").rglob("*Patient*.ndjson.gz")):
        found += [fhir.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines() if line.strip()]
    for file in sorted((shared / "corpora" / "synthea" / "bundles").glob("*.json.gz")):
        bundle = text.value(gzip.decompress(file.read_bytes()))
        found += [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "Patient"]
    return found


def plain(resource):
    """A resource without what a server writes anew."""
    meta = {k: v for k, v in resource.get("meta", {}).items() if k not in ("versionId", "lastUpdated", "source")}
    return {**{k: v for k, v in resource.items() if k != "meta"}, **({"meta": meta} if meta else {})}


def test_all_synthetic_patients_are_adopted_and_shown_without_loss(yes, shared):
    told = synthea(shared)
    assert len(told) > 600
    unique = {one["id"]: one for one in told}
    rows = actions.adopt(context(), AdoptPatients.of(resources=list(unique.values())))
    assert len(rows) == len(unique) == Patient.objects.count()
    for one, row in zip(unique.values(), Patient.objects.in_bulk([r.id for r in rows]).values(), strict=False):
        one = unique.get(str(row.id)) or one
        shown = wire.patient_to_fhir(row)
        assert (
            shown["identifier"][0]["value"] == row.mrn and shown["identifier"][0]["type"]["coding"][0]["code"] == "MR"
        )
        shown["identifier"] = shown["identifier"][1:]
        assert plain(shown) == plain(unique[str(row.id)])
        assert not fhir.faults(wire.patient_to_fhir(row))


def test_a_registration_from_fhir_loses_nothing_either(yes, shared):
    for one in synthea(shared)[:80]:
        row = actions.register(
            context(), wire.from_fhir(deepcopy(one), confirmed={"duplicate", "identifiers", "names"})
        )
        shown = wire.patient_to_fhir(Patient.objects.get(pk=row.id))
        shown["identifier"] = shown["identifier"][1:]
        assert plain({**shown, "id": one["id"]}) == plain(one)


def test_numbers_shared_by_synthetic_patients_are_kept_and_marked(yes, shared):
    unique = {one["id"]: one for one in synthea(shared)}
    actions.adopt(context(), AdoptPatients.of(resources=list(unique.values())))
    pairs = [(n.get("system"), n.get("value")) for one in unique.values() for n in one.get("identifier", [])]
    assert Identifier.objects.count() == len(pairs)
    assert Identifier.objects.filter(shared=True).count() == len(pairs) - len(set(pairs))


def test_decimals_of_an_extension_keep_their_digits(yes):
    url = "http://hl7.org/fhir/StructureDefinition/geolocation"
    told = (
        b'{"resourceType":"Patient","name":[{"family":"A"}],"address":[{"extension":[{"url":"%s","extension":'
        b'[{"url":"latitude","valueDecimal":42.10},{"url":"longitude","valueDecimal":-71.000}]}]}]}' % url.encode()
    )
    row = actions.register(context(), wire.from_fhir(fhir.loads(told)))
    assert b"42.10}" in fhir.dumps(wire.patient_to_fhir(Patient.objects.get(pk=row.id)))


def test_a_patient_of_ours_is_shown_in_the_exchange_as_us_core(yes):
    row = given_patient(gender="female", race=["2106-3"], ethnicity=["2186-5"], birth_sex="F", languages=["en"])
    kept = orjson.loads(exchange.read("Patient", str(row.id)).body)
    assert kept["meta"]["profile"] == ["http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"]
    assert kept["identifier"][0]["value"] == row.mrn and kept["birthDate"] == "1983-03-04"
    assert not fhir.faults(kept)
    actions.change_demographics(context(), ChangeDemographics.of(patient=row.id, gender="other"))
    again = exchange.read("Patient", str(row.id))
    assert again.version == 2 and orjson.loads(again.body)["gender"] == "other"


def test_a_put_of_what_was_read_changes_only_what_it_says(yes):
    row = given_patient(gender="female", telecoms=[{"system": "phone", "value": "415-555-2671"}])
    kept = fhir.loads(exchange.read("Patient", str(row.id)).body)
    kept["gender"] = "male"
    del kept["telecom"]
    changed = actions.change_demographics(context(), wire.change_from_fhir(kept, row.id, version=1))
    assert (changed.gender, changed.telecoms, changed.mrn) == ("male", [], row.mrn)
    assert queries.identifiers(row.id) == []


def test_an_alert_is_shown_as_a_flag(yes):
    one = given_patient()
    alert = actions.add_alert(context(), AddAlert.of(patient=one.id, kind="safety", text="Latex"))
    kept = orjson.loads(exchange.read("Flag", str(alert.id)).body)
    assert kept["status"] == "active" and kept["subject"]["reference"] == f"Patient/{one.id}"
    assert not fhir.faults(kept)
