"""Visits: every step done, refused, impossible, the same key twice; two who do the same at once; taking back."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connections

from medassist.codecs import fhir
from medassist.domain.scheduling.models import Appointment
from medassist.domain.visits import actions, inputs, queries, rules, wire
from medassist.domain.visits.models import IdentityCheck, Step, ToDo, Visit
from medassist.kernel import clock, guard
from medassist.kernel.errors import Conflict, Invalid, Missing, Refused
from medassist.kernel.identifiers import uuid7
from medassist.kernel.models import AuditEntry, Event
from medassist.kernel.testing import context
from tests.office.given import as_staff, given_patient, given_provider, given_room, given_site, given_staff
from tests.scheduling.given import at, given_appointment
from tests.visits.given import given_roomed, given_today, given_visit, moved

pytestmark = pytest.mark.django_db


def steps(visit: Visit) -> list[str]:
    return [step.kind for step in queries.steps(visit.pk)]


def test_arriving_begins_a_visit_with_what_was_booked(yes):
    booked = given_today(reason="Knee")
    visit = actions.arrive(context(), inputs.Arrive.of(appointment=booked.pk))
    assert (visit.patient_id, visit.provider_id, visit.reason) == (booked.patient_id, booked.provider_id, "Knee")
    assert Appointment.objects.get().status == "arrived" and steps(visit) == ["arrived"]
    told = Event.objects.get(name="visits.arrived")
    assert told.patient == booked.patient_id and told.result == f"visits.Visit/{visit.pk}"


def test_arriving_twice_is_a_conflict_and_with_the_same_key_the_same(yes):
    booked, ctx = given_today(), context(key="k")
    given = inputs.Arrive.of(appointment=booked.pk)
    assert actions.arrive(ctx, given) == actions.arrive(ctx, given)
    with pytest.raises(Conflict):
        actions.arrive(context(), given)
    assert Visit.objects.count() == 1


def test_arriving_is_refused_without_a_yes(yes, settings):
    booked = given_today()
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    with pytest.raises(Refused):
        actions.arrive(context(), inputs.Arrive.of(appointment=booked.pk))
    assert not Visit.objects.exists() and Appointment.objects.get().status == "booked"


def test_arriving_on_another_day_is_asked(yes):
    booked = given_appointment(start_at=at(10))
    with pytest.raises(Invalid) as why:
        actions.arrive(context(), inputs.Arrive.of(appointment=booked.pk))
    assert "Arrive today?" in why.value.doubts["appointment"][0]
    actions.arrive(context(), inputs.Arrive.of(appointment=booked.pk, confirmed={"appointment"}))


def test_who_is_here_cannot_come_again(yes):
    patient = given_patient().pk
    given_visit(patient=patient)
    with pytest.raises(Conflict, match="here already"):
        given_visit(patient=patient)


def test_a_patient_or_appointment_that_is_not_there_is_missing(yes):
    given_site()
    with pytest.raises(Missing):
        given_visit(patient=uuid7())
    with pytest.raises(Missing):
        actions.arrive(context(), inputs.Arrive.of(appointment=uuid7()))


def test_a_visit_goes_through_its_steps_and_each_has_its_time(yes):
    booked = given_today()
    visit = actions.arrive(context(), inputs.Arrive.of(appointment=booked.pk))
    room = given_room()
    visit = actions.room(context(), inputs.StartRooming.of(visit=visit.pk, room=room.pk))
    visit = moved(visit, "ready", "start")
    visit = actions.to_do(context(), inputs.AskToDo.of(visit=visit.pk, what=["Blood draw", "Flu shot"]))
    for thing in queries.to_dos(visit.pk):
        actions.do(context(), inputs.DoToDo.of(to_do=thing.pk))
    visit = moved(visit, "out")
    assert steps(visit) == ["arrived", "rooming", "ready", "with-provider", "to-do-after", "checked-out"]
    times = queries.steps(visit.pk)
    assert all(a.end_at == b.begin_at for a, b in zip(times, times[1:], strict=False)) and times[-1].end_at
    assert (visit.ended_at is not None, Appointment.objects.get().status) == (True, "fulfilled")
    assert AuditEntry.objects.get(action="visits.ready").patient == visit.patient_id


@pytest.mark.parametrize(
    "steps_",
    [("ready",), ("start",), ("out",), ("room", "start"), ("room", "room"), ("room", "ready", "start", "out", "out")],
)
def test_a_step_that_does_not_follow_is_a_conflict(yes, steps_):
    visit = moved(given_visit(), *steps_[:-1])
    with pytest.raises(Conflict, match="This visit is at"):
        moved(visit, steps_[-1])


def test_every_step_can_be_reached_and_left():
    assert set(rules.FOLLOWS) == set(rules.STEPS) == set(rules.ENCOUNTER)
    assert all(then in rules.STEPS for after in rules.FOLLOWS.values() for then in after)
    assert all(not rules.FOLLOWS[last] for last in rules.LAST)


def test_a_room_holds_one_visit_until_it_ends(yes):
    first = given_roomed("1")
    second = given_visit(patient=given_patient("Ito", "Ken").pk)
    with pytest.raises(Conflict, match="Room 1 is taken"):
        actions.room(context(), inputs.StartRooming.of(visit=second.pk, room=first.room_id))
    actions.leave(context(), inputs.Leave.of(visit=first.pk, reason="Waited too long"))
    assert actions.room(context(), inputs.StartRooming.of(visit=second.pk, room=first.room_id)).room_id == first.room_id


def test_a_room_of_elsewhere_or_out_of_use_is_impossible(yes):
    from medassist.domain.office import actions as office
    from medassist.domain.office import inputs as office_inputs

    room, visit = given_room("9"), given_visit()
    office.change_room(context(), office_inputs.ChangeRoom.of(room=room.pk, active=False))
    with pytest.raises(Invalid, match="not a room"):
        actions.room(context(), inputs.StartRooming.of(visit=visit.pk, room=room.pk))


def test_moving_room_keeps_the_step_and_its_time(yes):
    visit, other = given_roomed("1"), given_room("2")
    moved_to = actions.move_room(context(), inputs.MoveRoom.of(visit=visit.pk, room=other.pk))
    assert (moved_to.room_id, moved_to.step, moved_to.step_at) == (other.pk, "rooming", visit.step_at)
    assert steps(visit) == ["arrived", "rooming", "rooming"]
    with pytest.raises(Conflict, match="in room 2 already"):
        actions.move_room(context(), inputs.MoveRoom.of(visit=visit.pk, room=other.pk))


def test_identity_takes_two_identifiers(yes):
    visit = given_visit()
    with pytest.raises(Invalid):
        inputs.CheckIdentity.of(visit=visit.pk, identifiers=["name"])
    with pytest.raises(Invalid):
        inputs.CheckIdentity.of(visit=visit.pk, identifiers=["name", "shoe size"])
    actions.check_identity(context(), inputs.CheckIdentity.of(visit=visit.pk, identifiers=["name", "birth-date"]))
    assert IdentityCheck.objects.get().identifiers == ["birth-date", "name"]
    assert queries.today(given_site())[0]["identity"] is True


def test_the_reason_is_recorded_as_an_act_of_the_record(yes):
    visit = given_visit()
    assert actions.set_reason(context(), inputs.SetReason.of(visit=visit.pk, reason="Cough, 3 days")).reason
    assert AuditEntry.objects.get(action="visits.set_reason").act == "records.manage"


def test_nothing_more_is_recorded_of_a_visit_that_is_over(yes):
    visit = moved(given_visit(), "room", "ready", "start", "out")
    for action, given in (
        (actions.set_reason, inputs.SetReason.of(visit=visit.pk, reason="x")),
        (actions.check_identity, inputs.CheckIdentity.of(visit=visit.pk, identifiers=["name", "mrn"])),
        (actions.leave, inputs.Leave.of(visit=visit.pk, reason="x")),
    ):
        with pytest.raises(Conflict, match="checked out"):
            action(context(), given)


def test_things_to_do_are_asked_before_checking_out(yes):
    visit = moved(given_visit(), "room", "ready", "start")
    actions.to_do(context(), inputs.AskToDo.of(visit=visit.pk, what=["Blood draw"]))
    actions.to_do(context(), inputs.AskToDo.of(visit=visit.pk, what=["Flu shot"]))
    draw, shot = queries.to_dos(visit.pk)
    with pytest.raises(Invalid) as why:
        moved(visit, "out")
    assert why.value.doubts["to_do"] == ["Still to do: Blood draw, Flu shot. Check out all the same?"]
    actions.do(context(), inputs.DoToDo.of(to_do=draw.pk))
    actions.withdraw_to_do(context(), inputs.WithdrawToDo.of(to_do=shot.pk, reason="Declined"))
    for action, given in ((actions.do, inputs.DoToDo.of(to_do=draw.pk)), (actions.do, inputs.DoToDo.of(to_do=shot.pk))):
        with pytest.raises(Conflict):
            action(context(), given)
    assert moved(visit, "out").ended_at


def test_a_provider_can_be_named_when_the_visit_begins_with_one(yes):
    osei = given_provider("Osei", "nurse-practitioner")
    visit = moved(given_visit(), "room", "ready")
    assert (
        actions.start_provider(context(), inputs.StartProvider.of(visit=visit.pk, provider=osei.pk)).provider_id
        == osei.pk
    )


def test_the_last_step_is_taken_back_by_who_entered_it_within_ten_minutes(yes):
    ana, ben = given_staff(), given_staff("Ben", "Nair")
    visit = given_roomed("1", ctx=as_staff(ana))
    with pytest.raises(Conflict, match="Somebody else"):
        actions.step_back(as_staff(ben), inputs.StepBack.of(visit=visit.pk))
    late = as_staff(ana, at=clock.now() + timedelta(minutes=11))
    with pytest.raises(Conflict, match="10 minutes"):
        actions.step_back(late, inputs.StepBack.of(visit=visit.pk))
    back = actions.step_back(as_staff(ana), inputs.StepBack.of(visit=visit.pk))
    assert (back.step, back.room_id, steps(back)) == ("arrived", None, ["arrived"])
    assert Step.objects.filter(undone_at__isnull=False).count() == 1


def test_once_others_built_on_it_a_step_stays(yes):
    ana, ben = given_staff(), given_staff("Ben", "Nair")
    visit = given_roomed("1", ctx=as_staff(ana))
    moved(visit, "ready", ctx=as_staff(ben))
    with pytest.raises(Conflict, match="Somebody else"):
        actions.step_back(as_staff(ana), inputs.StepBack.of(visit=visit.pk))


def test_taking_back_a_check_out_needs_the_room_still_free(yes):
    visit = moved(given_roomed("1"), "ready", "start", "out")
    other = given_visit(patient=given_patient("Ito", "Ken").pk)
    actions.room(context(), inputs.StartRooming.of(visit=other.pk, room=visit.room_id))
    with pytest.raises(Conflict, match="taken"):
        actions.step_back(context(), inputs.StepBack.of(visit=visit.pk))


def test_taking_back_a_check_out_opens_the_visit_and_its_appointment(yes):
    booked = given_today()
    visit = actions.arrive(context(), inputs.Arrive.of(appointment=booked.pk))
    visit = moved(visit, "room", "ready", "start", "out")
    back = actions.step_back(context(), inputs.StepBack.of(visit=visit.pk))
    assert (back.step, back.ended_at) == ("with-provider", None)
    assert Appointment.objects.get().status == "arrived"


def test_taking_back_an_arrival_leaves_the_appointment_booked_and_it_can_arrive_again(yes):
    booked = given_today()
    visit = actions.arrive(context(), inputs.Arrive.of(appointment=booked.pk))
    back = actions.step_back(context(), inputs.StepBack.of(visit=visit.pk))
    assert back.step == "entered-in-error" and Appointment.objects.get().status == "booked"
    assert [one["step"] for one in queries.today(given_site())] == ["booked"]
    again = actions.arrive(context(), inputs.Arrive.of(appointment=booked.pk))
    assert again.pk != visit.pk


def test_taking_back_what_was_to_do_withdraws_it(yes):
    visit = moved(given_visit(), "room", "ready", "start")
    actions.to_do(context(), inputs.AskToDo.of(visit=visit.pk, what=["Blood draw"]))
    back = actions.step_back(context(), inputs.StepBack.of(visit=visit.pk))
    assert back.step == "with-provider" and queries.to_dos(visit.pk) == [] and ToDo.objects.count() == 1


def test_the_board_is_two_queries(yes, django_assert_num_queries):
    hale = given_provider()
    given_today(with_=hale, patient=given_patient("Ito", "Ken").pk, start_at=clock.now() + timedelta(minutes=40))
    booked = given_today(with_=hale)
    visit = actions.arrive(context(), inputs.Arrive.of(appointment=booked.pk))
    room, site = given_room("2"), given_site()
    actions.room(context(), inputs.StartRooming.of(visit=visit.pk, room=room.pk))
    moved(visit, "ready", "start")
    actions.to_do(context(), inputs.AskToDo.of(visit=visit.pk, what=["Blood draw"]))
    given_visit(patient=given_patient("Novak", "Eva").pk)
    with django_assert_num_queries(2):
        found = queries.today(site)
    rows = {one["step"]: one for one in found}
    assert set(rows) >= {"to-do-after", "arrived"} and rows["arrived"]["start_at"] is None
    mine = rows["to-do-after"]
    assert (mine["room_name"], mine["provider_name"], mine["type"]) == ("2", "Dr. Hale", "Office visit")
    assert [need["text"] for need in mine["needs"]] == ["Blood draw"] and mine["start_at"] == booked.start_at
    assert queries.taken_rooms(site.pk) == {room.pk: visit.pk}


def test_time_in_each_step_comes_for_free(yes):
    at_ = clock.now()
    visit = actions.walk_in(context(at=at_), inputs.WalkIn.of(patient=given_patient().pk, site=given_site().pk))
    later = context(at=at_ + timedelta(minutes=7))
    actions.room(later, inputs.StartRooming.of(visit=visit.pk, room=given_room().pk))
    actions.move_room(
        context(at=at_ + timedelta(minutes=9)), inputs.MoveRoom.of(visit=visit.pk, room=given_room("2").pk)
    )
    found = queries.durations(given_site(), at=at_ + timedelta(minutes=12))
    assert found["arrived"] == {"visits": 1, "mean": 420.0, "median": 420.0, "longest": 420.0}
    assert found["rooming"]["longest"] == 300.0
    assert queries.late(given_site(), at_ + timedelta(minutes=60))[0]["minutes"] == 53


def test_the_database_itself_keeps_one_visit_a_room(yes):
    visit = given_roomed("1")
    other = given_visit(patient=given_patient("Ito", "Ken").pk)
    with pytest.raises(IntegrityError, match="one_visit_a_room"), guard.open_house("test"):
        Visit.objects.filter(pk=other.pk).update(room=visit.room_id)


def test_an_encounter_tells_its_statuses_and_rooms(yes):
    booked = given_today(reason="Knee")
    visit = actions.arrive(context(), inputs.Arrive.of(appointment=booked.pk))
    room = given_room("2")
    actions.room(context(), inputs.StartRooming.of(visit=visit.pk, room=room.pk))
    visit = moved(visit, "ready", "start", "out")
    told = wire.to_fhir(queries.visit(visit.pk))
    assert fhir.faults(fhir.loads(fhir.dumps(told))) == []
    assert told["status"] == "finished" and told["period"]["end"]
    assert [one["status"] for one in told["statusHistory"]] == ["arrived", "triaged", "in-progress"]
    assert [one["location"]["reference"] for one in told["location"]] == [
        f"Location/{visit.site_id}", f"Location/{room.pk}",
    ]  # fmt: skip
    assert told["appointment"] == [{"reference": f"Appointment/{booked.pk}"}]


def _race(*work) -> list:
    outcomes, start = [], threading.Barrier(len(work))

    def run(one) -> None:
        start.wait()
        try:
            outcomes.append(one())
        except Exception as why:
            outcomes.append(why)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    [t.start() for t in threads], [t.join() for t in threads]
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_of_two_who_room_two_patients_in_one_room_at_once_one_wins(yes):
    room = given_room()
    visits = [given_visit(patient=given_patient(name, "Ken").pk) for name in ("Ito", "Novak", "Petrov")]
    outcomes = _race(
        *(lambda v=v: actions.room(context(), inputs.StartRooming.of(visit=v.pk, room=room.pk)) for v in visits)
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["Conflict", "Conflict", "Visit"]
    assert Visit.objects.filter(room=room).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_arrive_one_patient_at_once_one_wins(yes):
    booked = given_today()
    outcomes = _race(*[lambda: actions.arrive(context(), inputs.Arrive.of(appointment=booked.pk))] * 4)
    assert sorted(type(one).__name__ for one in outcomes) == ["Conflict"] * 3 + ["Visit"]
    assert Visit.objects.count() == Step.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_move_one_visit_on_at_once_one_wins(yes):
    visit = given_roomed()
    outcomes = _race(*[lambda: actions.ready(context(), inputs.Ready.of(visit=visit.pk))] * 3)
    assert sorted(type(one).__name__ for one in outcomes) == ["Conflict", "Conflict", "Visit"]
    assert steps(visit) == ["arrived", "rooming", "ready"]
