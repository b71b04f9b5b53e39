"""Who works when, where the coming days are looked at: rulings by shifts and absences, and the page of the week."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from medassist.domain.office import actions as office
from medassist.domain.office import inputs as of_office
from medassist.domain.office import queries as offices
from medassist.interfaces.web.ahead import coverage, world
from medassist.interfaces.web.models import Account
from medassist.kernel import clock
from medassist.ui import human
from tests.access.given import signed_in
from tests.access.walk import given_house
from tests.web.test_ahead import (
    ANA,
    BEN,
    HALE,
    MONDAY,
    OPENS,
    OSEI,
    RUTH,
    SHOT,
    book,
    codes,
    given_world,
    holding,
    needed,
)


def hours(begin, end, days=0):
    return (OPENS + timedelta(days=days, hours=begin), OPENS + timedelta(days=days, hours=end))


def test_an_assistant_off_shift_covers_nothing_and_the_gap_says_that_a_shift_would_close_it():
    there = given_world(shifts={ANA: {MONDAY: [hours(4, 8)]}})
    rulings = world.Rulings(there)
    morning, afternoon = needed(hour=1), needed(hour=5)
    assert rulings.of(afternoon).may == ("Ana Reyes",)
    answer = rulings.of(morning)
    assert answer.may == () and answer.person.name == "Ben Ito" and answer.covered == "licensed"
    [gap] = coverage.gaps([(morning, answer), (afternoon, rulings.of(afternoon))], rulings)
    assert gap.ways[0].text == "At work then: Ana Reyes, who may do it." and gap.ways[0].url == f"/week?on={MONDAY}"


def test_a_shift_holds_from_its_first_minute_to_its_last():
    rulings = world.Rulings(given_world(shifts={ANA: {MONDAY: [hours(1, 2)]}, BEN: {MONDAY: []}}))
    assert [rulings.of(needed(hour=hour)).decision for hour in (0, 1, 2)] == ["nobody", "allow", "nobody"]


def test_days_for_which_no_shifts_are_kept_count_by_the_position():
    rulings = world.Rulings(given_world(shifts={ANA: {MONDAY: []}}))
    assert rulings.of(needed()).may == () and rulings.of(needed(days=1)).may == ("Ana Reyes",)


def test_a_recorded_absence_counts_for_its_hours_alone():
    rulings = world.Rulings(given_world(gone={ANA: [hours(0, 2)]}))
    assert rulings.of(needed(hour=1)).may == () and rulings.of(needed(hour=2)).may == ("Ana Reyes",)
    assert rulings.elsewhen(needed(hour=1)) == []


def test_a_provider_on_shift_is_in_the_building_without_offered_times_and_one_away_is_not():
    shifts = {HALE: {MONDAY: [hours(0, 3)]}}
    there = given_world(offered={}, shifts=shifts)
    assert there.providers(hours(1, 1)[0]) == {HALE} and there.providers(hours(4, 4)[0]) == frozenset()
    away = given_world(offered={}, shifts=shifts, gone={HALE: [hours(0, 2)]})
    assert away.providers(hours(1, 1)[0]) == frozenset() and away.providers(hours(2, 2)[0]) == {HALE}
    assert world.Rulings(given_world(gone={HALE: [hours(0, 2)], OSEI: [hours(0, 2)]})).of(needed(hour=1)).may == ()


def test_a_nurse_off_shift_does_not_stand_in():
    shifts = {ANA: {MONDAY: []}, BEN: {MONDAY: []}}
    answer = world.Rulings(given_world(shifts=shifts)).of(needed())
    assert "Ruth Calder" in answer.licensed
    answer = world.Rulings(given_world(shifts={**shifts, RUTH: {MONDAY: [hours(5, 6)]}})).of(needed())
    assert answer.covered == "licensed" and "Ruth Calder" not in answer.licensed


def test_a_whole_day_away_is_a_day_away_and_part_of_one_is_not():
    midnight = datetime.combine(MONDAY, time(), OPENS.tzinfo)
    whole, part = (midnight, midnight + timedelta(days=1)), hours(0, 9)
    assert given_world(gone={ANA: [whole]}).absent(ANA, MONDAY) and not given_world(gone={ANA: [part]}).absent(
        ANA, MONDAY
    )
    names = [one.name for one in given_world(gone={ANA: [whole]}).roles_of(MONDAY, unlicensed=True)]
    assert names == ["Ben Ito"]


def test_worlds_with_other_shifts_do_not_share_answers():
    before = given_world()
    after = given_world(shifts={ANA: {MONDAY: []}})
    [turned] = world.compare(before, after, [needed()])
    assert turned.before.may == ("Ana Reyes",) and turned.after.may == ()


def test_a_provider_whose_licence_has_ended_supervises_nobody_and_leaves_the_visits():
    held = {who: holding(letters) for who, letters in ((HALE, "MD"), (OSEI, "NP"), (RUTH, "RN"))}
    held |= {ANA: holding(skills=[SHOT])}
    without = {**held, HALE: holding(), OSEI: holding()}
    before, after = given_world(standing=[(MONDAY, held)]), given_world(standing=[(MONDAY, without)])
    one = needed()
    assert world.Rulings(before).of(one).may == ("Ana Reyes",)
    answer = world.Rulings(after).of(one)
    assert answer.may == () and {"delegator", "supervision"} <= codes(answer)
    assert world.left(before, after, [one, needed(provider=None)]) == [one] and world.left(before, before, [one]) == []


def test_who_is_away_leaves_the_visits_of_those_days_alone():
    there = given_world()
    away = world.without(there, HALE, (MONDAY, MONDAY))
    visits = [needed(), needed(provider=OSEI), needed(days=1)]
    assert world.left(there, away, visits) == visits[:1]


# --- the page


@pytest.fixture
def house(transactional_db):
    """The demo's practice."""
    return given_house("Waller").practice


