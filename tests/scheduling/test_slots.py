"""Slots: made a fortnight ahead, taken and given back with bookings, withdrawn with what is offered."""

from datetime import date, time, timedelta

import pytest

from medassist.domain.office import actions as office_actions
from medassist.domain.office import inputs as office_inputs
from medassist.domain.scheduling import actions, inputs, queries, rules
from medassist.domain.scheduling.models import Availability, Schedule, Slot
from medassist.kernel import clock
from medassist.kernel.errors import Conflict, Invalid, Refused
from medassist.kernel.testing import context
from tests.office.given import given_patient, given_provider, given_site
from tests.scheduling.given import ZONE, at, booking, given_appointment, given_offer, next_monday

pytestmark = pytest.mark.django_db


def status(start) -> str:
    return Slot.objects.get(start_at=start).status


def test_offering_time_makes_slots_for_a_fortnight(yes):
    schedule = given_offer()
    day = next_monday()
    mine = queries.slots(schedule.pk, begin=at(0, on=day), end=at(23, on=day))
    assert [slot.start_at for slot in mine] == [at(9) + timedelta(minutes=20 * n) for n in range(9)]
    assert {slot.status for slot in mine} == {"free"}
    days = {slot.start_at.astimezone(ZONE).date() for slot in Slot.objects.all()}
    assert max(days) <= clock.today(str(ZONE)) + timedelta(days=rules.HORIZON)


def test_offering_is_refused_without_a_yes(yes, settings):
    hale = given_provider()
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    with pytest.raises(Refused):
        given_offer(hale)
    assert not Schedule.objects.exists()


def test_the_same_stretch_twice_is_a_conflict(yes):
    hale = given_provider()
    given_offer(hale)
    with pytest.raises(Conflict, match="09:00–12:00 is offered already"):
        given_offer(hale, begins=time(11), ends=time(13))
    given_offer(hale, begins=time(13), ends=time(17))
    assert Availability.objects.count() == 10


@pytest.mark.parametrize("wrong", [{"begins": time(12), "ends": time(9)}, {"weekdays": set()}, {"minutes": 3}])
def test_stretches_that_cannot_be_are_impossible(yes, wrong):
    with pytest.raises(Invalid):
        given_offer(**wrong)


def test_rolling_again_changes_nothing(yes):
    schedule = given_offer()
    before = set(Slot.objects.values_list("pk", "status"))
    again = actions.roll_schedule(context(), inputs.RollSlots.of(site=schedule.site_id, provider=schedule.provider_id))
    assert again.slots_changed == [] and set(Slot.objects.values_list("pk", "status")) == before
    assert actions.roll_slots(context(), inputs.RollSlots.of()) == 1


def test_a_booking_takes_every_slot_that_it_overlaps_and_cancelling_gives_them_back(yes):
    hale = given_provider()
    given_offer(hale)
    made = given_appointment(hale, start_at=at(10, 10))
    assert [status(at(9, 40)), status(at(10)), status(at(10, 20)), status(at(10, 40))] == [
        "free",
        "busy",
        "busy",
        "free",
    ]
    assert len(queries.slots_of(made)) == 2
    done = actions.cancel(context(), inputs.Cancel.of(appointment=made.pk, code="pat"))
    assert [status(at(10)), status(at(10, 20))] == ["free", "free"] and len(done.slots_changed) == 2


def test_a_slot_names_all_that_a_booking_needs(yes):
    hale = given_provider()
    given_offer(hale)
    slot = Slot.objects.get(start_at=at(10))
    made = actions.book(context(), booking(slot=slot.pk))
    assert (made.provider_id, made.start_at, made.end_at) == (hale.pk, slot.start_at, slot.end_at)
    with pytest.raises(Conflict, match="is busy"):
        actions.book(context(), booking(slot=slot.pk, patient=given_patient("Ito", "Ken").pk))


def test_what_is_said_beside_a_slot_must_agree_with_it(yes):
    given_offer()
    slot = Slot.objects.get(start_at=at(10))
    with pytest.raises(Invalid) as why:
        actions.book(context(), booking(slot=slot.pk, start_at=at(11)))
    assert "start_at" in why.value.faults


def test_a_move_shows_the_slots_of_both_times(yes):
    hale = given_provider()
    given_offer(hale)
    made = given_appointment(hale)
    moved = actions.reschedule(context(), inputs.Reschedule.of(appointment=made.pk, start_at=at(11)))
    assert {slot.start_at: slot.status for slot in moved.slots_changed} == {at(10): "free", at(11): "busy"}


def test_held_and_closed_time_is_busy_unavailable(yes):
    hale, site = given_provider(), given_site()
    given_offer(hale)
    actions.hold(
        context(), inputs.HoldTime.of(site=site.pk, provider=hale.pk, start_at=at(9), minutes=20, title="Calls")
    )
    assert status(at(9)) == "busy-unavailable"
    day = next_monday()
    office_actions.close_days(
        context(), office_inputs.CloseDays.of(site=site.pk, from_on=day, to_on=day, reason="Training")
    )
    actions.roll_slots(context(), inputs.RollSlots.of())
    that_day = Slot.objects.filter(start_at__gte=at(8, on=day), start_at__lt=at(18, on=day))
    assert {slot.status for slot in that_day} == {"busy-unavailable"}
    with pytest.raises(Conflict):
        actions.book(context(), booking(slot=that_day[3].pk))


def test_what_is_no_longer_offered_is_withdrawn_and_comes_back_when_offered_again(yes):
    hale = given_provider()
    given_offer(hale)
    ends = next_monday() - timedelta(days=1)
    for one in Availability.objects.filter(weekday=0):
        actions.end_times(context(), inputs.EndTimes.of(availability=one.pk, to_on=ends))
    assert status(at(10)) == "entered-in-error"
    given_offer(hale, weekdays={0}, from_on=next_monday())
    assert status(at(10)) == "free"
    with pytest.raises(Conflict):
        actions.end_times(context(), inputs.EndTimes.of(availability=one.pk, to_on=ends + timedelta(days=30)))


def test_a_day_on_which_clocks_jump_has_no_slot_in_the_missing_hour():
    from medassist.domain.office.queries import moment

    wall = lambda day, at: moment(day, at, "America/Los_Angeles")  # noqa: E731
    spring = list(rules.cut(date(2027, 3, 14), time(1), time(4), 30, wall))
    assert [start.hour * 60 + start.minute for start, _ in spring] == [540, 570, 600, 630]
    autumn = list(rules.cut(date(2026, 11, 1), time(0), time(3), 60, wall))
    assert [start.hour for start, _ in autumn] == [7, 8, 10]


def test_openings_step_from_the_beginning_of_each_stretch(yes):
    day = at(9)
    found = rules.openings([(day, day + timedelta(hours=1))], [], 30, 20, day + timedelta(minutes=5))
    assert [start - day for start in found] == [timedelta(minutes=20)]
    assert rules.merged([(1, 3), (2, 5), (5, 6), (8, 9)]) == [(1, 6), (8, 9)]
