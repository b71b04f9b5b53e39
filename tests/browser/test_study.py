"""Studying without a mouse: aim, practice by keys, a mock examination with its clock; nothing that axe finds."""

import pytest

from tests.browser.test_every_page import look


def aim(one):
    one.go("/study/")
    if one.page.locator("#st-goal").count() == 0:
        one.page.select_option("#f-exam", "CMA-AAMA")
        one.page.get_by_role("button", name="Prepare for it").click()
        one.page.wait_for_selector("#st-today")


def test_practice_is_done_by_keys_alone(seat):
    one = seat("nurse")
    aim(one)
    one.keys("n")
    one.page.wait_for_selector(".study-options button")
    one.until("one.id === 'stem'")
    one.keys("u", "3")
    one.page.wait_for_selector(".judged")
    one.until("one.textContent.includes('Next')")
    one.keys("Enter")
    one.page.wait_for_selector(".study-options button")
    assert not one.complaints


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_every_page_of_study_is_free_of_faults(seat, width, theme):
    one = seat("medical-assistant", width, theme)
    aim(one)
    look(one, "study", width, theme)
    look(one.go("/study/practice"), "study-practice", width, theme)
    one.page.locator(".study-options button").first.click()
    one.page.wait_for_selector(".judged")
    look(one, "study-reviewed", width, theme)
    one.go("/study/").page.locator("#st-mock .btn").last.click()
    one.page.wait_for_selector(".study-places")
    assert one.page.locator("[data-ends]").inner_text().endswith("left")
    one.keys("2")
    one.page.wait_for_selector(".study-places .is-answered")
    look(one, "study-mock", width, theme)
