"""What was just done is told once, on the page that comes next, to the one who did it; the browser can't read it."""

import base64

import pytest

from tests.access.given import PASSWORD, browser, given_account, signed_in
from tests.office.given import given_staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("yes")]
NEW = "another-horse-7-battery"
SAID = "Your password is changed."


@pytest.fixture
def client():
    """A browser that goes to /me next, where it is told that the password is another."""
    client = signed_in(given_account())
    sent = {"current": PASSWORD, "password": NEW, "again": NEW}
    answer = client.post("/me/password", sent)
    assert answer.status_code == 303 and answer["Location"] == "/me", answer.content.decode()[-2000:]
    return client


def test_it_is_told_once_and_lies_sealed_in_between(client):
    kept = client.cookies["said"]
    assert kept["httponly"] and kept["samesite"] == "Lax"
    assert b"password" not in base64.urlsafe_b64decode(kept.value + "==") and "password" not in kept.value
    assert SAID in client.get("/me").content.decode()
    assert not client.cookies["said"].value
    assert SAID not in client.get("/me").content.decode()


def test_nobody_else_at_this_browser_is_told(client):
    other = signed_in(given_account(given_staff("Ben", "Okafor"), "ben.okafor"))
    other.cookies["said"] = client.cookies["said"].value
    assert SAID not in other.get("/me").content.decode()
    assert not other.cookies["said"].value


@pytest.mark.parametrize("wrong", ["x", "W10=", "gAAAAABk", "é"])
def test_a_cookie_that_is_not_ours_is_dropped(wrong):
    client = signed_in(given_account())
    client.cookies["said"] = wrong
    assert client.get("/me").status_code == 200
    assert not client.cookies["said"].value


def test_where_nobody_is_signed_in_nothing_is_told(client):
    stranger = browser()
    stranger.cookies["said"] = client.cookies["said"].value
    assert SAID not in stranger.get("/signin").content.decode()


def test_a_page_that_says_nothing_and_a_form_leave_the_session_alone(client, django_assert_max_num_queries):
    client.get("/me")
    with django_assert_max_num_queries(100) as asked:
        client.get("/me")
    assert not [one["sql"] for one in asked if one["sql"].startswith('UPDATE "django_session"')]
