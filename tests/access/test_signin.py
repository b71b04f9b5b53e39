"""Signing in by password: what is said, what is kept, and what an attacker learns, which is nothing."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from medassist.interfaces.web.access import settled, tickets
from medassist.interfaces.web.models import Account, Sitting, Ticket
from medassist.kernel import clock
from medassist.kernel.models import AuditEntry
from tests.access.given import PASSWORD, browser, given_account, outcomes, sign_in, signed_in
from tests.office.given import given_site, given_staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("yes")]


def test_a_person_signs_in_and_the_trail_says_so():
    account = given_account()
    client = browser()
    answer = sign_in(client, "  Ana.Reyes@alderstreet.EXAMPLE ")
    assert (answer.status_code, answer["Location"]) == (303, "/")
    assert outcomes() == ["signed-in"]
    entry = AuditEntry.objects.get(action="web.access")
    assert (entry.actor, entry.via, entry.subject) == (account.actor_id, "web", f"account/{account.pk}")
    account.refresh_from_db()
    assert account.full_at is not None


def test_the_sign_in_page_says_the_office_and_the_day():
    given_account()
    page = browser().get("/signin").content.decode()
    assert "Alder Street Family Practice" in page and "Good " in page


def test_a_wrong_password_and_an_unknown_name_read_alike():
    given_account()
    wrong = sign_in(browser(), "ana.reyes@alderstreet.example", "wrong-password-1")
    unknown = sign_in(browser(), "nobody@alderstreet.example", "wrong-password-1")
    assert wrong.status_code == unknown.status_code == 422
    said = [re.findall(r'class="fault".*?<span>(.*?)</span>', a.content.decode(), re.S) for a in (wrong, unknown)]
    assert said[0] == said[1] == ["That password does not fit this name. 4 tries left before a 10 minute rest."]
    assert outcomes() == ["failed", "failed"]


def test_a_typed_password_is_never_shown_again_nor_kept():
    given_account()
    answer = sign_in(browser(), "ana.reyes@alderstreet.example", "my-secret-typing")
    assert "my-secret-typing" not in answer.content.decode()
    sign_in(browser(), "my-secret-typing", "x")
    kept = [str(row) for row in AuditEntry.objects.values_list()]
    from axes.models import AccessAttempt

    kept += [str(row) for row in AccessAttempt.objects.values_list()]
    assert not any("my-secret-typing" in row or "ana.reyes" in row for row in kept if "accounts.open" not in row)


def test_five_wrong_passwords_rest_ten_minutes_even_for_the_right_one(monkeypatch):
    given_account()
    client = browser()
    for left in (4, 3, 2, 1):
        said = sign_in(client, "ana.reyes@alderstreet.example", "wrong").content.decode()
        assert f"{left} {'try' if left == 1 else 'tries'} left" in said
    for password in ("wrong", PASSWORD):
        answer = sign_in(client, "ana.reyes@alderstreet.example", password)
        assert answer.status_code == 429 and "Rest 10 minutes" in answer.content.decode()
    assert outcomes() == ["failed"] * 4 + ["locked-out"]
    # a colleague at the same address goes on
    given_account(given_staff("Ben", "Ito"), "ben.ito@alderstreet.example")
    assert sign_in(browser(), "ben.ito@alderstreet.example").status_code == 303
    # and so does she from another address, and here after the rest
    assert sign_in(browser(REMOTE_ADDR="10.1.2.3"), "ana.reyes@alderstreet.example").status_code == 303
    from axes.models import AccessAttempt

    AccessAttempt.objects.update(attempt_time=clock.now() - timedelta(minutes=11))
    assert sign_in(client, "ana.reyes@alderstreet.example").status_code == 303


def test_unknown_names_rest_as_well():
    given_account()
    client = browser()
    for _ in range(5):
        answer = sign_in(client, "nobody@alderstreet.example", "wrong")
    assert answer.status_code == 429 and "Rest 10 minutes" in answer.content.decode()


def test_one_address_cannot_try_one_password_on_every_name():
    given_account()
    from axes.models import AccessAttempt

    for n in range(60):
        AccessAttempt.objects.create(
            username=f"mark{n}",
            ip_address="127.0.0.1",
            user_agent="x",
            failures_since_start=1,
            attempt_time=clock.now(),
        )
    answer = sign_in(browser(), "ana.reyes@alderstreet.example")
    assert answer.status_code == 429


def test_a_forged_address_does_not_escape_the_rest():
    given_account()
    client = browser()
    for n in range(5):
        client.post(
            "/signin",
            {"username": "ana.reyes@alderstreet.example", "password": "wrong"},
            headers={"X-Forwarded-For": f"10.0.0.{n}"},
        )
    assert sign_in(client, "ana.reyes@alderstreet.example").status_code == 429


def test_a_closed_account_signs_nobody_in():
    account = given_account()
    Account.objects.update(is_active=False)
    assert sign_in(browser(), account.username).status_code == 422


def test_a_session_planted_before_sign_in_is_another_afterwards():
    account = given_account()
    client = browser()
    client.get("/signin?next=/me")
    session = client.session
    session["planted"] = "yes"
    session.save()
    client.cookies["session"] = before = session.session_key
    sign_in(client, account.username)
    after = client.cookies["session"].value
    assert after != before and not Session.objects.filter(pk=before).exists()
    assert "planted" not in client.session


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
        "/%0d%0aX-Evil: 1".replace("%0d%0a", "\r\n"), "https:evil.example", "http:///evil.example",
        "/signout", " //evil.example",
        "/\t/evil.example",
    ],
)  # fmt: skip
def test_nobody_is_sent_elsewhere_after_signing_in(url):
    account = given_account()
    client = browser()
    answer = client.post("/signin", {"username": account.username, "password": PASSWORD, "next": url})
    assert answer.status_code == 303 and answer["Location"] == "/"
    assert "X-Evil" not in answer.headers
    assert "evil" not in browser().get("/signin", {"next": url}).content.decode()


def test_the_page_asked_for_comes_after_signing_in():
    account = given_account()
    client = browser()
    asked = client.get("/me")
    assert asked["Location"] == "/signin?next=/me"
    assert sign_in(client, account.username, next="/me")["Location"] == "/me"


def test_a_form_without_the_token_is_refused_in_the_house_s_words():
    account = given_account()
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/signin", {"username": account.username, "password": PASSWORD})
    assert answer.status_code == 403 and "This form is too old" in answer.content.decode()
    page = client.get("/signin").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    form = {"username": account.username, "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert client.post("/signin", form).status_code == 303
    # the token of before the sign-in is over
    assert client.post("/signout", {"csrfmiddlewaretoken": token}).status_code == 403


def test_signing_out_is_a_post_and_empties_the_browser():
    client = signed_in(given_account())
    assert client.get("/signout").status_code == 200 and client.get("/me").status_code == 200
    answer = client.post("/signout")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/me").status_code == 302
    assert outcomes() == ["signed-in", "signed-out"]
    assert Sitting.objects.get().ended_at


def test_a_stolen_cookie_is_worth_nothing_after_signing_out():
    client = signed_in(given_account())
    thief = browser()
    thief.cookies["session"] = client.cookies["session"].value
    assert thief.get("/me").status_code == 200
    client.post("/signout")
    assert thief.get("/me").status_code == 302


def test_changing_the_password_ends_every_other_stay():
    account = given_account()
    here, there = signed_in(account), signed_in(account)
    new = "another-horse-7-stable"
    answer = here.post("/me/password", {"current": PASSWORD, "password": new, "again": new})
    assert answer.status_code == 303, answer.content.decode()
    assert here.get("/me").status_code == 200 and there.get("/me").status_code == 302
    assert sign_in(browser(), account.username).status_code == 422
    assert sign_in(browser(), account.username, new).status_code == 303
    assert "password-changed" in outcomes()


@pytest.mark.parametrize(
    ("password", "again", "words"),
    [("short", "short", "10"), ("password123456", "password123456", "common"), (PASSWORD, "other", "not the same")],
)
def test_a_weak_password_is_not_taken(password, again, words):
    client = signed_in(given_account())
    answer = client.post("/me/password", {"password": password, "again": again})
    assert answer.status_code == 422 and words in answer.content.decode()


def test_the_password_is_asked_again_when_the_sign_in_is_a_while_ago():
    account = given_account()
    client = signed_in(account)
    Sitting.objects.update(began_at=clock.now() - timedelta(minutes=11))
    new = "another-horse-7-stable"
    for current in ("", "wrong"):
        answer = client.post("/me/password", {"current": current, "password": new, "again": new})
        assert answer.status_code == 422
    account.refresh_from_db()
    assert account.check_password(PASSWORD)
    assert client.post("/me/password", {"current": PASSWORD, "password": new, "again": new}).status_code == 303


def test_sign_out_everywhere_ends_all():
    account = given_account()
    here, there = signed_in(account), signed_in(account)
    here.post("/me/everywhere")
    assert here.get("/me").status_code == there.get("/me").status_code == 302
    assert not Sitting.objects.filter(ended_at=None).exists()


def test_a_sign_in_holds_for_its_hours_and_no_longer():
    client = signed_in(given_account())
    Sitting.objects.update(began_at=clock.now() - timedelta(hours=13))
    assert client.get("/me").status_code == 302
    assert outcomes()[-1] == "signed-out"


def test_signing_in_anew_at_the_same_browser_ends_the_earlier_stay():
    ana, ben = given_account(), given_account(given_staff("Ben", "Ito"), "ben.ito@alderstreet.example")
    client = signed_in(ben, signed_in(ana))
    assert Sitting.objects.filter(account=ana, ended_at=None).count() == 0
    assert "Ben Ito" in client.get("/me").content.decode()


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites():
    client = signed_in(given_account())
    for name in ("session", "csrf"):
        cookie = client.cookies[name]
        assert cookie["httponly"] and cookie["samesite"] == "Lax", name
    assert not client.cookies["session"]["expires"]


# --- links that work once


def test_a_link_sets_the_password_once():
    account = given_account()
    token = tickets.issue(account, "reset")
    client, new = browser(), "another-horse-7-stable"
    page = client.get(f"/signin/link/{token}")
    assert page.status_code == 200 and page["Referrer-Policy"] == "no-referrer"
    assert client.get(f"/signin/link/{token}").status_code == 200, "looking does not use it up"
    assert client.post(f"/signin/link/{token}", {"password": new, "again": new}).status_code == 303
    assert client.get("/me").status_code == 200
    assert browser().get(f"/signin/link/{token}").status_code == 410
    assert token not in str(list(Ticket.objects.values_list())) + str(list(AuditEntry.objects.values_list()))


def test_a_link_ends_with_its_time_and_with_the_next_one():
    account = given_account()
    first, second = tickets.issue(account, "invite"), tickets.issue(account, "reset")
    assert browser().get(f"/signin/link/{first}").status_code == 410
    Ticket.objects.update(until_at=clock.now())
    assert browser().get(f"/signin/link/{second}").status_code == 410
    assert outcomes() == ["link-failed", "link-failed"]


def test_a_link_does_not_pass_the_second_factor(monkeypatch):
    from medassist.interfaces.web.access import factors, totp

    account = given_account()
    secret = totp.new_secret()
    assert factors.add_app(account, secret, totp.code(secret, totp.counter(clock.now())))
    token, new = tickets.issue(account, "reset"), "another-horse-7-stable"
    answer = browser().post(f"/signin/link/{token}", {"password": new, "again": new})
    assert answer["Location"] == "/signin/code"


def test_a_demo_link_signs_in_once_and_only_in_a_demo_s_home(settings, tmp_path):
    account = given_account()
    settings.MEDASSIST_HOME = tmp_path
    token = tickets.issue(account, "demo")
    assert browser().get(f"/signin/once/{token}").status_code == 410
    (tmp_path / "demo").mkdir()
    (tmp_path / tickets.DEMO_MARK).touch()
    client = browser()
    assert client.get(f"/signin/once/{token}").status_code == 302
    assert client.get("/me").status_code == 200
    assert browser().get(f"/signin/once/{token}").status_code == 410
    assert browser().get(f"/signin/once/{tickets.issue(account, 'reset')}").status_code == 410, "another kind of link"


# --- several sites


def test_with_several_sites_one_is_chosen_and_no_other_can_be():
    from medassist.domain.office import actions, inputs
    from medassist.kernel.testing import context

    first = given_site()
    second = actions.add_site(
        context(), inputs.AddSite.of(name="Mill Road", timezone="America/Chicago", state="US-TX", profile=first.profile)
    )
    third = actions.add_site(
        context(), inputs.AddSite.of(name="Far Away", timezone="America/Chicago", state="US-TX", profile=first.profile)
    )
    account = given_account(given_staff("Ana", "Reyes", sites=[first.pk, second.pk]))
    client = browser()
    assert sign_in(client, account.username)["Location"] == "/site"
    page = client.get("/site").content.decode()
    assert "Mill Road" in page and "Far Away" not in page
    assert client.post("/site", {"site": str(third.pk)}).status_code == 422
    assert client.get("/accounts").headers["Location"] == "/site", "nothing of a record before a site is chosen"
    assert client.post("/site", {"site": str(second.pk)}).status_code == 303
    assert client.session["place"]["site"] == str(second.pk)


def test_a_position_that_ended_takes_the_site_away():
    from medassist.domain.office.models import Position
    from medassist.kernel import guard

    client = signed_in(given_account())
    assert client.session["place"]["name"] == "Alder Street"
    with guard.open_house("test"):
        Position.objects.update(
            to_on=clock.now().date() - timedelta(days=2), from_on=clock.now().date() - timedelta(days=9)
        )
    session = client.session
    session["place"] = {**session["place"], "checked": 0}
    session.save()
    client.get("/me")
    assert "place" not in client.session


def test_everyone_owes_a_second_factor_when_the_rules_say_so():
    from medassist.interfaces.web import actions, inputs
    from medassist.kernel.testing import context

    account = given_account()
    actions.set_rules(context(), inputs.SetRules(lock_minutes=5, sign_in_hours=12, factor_required=True))
    settled.forget()
    client = signed_in(account)
    assert client.get("/accounts")["Location"] == "/me/second"
    assert "asks everyone for a second factor" in client.get("/me/second").content.decode()
    settled.forget()
