"""Who works when: done, refused, impossible, the same key twice; laid out over days; in FHIR and on the page."""

import threading
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connections

from medassist.codecs import fhir
from medassist.domain.office import actions, inputs, queries, rules, wire
from medassist.domain.office.models import Absence, Shift
from medassist.kernel import clock
from medassist.kernel.errors import Conflict, Invalid, Missing, Refused
from medassist.kernel.identifiers import uuid7
from medassist.kernel.models import AuditEntry, Event
from medassist.kernel.testing import context
from medassist.ui import human
from tests.access.given import given_account, signed_in
from tests.office.given import given_office, given_site, given_staff

pytestmark = pytest.mark.django_db

ZONE = "America/Los_Angeles"
WEEKDAYS = [0, 1, 2, 3, 4]


def today() -> date:
    return clock.today(ZONE)


def coming(weekday: int) -> date:
    """The next such weekday after tomorrow."""
    day = today() + timedelta(days=2)
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def set_shifts(person, ctx=None, **parts):
    usual = {"staff": person.pk, "site": given_site().pk, "weekdays": WEEKDAYS, "begins": time(8), "ends": time(12)}
    return actions.set_shifts(ctx or context(), inputs.SetShifts.of(**{**usual, "from_on": today(), **parts}))


def record(person, ctx=None, **parts):
    usual = {"staff": person.pk, "site": given_site().pk, "from_on": coming(0)}
    return actions.record_absence(ctx or context(), inputs.RecordAbsence.of(**{**usual, **parts}))


def worked(person, day):
    site = given_site()
    return queries.on_shift(site.pk, day, day, site.timezone).get(person.pk, {}).get(day)


def test_shifts_hold_on_their_weekdays_from_their_day_on(yes):
    ana = set_shifts(given_staff())
    set_shifts(ana, weekdays=[0], begins=time(13), ends=time(17))
    local = [(a.astimezone(ZoneInfo(ZONE)).hour, b.astimezone(ZoneInfo(ZONE)).hour) for a, b in worked(ana, coming(0))]
    assert local == [(8, 12), (13, 17)]
    assert worked(ana, coming(5)) == [] and Shift.objects.count() == 6
    assert worked(ana, today() - timedelta(days=1)) is None
    assert Event.objects.filter(name="office.shifts_set").count() == 2


def test_a_shift_ends_on_its_last_day_and_the_days_after_are_not_kept(yes):
    ana = set_shifts(given_staff(), weekdays=[0])
    shift = Shift.objects.get()
    actions.end_shifts(context(), inputs.EndShifts.of(staff=ana.pk, shifts=[shift.pk], to_on=coming(0)))
    assert worked(ana, coming(0)) and worked(ana, coming(0) + timedelta(days=7)) is None
    with pytest.raises(Conflict, match="before that already"):
        actions.end_shifts(context(), inputs.EndShifts.of(staff=ana.pk, shifts=[shift.pk], to_on=coming(0)))
    set_shifts(ana, weekdays=[0], from_on=coming(0) + timedelta(days=1))


def test_who_works_elsewhere_that_day_is_not_at_this_site(yes):
    ana = given_staff()
    elm = actions.add_site(context(), inputs.AddSite.of(name="Elm", timezone=ZONE, state="US-CA"))
    actions.give_position(context(), inputs.GivePosition.of(staff=ana.pk, site=elm.pk, role="medical-assistant"))
    set_shifts(ana, site=elm.pk, weekdays=[0])
    assert worked(ana, coming(0)) == [] and worked(ana, coming(1)) == []
    with pytest.raises(Conflict, match="On Mondays, 08:00–12:00 at Elm is set already"):
        set_shifts(ana, weekdays=[0], begins=time(11), ends=time(13))


