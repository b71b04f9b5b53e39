"""Records: allergies, problems and medications added, ended, refuted, reviewed, adopted; nothing is edited."""

import gzip

import orjson
import pytest
from django.db import DatabaseError, connection, transaction

from medassist.codecs import fhir
from medassist.domain.people import actions as people
from medassist.domain.people.inputs import AddAlert, AdoptPatients
from medassist.domain.records import actions, queries, rules, wire
from medassist.domain.records.inputs import (
    AddAllergy,
    AddMedication,
    AddProblem,
    AdoptRecords,
    EndEntry,
    Refute,
    ReviewLists,
)
from medassist.domain.records.models import Allergy, ListReview, Medication, Problem
from medassist.exchange import queries as exchange
from medassist.kernel.errors import Conflict, Invalid, Missing, Refused
from medassist.kernel.identifiers import uuid7
from medassist.kernel.models import AuditEntry, Event
from medassist.kernel.testing import context
from tests.people.given import given_patient

pytestmark = pytest.mark.django_db
SNOMED = "http://snomed.info/sct"


def add_allergy(patient, display="Penicillin", ctx=None, **more):
    return actions.add_allergy(ctx or context(), AddAllergy.of(patient=patient.id, display=display, **more))[-1]


def add_problem(patient, display="Hypertension", ctx=None, **more):
    return actions.add_problem(ctx or context(), AddProblem.of(patient=patient.id, display=display, **more))


def add_medication(patient, display="Lisinopril 10 mg", ctx=None, **more):
    return actions.add_medication(ctx or context(), AddMedication.of(patient=patient.id, display=display, **more))


ADDS = [
    (actions.add_allergy, AddAllergy, Allergy, "records.allergy_added"),
    (actions.add_problem, AddProblem, Problem, "records.problem_added"),
    (actions.add_medication, AddMedication, Medication, "records.medication_added"),
]


@pytest.mark.parametrize(("act", "asks", "model", "event"), ADDS)
def test_an_entry_is_added_with_entry_event_and_fhir(yes, act, asks, model, event):
    one = given_patient()
    act(
        context(),
        asks.of(patient=one.id, display="Something", system=SNOMED, code="1", onset="2020", note="Told today"),
    )
    row = model.objects.get()
    assert (row.display, row.system, row.code, row.note) == ("Something", SNOMED, "1", "Told today")
    assert row.onset == "2020" and row.counts
    assert AuditEntry.objects.filter(patient=one.id, outcome="done", act="records.manage").count() == 2
    assert Event.objects.filter(name=event, patient=one.id).exists()
    kept = fhir.loads(exchange.read(row.resource, str(row.entry)).body)
    assert not fhir.faults(kept)


@pytest.mark.parametrize(("act", "asks", "model", "event"), ADDS)
def test_adding_refused_invalid_missing_and_twice_under_one_key(yes, settings, act, asks, model, event):
    one = given_patient()
    ctx, ask = context(key="k"), asks.of(patient=one.id, display="Something")
    act(ctx, ask), act(ctx, ask)
    assert model.objects.count() == 1
    for bad in ({"display": " "}, {"display": "x" * 3000}, {"code": "1"}, {"onset": "2020-13"}, {"display": "a\x00b"}):
        with pytest.raises(Invalid):
            asks.of(**{"patient": one.id, "display": "Other", **bad})
    with pytest.raises(Missing):
        act(context(), asks.of(patient=uuid7(), display="Something"))
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    with pytest.raises(Refused):
        act(context(), asks.of(patient=one.id, display="Other"))
    assert model.objects.count() == 1


@pytest.mark.parametrize(("act", "asks", "model", "event"), ADDS)
def test_the_same_on_the_list_is_asked_about_once(yes, act, asks, model, event):
    one = given_patient()
    act(context(), asks.of(patient=one.id, display="Latex", onset="2019"))
    with pytest.raises(Invalid) as why:
        act(context(), asks.of(patient=one.id, display="LATEX"))
    assert why.value.doubts == {"display": ["Latex is on the list since 2019. Add it once more?"]}
    act(context(), asks.of(patient=one.id, display="LATEX", confirmed={"display"}))
    assert model.objects.count() == 2