def coming_monday(house) -> date:
    day = clock.today(house.site.timezone) + timedelta(days=1)
    return day + timedelta(days=-day.weekday() % 7)


def browse(house, url, who="whitaker", **more):
    answer = signed_in(Account.objects.get(username=who)).get(url, **more)
    assert answer.status_code == 200, answer.content.decode()[:500]
    return answer.content.decode()


def test_the_week_shows_shifts_offered_times_and_who_is_away(house):
    boss, monday, ana = house.acting("whitaker"), coming_monday(house), house.people["reyes"].pk
    held = offices.shifts(ana, monday)
    never = held[0].from_on - timedelta(days=1)
    office.end_shifts(boss, of_office.EndShifts.of(staff=ana, shifts=[one.pk for one in held], to_on=never))
    at = {"site": house.site.pk, "from_on": monday}
    asked = of_office.SetShifts.of(staff=ana, weekdays=[0], begins=time(8), ends=time(12), **at)
    office.set_shifts(boss, asked)
    office.record_absence(boss, of_office.RecordAbsence.of(staff=house.people["hale"].pk, why="training", **at))
    text = browse(house, f"/week?on={monday}")
    assert "8:00–12:00 pm" in text and "Training" in text and f"/office/staff/{ana}" in text
    sheet = browse(house, f"/week?on={monday + timedelta(days=3)}", headers={"accept": "text/csv"}).splitlines()
    named = {line.split(",")[0]: line.split(",") for line in sheet}
    head = named["Name"]
    assert head[2] == human.planned(monday) and named["Ana Reyes"][2:4] == ["8:00–12:00 pm", ""]
    assert named["Miriam Hale"][2:4] == ["Training", "8:00–5:00 pm"]
    plain = browse(house, f"/week?on={monday}", who="reyes")
    assert "Ana Reyes" in plain and f"/office/staff/{ana}" not in plain


def test_the_week_takes_odd_addresses_for_this_week(house):
    today = clock.today(house.site.timezone)
    monday = human.planned(today - timedelta(days=today.weekday()))
    for asked in ("", "?on=tomorrow", "?on=2026-02-30", "?on=0001-01-01", "?on=9999-12-31"):
        assert monday in browse(house, f"/week{asked}")
        assert browse(house, f"/scheduling/{asked}", who="silva") and browse(house, f"/what-if{asked}")


