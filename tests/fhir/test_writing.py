"""What other systems send goes through the same actions as a form, and is answered as FHIR answers."""

import json

from medassist.codecs import fhir
from medassist.domain.people import queries as people
from medassist.exchange.models import Received
from medassist.kernel.models import AuditEntry
from tests.office.given import given_patient, given_provider, given_site
from tests.scheduling.given import given_appointment, given_offer, given_type

PATIENT = {
    "resourceType": "Patient",
    "name": [{"family": "Okafor", "given": ["Ada"]}],
    "birthDate": "1991-05-06",
    "gender": "female",
    "identifier": [{"system": "urn:oid:1.2.3", "value": "A-77"}],
    "extension": [{"url": "http://example.org/eye-colour", "valueString": "green"}],
}


def sent(answer, status=201) -> dict:
    assert answer.status_code == status, answer.content
    return fhir.loads(answer.content)


def test_a_patient_is_registered_with_this_office_s_number_first(api):
    answer = api.send("POST", "Patient", PATIENT)
    made = sent(answer)
    assert made["identifier"][0]["type"]["coding"][0]["code"] == "MR"
    assert made["identifier"][1]["value"] == "A-77"
    assert made["extension"] == PATIENT["extension"]
    assert answer["Location"].endswith(f"/Patient/{made['id']}/_history/1") and answer["ETag"] == 'W/"1"'
    assert people.patient(made["id"]).mrn == made["identifier"][0]["value"]
    assert api.ids("Patient?identifier=A-77") == [made["id"]]


def test_the_same_request_again_is_the_same_answer_and_another_body_a_conflict(api):
    first = sent(api.send("POST", "Patient", PATIENT, x_request_id="once-0001"))
    again = sent(api.send("POST", "Patient", PATIENT, x_request_id="once-0001"))
    assert first == again
    assert json.loads(api.get("Patient?_summary=count").content)["total"] == 1
    other = {**PATIENT, "gender": "male"}
    assert api.send("POST", "Patient", other, x_request_id="once-0001").status_code == 409


def test_if_none_exist_makes_nothing_that_is_there(api):
    made = sent(api.send("POST", "Patient", PATIENT, if_none_exist="identifier=urn:oid:1.2.3|A-77"))
    found = sent(api.send("POST", "Patient", PATIENT, if_none_exist="identifier=urn:oid:1.2.3|A-77"), 200)
    assert found["id"] == made["id"]
    assert api.send("POST", "Patient", PATIENT, if_none_exist="nonsense=1").status_code == 400


def test_a_refusal_gives_its_reasons_and_keeps_the_body(api, settings):
    settings.MEDASSIST_AUTHORITY = "tests.fhir.test_writing.only_receiving"
    answer = api.send("POST", "Patient", PATIENT)
    outcome = json.loads(answer.content)
    assert answer.status_code == 403
    assert "No, says the test." in outcome["issue"][0]["diagnostics"]
    assert Received.objects.get().outcomes.get().outcome == "refused"
    assert not people.find("Okafor", 5).lines


def only_receiving(ctx, act, subject):
    from medassist.kernel.testing import NO, YES

    return YES if act.name == "house.receive" else NO


def test_a_doubt_is_taken_as_sent_and_becomes_a_task(api):
    given_site()
    sent(api.send("POST", "Patient", PATIENT))
    twin = {**PATIENT, "identifier": [{"system": "urn:other", "value": "1"}]}
    answer = api.send("POST", "Patient", twin, prefer="return=OperationOutcome")
    assert answer.status_code == 201 and "duplicate" in answer["Warning"]
    outcome = json.loads(answer.content)
    assert outcome["issue"][0]["severity"] == "warning" and "Okafor" not in json.dumps(outcome)
    (task,) = json.loads(api.get("Task").content)["entry"]
    assert task["resource"]["for"]["reference"] == answer["Location"].split("/R4/")[1].split("/_history")[0]


