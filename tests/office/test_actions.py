"""Office: done, refused, impossible, the same key twice; and what the database itself refuses."""

import threading
from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, connections

from medassist.domain.office import actions, inputs, queries
from medassist.domain.office.models import Hours, Organization, Position, Presence, Room, Site, Staff
from medassist.kernel import clock
from medassist.kernel.errors import Conflict, Invalid, Missing, Refused
from medassist.kernel.identifiers import uuid7
from medassist.kernel.models import ActorRow, AuditEntry, Event
from medassist.kernel.testing import context
from tests.office.given import as_staff, given_office, given_provider, given_room, given_site, given_staff

pytestmark = pytest.mark.django_db


def test_setting_up_makes_the_practice_its_site_hours_and_first_manager(yes):
    person = given_office(credentials_text="MHA")
    assert (person.name, person.roles, person.credentials_text) == ("Maya Lund", ["manager"], "MHA")
    assert ActorRow.objects.get(pk=person.actor_id).kind == "person"
    site = queries.sites()[0]
    assert (site.state, site.organization.name) == ("US-CA", "Alder Street Family Practice")
    assert Hours.objects.filter(site=site).count() == 7
    assert Position.objects.get().role == "manager"
    assert Event.objects.get().name == "office.set_up"


def test_setting_up_twice_is_a_conflict(yes):
    given_office()
    with pytest.raises(Conflict):
        given_office(site="Another")


def test_setting_up_is_refused_by_an_authority_that_says_no(no):
    with pytest.raises(Refused):
        given_office()
    assert AuditEntry.objects.get().outcome == "refused" and not Organization.objects.exists()


def test_setting_up_tells_the_authority_whether_anybody_works_here(settings):
    settings.MEDASSIST_AUTHORITY = "tests.office.test_actions.only_while_empty"
    given_office()
    with pytest.raises(Refused):
        given_office(site="Another")


def only_while_empty(ctx, act, subject):
    from medassist.kernel.testing import NO, YES

    return NO if act.facts["any_staff"] else YES


def test_setting_up_needs_a_zone_and_a_state_that_exist(yes):
    with pytest.raises(Invalid) as why:
        given_office(timezone="America/Sacramento", state="CA")
    assert set(why.value.faults) == {"timezone", "state"}


def test_the_same_key_twice_sets_up_once(yes):
    ctx = context(key="k")
    given = inputs.SetUp.of(
        organization="A", site="B", timezone="America/New_York", state="US-NY", given="Eve", family="Ode"
    )
    assert actions.set_up(ctx, given) == actions.set_up(ctx, given)
    assert Staff.objects.count() == 1


def test_two_sites_or_rooms_of_one_name_are_a_conflict(yes):
    site = given_site()
    with pytest.raises(Conflict, match="Another site"):
        actions.add_site(context(), inputs.AddSite.of(name=site.name, timezone="America/Denver", state="US-CO"))


def test_two_rooms_of_one_name_are_a_conflict(yes):
    given_room("1")
    with pytest.raises(Conflict, match="Another room"):
        given_room("1")


def test_a_room_can_be_renamed_and_taken_out_of_use(yes):
    room = given_room("1")
    actions.change_room(context(), inputs.ChangeRoom.of(room=room.pk, name="1A", active=False))
    assert Room.objects.get().name == "1A" and queries.rooms(room.site_id) == []


def test_each_person_and_room_has_its_own_number(yes):
    numbers = [given_room(str(n)).resource for n in range(5)] + [given_staff().resource]
    assert len(set(numbers)) == 6 and all(0 <= n < 2**62 for n in numbers)


def test_adding_a_person_gives_positions_and_an_identity(yes):
    person = given_staff(credentials_text="CMA (AAMA)")
    assert person.roles == ["medical-assistant"]
    assert queries.staff_by_actor(person.actor_id) == person
    assert queries.staff_by_actor(uuid7()) is None


def test_a_person_needs_a_role_a_site_and_a_true_npi(yes):
    with pytest.raises(Invalid) as why:
        inputs.AddStaff.of(given="A", family="B", roles=["wizard"], sites=[], npi="1234567890")
    assert {name.split(".")[0] for name in why.value.faults} == {"roles", "sites", "npi"}


def test_a_person_at_a_site_that_is_not_there_is_missing(yes):
    given_site()
    with pytest.raises(Missing):
        given_staff(sites=[uuid7()])


def test_one_npi_belongs_to_one_person(yes):
    given_provider(npi="1234567893")
    with pytest.raises(Conflict, match="NPI"):
        given_provider("Osei", npi="1234567893")