def test_an_entry_put_right_is_a_new_row_that_names_the_old_one(yes):
    one = given_patient()
    first = add_medication(one, dosage="once a day")
    second = add_medication(one, dosage="twice a day", replaces=first.entry)
    assert second.replaces_id == first.id and second.entry == first.entry
    assert [line["dosage"] for line in queries.medications(one.id)] == ["twice a day"]
    assert [row.dosage for row in queries.history("medication", one.id, first.entry)] == ["twice a day", "once a day"]
    assert exchange.read("MedicationStatement", str(first.entry)).version == 2


def test_rows_of_a_list_are_never_edited(yes):
    row = add_allergy(given_patient())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('medassist.action', 'x', true)")
        cursor.execute("UPDATE records_allergy SET display = 'x' WHERE id = %s", [row.id])


def test_that_no_allergy_is_known_is_a_fact_of_its_own(yes):
    one, other = given_patient(), given_patient("Lund", "Maya", "1970-01-01")
    add_allergy(one, display="", none_known=True)
    assert queries.none_known([one.id, other.id]) == {one.id} and queries.allergies(one.id) == []
    with pytest.raises(Conflict):
        add_allergy(one, display="", none_known=True)
    for bad in ({"display": "Nuts", "none_known": True}, {"display": ""}):
        with pytest.raises(Invalid):
            AddAllergy.of(patient=one.id, **bad)
    kept = orjson.loads(exchange.read("AllergyIntolerance", str(Allergy.objects.get().entry)).body)
    assert kept["code"]["coding"][0]["code"] == "716186003" and not fhir.faults(kept)


def test_an_allergy_ends_that_none_was_known_and_none_known_needs_an_empty_list(yes):
    one = given_patient()
    none = add_allergy(one, display="", none_known=True)
    add_allergy(one, criticality="high", reaction="hives", severity="severe")
    assert queries.none_known([one.id]) == set()
    assert orjson.loads(exchange.read("AllergyIntolerance", str(none.entry)).body)["clinicalStatus"]["coding"][0][
        "code"
    ] == "inactive"  # fmt: skip
    with pytest.raises(Invalid) as why:
        add_allergy(one, display="", none_known=True)
    assert "Penicillin" in why.value.faults["none_known"][0]


def test_the_dangerous_allergies_come_first_with_their_reactions(yes):
    one = given_patient()
    add_allergy(one, "Dust", criticality="low")
    add_allergy(one, "Eggs")
    add_allergy(one, "Wasp venom", criticality="high", reaction="swollen throat", severity="severe")
    lines = queries.allergies(one.id)
    assert [line["name"] for line in lines] == ["Wasp venom", "Eggs", "Dust"]
    assert lines[0]["reaction"] == "swollen throat, severe"


@pytest.mark.parametrize(
    ("act", "add", "lines", "status"),
    [
        (actions.stop, add_medication, queries.medications, "stopped"),
        (actions.resolve, add_problem, queries.problems, "resolved"),
    ],
)
def test_what_no_longer_holds_leaves_the_list_and_stays_in_the_record(yes, settings, act, add, lines, status):
    one = given_patient()
    row = add(one)
    ctx, ask = context(key="k"), EndEntry.of(patient=one.id, entry=row.entry, reason="Better now", on="2026-11-01")
    ended = act(ctx, ask)
    assert act(ctx, ask).id == ended.id
    assert (ended.status, ended.reason, lines(one.id)) == (status, "Better now", [])
    assert [line["status"] for line in lines(one.id, past=True)] == [status]
    assert not fhir.faults(fhir.loads(exchange.read(row.resource, str(row.entry)).body))
    with pytest.raises(Conflict):
        act(context(), ask)
    with pytest.raises(Missing):
        act(context(), EndEntry.of(patient=uuid7(), entry=row.entry, reason="x"))
    for bad in ({"reason": ""}, {"on": "2026-13"}):
        with pytest.raises(Invalid):
            EndEntry.of(**{"patient": one.id, "entry": row.entry, "reason": "x", **bad})
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    with pytest.raises(Refused):
        act(context(), ask)


