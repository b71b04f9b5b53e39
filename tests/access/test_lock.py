"""The lock: by key, by idleness, back by PIN; guesses that end; colleagues at a shared workstation."""

import json
from datetime import timedelta

import pytest

from medassist.interfaces.web import actions, inputs
from medassist.interfaces.web.access import pin, settled, workstations
from medassist.interfaces.web.models import Account, Sitting, Workstation
from medassist.kernel import clock
from medassist.kernel.testing import context
from tests.access.given import PASSWORD, browser, given_account, outcomes, signed_in
from tests.office.given import as_staff, given_site, given_staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("yes")]
PIN = "274915"


def with_pin(account):
    """The account, with a PIN."""
    pin.put(account, PIN)
    return account


@pytest.mark.parametrize(
    "weak",
    [
        "12345",
        "1234567",
        "123456",
        "654321",
        "000000",
        "111222",
        "121212",
        "123123",
        "abcdef",
        "１２３４５６",
        "79024x",
    ],
)
def test_easy_pins_are_not_taken(weak):
    assert pin.fault(weak)


@pytest.mark.parametrize("good", ["274915", "907163", "448201"])
def test_others_are(good):
    assert not pin.fault(good)


def test_the_lock_closes_every_page_and_keeps_where_one_was():
    client = signed_in(with_pin(given_account()))
    answer = client.post("/lock", headers={"Referer": "http://testserver/accounts"})
    assert answer["Location"] == "/lock"
    for url in ("/accounts", "/audit/", "/me"):
        assert client.get(url)["Location"] == "/lock", url
    back = client.post("/lock/open", {"pin": PIN})
    assert back["Location"] == "/me", "the last page that was asked for"
    assert client.get("/me").status_code == 200
    assert outcomes()[-2:] == ["locked", "unlocked"]


def test_a_part_of_a_page_is_led_to_the_lock_as_a_whole():
    client = signed_in(given_account())
    client.post("/lock")
    answer = client.get("/accounts", headers={"HX-Request": "true"})
    assert answer.status_code == 200 and answer["HX-Redirect"] == "/lock" and not answer.content


def test_the_lock_page_names_the_person_and_no_patient():
    client = signed_in(with_pin(given_account()))
    client.post("/lock", headers={"Referer": "http://testserver/people/0192b1c0-0000-7000-8000-000000000001"})
    page = client.get("/lock").content.decode()
    assert "Locked, Ana Reyes" in page and "0192b1c0" not in page and "PIN, 6 digits" in page


def test_nobody_there_for_five_minutes_locks_by_the_server_s_own_clock():
    client = signed_in(given_account())
    Sitting.objects.update(seen_at=clock.now() - timedelta(minutes=4, seconds=50))
    assert client.get("/me").status_code == 200
    Sitting.objects.update(seen_at=clock.now() - timedelta(minutes=5, seconds=1))
    assert client.get("/me")["Location"] == "/lock"
    assert outcomes()[-1] == "locked"


def test_what_the_page_asks_by_itself_keeps_nobody_awake_but_typing_does():
    client = signed_in(given_account())
    old = clock.now() - timedelta(minutes=3)
    Sitting.objects.update(seen_at=old)
    client.get("/me", headers={"X-Quiet": "1"})
    assert Sitting.objects.get().seen_at == old
    assert client.post("/seen").status_code == 204
    assert Sitting.objects.get().seen_at > old
    client.post("/lock")
    assert client.post("/seen").status_code == 401
    assert browser().post("/seen").status_code == 401


def test_five_wrong_pins_end_the_stay():
    client = signed_in(with_pin(given_account()))
    client.post("/lock")
    for left in (4, 3, 2, 1):
        page = client.post("/lock/open", {"pin": "000001"})
        assert page.status_code == 422 and f"{left} {'try' if left == 1 else 'tries'} left" in page.content.decode()
    assert client.post("/lock/open", {"pin": "000001"})["Location"] == "/signin"
    assert client.get("/lock")["Location"] == "/signin"
    assert not pin.usable(Account.objects.get()), "it rests in every other stay as well, until a sign-in in full"


