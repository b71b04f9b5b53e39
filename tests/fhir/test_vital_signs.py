"""Vital signs through the API: what is taken, what is doubted, what is refused and where; put right, found again."""

import json
from decimal import Decimal

import pytest
from django.test import Client

from medassist.codecs import fhir
from medassist.domain.vitals import actions
from medassist.domain.vitals.inputs import ConfirmVitals, CorrectReading
from medassist.domain.vitals.models import Reading, VitalSet
from medassist.domain.worklist import queries as tasks
from medassist.kernel import clock, events
from medassist.kernel.context import system_context
from medassist.kernel.models import AuditEntry, Event
from medassist.kernel.testing import context
from tests.fhir.conftest import Api, issue
from tests.office.given import given_site
from tests.vitals.given import given_patient, given_set

CATEGORY = {"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}
UCUM = "http://unitsofmeasure.org"


def concept(code):
    return {"coding": [{"system": "http://loinc.org", "code": code}]}


def quantity(value, unit):
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


def sign(patient, code="8867-4", value=72, unit="/min", **more):
    told = {
        "resourceType": "Observation", "status": "final", "subject": {"reference": f"Patient/{patient.pk}"},
        "category": [{"coding": [CATEGORY]}], "code": concept(code),
        "effectiveDateTime": "2026-11-20T10:00:00-08:00", "valueQuantity": quantity(value, unit), **more,
    }  # fmt: skip
    return {name: value for name, value in told.items() if value is not None}


def pressure(patient, upper=118, lower=76, **more):
    parts = [{"code": concept(code), "valueQuantity": quantity(value, "mm[Hg]")}
             for code, value in (("8480-6", upper), ("8462-4", lower))]  # fmt: skip
    return sign(patient, "85354-9", valueQuantity=None, component=parts, **more)


def sent(answer, status=201):
    assert answer.status_code == status, answer.content
    return fhir.loads(answer.content)


def post(api, body, status=201, **headers):
    return sent(api.send("POST", "Observation", body, **headers), status)


def issues(api, body, status=422, method="POST", path="Observation"):
    """Where and what of each issue."""
    told = sent(api.send(method, path, body), status)["issue"]
    return [(one["severity"], one.get("expression", [""])[0], one["diagnostics"]) for one in told]


def hear(name):
    for event in Event.objects.filter(name=name):
        for reaction in events.reactions(name).values():
            reaction(system_context("jobs", site=event.site, key=f"{event.id}"), event)


# -- taken


def test_a_pressure_with_components_is_one_set_by_the_same_action(api):
    patient = given_patient()
    made = post(api, pressure(patient))
    rows = {row.sign: row.value for row in Reading.objects.all()}
    assert rows == {"systolic": 118, "diastolic": 76} and made["status"] == "preliminary"
    assert len(made["component"]) == 2
    entry = AuditEntry.objects.get(action="vitals.receive")
    assert (entry.act, entry.outcome, entry.patient) == ("vitals.receive", "done", patient.pk)


def test_units_in_words_alone_are_read(api):
    made = post(api, sign(given_patient(), "8310-5", valueQuantity={"value": 98.6, "unit": "°F"}))
    row = Reading.objects.get()
    assert (row.unit, row.standard) == ("[degF]", 37)
    assert made["valueQuantity"] == {"value": Decimal("98.6"), "unit": "°F"}


def test_the_same_request_adds_nothing_and_another_body_under_its_name_is_a_conflict(api):
    patient = given_patient()
    first = post(api, sign(patient), x_request_id="vs-0001")
    assert post(api, sign(patient), x_request_id="vs-0001") == first
    assert VitalSet.objects.count() == 1
    assert api.send("POST", "Observation", sign(patient, value=80), x_request_id="vs-0001").status_code == 409


def test_a_percentile_is_kept_as_its_sender_told_it_and_is_not_judged(api):
    child = given_patient("Ortiz", "Ben", birth_date="2018-11-02", gender="male")
    body = sign(child, "59576-9", 65, "%", device={"display": "Growth app"}, note=[{"text": "CDC Males, 2-20 years"}])
    made = post(api, body)
    assert made["device"] == {"display": "Growth app"} and made["note"] == body["note"]
    assert "interpretation" not in made and "derivedFrom" not in made
    assert Reading.objects.get().method != "computed"


def test_a_dead_patients_chart_takes_what_was_measured_before(api):
    patient = given_patient(deceased="2026-11-21")
    assert post(api, sign(patient))["status"] == "preliminary"


# -- doubted


def test_a_doubt_is_a_warning_at_its_element_and_a_task(api):
    given_site()
    patient = given_patient()
    answer = api.send("POST", "Observation", pressure(patient, 250, 76), prefer="return=OperationOutcome")
    [warning] = sent(answer)["issue"]
    assert (warning["severity"], warning["code"]) == ("warning", "business-rule")
    assert warning["expression"] == ["Observation.component[0].value"]
    assert "very high" in warning["diagnostics"] or "Measure again" in warning["diagnostics"]
    assert "Warning" in answer
    heard = VitalSet.objects.get()
    assert heard.status == "preliminary"
    hear("vitals.doubted")
    [task] = tasks.about(f"vitals/{heard.pk}")
    assert task["status"] == "open"
    assert len(json.loads(api.get("Task").content)["entry"]) == 1
    actions.confirm(context(), ConfirmVitals(set=heard.pk))
    [pressure_now] = api.ids(f"Observation?patient={patient.pk}&code=85354-9&status=final")
    assert pressure_now


def test_a_client_that_may_not_read_is_not_told_what_stands_in_the_chart(api, ctx):
    patient = given_patient()
    given_set(patient, days_ago=30, weight="187.6")
    writer = Api(issue(ctx, "system/Observation.c", name="scale"), Client())
    now = clock.now().isoformat()
    body = sign(patient, "29463-7", 287.6, "[lb_av]", effectiveDateTime=now)
    told = sent(writer.send("POST", "Observation", body, prefer="return=OperationOutcome"))["issue"]
    assert told[0]["expression"] == ["Observation.value"] and "+100" not in json.dumps(told)
    body = sign(patient, "29463-7", 487.6, "[lb_av]", effectiveDateTime=now)
    told = sent(api.send("POST", "Observation", body, prefer="return=OperationOutcome"))["issue"]
    assert told[0]["severity"] == "warning" and "+200 lb" in told[0]["diagnostics"]


def test_an_ordinary_value_has_no_warning(api):
    answer = api.send("POST", "Observation", sign(given_patient()), prefer="return=OperationOutcome")
    assert sent(answer)["issue"][0]["severity"] == "information" and "Warning" not in answer


# -- refused


@pytest.mark.parametrize(
    ("body", "at"),
    [
        (lambda p: sign(p, value=986), "Observation.value"),
        (lambda p: sign(p, value=72, unit="[degF]"), "Observation.value"),
        (lambda p: sign(p, valueQuantity={"value": 72, "code": "wibble", "system": UCUM}), "Observation.value"),
        (lambda p: pressure(p, 76, 118), "Observation.component[0].value"),
        (lambda p: pressure(p, 118, 999), "Observation.component[1].value"),
        (lambda p: sign(p, effectiveDateTime="2036-11-20T10:00:00Z"), "Observation.effective"),
        (lambda p: sign(p, effectiveDateTime="1960-01-01"), "Observation.effective"),
        (lambda p: sign(p, effectiveDateTime=None), "Observation.code"),
        (lambda p: sign(p, code="718-7"), "Observation.code"),
        (lambda p: sign(p, status="entered-in-error"), "Observation.status"),
        (lambda p: sign(p, "85353-1", valueQuantity=None, hasMember=[{"display": "x"}]), "Observation.code"),
        (lambda p: sign(p, subject=None), "Observation.subject"),
        (lambda p: sign(p, "59576-9", 165, "%"), "Observation.value"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_element_and_nothing_is_written(api, body, at):
    told = issues(api, body(given_patient()))
    assert [where for _, where, _ in told] == [at] and all(one[2] for one in told)
    assert not VitalSet.objects.exists()


@pytest.mark.parametrize(
    ("number", "status"),
    [("1e400", 422), ("-1e400", 422), ("1e-400", 422), ("NaN", 400), ("Infinity", 400), ('"72"', 422), ("true", 422),
     ("99999999999999999999", 422)],
)  # fmt: skip
def test_numbers_that_are_none_are_refused(api, number, status):
    body = fhir.dumps(sign(given_patient(), value=7531)).replace(b"7531", number.encode())
    answer = api.send("POST", "Observation", body)
    assert answer.status_code == status, answer.content
    assert fhir.loads(answer.content)["resourceType"] == "OperationOutcome" and not VitalSet.objects.exists()


@pytest.mark.parametrize("date", ["2026-02-30", "2026-13-01T10:00:00Z", "yesterday", "2026-11-20T10:00:00"])
def test_a_date_that_is_none_is_refused(api, date):
    assert issues(api, sign(given_patient(), effectiveDateTime=date))[0][1].startswith("Observation.effective")


def test_a_patient_who_is_not_here_is_named_as_the_fault(api):
    told = issues(api, sign(type("P", (), {"pk": "nobody"})))
    assert told[0][1] == "Observation.subject" or "nobody" in told[0][2]


# -- put right


def test_a_sender_puts_its_value_right_and_both_versions_stay(api):
    made = post(api, sign(given_patient()))
    right = {**made, "valueQuantity": quantity(74, "/min"), "note": [{"text": "Read from the wrong line"}]}
    answer = api.send("PUT", f"Observation/{made['id']}", right)
    old = sent(answer, 200)
    assert (old["status"], old["valueQuantity"]["value"], old["meta"]["versionId"]) == ("entered-in-error", 72, "2")
    new = sent(api.get(answer["Link"].split("/R4/")[1].partition(">")[0]), 200)
    assert new["valueQuantity"]["value"] == 74 and new["id"] != made["id"]
    assert {"text": "Corrected: Read from the wrong line"} in new["note"]
    history = sent(api.get(f"Observation/{made['id']}/_history"), 200)
    assert [one["resource"]["status"] for one in history["entry"]] == ["entered-in-error", "preliminary"]
    assert AuditEntry.objects.get(action="vitals.amend").outcome == "done"


def test_both_pressures_are_put_right_at_once(api):
    made = post(api, pressure(given_patient(), 118, 76))
    parts = json.loads(json.dumps(made["component"]))
    parts[0]["valueQuantity"]["value"], parts[1]["valueQuantity"]["value"] = 74, 52
    right = {**made, "component": parts, "note": [{"text": "The other arm's were sent"}]}
    answer = api.send("PUT", f"Observation/{made['id']}", right)
    assert sent(answer, 200)["status"] == "entered-in-error"
    new = sent(api.get(answer["Link"].split("/R4/")[1].partition(">")[0]), 200)
    assert [part["valueQuantity"]["value"] for part in new["component"]] == [74, 52]


def test_a_sender_takes_back_what_it_sent(api):
    made = post(api, pressure(given_patient()))
    wrong = {**made, "status": "entered-in-error", "note": [{"text": "Another patient's"}]}
    answer = api.send("PUT", f"Observation/{made['id']}", wrong)
    assert sent(answer, 200)["status"] == "entered-in-error" and "Link" not in answer
    assert [row.taken_back for row in Reading.objects.order_by("recorded_at")] == [False, False, True, True]
    again = api.send("PUT", f"Observation/{made['id']}", {**wrong, "note": [{"text": "Once more"}]})
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"valueQuantity": quantity(74, "/min")}, "Observation.note"),
        ({"note": [{"text": "Nothing else"}]}, "Observation.value"),
        ({"valueQuantity": quantity(7400, "/min"), "note": [{"text": "Typed wrongly"}]}, "Observation.value"),
        ({"effectiveDateTime": "2026-11-19T10:00:00Z", "note": [{"text": "Another day"}]}, "Observation.effective"),
        ({"code": concept("8310-5"), "note": [{"text": "Another sign"}]}, "Observation.value"),
    ],
)  # fmt: skip
def test_what_cannot_be_put_right_so_is_said_where(api, change, at):
    made = post(api, sign(given_patient()))
    told = issues(api, {**made, **change}, 422, "PUT", f"Observation/{made['id']}")
    assert [where for _, where, _ in told] == [at]
    assert not Reading.objects.filter(replaces__isnull=False).exists()