@pytest.mark.parametrize(
    ("name", "add", "lines"),
    [
        ("allergy", add_allergy, queries.allergies),
        ("problem", add_problem, queries.problems),
        ("medication", add_medication, queries.medications),
    ],
)
def test_what_was_wrong_is_refuted_with_a_reason(yes, settings, name, add, lines):
    one = given_patient()
    row = add(one)
    ctx, ask = context(key="k"), Refute.of(patient=one.id, list=name, entry=row.entry, reason="It was the sister")
    made = actions.refute(ctx, ask)
    assert actions.refute(ctx, ask).id == made.id and lines(one.id) == []
    assert made.replaces_id == row.id and not made.counts
    assert not fhir.faults(fhir.loads(exchange.read(row.resource, str(row.entry)).body))
    with pytest.raises(Conflict):
        actions.refute(context(), ask)
    with pytest.raises(Invalid):
        Refute.of(patient=one.id, list="shopping", entry=row.entry, reason="x")
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    with pytest.raises(Refused):
        actions.refute(context(), ask)


def test_lists_are_reviewed_in_one_go(yes, settings):
    one, visit = given_patient(), uuid7()
    add_allergy(one)
    ctx = context(key="k")
    ask = ReviewLists.of(patient=one.id, visit=visit, allergies="unchanged", medications="unchanged")
    actions.review(ctx, ask), actions.review(ctx, ask)
    assert ListReview.objects.count() == 2
    assert queries.reviewed_in([visit]) == {visit: {"allergies", "medications"}}
    assert queries.reviews(one.id)["allergies"]["outcome"] == "unchanged"
    assert queries.reviews(one.id, uuid7()) == {}
    for bad in ({}, {"allergies": "maybe"}):
        with pytest.raises(Invalid):
            ReviewLists.of(patient=one.id, **bad)
    with pytest.raises(Missing):
        actions.review(context(), ReviewLists.of(patient=uuid7(), medications="unchanged"))
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    with pytest.raises(Refused):
        actions.review(context(), ask)


def test_allergies_nobody_asked_about_cannot_be_unchanged(yes):
    one = given_patient()
    with pytest.raises(Invalid) as why:
        actions.review(context(), ReviewLists.of(patient=one.id, allergies="unchanged"))
    assert "Ask" in why.value.faults["allergies"][0] and not ListReview.objects.exists()


def read(shared, name):
    data = gzip.decompress((shared / "corpora/synthea/bulk-2019-495-patients" / f"{name}.ndjson.gz").read_bytes())
    return [fhir.loads(line) for line in data.splitlines()]


def test_lists_of_other_systems_are_adopted_shown_and_counted_as_they_are(yes, shared):
    patients = read(shared, "Patient")
    people.adopt(context(), AdoptPatients.of(resources=patients))
    told = (
        read(shared, "AllergyIntolerance")[:200]
        + read(shared, "Condition")[:200]
        + read(shared, "MedicationRequest")[:200]
    )
    rows = actions.adopt(context(), AdoptRecords.of(resources=told))
    assert [str(row.entry) for row in rows] == [one["id"] for one in told]
    shown = wire.to_fhir(rows)
    assert shown == told and all(row.display != "Not named" for row in rows)
    again = actions.adopt(context(), AdoptRecords.of(resources=told))
    assert [row.id for row in again] == [row.id for row in rows]
    other = {**told[0], "criticality": "high"}
    changed = actions.adopt(context(), AdoptRecords.of(resources=[other]))
    assert changed[0].replaces_id == rows[0].id and changed[0].criticality == "high"
    whose = rows[0].patient_id
    assert len(queries.allergies(whose, past=True)) == sum(
        one["patient"]["reference"] == f"Patient/{whose}" for one in told if one["resourceType"] == "AllergyIntolerance"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("told", "read"),
    [("2015-05-22", "May 22, 2015"), ("2015-05-22T11:12:13+00:00", "May 22, 2015"), ("2015-05", "May 2015"),
     ("2015", "2015"), ("at 40 y", "at 40 y"), ("2015 to 2016", "2015 to 2016"), ("last winter", "last winter")],
)  # fmt: skip
def test_a_beginning_is_read_as_people_read_it(told, read):
    assert rules.since(told) == read