def test_adding_staff_is_refused_without_a_yes(yes, settings):
    site = given_site()
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    with pytest.raises(Refused):
        given_staff(sites=[site.pk])
    assert Staff.objects.count() == 1


def test_a_name_that_changes_is_the_trails_name_too(yes):
    person = given_staff()
    actions.change_staff(context(), inputs.ChangeStaff.of(staff=person.pk, family="Reyes-Ito"))
    assert ActorRow.objects.get(pk=person.actor_id).name == "Ana Reyes-Ito"


def test_positions_are_given_changed_and_ended(yes):
    person, today = given_staff(), clock.today("America/Los_Angeles")
    first = queries.positions(person.pk)[0]
    with pytest.raises(Conflict):
        actions.give_position(
            context(), inputs.GivePosition.of(staff=person.pk, site=first.site_id, role="medical-assistant")
        )
    later = actions.change_position(
        context(), inputs.ChangePosition.of(position=first.pk, role="biller", from_on=today + timedelta(days=1))
    )
    assert Position.objects.get(pk=first.pk).to_on == today and later.role == "biller"
    actions.end_position(context(), inputs.EndPosition.of(position=later.pk, to_on=today + timedelta(days=9)))
    with pytest.raises(Conflict):
        actions.end_position(context(), inputs.EndPosition.of(position=later.pk, to_on=today + timedelta(days=20)))


def test_a_position_does_not_end_before_it_begins(yes):
    person = given_staff()
    held = queries.positions(person.pk)[0]
    with pytest.raises(Invalid):
        actions.end_position(context(), inputs.EndPosition.of(position=held.pk, to_on=date(2001, 1, 1)))


def test_who_leaves_can_no_longer_act_and_is_no_longer_present(yes):
    person, today = given_staff(), clock.today("America/Los_Angeles")
    actions.check_in(context(), inputs.CheckIn.of(staff=person.pk, site=given_site().pk))
    actions.leave(context(), inputs.LeaveOffice.of(staff=person.pk, to_on=today))
    assert not ActorRow.objects.get(pk=person.actor_id).active and queries.presence(person.pk) is None
    with pytest.raises(Conflict):
        actions.leave(context(), inputs.LeaveOffice.of(staff=person.pk, to_on=today))
    assert person.pk not in [one["id"] for one in queries.team(given_site().pk)]


def test_checking_in_twice_is_a_conflict_and_at_another_site_a_move(yes):
    person, site = given_staff(), given_site()
    other = actions.add_site(context(), inputs.AddSite.of(name="Elm", timezone="America/Los_Angeles", state="US-CA"))
    actions.check_in(context(), inputs.CheckIn.of(staff=person.pk, site=site.pk))
    with pytest.raises(Conflict, match="already"):
        actions.check_in(context(), inputs.CheckIn.of(staff=person.pk, site=site.pk))
    with pytest.raises(Invalid, match="no position"):
        actions.check_in(context(), inputs.CheckIn.of(staff=person.pk, site=other.pk))
    actions.give_position(context(), inputs.GivePosition.of(staff=person.pk, site=other.pk, role="nurse"))
    actions.check_in(context(), inputs.CheckIn.of(staff=person.pk, site=other.pk))
    assert queries.presence(person.pk).site_id == other.pk and Presence.objects.filter(out_at=None).count() == 1
    actions.check_out(context(), inputs.CheckOut.of(staff=person.pk))
    with pytest.raises(Conflict, match="not checked in"):
        actions.check_out(context(), inputs.CheckOut.of(staff=person.pk))


def test_checking_in_tells_the_authority_whether_it_is_oneself(settings, yes):
    person, site = given_staff(), given_site()
    settings.MEDASSIST_AUTHORITY = "tests.office.test_actions.only_oneself"
    with pytest.raises(Refused):
        actions.check_in(context(), inputs.CheckIn.of(staff=person.pk, site=site.pk))
    assert actions.check_in(as_staff(person), inputs.CheckIn.of(staff=person.pk, site=site.pk)).staff_id == person.pk


def only_oneself(ctx, act, subject):
    from medassist.kernel.testing import NO, YES

    return YES if act.facts["own"] else NO


def test_settings_lie_over_those_of_the_profile(yes):
    site = given_site()
    actions.change_settings(
        context(), inputs.ChangeSettings.of(site=site.pk, waiting={"arrived": {"amber": 5, "red": 9}}, clock="24")
    )
    found = queries.settings(site.pk)
    assert found["waiting"]["arrived"] == {"amber": 5, "red": 9} and found["clock"] == "24"
    assert found["waiting"]["ready"] == {"amber": 15, "red": 30} and found["profile_name"] == "Family medicine"