def test_what_the_office_measured_or_confirmed_is_the_offices_to_correct(api):
    taken = given_set(given_patient(), pulse="72")
    [id] = api.ids("Observation?code=8867-4")
    ours = fhir.loads(api.get(f"Observation/{id}").content)
    wrong = {**ours, "status": "entered-in-error", "note": [{"text": "Not mine"}]}
    assert "The office corrects it" in issues(api, wrong, 409, "PUT", f"Observation/{id}")[0][2]
    made = post(api, sign(given_patient("Vos", "Ada")))
    actions.confirm(context(), ConfirmVitals(set=Reading.objects.exclude(of=taken).get().of_id))
    wrong = {**made, "status": "entered-in-error", "note": [{"text": "Too late"}]}
    assert "confirmed" in issues(api, wrong, 409, "PUT", f"Observation/{made['id']}")[0][2]


def test_if_match_stops_a_correction_of_what_was_changed_meanwhile(api):
    made = post(api, sign(given_patient()))
    wrong = {**made, "status": "entered-in-error", "note": [{"text": "Another patient's"}]}
    assert api.send("PUT", f"Observation/{made['id']}", wrong, if_match='W/"7"').status_code == 412
    assert api.send("PUT", f"Observation/{made['id']}", wrong, if_match='W/"1"').status_code == 200


