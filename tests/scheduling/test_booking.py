"""Booking: done, refused, impossible, the same key twice, doubts; and nobody is ever booked twice."""

import threading
from datetime import date, time, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connections

from medassist.domain.office import actions as office_actions
from medassist.domain.office import inputs as office_inputs
from medassist.domain.scheduling import actions, inputs, queries
from medassist.domain.scheduling.models import Appointment, Booking, Slot
from medassist.kernel import clock, guard
from medassist.kernel.errors import Conflict, Invalid, Missing, Refused
from medassist.kernel.identifiers import uuid7
from medassist.kernel.models import AuditEntry, Event
from medassist.kernel.testing import context
from tests.office.given import as_staff, given_patient, given_provider, given_room, given_site, given_staff
from tests.scheduling.given import at, booking, given_appointment, given_offer, given_type, next_monday

pytestmark = pytest.mark.django_db


def test_a_booking_takes_the_provider_and_is_told(yes):
    hale = given_provider()
    made = given_appointment(hale, reason="Blood pressure")
    assert (made.status, made.end_at - made.start_at) == ("booked", timedelta(minutes=20))
    taken = Booking.objects.get()
    assert (taken.resource, taken.during.lower, taken.active) == (hale.resource, made.start_at, True)
    event = Event.objects.get(name="schedule.booked")
    assert event.patient == made.patient_id and event.result == f"scheduling.Appointment/{made.pk}"


def test_a_booking_that_is_refused_leaves_only_the_refusal(yes, settings):
    asked = booking(provider=given_provider().pk)
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    with pytest.raises(Refused):
        actions.book(context(), asked)
    assert not Appointment.objects.exists() and not Booking.objects.exists()
    assert AuditEntry.objects.filter(action="schedule.book").get().outcome == "refused"


def test_the_same_key_twice_books_once(yes):
    asked, ctx = booking(provider=given_provider().pk), context(key="k")
    assert actions.book(ctx, asked) == actions.book(ctx, asked)
    assert Appointment.objects.count() == 1


def test_an_overlap_says_who_is_busy_when(yes):
    hale = given_provider()
    given_appointment(hale)
    with pytest.raises(Conflict) as why:
        given_appointment(hale, start_at=at(10, 10), patient=given_patient("Ito", "Ken").pk)
    day = next_monday()
    assert why.value.why == f"Nora Hale is busy {day:%a %b} {day.day}, 10:00–10:20."
    assert Appointment.objects.count() == 1


def test_times_that_touch_do_not_overlap(yes):
    hale, other = given_provider(), given_patient("Ito", "Ken").pk
    given_appointment(hale)
    given_appointment(hale, start_at=at(10, 20), patient=other)
    given_appointment(hale, start_at=at(9, 40), patient=other)
    assert Appointment.objects.count() == 3


def test_a_room_cannot_hold_two_either(yes):
    room = given_room("4")
    given_appointment(room=room.pk)
    with pytest.raises(Conflict, match="Room 4 is busy"):
        given_appointment(given_provider("Osei"), room=room.pk, patient=given_patient("Ito", "Ken").pk)


def test_cancelling_frees_the_time_and_needs_a_reason(yes):
    hale = given_provider()
    made = given_appointment(hale)
    with pytest.raises(Invalid):
        inputs.Cancel.of(appointment=made.pk)
    done = actions.cancel(context(), inputs.Cancel.of(appointment=made.pk, code="pat"))
    assert (done.status, done.status_reason) == ("cancelled", "The patient cancelled")
    given_appointment(hale, patient=given_patient("Ito", "Ken").pk)
    with pytest.raises(Conflict, match="cancelled"):
        actions.cancel(context(), inputs.Cancel.of(appointment=made.pk, code="pat"))
    entry = AuditEntry.objects.get(action="schedule.cancel")
    assert entry.patient == made.patient_id


def test_cancelling_can_be_taken_back_by_the_same_person_at_once(yes):
    made = given_appointment()
    actions.cancel(context(), inputs.Cancel.of(appointment=made.pk, code="prov"))
    ana = given_staff()
    with pytest.raises(Conflict, match="Somebody else"):
        actions.restore(as_staff(ana), inputs.Restore.of(appointment=made.pk))
    with pytest.raises(Conflict, match="10 minutes"):
        actions.restore(context(at=clock.now() + timedelta(minutes=11)), inputs.Restore.of(appointment=made.pk))
    assert actions.restore(context(), inputs.Restore.of(appointment=made.pk)).status == "booked"
    assert Booking.objects.filter(active=True).count() == 1


def test_taking_back_is_a_conflict_when_the_time_was_given_away(yes):
    hale = given_provider()
    made = given_appointment(hale)
    actions.cancel(context(), inputs.Cancel.of(appointment=made.pk, code="pat"))
    given_appointment(hale, patient=given_patient("Ito", "Ken").pk)
    with pytest.raises(Conflict, match="is busy"):
        actions.restore(context(), inputs.Restore.of(appointment=made.pk))


