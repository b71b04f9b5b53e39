"""In a real browser: signing in, a passkey, the lock by key and by idleness, what was typed comes back."""

import itertools
import os

import pytest

from medassist.interfaces.web import actions, inputs
from medassist.interfaces.web.access import pin, settled
from medassist.interfaces.web.models import Sitting
from medassist.kernel.testing import context
from tests.access.given import PASSWORD, given_account
from tests.browser import axe
from tests.browser.chromium import CHROMIUM
from tests.office.given import given_staff

sync_api = pytest.importorskip("playwright.sync_api")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("yes"),
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium here"),
]
PIN = "274915"


@pytest.fixture(scope="module")
def chromium():
    """One browser for these tests."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps a loop running in this thread
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def address(live_server, settings):
    """Where the pages are: by name, as passkeys need one."""
    settings.ALLOWED_HOSTS = ["localhost", "testserver"]
    return live_server.url.replace("127.0.0.1", "localhost")


@pytest.fixture
def screen(chromium, address):
    """A fresh browser window; what its console complains of fails the test."""
    window = chromium.new_context(viewport={"width": 1280, "height": 800}, base_url=address)
    page = window.new_page()
    told = []
    page.on("console", lambda m: told.append(m.text) if m.type == "error" and "Failed to load" not in m.text else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    yield page
    window.close()
    assert not told


def sign_in(page, username="maya.berg"):
    """Type name and password."""
    page.goto("/signin?next=/me")
    page.fill("#f-username", username)
    page.fill("#f-password", PASSWORD)
    page.press("#f-password", "Enter")
    page.wait_for_url("**/me")


@pytest.fixture
def manager():
    """A manager with a PIN."""
    account = given_account(given_staff("Maya", "Berg", "manager"), "maya.berg")
    pin.put(account, PIN)
    return account


def test_the_lock_by_key_keeps_what_was_typed(screen, manager):
    given_staff("Ana", "Reyes")
    sign_in(screen)
    screen.goto("/accounts")
    screen.fill("[placeholder='E-mail'] >> nth=0", "half.an.addr")
    screen.check("[name=factor_required]")
    screen.keyboard.press("Control+.")
    screen.wait_for_url("**/lock")
    assert "half.an.addr" not in screen.content()
    screen.fill("#f-pin", PIN)
    screen.keyboard.press("Enter")
    screen.wait_for_url("**/accounts")
    sync_api.expect(screen.locator("[placeholder='E-mail'] >> nth=0")).to_have_value("half.an.addr")
    sync_api.expect(screen.locator("[name=factor_required]")).to_be_checked()
    assert not Sitting.objects.get().draft


def test_every_tab_locks_together(screen, manager):
    sign_in(screen)
    other = screen.context.new_page()
    other.goto("/me")
    screen.keyboard.press("Control+.")
    screen.wait_for_url("**/lock")
    other.wait_for_url("**/lock")


def test_a_screen_that_nobody_touches_locks_itself(screen, manager):
    actions.set_rules(context(), inputs.SetRules(lock_minutes=1, sign_in_hours=12))
    settled.forget()
    screen.clock.install()
    sign_in(screen)
    screen.clock.run_for(50_000)
    assert screen.url.endswith("/me")
    screen.clock.run_for(20_000)
    screen.wait_for_url("**/lock")
    actions.set_rules(context(), inputs.SetRules(lock_minutes=5, sign_in_hours=12))
    settled.forget()


def test_a_passkey_is_made_and_signs_in(screen, manager):
    sign_in(screen)
    device = screen.context.new_cdp_session(screen)
    device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    verified = {"isUserVerified": True, "automaticPresenceSimulation": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options | verified})
    screen.goto("/me/second")
    screen.click("text=Add a passkey")
    screen.wait_for_selector("text=Recovery codes")
    screen.goto("/signout")
    screen.click("main button:has-text('Sign out')")
    screen.wait_for_url("**/signin")
    screen.click("text=Sign in with a passkey")
    screen.wait_for_url(lambda url: "/signin" not in url)
    assert Sitting.objects.latest("began_at").how == "passkey"


def test_after_signing_out_the_back_key_shows_nothing(screen, manager):
    sign_in(screen)
    screen.goto("/accounts")
    screen.goto("/signout")
    screen.click("main button:has-text('Sign out')")
    screen.wait_for_url("**/signin")
    screen.go_back()
    screen.wait_for_url("**/signin**")
    assert "Maya Berg" not in screen.content()


PAGES = (
    "/signin",
    "/signin/help",
    "/me",
    "/me/password",
    "/me/second",
    "/me/app",
    "/me/pin",
    "/accounts",
    "/audit/",
    "/lock",
)


def test_every_page_passes_axe_in_two_widths_and_both_themes(screen, manager):
    given_staff("Ana", "Reyes")
    screen.emulate_media(reduced_motion="reduce")
    found = _faults(screen, "/signin") + _faults(screen, "/signin/help")
    sign_in(screen)
    for url in PAGES:
        found += _faults(screen, url)
    screen.goto("/me")
    screen.keyboard.press("Control+.")
    screen.wait_for_url("**/lock")
    found += _faults(screen, "/lock")
    assert not found


def _faults(page, url):
    """What axe finds on a page, one line a fault; and whether the page scrolls sideways."""
    page.goto(url)
    told = []
    for width, theme in itertools.product((1440, 390), ("light", "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        axe.still(page)
        found = axe.faults(page, **axe.COLOURS if theme == "dark" else {})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
            found.append("it scrolls sideways")
        told += [f"{url}, {width} wide, {theme}: {one}" for one in found]
    return told
