"""The public guide in a real browser: on a phone, by keyboard, and as files from a disk."""

import pytest

from medassist.interfaces.web.guide.export import export


def fine(one, width):
    assert one.page.evaluate("document.documentElement.scrollWidth") <= width, "the page scrolls sideways"
    assert one.page.locator("h1").count() == 1
    assert one.axe() == []
    assert not one.complaints


def test_a_state_on_a_phone_in_the_dark_and_programs_on_a_desk(seat):
    phone = seat("", 390, "dark").go("/guide/es/states/US-WA")
    fine(phone, 390)
    phone.picture("guide-state-390-dark")
    desk = seat("", 1440, "light").go("/guide/programs?delivery=hybrid")
    fine(desk, 1440)
    desk.picture("guide-programs-1440-light")
    for path in ("es/certifications/cma-aama", "search?q=injection&page=2", "programs?delivery=online&state=US-TX"):
        fine(seat("", 390).go(f"/guide/{path}"), 390)


ROWS = """() => { const found = [];
for (const one of document.querySelectorAll('.pub-top > *')) { const { top, bottom } = one.getBoundingClientRect();
  if (bottom > top && !found.some(([a, b]) => top < b && bottom > a)) found.push([top, bottom]); }
return found.length; }"""


@pytest.mark.parametrize(("width", "most"), [(1440, 1), (1280, 2), (1024, 2), (768, 2), (390, 3)])
def test_the_header_takes_no_more_rows_than_it_needs_in_both_languages(seat, width, most):
    for path in ("/guide", "/guide/es", "/guide/ways", "/guide/es/ways"):
        one = seat("", width).go(path)
        assert one.page.evaluate(ROWS) <= most, path
        assert one.page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_a_slash_searches_and_the_language_stays_with_the_page(seat):
    one = seat("", 1440).go("/guide")
    one.keys("/")
    one.type("california venipuncture", delay=0)  # as fast as a scanner; nothing here asks for a scan
    one.page.keyboard.press("Enter")
    one.page.locator(".hits a").first.click()
    one.page.wait_for_url("**/guide/states/US-CA#specimen.venipuncture")
    one.page.get_by_role("link", name="Español").click()
    one.page.wait_for_url("**/guide/es/states/US-CA")
    assert "California" in one.page.locator("h1").inner_text()


def test_files_open_from_a_disk(chromium, tmp_path):
    export(tmp_path / "guide")
    page = chromium.new_page()
    page.goto((tmp_path / "guide/index.html").as_uri())
    page.get_by_role("link", name="Washington", exact=True).first.click()
    page.wait_for_url("**/states/US-WA.html")  # and until its styles are there: a click alone does not wait
    assert page.evaluate("getComputedStyle(document.querySelector('.panel')).borderTopWidth") != "0px"
    assert page.locator("#acts svg.mk").first.bounding_box()["width"] > 5
    page.close()
