"""Accounts, as the manager opens, closes and resets them: done, refused, impossible, the same key twice."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from medassist.interfaces.web import actions, inputs
from medassist.interfaces.web.access import factors, pin, settled, tickets
from medassist.interfaces.web.models import Account, Rules, Sitting, Ticket, Workstation
from medassist.kernel import clock
from medassist.kernel.errors import Conflict, Invalid, Missing, Refused
from medassist.kernel.identifiers import uuid7
from medassist.kernel.models import AuditEntry, Event
from medassist.kernel.testing import context
from tests.access.given import PASSWORD, browser, given_account, sign_in, signed_in
from tests.access.test_second import add_app
from tests.office.given import as_staff, given_site, given_staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("yes")]


@pytest.fixture
def manager():
    """A manager who is signed in."""
    return given_account(given_staff("Maya", "Berg", "manager"), "maya.berg")


def of(account):
    """What most actions are given."""
    return {"account": account.pk}


def test_opening_makes_an_account_without_a_password_and_tells_of_it():
    ana = given_staff()
    account = actions.open_account(context(), inputs.OpenAccount.of(staff=ana.pk, username=" Ana.Reyes@Alder.example "))
    assert account.username == "ana.reyes@alder.example" and not account.has_usable_password()
    entry = AuditEntry.objects.get(action="accounts.open")
    assert (entry.act, entry.subject) == ("house.manage_accounts", f"staff/{ana.pk}")
    assert Event.objects.filter(name="accounts.opened").count() == 1


def test_one_person_one_account_one_name():
    ana, ben = given_staff(), given_staff("Ben", "Ito")
    actions.open_account(context(), inputs.OpenAccount.of(staff=ana.pk, username="ana"))
    with pytest.raises(Conflict):
        actions.open_account(context(), inputs.OpenAccount.of(staff=ana.pk, username="ana2"))
    with pytest.raises(Invalid) as why:
        actions.open_account(context(), inputs.OpenAccount.of(staff=ben.pk, username="ANA"))
    assert "username" in why.value.faults
    with pytest.raises(Missing):
        actions.open_account(context(), inputs.OpenAccount.of(staff=uuid7(), username="nobody"))


@pytest.mark.parametrize("name", ["", "ab", "with space", "x" * 151, "tab\tname", "nul\0l"])
def test_a_sign_in_name_is_one(name):
    with pytest.raises(Invalid):
        inputs.OpenAccount.of(staff=uuid7(), username=name)


def test_the_same_key_opens_one_account():
    given = inputs.OpenAccount.of(staff=given_staff().pk, username="ana")
    first, second = (actions.open_account(context(key="form-1"), given) for _ in range(2))
    assert first.pk == second.pk and Account.objects.count() == 1


def test_closing_ends_the_stays_and_the_links(manager):
    account = given_account()
    client = signed_in(account)
    token = tickets.issue(account, "reset")
    actions.close_account(as_staff_of(manager), inputs.CloseAccount.of(**of(account)))
    assert client.get("/me").status_code == 302
    assert sign_in(browser(), account.username).status_code == 422
    assert browser().get(f"/signin/link/{token}").status_code == 410
    with pytest.raises(Conflict):
        actions.renew_link(as_staff_of(manager), inputs.RenewLink.of(**of(account)))


def as_staff_of(account):
    """The context of an account's person."""
    from medassist.interfaces.web.access.told import actor

    return context(actor=actor(account))


def test_nobody_closes_the_account_in_use(manager):
    with pytest.raises(Conflict):
        actions.close_account(as_staff_of(manager), inputs.CloseAccount.of(**of(manager)))


def test_an_account_opened_again_has_no_password():
    account = given_account()
    actions.close_account(context(), inputs.CloseAccount.of(**of(account)))
    actions.reopen_account(context(), inputs.ReopenAccount.of(**of(account)))
    assert sign_in(browser(), account.username).status_code == 422
    token = tickets.issue(account, "invite")
    assert browser().post(f"/signin/link/{token}", {"password": PASSWORD, "again": PASSWORD}).status_code == 303


def test_resetting_takes_factors_and_pin_and_ends_the_stays():
    account = given_account()
    client = signed_in(account)
    add_app(account)
    pin.put(account, "274915")
    actions.reset_second(context(), inputs.ResetSecond.of(**of(account)))
    account.refresh_from_db()
    assert not factors.of(account).any and not account.pin and client.get("/me").status_code == 302
    assert sign_in(browser(), account.username)["Location"] == "/"


def test_rules_are_kept_and_bounded():
    actions.set_rules(context(), inputs.SetRules.of(lock_minutes=3, sign_in_hours=8, factor_required=True))
    settled.forget()
    assert (Rules.objects.get().lock_minutes, settled.rules().sign_in_hours) == (3, 8)
    for wrong in ({"lock_minutes": 0}, {"lock_minutes": 61}, {"sign_in_hours": 25}):
        with pytest.raises(Invalid):
            inputs.SetRules.of(**{"lock_minutes": 5, "sign_in_hours": 12, **wrong})
    actions.set_rules(context(), inputs.SetRules.of(lock_minutes=5, sign_in_hours=12))
    settled.forget()


