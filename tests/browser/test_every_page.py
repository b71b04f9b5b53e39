"""Every room in three widths and both themes: no fault of accessibility, nothing sideways, nothing forbidden."""

import re

import pytest

from tests.browser.looking import look, sizes
from tests.browser.test_forms import recorded

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
    "ways-programs": "/guide/es/ways?state=US-OR&education=high-school&budget=6000&seed=yes"
    "&program=program/central+oregon+community+college|medical+assistant|bend|or"
    "&program=program/portland+community+college|medical+assisting|portland|or",
}


@pytest.mark.parametrize("name", ROOMS)
def test_a_room(seat, name):
    for one, width, theme in sizes(seat, "medical-assistant", ROOMS[name]):
        assert one.page.locator("h1").count() == 1
        look(one, name, width, theme)


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_page(seat, name):
    for one, width, theme in sizes(seat, "", PUBLIC[name]):
        look(one, name, width, theme)


def test_the_rooming_page(seat):
    def open_it(one):
        one.go("/").page.locator("#l-rooming a.name, #l-ready a.name, #l-arrived a.name").first.click()
        one.page.wait_for_selector("#s-vitals")

    for one, width, theme in sizes(seat, "medical-assistant", open_it):
        look(one, "rooming", width, theme)


def test_the_quality_of_vital_signs(seat):
    for one, width, theme in sizes(seat, "manager", "/quality"):
        assert one.page.locator("#q-rows tbody tr").count() > 1
        look(one, "quality", width, theme)
        means = one.page.locator("details.means > summary")
        means.click()
        look(one, "quality-means", width, theme)
        means.click()


AHEAD = {
    "coverage": "/coverage", "what-if": "/what-if", "impact": "/impact", "rules": "/delegation/rules",
    "standing-orders": "/orders/standing", "week": "/week",
}  # fmt: skip


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_looking_ahead_and_the_rules_in_force(seat, width, theme):
    one = seat("manager", width, theme)
    for name, path in AHEAD.items():
        assert one.go(path).page.locator("h1").count() == 1
        look(one, name, width, theme)


PROVIDERS = {"HAL": "physician", "OSE": "nurse-practitioner", "VAR": "physician-assistant"}


def unmeasured(one):
    """A grown patient who waits for an assistant and has no pressure yet: name, the provider's role, address."""
    found = the_unmeasured(one)
    if found is None:  # late in the day
        one.house.somebody_comes()
        found = the_unmeasured(one)
    assert found, "nobody can be measured"
    return found


def the_unmeasured(one):
    """The first of them on the board, if there is one."""
    cards = one.go("/").page.locator("#l-arrived [data-item], #l-rooming [data-item]").all()
    told = [(card.inner_text(), card.get_attribute("data-item"), card.locator("a.name").get_attribute("href"))
            for card in cards]  # fmt: skip
    for text, name, address in told:
        found = re.search(r"\b(\d\d) [FM]\b.*?\b(HAL|OSE|VAR)\b", text, re.S)
        if found and int(found[1]) >= 18 and one.go(address).page.locator("#s-vitals [name=systolic]").count():
            return name, PROVIDERS[found[2]], address
    return None


def call_a_provider(seat):
    """An assistant measures 192/124 on the rooming page: whose task that became, where it stands, that page."""
    one = seat()
    name, role, rooming = unmeasured(one)
    one.page.locator("#s-vitals [name=systolic]").fill("192")
    one.page.locator("#s-vitals [name=diastolic]").fill("124")
    if not recorded(one):
        one.page.wait_for_selector("#s-vitals [name=confirmed]")
        for box in one.page.locator("#s-vitals [name=confirmed]").all():
            box.check()
        assert recorded(one)
    other = seat(role).go("/")
    call = other.page.locator(".side a.call", has_text=name)
    call.wait_for()
    return role, call.get_attribute("href"), rooming


def test_a_critical_value_on_the_board_its_task_and_the_rooming_page(seat):
    role, task, rooming = call_a_provider(seat)
    for one, width, theme in sizes(seat, role, "/"):
        mine = one.page.locator(f'.side a[href="{task}"]')
        assert mine.bounding_box()["y"] < one.page.viewport_size["height"], "it is seen without scrolling"
        look(one, "board-critical", width, theme)
    for one, width, theme in sizes(seat, role, task):
        look(one, "task-critical", width, theme)
    for one, width, theme in sizes(seat, "medical-assistant", rooming):
        assert "not acknowledged" in one.page.locator("#s-vitals p.told").first.inner_text()
        look(one, "rooming-critical", width, theme)


def test_c_opens_the_call_and_one_says_that_the_patient_was_seen(seat):
    role, _, _ = call_a_provider(seat)
    one = seat(role).go("/")
    calls = one.page.locator(".side a.call").count()
    one.keys("c")
    one.page.wait_for_url(re.compile("/worklist/task/"))
    with one.page.expect_response(lambda answer: answer.request.method == "POST"):
        one.keys("1")
    one.go("/")
    assert one.page.locator(".side a.call").count() == calls - 1


def test_the_patient_page(seat):
    def open_it(one):
        visits = one.go("/").page.locator("#l-checked-out a.visit-line, #l-booked a.visit-line")
        one.go(visits.first.get_attribute("href"))

    for one, width, theme in sizes(seat, "medical-assistant", open_it):
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
