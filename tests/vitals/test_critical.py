"""Critical values: who is told, what it takes to end it, and that it does not rest until somebody did."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from medassist.domain.office import actions as office
from medassist.domain.office.inputs import AddSite
from medassist.domain.vitals import actions, queries
from medassist.domain.vitals.inputs import AdoptVitals, ConfirmVitals, ReceiveVitals
from medassist.domain.vitals.models import VitalSet
from medassist.domain.worklist import actions as worklist
from medassist.domain.worklist import inputs as tasks
from medassist.domain.worklist import queries as worklists
from medassist.domain.worklist.models import Task
from medassist.kernel import clock, events
from medassist.kernel.context import Actor, system_context
from medassist.kernel.errors import Conflict, Invalid, Refused
from medassist.kernel.identifiers import uuid7
from medassist.kernel.models import AuditEntry, Event
from medassist.kernel.testing import context
from tests.delegation.test_grants import software
from tests.vitals.clinic import HIGH, Clinic, calls, sweep, tell
from tests.vitals.given import found, taking

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clinic():
    return Clinic()


# --- who is told


def test_a_critical_pressure_is_one_task_for_the_visits_provider_with_value_place_time_and_source(clinic):
    taken = clinic.takes(systolic="192", diastolic="124", pulse="72")
    [task] = calls()
    assert task.title == "BP 192/124, room 8" and task.owner_id == clinic.doctor.pk and task.priority == "stat"
    assert task.due_at - task.added_at == timedelta(minutes=5)
    assert (task.about, task.visit, task.patient_id) == (f"vitals/{taken.pk}", clinic.visit.pk, clinic.patient.pk)
    local = taken.taken_at.astimezone(ZoneInfo("America/Los_Angeles"))
    assert f"BP 192/124 at {local.hour % 12 or 12}:{local:%M}" in task.details
    assert "very high, above 180 or 120. Source: 2017 ACC/AHA guideline" in task.details
    assert "Pulse" not in task.details and "confirmed" not in task.details


def test_several_critical_values_of_a_set_are_one_task(clinic):
    clinic.takes(systolic="192", diastolic="124", oxygen_saturation="88", pulse="136")
    [task] = calls()
    assert task.title == "BP 192/124, room 8, and 2 more"
    assert "Oxygen 88 %" in task.details and "Source: National Early Warning Score (NEWS) 2" in task.details


def test_what_is_high_but_not_critical_calls_nobody(clinic):
    clinic.takes(systolic="178", diastolic="108", pulse="118", temperature="103.4", oxygen_saturation="93")
    assert calls() == []


def test_a_provider_who_is_not_in_the_building_is_not_the_owner_all_providers_are_told(clinic):
    other = clinic.person("physician", "Osei", credentials_text="MD")
    clinic.holds(other, "MD", kind="licence", state="US-CA")
    clinic.arrive(other)
    clinic.leave(clinic.doctor)
    clinic.takes()
    [task] = calls()
    assert (task.owner_id, task.pool) == (None, "providers")
    assert [one["id"] for one in worklists.mine(other.actor_id, clinic.site.pk, roles=["physician"])] == [task.pk]
    assert worklists.mine(clinic.nurse.actor_id, clinic.site.pk, roles=["nurse"]) == []


def test_without_a_visit_the_providers_of_the_site_are_told(clinic):
    clinic.takes(visit=None)
    [task] = calls()
    assert (task.owner_id, task.pool, task.visit, task.title) == (None, "providers", None, "BP 192/124")
    assert task.site_id == clinic.site.pk


def test_each_site_hears_of_its_own(clinic):
    far = office.add_site(
        clinic.ctx, AddSite.of(name="Far", timezone="America/Los_Angeles", state="US-CA", profile=clinic.site.profile)
    )
    clinic.takes()
    [task] = calls()
    assert worklists.mine(clinic.doctor.actor_id, far.pk, roles=["physician"]) == []
    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=False):
        sweep()
    assert worklists.mine(clinic.doctor.actor_id, far.pk, roles=["physician"]) == []
    assert worklists.team(far.pk) == [] and [one["id"] for one in worklists.team(clinic.site.pk)] == [task.pk]


def test_what_a_device_reports_calls_too_and_is_said_to_be_unconfirmed_until_somebody_confirms(clinic):
    given = ReceiveVitals.of(
        patient=clinic.patient.pk, visit=clinic.visit.pk, taken_at=clock.now(), found=found(pulse="34"),
        device="Monitor 3",
    )  # fmt: skip
    made = actions.receive(system_for(clinic), given)
    tell()
    [task] = calls()
    assert task.title == "Pulse 34 /min, room 8" and task.owner_id == clinic.doctor.pk
    assert "Reported by Monitor 3, not confirmed by anybody yet." in task.details
    actions.confirm(clinic.as_(clinic.ma), ConfirmVitals(set=made.pk))
    tell()
    assert "were confirmed by Ana Reyes" in worklists.notes(task.pk)[0]["text"]
    assert calls() == [task] and calls()[0].status == "open"


def system_for(clinic):
    """The account of a device that was granted to report here."""
    device = software()
    clinic.grant(device.pk, profile="device", site=clinic.site.pk)
    return context(actor=Actor(device.pk, "interface", device.name), site=clinic.site.pk, via="hl7")


def test_records_of_another_system_call_nobody(clinic):
    resource = {
        "resourceType": "Observation", "id": str(uuid7()), "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
        "subject": {"reference": f"Patient/{clinic.patient.pk}"}, "effectiveDateTime": clock.now().isoformat(),
        "valueQuantity": {"value": 34, "system": "http://unitsofmeasure.org", "code": "/min"},
    }  # fmt: skip
    actions.adopt(clinic.ctx, AdoptVitals.of(resources=[resource]))
    tell()
    assert VitalSet.objects.filter(received=True).exists() and calls() == []


def test_a_value_of_long_ago_calls_nobody(clinic):
    for hours, told in ((5, 0), (3, 1)):
        at = clock.now() - timedelta(hours=hours)
        actions.take(clinic.as_(clinic.ma), taking(clinic.patient, at=at, confirmed={"systolic", "diastolic"}, **HIGH))
        tell()
        assert len(calls()) == told


# --- told at least once, made once


def test_an_event_that_is_told_twice_makes_one_task_even_when_it_was_acknowledged_in_between(clinic):
    first, second = clinic.takes(), clinic.takes(systolic="198", diastolic="126")
    again("vitals.taken")
    [task] = calls()
    assert len(worklists.notes(task.pk)) == 1
    clinic.acknowledges(task)
    again("vitals.taken")
    assert calls() == [task] and {first.pk, second.pk} == set(told_sets())


def told_sets():
    return [one for one, told in queries.told(VitalSet.objects.values_list("pk", flat=True)).items() if told]


def again(name):
    for event in Event.objects.filter(name=name).order_by("id"):
        for reaction in events.reactions(name).values():
            reaction(system_context("jobs", site=event.site, key=str(event.id)), event)


def test_a_further_critical_set_in_the_visit_is_a_note_to_the_open_task(clinic):
    clinic.takes()
    clinic.takes(systolic="204", diastolic="128")
    [task] = calls()
    [note] = worklists.notes(task.pk)
    assert note["text"].startswith("BP 204/128, room 8\nBP 204/128 at ")
    assert task.title == "BP 192/124, room 8"


def test_after_it_was_acknowledged_a_further_critical_set_is_a_task_of_its_own(clinic):
    clinic.takes()
    clinic.acknowledges(calls()[0])
    clinic.takes(systolic="204", diastolic="128")
    assert [task.status for task in calls()] == ["done", "open"]


def test_another_patients_critical_value_is_a_task_of_its_own(clinic):
    clinic.takes()
    other = clinic.registers("Mercer", "Joan")
    clinic.takes(visit=clinic.roomed(other, "9"), patient=other, **HIGH)
    assert [task.title for task in calls()] == ["BP 192/124, room 8", "BP 192/124, room 9"]


# --- corrections


def test_a_value_corrected_to_one_that_is_not_critical_closes_the_task_with_that_reason(clinic):
    taken = clinic.takes(systolic="192", diastolic="84")
    clinic.corrects(taken, "systolic", "129")
    [task] = calls()
    assert task.status == "cancelled" and task.reason == "Systolic 192 was corrected: Typed wrong"
    assert Event.objects.filter(name="worklist.withdrawn").count() == 1
    again("vitals.corrected")
    assert calls() == [task] and not worklists.notes(task.pk)


def test_a_value_that_is_taken_back_closes_the_task(clinic):
    taken = clinic.takes(pulse="34")
    clinic.corrects(taken, "pulse", None)
    assert calls()[0].status == "cancelled"


def test_a_correction_that_is_critical_all_the_same_is_a_note_once(clinic):
    taken = clinic.takes()
    clinic.corrects(taken, "systolic", "198")
    again("vitals.corrected")
    [task] = calls()
    [note] = worklists.notes(task.pk)
    assert task.status == "open" and "Corrected: Typed wrong\nBP 198/124 at " in note["text"]


def test_a_correction_of_one_of_two_critical_sets_leaves_the_task_open_and_says_so(clinic):
    first = clinic.takes(systolic="192", diastolic="84")
    second = clinic.takes(systolic="204", diastolic="86")
    clinic.corrects(first, "systolic", "129")
    assert calls()[0].status == "open"
    assert worklists.notes(calls()[0].pk)[-1]["text"] == "Systolic 192 was corrected: Typed wrong"
    clinic.corrects(second, "systolic", "124")
    assert calls()[0].status == "cancelled"


def test_a_correction_that_makes_a_value_critical_calls_a_provider(clinic):
    taken = clinic.takes(systolic="129", diastolic="84")
    clinic.corrects(taken, "systolic", "192")
    again("vitals.corrected")
    assert [task.title for task in calls()] == ["BP 192/84, room 8"]


def test_a_correction_of_another_sign_after_acknowledging_calls_nobody_again(clinic):
    taken = clinic.takes(systolic="192", diastolic="124", temperature="98.4")
    clinic.acknowledges(calls()[0])
    clinic.corrects(taken, "temperature", "98.6")
    assert len(calls()) == 1


# --- what it takes to end it


def test_a_provider_acknowledges_with_what_was_done_and_chart_and_trail_keep_it(clinic):
    taken = clinic.takes()
    task = clinic.acknowledges(calls()[0], done="repeated", text="168/96 after ten minutes")
    assert (task.status, task.outcome) == ("done", "Repeated: 168/96 after ten minutes")
    [told] = queries.told([taken.pk])[taken.pk]
    assert (told["to"], told["ended_by"], told["outcome"]) == ("Nora Hale", "Nora Hale", task.outcome)
    entry = AuditEntry.objects.get(action="worklist.acknowledge")
    assert (entry.act, entry.outcome, entry.patient) == ("house.acknowledge_critical", "done", clinic.patient.pk)
    assert Event.objects.get(name="worklist.acknowledged").actor == clinic.doctor.actor_id


def test_a_nurse_may_acknowledge_an_assistant_and_the_manager_may_not_and_are_told_the_rule(clinic):
    clinic.takes()
    [task] = calls()
    for person in (clinic.ma, clinic.manager):
        with pytest.raises(Refused) as no:
            clinic.acknowledges(task, by=person)
        assert "Acknowledging a critical value is not among the acts of this role" in no.value.ruling.reasons[0].text
    assert calls()[0].status == "open"
    assert AuditEntry.objects.filter(action="worklist.acknowledge", outcome="refused").count() == 2
    assert clinic.acknowledges(task, by=clinic.nurse).status == "done"


def test_without_saying_what_was_done_it_is_not_acknowledged(clinic):
    clinic.takes()
    [task] = calls()
    for done, text in (("", ""), ("waved", ""), ("other", ""), ("repeated", "  ")):
        with pytest.raises(Invalid):
            clinic.acknowledges(task, done=done, text=text)
    assert calls()[0].status == "open" and not Event.objects.filter(name="worklist.acknowledged").exists()


def test_the_same_key_twice_acknowledges_once_and_a_second_person_is_told_that_it_is_done(clinic):
    clinic.takes()
    [task] = calls()
    assert clinic.acknowledges(task, key="k") == clinic.acknowledges(task, key="k")
    assert Event.objects.filter(name="worklist.acknowledged").count() == 1
    with pytest.raises(Conflict, match="done already"):
        clinic.acknowledges(task, by=clinic.nurse)


def test_nothing_else_ends_moves_or_puts_it_off(clinic):
    clinic.takes()
    [task] = calls()
    later = clock.now() + timedelta(hours=2)
    ways = [
        (worklist.done, tasks.Done.of(task=task.pk, outcome="fine")),
        (worklist.close, tasks.Close.of(task=task.pk, reason="fine")),
        (worklist.plan, tasks.Plan.of(task=task.pk, due_at=later)),
        (worklist.plan, tasks.Plan.of(task=task.pk, priority="routine")),
        (worklist.assign, tasks.Assign.of(task=task.pk, pool="billing")),
        (worklist.reassign, tasks.Reassign.of(task=task.pk, pool="billing")),
        (worklist.take, tasks.Take.of(task=task.pk)),
    ]
    for person in (clinic.doctor, clinic.nurse):
        for action, given in ways:
            with pytest.raises(Conflict, match="acknowledges a critical value"):
                action(clinic.as_(person), given)
    for person in (clinic.doctor, clinic.ma, clinic.manager):
        with pytest.raises(Refused):
            worklist.withdraw(clinic.as_(person), tasks.Withdraw.of(task=task.pk, reason="fine"))
    now = Task.objects.get(pk=task.pk)
    assert (now.status, now.due_at, now.owner_id) == ("open", task.due_at, clinic.doctor.pk)


def test_another_kinds_task_is_not_ended_by_this_act(clinic):
    other = worklist.add(clinic.as_(clinic.ma), tasks.Add.of(kind="restock", site=clinic.site.pk))
    with pytest.raises(Invalid):
        clinic.acknowledges(other)
    with pytest.raises(Invalid):
        tasks.Acknowledge.of(task=other.pk, kind="restock", done="seen")


# --- until somebody did


def seen_by(clinic):
    """Who has it among their tasks now."""
    roles = {"doctor": "physician", "nurse": "nurse", "ma": "medical-assistant", "manager": "manager"}
    people = {name: getattr(clinic, name) for name in roles} | {"other": clinic.other}
    asked = roles | {"other": "physician"}
    return {
        name for name, one in people.items() if worklists.mine(one.actor_id, clinic.site.pk, roles=[asked[name]])
    }  # fmt: skip


def test_it_goes_up_rung_by_rung_and_comes_again_until_it_is_acknowledged(clinic):
    clinic.other = clinic.person("physician", "Osei", credentials_text="MD")
    clinic.takes()
    [task] = calls()
    at = task.added_at
    steps = [
        (4, 0, "", {"doctor"}), (6, 1, "providers", {"doctor", "other"}), (9, 1, "providers", {"doctor", "other"}),
        (11, 2, "nurses", {"doctor", "other", "nurse"}), (16, 3, "managers", {"doctor", "other", "nurse", "manager"}),
        (24, 3, "managers", {"doctor", "other", "nurse", "manager"}),
        (27, 4, "managers", {"doctor", "other", "nurse", "manager"}),
        (38, 5, "managers", {"doctor", "other", "nurse", "manager"}),
    ]  # fmt: skip
    for minutes, rung, to, who in steps:
        with time_machine.travel(at + timedelta(minutes=minutes), tick=False):
            sweep()
            now = Task.objects.get(pk=task.pk)
            assert (now.rung, now.escalated_to, now.priority, now.status) == (rung, to, "stat", "open"), minutes
            assert Event.objects.filter(name="worklist.escalated").count() == rung, minutes
            assert seen_by(clinic) == who, minutes
    assert Task.objects.get(pk=task.pk).owner_id == clinic.doctor.pk
    with time_machine.travel(at + timedelta(minutes=40), tick=False):
        clinic.acknowledges(task)
    with time_machine.travel(at + timedelta(hours=3), tick=False):
        sweep()
    assert Event.objects.filter(name="worklist.escalated").count() == 5 and seen_by(clinic) == set()


def test_a_worker_that_was_gone_for_a_while_tells_everybody_whom_it_missed_at_once(clinic):
    clinic.other = clinic.person("physician", "Osei", credentials_text="MD")
    clinic.takes()
    [task] = calls()
    with time_machine.travel(task.added_at + timedelta(minutes=31), tick=False):
        sweep()  # a new process: what is due stands in the table
        now = Task.objects.get(pk=task.pk)
        assert (now.rung, now.escalated_to) == (3, "managers")
        assert seen_by(clinic) == {"doctor", "other", "nurse", "manager"}
    with time_machine.travel(task.added_at + timedelta(minutes=36), tick=False):
        sweep()
        assert Task.objects.get(pk=task.pk).rung == 3
    with time_machine.travel(task.added_at + timedelta(minutes=42), tick=False):
        sweep()
        assert Task.objects.get(pk=task.pk).rung == 4


def test_nobody_passes_it_on_before_its_time_and_opened_again_it_begins_anew(clinic):
    clinic.takes()
    [task] = calls()
    with time_machine.travel(task.added_at + timedelta(minutes=6), tick=False):
        sweep()
        with pytest.raises(Conflict, match="went on already"):
            worklist.escalate_task(system_context("jobs"), tasks.EscalateTask.of(task=task.pk))
        clinic.acknowledges(task)
        worklist.reopen(clinic.as_(clinic.ma), tasks.Reopen.of(task=task.pk, reason="She is worse"))
        assert Task.objects.get(pk=task.pk).rung == 0
    with time_machine.travel(task.added_at + timedelta(minutes=7), tick=False):
        sweep()
        assert Task.objects.get(pk=task.pk).rung == 1