@pytest.mark.parametrize(
    ("act", "make"),
    [
        (actions.open_account, lambda a, s: inputs.OpenAccount.of(staff=s.pk, username="other")),
        (actions.close_account, lambda a, s: inputs.CloseAccount.of(account=a.pk)),
        (actions.reopen_account, lambda a, s: inputs.ReopenAccount.of(account=a.pk)),
        (actions.renew_link, lambda a, s: inputs.RenewLink.of(account=a.pk)),
        (actions.reset_second, lambda a, s: inputs.ResetSecond.of(account=a.pk)),
        (actions.set_rules, lambda a, s: inputs.SetRules.of(lock_minutes=60, sign_in_hours=24)),
        (actions.enrol_workstation, lambda a, s: inputs.EnrolWorkstation.of(name="x", site=uuid7(), digest="0" * 64)),
        (actions.end_workstation, lambda a, s: inputs.EndWorkstation.of(workstation=uuid7())),
    ],
)
def test_without_the_authority_s_yes_nothing_changes(settings, act, make):
    account, staff = given_account(), given_staff("Ben", "Ito")
    before = list(Account.objects.values_list())
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    with pytest.raises(Refused):
        act(as_staff(staff), make(account, staff))
    assert list(Account.objects.values_list()) == before and not Rules.objects.exists()
    assert AuditEntry.objects.filter(action=act.info.name, outcome="refused").count() == 1


def test_what_is_not_there_is_missing():
    for act, given in (
        (actions.close_account, inputs.CloseAccount.of(account=uuid7())),
        (actions.end_workstation, inputs.EndWorkstation.of(workstation=uuid7())),
        (actions.enrol_workstation, inputs.EnrolWorkstation.of(name="x", site=uuid7(), digest="0" * 64)),
    ):
        with pytest.raises((Missing, Conflict)):
            act(context(), given)


# --- the page


def test_the_page_lists_everybody_in_few_queries(manager, django_assert_max_num_queries):
    for n in range(6):
        given_account(given_staff("Person", f"Number{n}"), f"person{n}")
    client = signed_in(manager)
    with django_assert_max_num_queries(16):
        page = client.get("/accounts").content.decode()
    assert "Person Number5" in page and "person5" in page and "7 of the open accounts sign in by password alone" in page


def test_the_link_is_shown_once_and_kept_nowhere(manager):
    ana = given_staff()
    client = signed_in(manager)
    page = client.post(f"/accounts/open/{ana.pk}", {"username": "ana.reyes"}).content.decode()
    token = re.search(r"/signin/link/([\w-]{43})", page)[1]
    assert token not in client.get("/accounts").content.decode()
    assert token not in "".join(map(str, [*AuditEntry.objects.values_list(), *Ticket.objects.values_list()]))
    assert browser().post(f"/signin/link/{token}", {"password": PASSWORD, "again": PASSWORD}).status_code == 303


def test_faults_stand_beside_the_person(manager):
    ana = given_staff()
    answer = signed_in(manager).post(f"/accounts/open/{ana.pk}", {"username": "a b"})
    assert answer.status_code == 422 and "has no spaces" in answer.content.decode()


def test_the_manager_s_buttons_work(manager):
    account = given_account()
    client = signed_in(manager)
    signed_in(account)
    assert client.post(f"/accounts/{account.pk}/second").status_code == 303
    assert "/signin/link/" in client.post(f"/accounts/{account.pk}/link").content.decode()
    assert client.post(f"/accounts/{account.pk}/close").status_code == 303
    assert "/signin/link/" in client.post(f"/accounts/{account.pk}/reopen").content.decode()
    rules = {"lock_minutes": "7", "sign_in_hours": "10", "factor_required": "true"}
    assert client.post("/accounts/rules", rules).status_code == 303
    assert Rules.objects.get().factor_required
    assert client.post("/accounts/rules", {**rules, "lock_minutes": "700"}).status_code == 422
    Rules.objects.all().delete()
    settled.forget()
    client.post("/accounts/workstations", {"name": "Nurses' station", "site": str(given_site().pk)})
    assert Workstation.objects.get().made_by == manager
    assert Sitting.objects.filter(account=account, ended_at=None).count() == 0


def test_what_is_over_is_cleared_away_and_what_is_not_stays():
    account = given_account()
    client = signed_in(account)
    tickets.issue(account, "invite")
    before = (Sitting.objects.count(), Ticket.objects.count(), Session.objects.count())
    assert actions.tidy(context(), inputs.Tidy()) == 0
    assert (Sitting.objects.count(), Ticket.objects.count(), Session.objects.count()) == before
    later = context(at=clock.now() + timedelta(days=200))
    assert actions.tidy(later, inputs.Tidy()) == 3
    assert client.get("/me").status_code == 302


def test_the_clock_tidies():
    from medassist.interfaces.jobs import schedule

    assert "medassist.interfaces.web.actions.tidy" in [line.name for line in schedule.lines()]