# -- found


def test_vital_signs_are_found_by_what_us_core_searches_by(api):
    patient = given_patient()
    taken = given_set(patient, systolic="148", diastolic="92", pulse="88")
    pressures = [str(Reading.objects.get(of=taken, sign="systolic").observation)]
    who = f"Observation?patient={patient.pk}"
    assert len(api.ids(f"{who}&category=vital-signs")) == 3
    assert api.ids(f"{who}&code=85354-9") == api.ids(f"{who}&code=http://loinc.org|85354-9") == pressures
    assert api.ids(f"{who}&component-code=8480-6") == pressures
    assert api.ids(f"{who}&category=vital-signs&date=ge2026-01-01&code=85354-9,8867-4")
    assert api.ids(f"{who}&code-value-quantity=8867-4$gt80") != []
    assert api.ids(f"{who}&code-value-quantity=8867-4$gt90") == []
    assert api.ids(f"{who}&status=final&code=85353-1") == [str(taken.pk)]


def test_the_device_comes_along(api, keep):
    keep({"resourceType": "Device", "id": "cuff-7", "status": "active"})
    patient = given_patient()
    made = post(api, sign(patient, device={"reference": "Device/cuff-7"}))
    found = sent(api.get(f"Observation?patient={patient.pk}&_include=Observation:device"), 200)["entry"]
    assert {(one["resource"]["id"], one["search"]["mode"]) for one in found} == {
        (made["id"], "match"), ("cuff-7", "include"),
    }  # fmt: skip


def test_corrected_ones_are_found_as_they_stand(api):
    patient = given_patient()
    taken = given_set(patient, pulse="72")
    made = actions.correct(context(), CorrectReading.of(reading=Reading.objects.get(of=taken).pk, value="74",
                                                        reason="Misheard"))  # fmt: skip
    who = f"Observation?patient={patient.pk}&code=8867-4"
    assert api.ids(f"{who}&status=amended") == [str(made[0].observation)]
    assert len(api.ids(f"{who}&status=entered-in-error")) == 1


def test_the_capability_statement_names_the_profiles(api):
    told = json.loads(api.get("metadata").content)
    [observations] = [one for one in told["rest"][0]["resource"] if one["type"] == "Observation"]
    assert "http://hl7.org/fhir/us/core/StructureDefinition/us-core-blood-pressure" in observations["supportedProfile"]
    assert "update" in {one["code"] for one in observations["interaction"]}