def test_who_does_not_come_frees_the_time(yes):
    made = given_appointment()
    assert actions.no_show(context(), inputs.NoShow.of(appointment=made.pk)).status == "noshow"
    assert not Booking.objects.filter(active=True).exists()


def test_moving_frees_the_old_time_and_takes_the_new(yes):
    hale, osei = given_provider(), given_provider("Osei", "nurse-practitioner")
    made = given_appointment(hale)
    moved = actions.reschedule(
        context(), inputs.Reschedule.of(appointment=made.pk, start_at=at(10, 10), provider=osei.pk)
    )
    assert (moved.pk, moved.start_at, moved.provider_id) == (made.pk, at(10, 10), osei.pk)
    active = Booking.objects.get(active=True)
    assert active.resource == osei.resource and active.during.lower == at(10, 10)


def test_moving_onto_oneself_by_ten_minutes_is_fine_and_onto_another_is_not(yes):
    hale = given_provider()
    made = given_appointment(hale)
    given_appointment(hale, start_at=at(11), patient=given_patient("Ito", "Ken").pk)
    actions.reschedule(context(), inputs.Reschedule.of(appointment=made.pk, start_at=at(10, 10)))
    with pytest.raises(Conflict, match="11:00–11:20"):
        actions.reschedule(context(), inputs.Reschedule.of(appointment=made.pk, start_at=at(10, 50)))
    assert Booking.objects.filter(active=True).count() == 2


def test_a_time_that_has_passed_a_closed_day_and_a_patient_elsewhere_are_asked(yes):
    hale, patient = given_provider(), given_patient()
    sunday = next_monday() - timedelta(days=1)
    with pytest.raises(Invalid) as why:
        given_appointment(hale, start_at=at(10, on=sunday), patient=patient.pk)
    assert why.value.doubts["at"][0].startswith("Alder Street is closed on Sun") and not why.value.faults
    given_appointment(hale, start_at=at(10, on=sunday), patient=patient.pk, confirmed={"at"})
    morning = at(10)
    with time_machine.travel(morning + timedelta(hours=3)), pytest.raises(Invalid, match="has passed"):
        given_appointment(hale, start_at=morning, patient=patient.pk)
    with pytest.raises(Invalid, match="is open 8:00–5:00 pm"):
        given_appointment(hale, start_at=at(7), patient=patient.pk)
    given_appointment(hale, patient=patient.pk)
    osei = given_provider("Osei", "nurse-practitioner")
    with pytest.raises(Invalid) as why:
        given_appointment(osei, start_at=at(10, 10), patient=patient.pk)
    assert "with Nora Hale. Keep both?" in why.value.doubts["patient"][0]
    given_appointment(osei, start_at=at(10, 10), patient=patient.pk, confirmed={"patient"})


def test_what_was_confirmed_is_asked_again_with_the_rest(yes):
    hale, patient = given_provider(), given_patient()
    sunday = at(10, on=next_monday() - timedelta(days=1))
    given_appointment(hale, start_at=sunday, patient=patient.pk, confirmed={"at"})
    osei = given_provider("Osei", "nurse-practitioner")
    for confirmed in (set(), {"at"}, {"patient"}):
        with pytest.raises(Invalid) as why:
            given_appointment(osei, start_at=sunday, patient=patient.pk, confirmed=confirmed)
        assert set(why.value.doubts) == {"at", "patient"}
    given_appointment(osei, start_at=sunday, patient=patient.pk, confirmed={"at", "patient"})


def test_a_time_that_clocks_jump_over_is_named(yes):
    with pytest.raises(Invalid) as why:
        given_appointment(on=date(2027, 3, 14), at=time(2, 30))
    assert why.value.faults["at"] == [
        "There is no 2:30 on Mar 14, 2027: clocks go forward over it. Take an hour later."
    ]


@pytest.mark.parametrize(("day", "utc"), [(date(2027, 3, 12), 18), (date(2027, 3, 15), 17)])
def test_ten_in_the_morning_is_by_the_sites_clock(yes, day, utc):
    made = given_appointment(on=day, at=time(10))
    assert made.start_at.hour == utc


def test_inputs_that_say_too_little_or_too_much_are_impossible():
    patient, site = uuid7(), uuid7()
    for given in (
        {}, {"site": site}, {"site": site, "start_at": clock.now()}, {"start_at": clock.now(), "provider": site},
        {"site": site, "start_at": clock.now(), "on": date(2027, 1, 1), "at": time(9), "provider": site, "minutes": 9},
        {"site": site, "start_at": "2027-01-01T10:00", "provider": site, "minutes": 9},
        {"site": site, "start_at": clock.now(), "end_at": clock.now() - timedelta(1), "provider": site},
    ):  # fmt: skip
        with pytest.raises(Invalid):
            inputs.Book.of(patient=patient, **given)


def test_a_patient_provider_room_or_type_that_is_not_there_is_missing(yes):
    for part in ("patient", "provider", "room", "type"):
        with pytest.raises(Missing):
            actions.book(context(), booking(**{"provider": given_provider(uuid7().hex[:6]).pk, part: uuid7()}))