def test_shifts_that_cannot_be(yes):
    ana = given_staff()
    for parts, said in (
        ({"begins": time(12), "ends": time(8)}, "begins before it ends"),
        ({"to_on": today() - timedelta(days=1)}, "on or after the first"),
        ({"weekdays": []}, ""),
        ({"weekdays": [7]}, ""),
    ):
        with pytest.raises(Invalid) as why:
            set_shifts(ana, **parts)
        assert said in str(why.value.faults)
    with pytest.raises(Invalid, match="holds no position"):
        set_shifts(ana, site=actions.add_site(
            context(), inputs.AddSite.of(name="Elm", timezone=ZONE, state="US-CA")).pk)  # fmt: skip
    for missing in (
        lambda: set_shifts(ana, staff=uuid7()),
        lambda: actions.end_shifts(context(), inputs.EndShifts.of(staff=ana.pk, shifts=[uuid7()], to_on=today())),
        lambda: actions.withdraw_absence(context(), inputs.WithdrawAbsence.of(absence=uuid7())),
    ):
        with pytest.raises(Missing):
            missing()


def test_who_says_no_keeps_shifts_and_absences_as_they_are(settings, yes):
    ana = given_staff()
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    for asked in (set_shifts, record):
        with pytest.raises(Refused):
            asked(ana)
    assert not Shift.objects.exists() and not Absence.objects.exists()
    assert AuditEntry.objects.filter(outcome="refused").count() == 2


def test_the_same_key_twice_sets_once(yes):
    ana = given_staff()
    for asked in (set_shifts, record):
        ctx = context(key="k")
        assert asked(ana, ctx) == asked(ana, ctx)
    assert Shift.objects.count() == 5 and Absence.objects.count() == 1


def test_an_absence_is_of_whole_days_or_of_hours_by_the_sites_clock(yes):
    ana = given_staff()
    week = record(ana, to_on=coming(0) + timedelta(days=4))
    begin, end = (at.astimezone(ZoneInfo(ZONE)) for at in (week.start_at, week.end_at))
    assert (begin.time(), end.time()) == (time(), time()) and (end - begin) >= timedelta(days=4, hours=23)
    assert human.stretch(begin, end) == f"{human.planned(coming(0))} to {human.planned(coming(0) + timedelta(days=4))}"
    day = coming(0) + timedelta(days=7)
    hours = record(ana, from_on=day, begins=time(8), ends=time(10), why="training")
    local = [at.astimezone(ZoneInfo(ZONE)) for at in (hours.start_at, hours.end_at)]
    assert human.stretch(*local) == f"{human.planned(day)}, 8:00–10:00"
    assert [one.why for one in queries.absences(ana.pk)] == ["time-off", "training"]


def test_the_day_on_which_clocks_change_is_a_whole_day():
    spring, fall = date(2026, 3, 8), date(2026, 11, 1)
    hours = [rules.away(day, day, None, None, ZONE) for day in (spring, fall)]
    assert [end - begin for begin, end in hours] == [timedelta(hours=23), timedelta(hours=25)]
    assert rules.away(spring, spring, time(2, 30), time(4), ZONE)[0] is None
    row = (6, time(1), time(3), date(2026, 1, 1), None)
    [(begin, end)] = rules.on_shift([row], fall, ZONE)
    assert end - begin == timedelta(hours=3)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (range(7), "Every day"),
        (range(5), "Mon to Fri"),
        ([0, 2, 4], "Mon, Wed, Fri"),
        ([5, 6], "Sat, Sun"),
        ([3], "Thu"),
    ],
)
def test_weekdays_are_said_as_people_say_them(days, said):
    assert rules.days_said(days) == said


def test_absences_that_cannot_be(yes):
    ana = given_staff()
    for parts, said in (
        ({"to_on": coming(0) - timedelta(days=1)}, "Reversed"),
        ({"to_on": coming(0) + timedelta(days=400)}, "More than a year"),
        ({"begins": time(8)}, "both times"),
        ({"begins": time(12), "ends": time(8)}, "begin before they end"),
        ({"begins": time(8), "ends": time(9), "to_on": coming(0) + timedelta(days=1)}, "of one day"),
        ({"from_on": today() - timedelta(days=3)}, "over"),
        ({"why": "hangover"}, "not a reason"),
    ):
        with pytest.raises(Invalid) as why:
            record(ana, **parts)
        assert said in str(why.value.faults), said
    record(ana)
    with pytest.raises(Conflict, match="recorded in that time already"):
        record(ana, from_on=coming(0) - timedelta(days=1), to_on=coming(0))