@pytest.mark.parametrize(
    "waiting", [{"arrived": {"amber": 9, "red": 5}}, {"lunch": {"amber": 1, "red": 2}}, {"ready": {"amber": 1}}]
)
def test_thresholds_that_cannot_be_are_refused_as_impossible(waiting):
    with pytest.raises(Invalid):
        inputs.ChangeSettings.of(site=uuid7(), waiting=waiting)


def test_hours_and_closures_decide_when_a_site_is_open(yes):
    site = given_site()
    thanksgiving, friday = date(2026, 11, 26), date(2026, 12, 4)
    week = queries.open_days(site, date(2026, 11, 22), date(2026, 12, 5))
    assert week[date(2026, 11, 22)]["why"] == "Closed on Sundays" and week[date(2026, 11, 23)]["opens"] == time(8)
    assert week[thanksgiving]["why"] == "Thanksgiving Day" and week[thanksgiving]["opens"] is None
    shut = actions.close_days(
        context(), inputs.CloseDays.of(site=site.pk, from_on=friday, to_on=friday, reason="Staff meeting")
    )
    actions.close_days(
        context(),
        inputs.CloseDays.of(site=site.pk, from_on=thanksgiving, to_on=thanksgiving, reason="On call", open=True),
    )
    actions.set_hours(
        context(),
        inputs.SetHours.of(site=site.pk, weekday=3, opens=time(9), closes=time(12), from_on=date(2026, 11, 20)),
    )
    assert queries.open_on(site, friday)["why"] == "Staff meeting"
    assert queries.open_on(site, thanksgiving)["closes"] == time(12)
    assert queries.open_on(site, date(2026, 11, 19))["closes"] == time(17)
    actions.withdraw_closure(context(), inputs.WithdrawClosure.of(closure=shut.pk))
    assert queries.open_on(site, friday)["opens"] == time(8)
    with pytest.raises(Conflict):
        actions.withdraw_closure(context(), inputs.WithdrawClosure.of(closure=shut.pk))


def test_hours_set_twice_for_one_date_keep_the_last(yes):
    site = given_site()
    for hour in (9, 10):
        actions.set_hours(
            context(),
            inputs.SetHours.of(site=site.pk, weekday=0, opens=time(hour), closes=time(12), from_on=date(2026, 1, 5)),
        )
    assert queries.open_on(site, date(2026, 1, 12))["opens"] == time(10)


@pytest.mark.parametrize(("opens", "closes"), [(time(9), None), (time(9), time(9)), (time(12), time(9))])
def test_hours_that_cannot_be_are_impossible(opens, closes):
    with pytest.raises(Invalid):
        inputs.SetHours.of(site=uuid7(), weekday=1, opens=opens, closes=closes, from_on=date(2026, 1, 1))


def test_the_standing_of_a_person_is_one_query(yes, django_assert_num_queries):
    ana, hale, osei = given_staff(), given_provider(), given_provider("Osei", "nurse-practitioner")
    site = given_site()
    for one in (ana, hale):
        actions.check_in(context(), inputs.CheckIn.of(staff=one.pk, site=site.pk))
    with django_assert_num_queries(1):
        found = queries.standing(ana.actor_id, site.pk, clock.now())
    assert found["roles"] == ["medical-assistant"] and found["state"] == "US-CA" and found["present"]
    assert found["providers_present"] == [{"kind": "MD", "staff": hale.pk, "name": "Nora Hale"}]
    assert queries.providers_present(site.pk) == found["providers_present"]
    assert queries.standing(osei.actor_id, site.pk, clock.now())["present"] is False
    assert queries.standing(uuid7(), site.pk, clock.now()) is None
    assert queries.standing(ana.actor_id, None, clock.now())["roles"] == []


def test_a_manager_without_a_providers_role_does_not_supervise(yes):
    manager = given_office()
    actions.check_in(context(), inputs.CheckIn.of(staff=manager.pk, site=given_site().pk))
    assert queries.providers_present(given_site().pk) == []


def test_the_database_itself_keeps_a_person_in_one_place(yes):
    from medassist.kernel import guard

    person, site = given_staff(), given_site()
    with pytest.raises(IntegrityError, match="in_one_place_at_a_time"), guard.open_house("test"):
        for _ in range(2):
            Presence.objects.create(staff=person, site=site)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_set_up_at_once_one_wins(yes):
    outcomes: list[str] = []

    def try_it() -> None:
        try:
            given_office()
            outcomes.append("done")
        except Conflict:
            outcomes.append("conflict")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=try_it) for _ in range(4)]
    [t.start() for t in threads], [t.join() for t in threads]
    assert sorted(outcomes) == ["conflict"] * 3 + ["done"] and Site.objects.count() == Staff.objects.count() == 1
