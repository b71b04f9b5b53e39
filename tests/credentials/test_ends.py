"""What ends: told beforehand in steps, stopped at midnight, shown on the days after it."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from medassist.domain.credentials import actions, inputs, rules
from medassist.domain.credentials.models import Reminder
from medassist.domain.delegation import queries as delegation
from medassist.domain.office import actions as offices
from medassist.domain.office.inputs import LeaveOffice
from medassist.domain.worklist.models import Task, TaskNote
from medassist.interfaces.jobs import deliveries, schedule
from medassist.kernel.context import system_context
from medassist.kernel.errors import Conflict, Invalid, Refused
from medassist.kernel.models import Event
from medassist.kernel.ruling import Act
from tests.credentials.test_wallet import SHOT, TODAY, days, hand_in, office
from tests.delegation.given import Office

__all__ = ["office"]
pytestmark = pytest.mark.django_db(transaction=True)


# reminders


@pytest.mark.parametrize(
    ("left", "step"), [(121, None), (120, 120), (61, 120), (60, 60), (30, 30), (8, 30), (7, 7), (0, 7), (-1, None)]
)
def test_a_reminder_is_due_at_the_nearest_step(left, step):
    assert rules.step_due(date(2027, 1, 1) + timedelta(days=left), date(2027, 1, 1)) == step


def remind(at):
    """What the clock does at a moment, and what follows."""
    return actions.remind_all(system_context("jobs", at=at), inputs.RemindAll())


def ending():
    """The tasks about what ends."""
    return Task.objects.filter(kind="credential-ends")


def tell():
    deliveries.plan()
    while deliveries.deliver():
        deliveries.plan()


def test_the_person_and_the_managers_are_told_at_each_step_and_a_restart_tells_nothing_twice(office):
    card = hand_in(office.as_(office.ma), expires_on=days(120))
    now = datetime.combine(TODAY(), time(12), ZoneInfo("America/Los_Angeles")).astimezone(UTC)
    assert [remind(now), remind(now)] == [1, 0]
    tell()
    tell()
    mine, team = ending().get(owner=office.ma), ending().get(owner=None)
    assert (mine.pool, team.pool, mine.priority) == ("managers", "managers", "routine")
    assert mine.title.startswith("Your BLS Provider ends") and team.title.startswith("Ana Reyes: BLS Provider ends")
    for left, count, priority in ((100, 0, "routine"), (60, 1, "routine"), (30, 1, "urgent"), (7, 1, "asap")):
        assert remind(now + timedelta(days=120 - left)) == count
        tell()
        mine.refresh_from_db()
        assert mine.priority == priority and ending().count() == 2
    assert sorted(Reminder.objects.values_list("step", flat=True)) == [7, 30, 60, 120]
    assert TaskNote.objects.count() == 6 and "in 7 days" in TaskNote.objects.latest("at").text
    assert Event.objects.filter(name="credentials.reminded").count() == 4
    renewed = hand_in(office.as_(office.ma), issued_on=days(100), expires_on=days(900), confirmed=["issued_on"])
    actions.verify(office.ctx, inputs.VerifyCredential.of(credential=renewed.pk, source="the card"))
    tell()
    assert set(ending().values_list("status", "reason")) == {("cancelled", "It was renewed.")}
    assert card.reminders.count() == 4 and remind(now + timedelta(days=119)) == 0


def test_the_person_and_the_managers_are_told_before_a_sign_off_ends_until_it_is_signed_anew(office):
    doctor, act = office.provider(), "specimen.capillary"
    office.signs_off(doctor, office.ma, act, 2, 4, expires_on=days(30))
    now = datetime.combine(TODAY(), time(12), ZoneInfo("America/Los_Angeles")).astimezone(UTC)
    assert [remind(now), remind(now), remind(now + timedelta(days=23))] == [1, 0, 1]
    tell()
    mine, team = ending().get(owner=office.ma), ending().get(owner=None)
    assert mine.title.startswith("Your Sign-off: Finger or heel stick ends") and (team.pool, team.priority) == (
        "managers",
        "asap",
    )
    assert "Have it seen and signed off anew." in mine.details and TaskNote.objects.count() == 2
    office.signs_off(doctor, office.ma, act, 1, 1)
    tell()
    assert set(ending().values_list("status", flat=True)) == {"open"}, "less than before is no renewal"
    office.signs_off(doctor, office.ma, act, 2, 4)
    tell()
    assert set(ending().values_list("status", "reason")) == {("cancelled", "It was signed off anew.")}
    assert remind(now + timedelta(days=29)) == 0


def test_a_sign_off_that_is_withdrawn_reminds_of_nothing(office):
    doctor = office.provider()
    kept = office.signs_off(doctor, office.ma, "specimen.capillary", expires_on=days(30))
    now = datetime.combine(TODAY(), time(12), ZoneInfo("America/Los_Angeles")).astimezone(UTC)
    assert remind(now) == 1
    tell()
    actions.withdraw_sign_off(office.as_(doctor), inputs.WithdrawSignOff.of(sign_off=kept.pk, reason="A mistake"))
    tell()
    assert set(ending().values_list("status", flat=True)) == {"cancelled"}
    assert remind(now + timedelta(days=25)) == 0
    for parts in ({}, {"credential": kept.pk, "sign_off": kept.pk}):
        with pytest.raises(Invalid):
            inputs.Remind.of(step=30, site=office.site.pk, **parts)


def test_nobody_is_reminded_of_what_was_renewed_revoked_or_is_of_somebody_who_left(office):
    now = datetime.combine(TODAY(), time(12), ZoneInfo("America/Los_Angeles")).astimezone(UTC)
    office.holds(office.ma, "CMA (AAMA)", issued_on=days(-900), expires_on=days(20))
    office.holds(office.ma, "CMA (AAMA)", issued_on=days(21), expires_on=days(900))
    gone = office.holds(office.ma, "RMA (AMT)", expires_on=days(20))
    actions.revoke(office.ctx, inputs.RevokeCredential.of(credential=gone.pk, reason="Wrong person"))
    nurse = office.person("nurse", "Voss")
    office.holds(nurse, "RN", kind="licence", state="US-CA", expires_on=days(20))
    offices.leave(office.ctx, LeaveOffice.of(staff=nurse.pk, to_on=days(0)))
    assert remind(now) == 0 and not Reminder.objects.exists()


def test_only_the_clock_reminds_and_a_step_is_given_once(office):
    card = hand_in(office.as_(office.ma))
    given = inputs.Remind.of(credential=card.pk, step=30, site=office.site.pk)
    for who in (office.ctx, office.as_(office.ma)):
        with pytest.raises(Refused):
            actions.remind(who, given)
        with pytest.raises(Refused):
            actions.remind_all(who, inputs.RemindAll())
    ctx = system_context("jobs", key="k")
    assert actions.remind(ctx, given).pk == actions.remind(ctx, given).pk
    with pytest.raises(Conflict):
        actions.remind(system_context("jobs"), given)
    with pytest.raises(Invalid):
        actions.remind(system_context("jobs"), inputs.Remind.of(credential=card.pk, step=31, site=office.site.pk))
    assert Reminder.objects.count() == 1


def test_reminding_is_on_the_schedule_of_the_clock(office):
    hand_in(office.as_(office.ma))
    line = next(one for one in schedule.lines() if one.name.endswith("credentials.actions.remind_all"))
    schedule.sweep([line], 0.0)
    assert Reminder.objects.count() == 1 and line.fails == 0


# midnight


def test_what_lapses_stops_the_act_at_midnight_of_the_office_not_of_greenwich():
    office = Office("US-AZ", "America/Phoenix")
    doctor, ma = office.provider(), office.assistant()
    here, end = ZoneInfo("America/Phoenix"), datetime.now(ZoneInfo("America/Phoenix")).date() + timedelta(days=3)
    office.policy(SHOT, by=doctor)
    office.holds(ma, "CMA (AAMA)", issued_on=end - timedelta(days=900), expires_on=end)
    act = Act(SHOT, {"orders": ("standing", "patient_specific"), "supervision": "direct"})

    def ask(hour, minute, on):
        at = datetime.combine(on, time(hour, minute), here).astimezone(UTC)
        return delegation.rule(office.as_(ma, at=at), act, "patient/x")

    late, early = ask(23, 59, end), ask(0, 0, end + timedelta(days=1))
    assert late.allowed
    assert not early.allowed and {need.code for need in early.needs} == {"credential"}
    # by Greenwich the day was over seven hours before
    assert ask(18, 0, end).allowed


def test_the_days_after_a_lapse_show_what_can_no_longer_be_done():
    office = Office("US-AZ", "America/Phoenix")
    doctor, ma = office.provider(), office.assistant()
    office.policy(SHOT, by=doctor)
    end = days(10)
    office.holds(ma, "CMA (AAMA)", issued_on=days(-900), expires_on=end)
    card = office.holds(ma, "BLS Provider", kind="cpr", expires_on=end)
    assert delegation.lapses(office.site.pk, end) == []
    found = delegation.lapses(office.site.pk, end + timedelta(days=1))
    assert [(one.name, one.credential, one.last_day, one.since) for one in found] == [
        ("Ana Reyes", "CMA (AAMA)", end, end + timedelta(days=1))
    ]
    assert found[0].acts == ("Injection into the muscle",) and card.pk
    office.holds(ma, "CMA (AAMA)", issued_on=end + timedelta(days=1), expires_on=days(900))
    assert delegation.lapses(office.site.pk, end + timedelta(days=1)) == []


def test_the_days_after_a_sign_off_ends_show_what_can_no_longer_be_done(office):
    doctor, end, act = office.provider(), days(10), "specimen.venipuncture"
    office.policy(act, by=doctor)
    whole = office.signs_off(doctor, office.ma, act, 10, 10, expires_on=end)
    assert delegation.lapses(office.site.pk, end) == []
    [found] = delegation.lapses(office.site.pk, days(11))
    assert (found.name, found.credential, found.since) == ("Ana Reyes", "Sign-off", days(11))
    assert found.acts == ("Drawing blood from a vein",) and not found.over
    more = office.signs_off(doctor, office.ma, act, 4, 4)
    assert delegation.lapses(office.site.pk, days(11)), "four times are not ten"
    office.signs_off(doctor, office.ma, act, 6, 6)
    assert delegation.lapses(office.site.pk, days(11)) == [], "ten in all"
    for one in (more, whole):
        given = inputs.WithdrawSignOff.of(sign_off=one.pk, reason="Seen to miss the vein")
        actions.withdraw_sign_off(office.as_(doctor), given)
    assert delegation.lapses(office.site.pk, days(11)) == [], "it stopped before, by being withdrawn"


def test_sign_offs_that_add_up_end_together(office):
    doctor, act = office.provider(), "specimen.venipuncture"
    office.policy(act, by=doctor)
    for count in (6, 4):
        office.signs_off(doctor, office.ma, act, count, count, expires_on=days(10))
    assert [one.acts for one in delegation.lapses(office.site.pk, days(11))] == [("Drawing blood from a vein",)]


def test_looking_for_lapses_takes_two_queries_while_nothing_ends(office, django_assert_num_queries):
    office.holds(office.ma, "CMA (AAMA)", expires_on=days(900))
    on = days(5)
    with django_assert_num_queries(2):
        assert delegation.lapses(office.site.pk, on) == []
