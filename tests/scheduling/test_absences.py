"""A provider who is away: not found free, not open to other systems, asked about when booked, and told to the desk."""

from datetime import time, timedelta

import pytest

from medassist.domain.office import actions as office
from medassist.domain.office import inputs as of_office
from medassist.domain.scheduling import actions, inputs, queries, rules
from medassist.domain.scheduling.models import Slot
from medassist.domain.worklist import queries as tasks
from medassist.interfaces.jobs import deliveries
from medassist.kernel.errors import Invalid, Refused
from medassist.kernel.testing import context
from tests.office.given import given_site
from tests.scheduling.given import ZONE, at, booking, given_offer, next_monday

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("yes")]


def away(provider, **parts):
    usual = {"staff": provider, "site": given_site().pk, "from_on": next_monday()}
    return office.record_absence(context(), of_office.RecordAbsence.of(**{**usual, **parts}))


def deliver():
    for _ in range(2):
        deliveries.plan(), deliveries.deliver()


def starts(provider):
    found = queries.free(given_site().pk, next_monday(), 20, provider=provider, step=20)
    return [one["start_at"].astimezone(ZONE).time() for one in found]


def test_who_is_away_for_hours_is_free_around_them():
    hale = given_offer().provider_id
    away(hale, begins=time(9, 30), ends=time(11))
    assert starts(hale) == [time(9), time(11), time(11, 20), time(11, 40)]
    away(hale, begins=time(11), ends=time(12))
    assert starts(hale) == [time(9)]


def test_slots_close_with_an_absence_and_open_again_when_it_is_withdrawn():
    hale = given_offer().provider_id
    gone = away(hale)
    deliver()
    day = Slot.objects.filter(start_at__gte=at(0), start_at__lt=at(0) + timedelta(days=1))
    assert {one.status for one in day} == {"busy-unavailable"} and day.count() == 9
    others = Slot.objects.exclude(pk__in=day).filter(start_at__gte=at(0)).values_list("status", flat=True)
    assert set(others) <= {"free"}
    office.withdraw_absence(context(), of_office.WithdrawAbsence.of(absence=gone.pk))
    deliver()
    assert {one.status for one in day.all()} == {"free"}


def test_booking_somebody_who_is_away_is_asked_about_and_done_when_confirmed():
    hale = given_offer().provider_id
    away(hale, begins=time(10), ends=time(11))
    with pytest.raises(Invalid) as why:
        actions.book(context(), booking(provider=hale))
    assert "is away" in why.value.doubts["provider"][0] and "10:00–11:00" in why.value.doubts["provider"][0]
    actions.book(context(), booking(provider=hale, confirmed={"provider"}))
    actions.book(context(), booking(provider=hale, start_at=at(11)))


def test_the_front_desk_is_told_once_who_has_to_be_moved_and_no_more_when_it_is_withdrawn():
    hale = given_offer().provider_id
    for hour in (9, 10):
        actions.book(context(), booking(provider=hale, start_at=at(hour)))
    gone = away(hale, to_on=next_monday() + timedelta(days=4))
    deliver(), deliver()
    [task] = tasks.about(f"absence/{gone.pk}")
    assert task["kind"] == "reschedule" and "Hale is away Mon" in task["title"] and "2 booked" in task["details"]
    office.withdraw_absence(context(), of_office.WithdrawAbsence.of(absence=gone.pk))
    deliver()
    [task] = tasks.about(f"absence/{gone.pk}")
    assert task["status"] == "cancelled" and "there after all" in task["reason"]


def test_an_absence_of_nobody_who_is_booked_makes_no_task():
    gone = away(given_offer().provider_id)
    deliver()
    assert tasks.about(f"absence/{gone.pk}") == []


def test_following_an_absence_needs_the_schedule_and_is_done_once_a_key(settings):
    hale = given_offer().provider_id
    actions.book(context(), booking(provider=hale))
    gone = away(hale)
    asked = inputs.FollowAbsence.of(absence=gone.pk, site=given_site().pk)
    ctx = context(key="k")
    assert actions.follow_absence(ctx, asked) == actions.follow_absence(ctx, asked)
    assert len(tasks.about(f"absence/{gone.pk}")) == 1
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    with pytest.raises(Refused):
        actions.follow_absence(context(), asked)


@pytest.mark.parametrize(
    ("gaps", "left"),
    [
        ([], [(1, 5)]),
        ([(0, 9)], []),
        ([(2, 3)], [(1, 2), (3, 5)]),
        ([(0, 2), (4, 9)], [(2, 4)]),
        ([(5, 6), (0, 1)], [(1, 5)]),
    ],
)
def test_what_is_left_of_a_stretch_without_gaps(gaps, left):
    hours = lambda pairs: [(at(8) + timedelta(hours=a), at(8) + timedelta(hours=b)) for a, b in pairs]  # noqa: E731
    assert rules.without(hours([(1, 5)]), hours(gaps)) == hours(left)