def test_a_sign_in_in_full_gives_the_pin_its_guesses_back():
    account = with_pin(given_account())
    client = signed_in(account)
    client.post("/lock")
    for _ in range(5):
        client.post("/lock/open", {"pin": "000001"})
    again = signed_in(account)
    again.post("/lock")
    assert again.post("/lock/open", {"pin": PIN}).status_code == 303
    assert again.get("/me").status_code == 200


def test_the_password_unlocks_where_there_is_no_pin_and_guessing_it_rests():
    client = signed_in(given_account())
    client.post("/lock")
    assert "Password" in client.get("/lock").content.decode()
    for _ in range(4):
        assert client.post("/lock/open", {"password": "wrong"}).status_code == 422
    assert client.post("/lock/open", {"password": PASSWORD}).status_code == 303
    assert client.get("/me").status_code == 200
    client.post("/lock")
    for _ in range(5):
        answer = client.post("/lock/open", {"password": "wrong"})
    assert answer["Location"] == "/signin"


def test_a_pin_is_no_first_sign_in():
    account = with_pin(given_account())
    client = browser()
    assert client.post("/lock/open", {"pin": PIN})["Location"] == "/signin"
    assert client.post("/signin/takeover", {"who": str(account.pk), "pin": PIN})["Location"] == "/signin"
    assert client.get("/me").status_code == 302


def test_a_request_still_under_way_does_not_open_the_lock():
    client = signed_in(given_account())
    old = browser()
    old.cookies["session"] = client.cookies["session"].value
    session = old.session  # read before the lock
    session["back"] = "/me"
    client.post("/lock")
    session.save()  # written after it
    assert client.get("/me")["Location"] == "/lock"


# --- shared workstations


def station(client):
    """Make a browser a workstation of the first site."""
    answer = client.post("/accounts/workstations", {"name": "Nurses' station", "site": str(given_site().pk)})
    assert answer.status_code == 303, answer.content.decode()[:500]
    return client


def test_a_colleague_takes_over_by_pin_and_the_stay_before_ends():
    ana = with_pin(given_account())
    ben = with_pin(given_account(given_staff("Ben", "Ito"), "ben@alderstreet.example"))
    signed_in(ben)  # in full, today, somewhere
    client = station(signed_in(ana))
    client.post("/lock")
    page = client.get("/lock").content.decode()
    assert "At this workstation" in page and "Ben Ito" in page
    assert client.post("/signin/takeover", {"who": str(ben.pk), "pin": PIN}).status_code == 303
    assert "ben@alderstreet.example" in client.get("/me").content.decode()
    assert not Sitting.objects.filter(account=ana, ended_at=None).exists()
    assert Sitting.objects.filter(account=ben).latest("began_at").how == "pin"


def test_without_a_sign_in_in_full_that_day_no_pin_takes_over():
    ana = with_pin(given_account())
    ben = with_pin(given_account(given_staff("Ben", "Ito"), "ben@alderstreet.example"))
    client = station(signed_in(ana))
    client.post("/signout")
    assert "Ben Ito" not in client.get("/signin").content.decode()
    assert client.post("/signin/takeover", {"who": str(ben.pk), "pin": PIN})["Location"] == "/signin"
    Account.objects.update(full_at=clock.now() - timedelta(hours=17))
    assert client.post("/signin/takeover", {"who": str(ana.pk), "pin": PIN})["Location"] == "/signin"


def test_guesses_at_a_colleague_s_pin_are_counted_wherever_they_are_made():
    ben = with_pin(given_account(given_staff("Ben", "Ito"), "ben@alderstreet.example"))
    signed_in(ben)
    client = station(signed_in(with_pin(given_account())))
    client.post("/signout")
    for _ in range(5):
        assert client.post("/signin/takeover", {"who": str(ben.pk), "pin": "000001"}).status_code == 422
    assert client.post("/signin/takeover", {"who": str(ben.pk), "pin": PIN})["Location"] == "/signin"
    assert outcomes().count("pin-failed") == 5


def test_a_pin_stay_may_not_change_how_one_signs_in():
    ben = with_pin(given_account(given_staff("Ben", "Ito"), "ben@alderstreet.example"))
    signed_in(ben)
    client = station(signed_in(with_pin(given_account())))
    client.post("/signout")
    client.post("/signin/takeover", {"who": str(ben.pk), "pin": PIN})
    new = "another-horse-7-stable"
    assert client.post("/me/password", {"password": new, "again": new}).status_code == 422
    assert client.post("/me/pin", {"pin": "907163", "again": "907163"}).status_code == 422