def test_who_works_elsewhere_or_no_longer_cannot_be_booked(yes):
    given_site()
    other = office_actions.add_site(
        context(), office_inputs.AddSite.of(name="Elm", timezone="America/Los_Angeles", state="US-CA")
    )
    away = given_provider("Osei", sites=[other.pk])
    with pytest.raises(Invalid, match="holds no position at Alder Street"):
        given_appointment(away)


def test_the_database_itself_refuses_a_second_booking(yes):
    made = given_appointment()
    first = Booking.objects.get()
    with pytest.raises(IntegrityError, match="nobody_is_booked_twice"), guard.open_house("test"):
        Booking.objects.create(resource=first.resource, during=(at(10, 19), at(10, 40)), appointment=made, active=True)


def test_held_time_cannot_be_booked_until_it_is_released(yes):
    hale, site = given_provider(), given_site()
    held = actions.hold(
        context(),
        inputs.HoldTime.of(site=site.pk, provider=hale.pk, start_at=at(10), minutes=60, title="Calls"),
    )
    with pytest.raises(Conflict):
        given_appointment(hale)
    actions.release(context(), inputs.ReleaseTime.of(hold=held.pk))
    with pytest.raises(Conflict, match="already"):
        actions.release(context(), inputs.ReleaseTime.of(hold=held.pk))
    given_appointment(hale)


def test_reason_and_note_change_without_moving(yes):
    made = given_appointment()
    done = actions.change(context(), inputs.ChangeAppointment.of(appointment=made.pk, reason="Knee"))
    assert done.reason == "Knee" and Booking.objects.filter(active=True).count() == 1


def test_types_are_unique_a_site_and_can_be_retired(yes):
    kind, asked = given_type(), booking(provider=given_provider().pk)
    with pytest.raises(Conflict):
        actions.add_type(context(), inputs.AddType.of(code="office-visit", name="Again", minutes=10))
    actions.change_type(context(), inputs.ChangeType.of(type=kind.pk, active=False))
    with pytest.raises(Missing):
        actions.book(context(), asked)


def test_a_site_takes_the_types_of_its_profile_once(yes):
    site = given_site()
    given = inputs.TakeProfileTypes.of(site=site.pk)
    first = actions.take_profile_types(context(), given)
    assert "Well-child visit" in [one.name for one in first]
    assert actions.take_profile_types(context(), given) == []


def test_the_day_is_one_query(yes, django_assert_num_queries):
    hale, site = given_provider(), given_site()
    for n in range(3):
        given_appointment(hale, start_at=at(9 + n), patient=given_patient(f"Name{n}x", "Ken").pk)
    day = next_monday()
    with django_assert_num_queries(1):
        found = queries.appointments(site.pk, day, site.timezone)
    assert [one["provider_name"] for one in found] == ["Dr. Hale"] * 3 and found[0]["type"] == "Office visit"


def test_free_times_leave_out_what_is_booked_and_closed_days(yes):
    hale, site = given_provider(), given_site()
    given_offer(hale)
    given_appointment(hale)
    found = queries.free(site.pk, next_monday(), 30, step=30)
    assert [one["start_at"] for one in found] == [at(9), at(9, 30), at(10, 30), at(11), at(11, 30)]
    assert queries.free(site.pk, next_monday() - timedelta(days=1), 30) == []
    assert queries.find_next(site.pk, 30, provider=hale.pk, limit=2)[0]["provider"] == hale.pk
    assert queries.find_next(site.pk, 30, provider=uuid7()) == []


CLIENTS = 50


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("by", ["time", "slot"])
def test_of_fifty_who_book_one_time_at_once_exactly_one_wins(yes, by):
    hale = given_provider()
    given_offer(hale)
    patients = [given_patient(f"Client{chr(97 + n // 26)}{chr(97 + n % 26)}", "Ann").pk for n in range(CLIENTS)]
    slot = Slot.objects.get(start_at=at(10), provider=hale)
    way = {"slot": slot.pk} if by == "slot" else {"provider": hale.pk}
    asked = [booking(patient=patient, **way) for patient in patients]
    outcomes, start = [], threading.Barrier(CLIENTS)

    def client(given: inputs.Book) -> None:
        start.wait()
        try:
            outcomes.append(actions.book(context(key=str(given.patient)), given))
        except Conflict as why:
            outcomes.append(why)
        except Exception as other:  # a lost client would fail the count below without saying why
            outcomes.append(other)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=client, args=(one,)) for one in asked]
    [t.start() for t in threads], [t.join() for t in threads]
    won = [one for one in outcomes if isinstance(one, Appointment)]
    lost = [one for one in outcomes if isinstance(one, Conflict)]
    assert (len(won), len(lost)) == (1, CLIENTS - 1), [o for o in outcomes if o not in won + lost]
    assert Appointment.objects.count() == Booking.objects.count() == 1
    assert Slot.objects.get(pk=slot.pk).status == "busy"
    assert Event.objects.filter(name="schedule.booked").count() == 1
