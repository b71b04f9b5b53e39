"""Tasks: done, refused, impossible, the same key twice; taken by one, passed on in time, never deleted."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connections

from medassist.codecs import fhir
from medassist.domain.worklist import actions, inputs, queries, rules, wire
from medassist.domain.worklist.models import Task
from medassist.kernel import clock, guard
from medassist.kernel.errors import Conflict, Invalid, Missing, Refused
from medassist.kernel.identifiers import uuid7
from medassist.kernel.models import AuditEntry, Event
from medassist.kernel.testing import NO, YES, context
from tests.office.given import as_staff, given_patient, given_site, given_staff

pytestmark = pytest.mark.django_db


def given_task(**parts) -> Task:
    parts = {"kind": "call-back", "site": given_site().pk, **parts}
    return actions.add(context(), inputs.Add.of(**parts))


def test_a_task_takes_title_pool_and_time_from_its_kind(yes):
    at = clock.now()
    task = actions.add(context(at=at), inputs.Add.of(kind="clean-spill", site=given_site().pk))
    assert (task.title, task.pool, task.priority) == ("Clean up a spill", "medical-assistants", "asap")
    assert task.due_at == at + timedelta(minutes=10)
    assert Event.objects.get(name="worklist.added").result == f"worklist.Task/{task.pk}"


def test_what_is_said_goes_before_what_the_kind_says(yes):
    due, ana = clock.now() + timedelta(days=2), given_staff()
    task = given_task(title="Call Ms. Ortega", due_at=due, priority="stat", owner=ana.pk, patient=given_patient().pk)
    assert (task.title, task.due_at, task.priority, task.owner_id) == ("Call Ms. Ortega", due, "stat", ana.pk)
    assert AuditEntry.objects.get(action="worklist.add").patient == task.patient_id


def test_a_task_needs_words_a_kind_that_exists_and_a_site(yes):
    for wrong in ({"kind": "other"}, {"kind": "dance"}, {"about": "not so"}, {"pool": "nobody"}):
        with pytest.raises(Invalid):
            inputs.Add.of(site=uuid7(), **wrong)
    for gone in ("site", "patient", "owner"):
        with pytest.raises(Missing):
            given_task(**{gone: uuid7()})


def test_adding_is_refused_without_a_yes(yes, settings):
    site = given_site()
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    with pytest.raises(Refused):
        given_task(site=site.pk)
    assert not Task.objects.exists()


def test_the_same_key_twice_adds_once(yes):
    given, ctx = inputs.Add.of(kind="courier", site=given_site().pk), context(key="k")
    assert actions.add(ctx, given) == actions.add(ctx, given) and Task.objects.count() == 1


def test_once_means_once_while_it_is_open(yes):
    first = given_task(about="order/1", once=True)
    assert given_task(about="order/1", once=True) == first
    actions.done(context(), inputs.Done.of(task=first.pk))
    assert given_task(about="order/1", once=True) != first
    assert [one["status"] for one in queries.about("order/1")] == ["open", "done"]


def test_a_task_is_taken_by_one(yes):
    ana, ben, task = given_staff(), given_staff("Ben", "Nair"), given_task()
    assert actions.take(as_staff(ana), inputs.Take.of(task=task.pk)).owner_id == ana.pk
    with pytest.raises(Conflict, match="Ana Reyes has taken"):
        actions.take(as_staff(ben), inputs.Take.of(task=task.pk))
    with pytest.raises(Conflict, match="yours"):
        actions.take(as_staff(ana), inputs.Take.of(task=task.pk))
    with pytest.raises(Invalid, match="staff"):
        actions.take(context(), inputs.Take.of(task=given_task().pk))
    assert [one["id"] for one in queries.mine(ana.actor_id, given_site().pk)] == [task.pk]


def test_what_somebody_else_holds_is_moved_by_who_manages_the_worklist_only(yes, settings):
    ana, ben = given_staff(), given_staff("Ben", "Nair")
    task = given_task(owner=ana.pk)
    settings.MEDASSIST_AUTHORITY = "tests.worklist.test_worklist.no_manager"
    with pytest.raises(Refused):
        actions.assign(as_staff(ben), inputs.Assign.of(task=task.pk, owner=ben.pk))
    moved = actions.assign(as_staff(ana), inputs.Assign.of(task=task.pk, owner=ben.pk, note="You know her"))
    assert moved.owner_id == ben.pk and queries.notes(task.pk)[0]["by_name"] == "Ana Reyes"
    back = actions.assign(as_staff(ben), inputs.Assign.of(task=task.pk, pool="front-desk"))
    assert (back.owner_id, back.pool) == (None, "front-desk")


def no_manager(ctx, act, subject):
    return NO if act.name == "house.manage_worklist" else YES


def test_a_task_goes_to_one_person_or_one_pool():
    for wrong in ({}, {"owner": uuid7(), "pool": "billing"}):
        with pytest.raises(Invalid):
            inputs.Assign.of(task=uuid7(), **wrong)


def test_a_task_ends_with_an_outcome_or_a_reason_and_only_once(yes):
    task, other = given_task(), given_task()
    assert actions.done(context(), inputs.Done.of(task=task.pk, outcome="Reached her")).status == "done"
    with pytest.raises(Invalid):
        inputs.Close.of(task=other.pk, reason="")
    assert actions.close(context(), inputs.Close.of(task=other.pk, reason="She came in")).status == "cancelled"
    for one in (task, other):
        for action, given in (
            (actions.done, inputs.Done.of(task=one.pk)),
            (actions.close, inputs.Close.of(task=one.pk, reason="x")),
            (actions.take, inputs.Take.of(task=one.pk)),
            (actions.plan, inputs.Plan.of(task=one.pk, priority="stat")),
        ):
            with pytest.raises(Conflict, match="already"):
                action(context(), given)
    assert Task.objects.count() == 2


def test_reopening_keeps_what_was_said(yes):
    task = given_task()
    actions.done(context(), inputs.Done.of(task=task.pk, outcome="Left a message"))
    again = actions.reopen(context(), inputs.Reopen.of(task=task.pk, reason="Wrong number"))
    assert again.status == "open" and "before: Done: Left a message" in queries.notes(task.pk)[0]["text"]
    with pytest.raises(Conflict):
        actions.reopen(context(), inputs.Reopen.of(task=task.pk, reason="x"))


def test_nothing_is_deleted(yes):
    task = given_task()
    with pytest.raises(TypeError):
        task.delete()
    with pytest.raises(TypeError):
        Task.objects.all().delete()


def test_what_nobody_did_in_time_goes_to_somebody_else_once(yes):
    at = clock.now()
    task, fresh = given_task(due_at=at - timedelta(minutes=61)), given_task(due_at=at - timedelta(minutes=59))
    assert [one["id"] for one in queries.overdue(given_site().pk)] == [task.pk, fresh.pk]
    assert queries.due_for_escalation(at) == [task.pk]
    assert actions.escalate(context(at=at), inputs.Escalate.of()) == 1
    assert actions.escalate(context(at=at), inputs.Escalate.of()) == 0
    task.refresh_from_db()
    assert (task.pool, task.escalated_to, task.priority) == ("managers", "managers", "urgent")
    with pytest.raises(Conflict):
        actions.escalate_task(context(), inputs.EscalateTask.of(task=task.pk))
    actions.plan(context(), inputs.Plan.of(task=task.pk, due_at=at + timedelta(hours=1)))
    assert actions.escalate(context(at=at + timedelta(hours=3)), inputs.Escalate.of()) == 2


def test_lists_put_the_pressing_first_and_count_in_one_query(yes, django_assert_num_queries):
    ana, site = given_staff(), given_site()
    late = given_task(due_at=clock.now() - timedelta(minutes=5), kind="restock")
    stat = given_task(kind="temperature")
    mine = given_task(kind="message", owner=ana.pk)
    with django_assert_num_queries(1):
        found = queries.team(site.pk)
    assert [one["id"] for one in found] == [stat.pk, late.pk, mine.pk] and found[1]["overdue"]
    with django_assert_num_queries(1):
        counted = queries.counts(ana.actor_id, site.pk, ["medical-assistant"])
    assert counted == {"mine": 1, "pool": 2, "overdue": 1}
    assert {one["id"] for one in queries.pool(site.pk, queries.pools_of(["medical-assistant"]))} == {stat.pk, late.pk}
    with django_assert_num_queries(1):
        loops = queries.open_loops(site.pk)
    assert loops[0]["kind"] == "restock" and loops[0]["overdue"] == 1


def test_every_kind_is_whole():
    pools = rules.pools()
    for code, kind in rules.kinds().items():
        assert kind["pool"] in pools and kind["due"] > 0, code
        steps = rules.ladder(code)
        assert all(step["to"] in pools and step["after"] >= 0 for step in steps), code
        assert steps == sorted(steps, key=lambda step: step["after"]), code
        # what ends by an act of its own says who may, and what may have been done
        assert bool(rules.ends_with(code)) == bool(rules.outcomes(code)) == ("ended_by" in kind), code
        assert kind.get("priority", "routine") in rules.PRIORITIES
    assert rules.raised("stat") == "stat" and rules.raised("routine") == "urgent"


def test_a_task_in_fhir_tells_its_state(yes):
    ana, patient = given_staff(), given_patient()
    task = given_task(patient=patient.pk, about=f"patient/{patient.pk}")
    assert wire.to_fhir(task)["status"] == "requested"
    actions.take(as_staff(ana), inputs.Take.of(task=task.pk))
    told = wire.to_fhir(actions.close(as_staff(ana), inputs.Close.of(task=task.pk, reason="Twice the same")))
    assert fhir.faults(fhir.loads(fhir.dumps(told))) == []
    assert told["status"] == "cancelled" and told["statusReason"]["text"] == "Twice the same"
    assert told["for"] == told["focus"] == {"reference": f"Patient/{patient.pk}"}
    assert told["owner"] == {"reference": f"Practitioner/{ana.pk}"} and told["code"]["text"] == "Call back"


def test_the_database_itself_wants_a_reason_and_an_owner_or_a_pool(yes):
    task = given_task()
    with pytest.raises(IntegrityError, match="a_closed_task_says_why"), guard.open_house("test"):
        Task.objects.filter(pk=task.pk).update(status="cancelled", ended_at=clock.now())


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_one_task_at_once_one_wins(yes):
    people, task = [given_staff("Ana", name) for name in ("Reyes", "Nair", "Ito")], given_task()
    outcomes, start = [], threading.Barrier(3)

    def run(person) -> None:
        start.wait()
        try:
            outcomes.append(actions.take(as_staff(person), inputs.Take.of(task=task.pk)))
        except Conflict as why:
            outcomes.append(why)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(one,)) for one in people]
    [t.start() for t in threads], [t.join() for t in threads]
    assert sorted(type(one).__name__ for one in outcomes) == ["Conflict", "Conflict", "Task"]