def test_what_was_looked_at_is_recorded_by_who_manages_and_by_nobody_else(house):
    monday, hale = coming_monday(house), house.people["hale"].pk
    asked = f"/impact?change=away&person={hale}&from_on={monday}"
    house.day = monday
    while offices.open_on(house.site, house.day)["opens"] is None:
        house.day += timedelta(days=1)
    asked += f"&to_on={house.day}"
    assert "Nothing that is booked would change." in browse(house, asked)
    book(house)
    shown = browse(house, asked)
    assert "Record the absence" in shown and "1 booked visit needs another provider." in shown
    assert "Nothing that is booked would change." not in shown
    assert "Another provider" in browse(house, asked, headers={"accept": "text/csv"})
    assert "Record the absence" not in browse(house, asked, who="calder")
    boss, nurse = (signed_in(Account.objects.get(username=who)) for who in ("whitaker", "calder"))
    sent = {
        "site": str(house.site.pk),
        "from_on": str(monday),
        "to_on": str(monday + timedelta(days=4)),
        "why": "time-off",
    }
    assert nurse.post(f"/office/staff/{hale}/absences", sent).status_code == 403
    assert offices.absences(hale) == []
    assert boss.post(f"/office/staff/{hale}/absences", sent).status_code == 303
    [gone] = offices.absences(hale)
    assert gone.start_at.astimezone(ZoneInfo(house.site.timezone)).date() == monday
    assert f"is away {human.planned(monday)}" in browse(house, f"/scheduling/?on={monday}", who="silva")
    left = browse(house, f"/what-if?on={monday}")
    assert str(hale) not in left


@pytest.mark.parametrize("who", ["reyes", "varga", "silva"])
def test_everybody_checks_in_and_out_by_the_page_of_who_is_here(house, who):
    browser, staff = signed_in(Account.objects.get(username=who)), house.people[who].pk
    assert browser.post("/office/here/out").status_code == 303 and offices.presence(staff) is None
    text = browser.get("/office/here").content.decode()
    assert "Check in" in text and "Sign out" in text
    assert browser.post("/office/here/in").status_code == 303 and offices.presence(staff).site_id == house.site.pk
    assert browser.post("/office/here/in").status_code == 409


def test_what_if_says_when_a_day_cannot_be_and_when_the_office_is_closed(house):
    assert "is no day from today to a year ahead" in browse(house, "/what-if?on=2020-01-01")
    day = clock.today(house.site.timezone) + timedelta(days=1)
    while offices.open_on(house.site, day)["opens"] is not None:
        day += timedelta(days=1)
    text = browse(house, f"/what-if?on={day}")
    assert "The office is closed that day" in text and "is no day" not in text


def test_an_assistant_reads_the_policies_and_the_own_sheet_and_nobody_elses(house):
    text = browse(house, "/delegation/", who="reyes")
    assert "The practice&#x27;s policy" in text or "The practice's policy" in text
    assert "Demo policy: our medical assistants do this" in text
    ana = signed_in(Account.objects.get(username="reyes"))
    own, other = (f"/delegation/sheet/{house.people[who].pk}.pdf" for who in ("reyes", "nair"))
    assert ana.get(own)["Content-Type"] == "application/pdf" and ana.get(other).status_code == 403


@pytest.mark.parametrize(("typed", "found"), [("pol", "Policies"), ("force", "Rules in force"), ("cov", "Coverage")])
def test_a_page_of_the_menu_is_found_by_any_word_of_its_name(house, typed, found):
    answer = signed_in(Account.objects.get(username="whitaker")).post("/find", {"q": typed}, HTTP_HX_REQUEST="true")
    assert found in answer.content.decode()


def test_a_time_that_cannot_be_is_said_beside_the_form_by_which_one_can_be_reached(house):
    doctor = signed_in(Account.objects.get(username="hale"))
    answer = doctor.post("/delegation/reach", {"how": "phone", "until": "late"})
    assert answer.status_code == 422 and "re-wrong" in answer.content.decode()
    assert "What may I do here?" in answer.content.decode()