def test_an_absence_withdrawn_is_none_and_is_withdrawn_once(yes):
    ana = given_staff()
    gone = record(ana)
    asked = inputs.WithdrawAbsence.of(absence=gone.pk)
    actions.withdraw_absence(context(), asked)
    assert queries.absences(ana.pk) == [] and Absence.objects.count() == 1
    with pytest.raises(Conflict, match="withdrawn already"):
        actions.withdraw_absence(context(), asked)
    record(ana)


@pytest.mark.django_db(transaction=True)
def test_of_two_managers_who_set_the_same_hours_at_once_one_is_told(yes):
    ana, told = given_staff(), []

    def try_it():
        try:
            told.append(set_shifts(ana, weekdays=[0]).pk)
        except Conflict:
            told.append(None)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=try_it) for _ in range(4)]
    [one.start() for one in threads], [one.join() for one in threads]
    assert told.count(None) == 3 and Shift.objects.count() == 1


def test_a_role_in_fhir_tells_shifts_and_absences(yes):
    ana = set_shifts(given_staff(), weekdays=[0])
    gone = record(ana, why="training")
    [role] = wire.roles_of_absent(gone)
    told = fhir.loads(fhir.dumps(role))
    assert fhir.faults(told) == []
    assert told["availableTime"] == [
        {"daysOfWeek": ["mon"], "availableStartTime": "08:00:00", "availableEndTime": "12:00:00"}
    ]
    [away] = told["notAvailable"]
    assert away["description"] == "Training" and datetime.fromisoformat(away["during"]["start"]) == gone.start_at


def test_a_manager_keeps_shifts_and_absences_on_the_persons_page(yes):
    client = signed_in(given_account(given_office(), "maya.lund@alderstreet.example"))
    ana, site = given_staff(), given_site().pk
    url = f"/office/staff/{ana.pk}"
    sent = {"weekdays": ["0", "2"], "begins": "08:00", "ends": "12:00", "site": str(site), "from_on": str(today())}
    away = {"from_on": str(coming(0)), "why": "time-off", "site": str(site)}
    assert client.post(f"{url}/shifts", sent).status_code == 303
    assert client.post(f"{url}/absences", away).status_code == 303
    text = client.get(url).content.decode()
    for said in ("Mon, Wed", human.planned(coming(0)), "Time off", "There after all"):
        assert said in text
    answer = client.post(f"{url}/shifts", {**sent, "begins": "13:00"})
    assert answer.status_code == 422 and "begins before it ends" in answer.content.decode()
    answer = client.post(f"{url}/absences", {**away, "to_on": "2000-01-01"})
    assert answer.status_code == 422 and "Reversed" in answer.content.decode()
    held = [str(one.pk) for one in queries.shifts(ana.pk, today())]
    late, sooner = ({"shifts": held, "to_on": str(today() + timedelta(days=days))} for days in (60, 30))
    for end in (late, sooner):  # an end that lies ahead can be brought forward
        assert client.post(f"{url}/shifts/end", end).status_code == 303
        assert f"s-{held[0]}" in client.get(url).content.decode()
    never = {"shifts": held, "to_on": str(today() - timedelta(days=1))}
    assert client.post(f"{url}/shifts/end", never).status_code == 303
    [gone] = queries.absences(ana.pk)
    assert client.post(f"/office/absence/{gone.pk}/withdraw").status_code == 303
    text = client.get(url).content.decode()
    assert "No shifts are kept" in text and "Nothing is recorded." in text