def test_a_patient_is_changed_as_a_whole_and_keeps_this_office_s_number(api):
    made = sent(api.send("POST", "Patient", PATIENT))
    changed = {**made, "name": [{"family": "Okafor-Vos", "given": ["Ada"]}], "gender": "other"}
    now = sent(api.send("PUT", f"Patient/{made['id']}", changed, if_match='W/"1"'), 200)
    assert now["name"][0]["family"] == "Okafor-Vos" and now["meta"]["versionId"] == "2"
    assert now["identifier"] == made["identifier"] and now["extension"] == made["extension"]


def test_a_vital_sign_is_received_and_comes_back_with_its_digits(api):
    whom = given_patient()
    sign = {
        "resourceType": "Observation",
        "status": "final",
        "subject": {"reference": f"Patient/{whom.pk}"},
        "category": [
            {
                "coding": [
                    {"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}
                ]
            }
        ],
        "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
        "effectiveDateTime": "2026-11-20T10:00:00-08:00",
        "valueQuantity": {"value": 72, "unit": "/min", "system": "http://unitsofmeasure.org", "code": "/min"},
    }
    made = sent(api.send("POST", "Observation", sign))
    assert made["status"] == "preliminary"
    assert made["valueQuantity"]["value"] == 72
    assert api.ids(f"Observation?patient={whom.pk}&code=8867-4") == [made["id"]]
    other = {**sign, "subject": {"reference": "Patient/nobody"}}
    assert api.send("POST", "Observation", other).status_code == 422


def free(api) -> list[dict]:
    bundle = json.loads(api.get("Slot?status=free&_count=1000&_sort=start").content)
    return [e["resource"] for e in bundle["entry"]]


def appointment(slot: str, whom) -> dict:
    return {
        "resourceType": "Appointment",
        "status": "booked",
        "slot": [{"reference": f"Slot/{slot}"}],
        "start": "2026-11-24T09:00:00Z",
        "end": "2026-11-24T09:20:00Z",
        "participant": [{"actor": {"reference": f"Patient/{whom.pk}"}, "status": "accepted"}],
    }


def test_naming_a_slot_books_it_once_and_cancelling_frees_it(api):
    given_offer()
    given_type()
    slot = free(api)[10]
    asked = {**appointment(slot["id"], given_patient()), "start": slot["start"], "end": slot["end"]}
    booked = sent(api.send("POST", "Appointment", asked))
    assert booked["slot"] == [{"reference": f"Slot/{slot['id']}"}]
    assert slot["id"] not in [s["id"] for s in free(api)]
    assert api.ids(f"Appointment?slot={slot['id']}") == [booked["id"]]
    assert api.send("POST", "Appointment", asked).status_code == 409
    gone = sent(api.send("PUT", f"Appointment/{booked['id']}", {**booked, "status": "cancelled"}), 200)
    assert gone["status"] == "cancelled" and gone["meta"]["versionId"] == "2"
    assert slot["id"] in [s["id"] for s in free(api)]


def test_if_match_stops_what_was_changed_meanwhile(api):
    given_site()
    given_provider()
    booked = given_appointment()
    now = fhir.loads(api.get(f"Appointment/{booked.pk}").content)
    stale = api.send("PUT", f"Appointment/{booked.pk}", {**now, "status": "cancelled"}, if_match='W/"7"')
    assert stale.status_code == 412
    done = api.send("PUT", f"Appointment/{booked.pk}", {**now, "status": "cancelled"}, if_match='W/"1"')
    assert done.status_code == 200 and done["ETag"] == 'W/"2"'
    other = api.send("PUT", f"Appointment/{booked.pk}", {**now, "id": "another"})
    assert other.status_code == 400


def test_the_trail_names_the_other_system(api):
    api.send("POST", "Patient", PATIENT)
    entry = AuditEntry.objects.get(action="people.register")
    assert (entry.kind, entry.via, entry.outcome) == ("interface", "fhir", "done")