def test_an_ended_workstation_is_a_browser_like_any_other():
    account = with_pin(given_account())
    client = station(signed_in(account))
    which = Workstation.objects.get()
    assert which.digest == workstations.digest(client.cookies["workstation"].value)
    cookie = client.cookies["workstation"]
    assert cookie["httponly"] and cookie["samesite"] == "Strict"
    client.post(f"/accounts/workstations/{which.pk}/end")
    client.post("/signout")
    assert client.post("/signin/takeover", {"who": str(account.pk), "pin": PIN})["Location"] == "/signin"


def test_the_office_settles_after_how_long_screens_lock():
    manager = given_staff("Maya", "Berg", "manager")
    actions.set_rules(as_staff(manager), inputs.SetRules(lock_minutes=2, sign_in_hours=12))
    settled.forget()
    client = signed_in(given_account())
    Sitting.objects.update(seen_at=clock.now() - timedelta(minutes=2, seconds=1))
    assert client.get("/me")["Location"] == "/lock"
    actions.set_rules(context(), inputs.SetRules(lock_minutes=5, sign_in_hours=12))
    settled.forget()


# --- what was typed and not yet sent


def typed(*fields):
    """What a page sends along when it locks."""
    return json.dumps([list(one) for one in fields])


def test_what_was_typed_comes_back_once_to_its_person_at_its_page():
    client = signed_in(with_pin(given_account()))
    draft = typed(("/x", "reason", "Cough since Friday"))
    client.post("/lock", {"draft": draft}, headers={"Referer": "http://testserver/me/pin"})
    assert "Cough" not in client.get("/lock").content.decode()
    assert client.post("/draft", {"path": "/me/pin"})["Location"] == "/lock", "not while it is locked"
    kept = Sitting.objects.get().draft
    assert kept and "Cough" not in kept, "sealed"
    client.post("/lock/open", {"pin": PIN})
    assert 'data-draft="yes"' in client.get("/me/pin").content.decode()
    assert 'data-draft="yes"' not in client.get("/me").content.decode()
    assert client.post("/draft", {"path": "/me"}).json() == {"fields": []}
    assert client.post("/draft", {"path": "/me/pin"}).json() == {"fields": [["/x", "reason", "Cough since Friday"]]}
    assert client.post("/draft", {"path": "/me/pin"}).json() == {"fields": []}
    assert not Sitting.objects.get().draft


def test_every_tab_s_words_are_kept_also_when_the_server_locked_first():
    client = signed_in(with_pin(given_account()))
    Sitting.objects.update(seen_at=clock.now() - timedelta(minutes=6))
    for page in ("/me", "/me/pin"):
        client.post("/lock", {"draft": typed(("/x", "n", page))}, headers={"Referer": f"http://testserver{page}"})
    client.post("/lock/open", {"pin": PIN})
    for page in ("/me", "/me/pin"):
        assert client.post("/draft", {"path": page}).json() == {"fields": [["/x", "n", page]]}


def test_nobody_adds_words_to_a_screen_that_has_been_locked_for_a_while():
    client = signed_in(with_pin(given_account()))
    client.post("/lock")
    Sitting.objects.update(locked_at=clock.now() - timedelta(minutes=2))
    client.post("/lock", {"draft": typed(("/x", "n", "v"))}, headers={"Referer": "http://testserver/me"})
    assert not Sitting.objects.get().draft


@pytest.mark.parametrize("draft", ["", "{", "[]", "[1]", '[["a"]]', '[["a", "b", 1]]', "x" * 200_000])
def test_what_is_no_draft_is_left(draft):
    client = signed_in(with_pin(given_account()))
    client.post("/lock", {"draft": draft}, headers={"Referer": "http://testserver/me"})
    assert not Sitting.objects.get().draft


def test_a_stay_that_ends_takes_its_words_with_it():
    client = signed_in(with_pin(given_account()))
    client.post("/lock", {"draft": typed(("/x", "n", "v"))}, headers={"Referer": "http://testserver/me"})
    assert Sitting.objects.get().draft
    client.post("/signout")
    assert not Sitting.objects.get().draft
