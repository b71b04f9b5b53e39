"""Every room in both themes and three widths: no fault of accessibility, nothing sideways, nothing forbidden."""

import pytest

WIDTHS = (1440, 820, 390)
THEMES = ("light", "dark")
ROOMS = {
    "board": "/",
    "board-provider": "/?by=provider",
    "board-room": "/?by=room",
    "patients": "/people/",
    "register": "/people/new",
    "schedule": "/scheduling/",
    "tasks": "/worklist/",
    "staff": "/credentials/",
    "account": "/me",
}
PUBLIC = {
    "signin": "/signin",
    "help": "/signin/help",
    "ways": "/guide/ways?state=US-AZ&education=program-accredited&graduated=2026-08-01&experience_months=6",
}


def look(seat, name, width, theme):
    """The page fits, axe finds nothing, the browser complains of nothing."""
    seat.page.wait_for_timeout(300)
    assert seat.page.evaluate("document.documentElement.scrollWidth") <= width, "the page scrolls sideways"
    assert seat.axe() == []
    seat.picture(f"{name}-{width}-{theme}")
    assert not seat.complaints


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ROOMS)
def test_a_room(seat, name, width, theme):
    one = seat("medical-assistant", width, theme).go(ROOMS[name])
    assert one.page.locator("h1").count() == 1
    look(one, name, width, theme)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_page(seat, name, width, theme):
    look(seat("", width, theme).go(PUBLIC[name]), name, width, theme)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_rooming_page(seat, width, theme):
    one = seat("medical-assistant", width, theme).go("/")
    one.page.locator("#l-rooming a.name, #l-ready a.name, #l-arrived a.name").first.click()
    one.page.wait_for_selector("#s-vitals")
    look(one, "rooming", width, theme)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_patient_page(seat, width, theme):
    one = seat("medical-assistant", width, theme).go("/")
    one.go(one.page.locator("#l-checked-out a.visit-line, #l-booked a.visit-line").first.get_attribute("href"))
    look(one, "patient", width, theme)


def test_at_twice_the_size_nothing_is_lost(seat):
    one = seat("medical-assistant", 720, height=450).go("/")
    look(one, "board-zoom200", 720, "light")


def test_a_page_that_is_refused_shows_the_rule_and_a_way_on(seat):
    one = seat("biller").go("/")
    if one.page.locator(".ruling").count():
        look(one, "refused", 1440, "light")
    assert one.page.locator("h1").count() == 1


def test_every_link_of_the_rail_answers_the_one_who_sees_it(seat):
    for role in ("medical-assistant", "manager", "front-desk", "physician"):
        one = seat(role).go("/")
        for path in one.page.eval_on_selector_all(".rail a:not(.brand)", "all => all.map(a => a.pathname)"):
            assert one.page.request.get(one.house.url + path).status == 200, f"{role}: {path}"


def test_paper_has_the_work_and_who_printed_it_but_no_rail(seat):
    one = seat().go("/")
    one.page.emulate_media(media="print")
    assert not one.page.locator(".rail").is_visible() and not one.page.locator(".keys").is_visible()
    assert one.page.locator(".print-foot").is_visible() and "printed by" in one.page.locator(".print-foot").inner_text()
