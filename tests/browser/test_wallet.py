"""The wallet in a browser: its pages as they look and as a reader hears them, and a card handed in by keys."""

import pytest

PAGES = ("/credentials/", "/credentials/hand-in", "/credentials/courses/new", "/credentials/log")


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_the_pages_of_a_wallet(seat, width, theme):
    one = seat("medical-assistant", width, theme)
    for path in PAGES:
        one.go(path)
        assert one.axe() == [], path
        assert one.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        outside = "[...document.querySelectorAll('main .in')].filter(i => i.getBoundingClientRect().right > innerWidth)"
        assert one.page.evaluate(f"{outside}.length") == 0, path
        name = path.strip("/").replace("/", "-")
        one.picture(f"{name}-{width}-{theme}")
    assert one.complaints == []


def test_a_card_is_handed_in_by_keys(seat):
    one = seat("medical-assistant")
    one.go("/credentials/").keys("n")
    one.page.wait_for_url("**/credentials/hand-in")
    one.page.locator("#f-kind").focus()
    one.page.locator("#f-kind").select_option("training")
    one.keys("Tab")
    one.type("HIPAA training")
    one.keys("Enter")
    one.page.wait_for_url("**/credentials/")
    row = one.page.locator("#cr-mine tr", has_text="HIPAA training")
    assert "to be verified" in row.inner_text() and one.complaints == []