def test_adopting_refused_missing_and_invalid(yes, settings):
    one = given_patient()
    told = {
        "resourceType": "Condition", "id": str(uuid7()), "subject": {"reference": f"Patient/{one.id}"},
        "code": {"text": "Gout"}, "onsetAge": {"value": 40, "unit": "a"},
    }  # fmt: skip
    ctx, ask = context(key="k"), AdoptRecords.of(resources=[told])
    assert actions.adopt(ctx, ask)[0].id == actions.adopt(ctx, ask)[0].id
    assert queries.problems(one.id)[0]["onset"] == "at 40 y"
    with pytest.raises(Missing):
        gone = {**told, "id": str(uuid7()), "subject": {"reference": f"Patient/{uuid7()}"}}
        actions.adopt(context(), AdoptRecords.of(resources=[gone]))
    for bad in ({**told, "resourceType": "Observation"}, {**told, "subject": {}}, {**told, "id": "x"}):
        with pytest.raises(Invalid):
            actions.adopt(context(), AdoptRecords.of(resources=[bad]))
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    with pytest.raises(Refused):
        actions.adopt(context(), AdoptRecords.of(resources=[told]))


def test_what_two_systems_say_the_same_way_becomes_the_same_inputs(yes):
    one = given_patient()
    row = add_allergy(
        one, "Peanut", system=SNOMED, code="91935009", criticality="high", category="food", reaction="hives"
    )
    shown = wire.to_fhir(row)[0]
    again = wire.allergy_from_fhir(shown, one.id)
    assert (again.display, again.code, again.criticality, again.reaction) == ("Peanut", "91935009", "high", "hives")
    row = add_medication(one, dosage="1 tablet a day", onset="2024-05")
    again = wire.medication_from_fhir(wire.to_fhir(row)[0], one.id)
    assert (again.display, again.dosage, again.onset) == ("Lisinopril 10 mg", "1 tablet a day", "2024-05")
    row = add_problem(one, onset="last winter")
    assert wire.problem_from_fhir(wire.to_fhir(row)[0], one.id).onset == "last winter"
    assert [line["since"] for line in queries.problems(one.id)] == ["last winter"]


def test_lists_of_many_patients_take_one_statement_each(yes, django_assert_num_queries):
    ids = [given_patient(f"Name{n}").id for n in range(5)]
    for read_one in (queries.allergies_of, queries.problems_of, queries.medications_of):
        with django_assert_num_queries(1):
            read_one(ids)


def test_the_banner_shows_who_it_is_with_alerts_and_allergies(yes, django_assert_max_num_queries):
    one = given_patient()
    people.add_alert(context(), AddAlert.of(patient=one.id, text="Hard of hearing"))
    with django_assert_max_num_queries(4):
        told = queries.banner(one.id)
    assert told["allergies_known"] is False and told["alerts"][0]["text"] == "Hard of hearing"
    add_allergy(one, criticality="high")
    told = queries.banner(one.id)
    assert (
        told["allergies"] == [{"name": "Penicillin", "reaction": "", "criticality": "high"}] and told["allergies_known"]
    )
