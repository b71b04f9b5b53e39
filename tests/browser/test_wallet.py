"""The wallet in a browser: its pages as they look and as a reader hears them, and a card handed in by keys."""

import pytest

PDF = b"%PDF-1.7\n% a card"
PAGES = ("/credentials/", "/credentials/hand-in", "/credentials/courses/new", "/credentials/log")


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_the_pages_of_a_wallet(seat, width, theme):
    one = seat("medical-assistant", width, theme)
    for path in PAGES:
        one.go(path)
        assert one.axe() == [], path
        assert one.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        outside = "one.checkVisibility() && one.getBoundingClientRect().right > innerWidth"
        outside = f"[...document.querySelectorAll('main .in')].filter(one => {outside})"
        assert one.page.evaluate(f"{outside}.length") == 0, path
        name = path.strip("/").replace("/", "-")
        one.picture(f"{name}-{width}-{theme}")
    assert one.complaints == []


@pytest.fixture(params=[1440, 820, 390])
def width(request):
    """At a desk, on a tablet, on a phone."""
    return request.param


def press(one, menu, button, **filled):
    """Open a menu, fill its form and press a button with the mouse where it stands: nothing scrolls to it first."""
    menu.locator("summary").click()
    for name, value in filled.items():
        menu.locator(f"[name={name}]").fill(value)
    assert one.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
    main = "(main => main.scrollWidth <= main.clientWidth)(document.querySelector('main'))"
    assert one.page.evaluate(main), "the work scrolls sideways"
    one.picture(f"menu-{button.lower().replace(' ', '-')}-{one.page.viewport_size['width']}-light")
    box = menu.get_by_role("button", name=button).bounding_box()
    with one.page.expect_navigation():
        one.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


PEOPLE = {1440: "Mateo Silva", 820: "Noor Rahimi", 390: "Gwen Park"}


def test_the_only_card_of_a_person_is_verified_by_mouse(seat, width):
    one = seat("manager", width)
    one.go("/credentials/").page.get_by_role("link", name=PEOPLE[width]).click()
    one.page.locator("#f-kind").select_option("cpr")
    one.page.locator("#f-name").fill("BLS Provider")
    one.page.get_by_role("button", name="Record it").click()
    one.page.wait_for_selector("#cs-cards details.menu")
    assert one.page.locator("#cs-cards details.menu").count() == 1
    press(one, one.page.locator("#cs-cards details.menu"), "Verified", source="The card itself")
    one.page.wait_for_selector("#cs-cards td:has-text('in date')")
    assert one.complaints == []


def test_a_line_of_the_log_is_taken_back_by_mouse(seat, width):
    one, note = seat("medical-assistant", width), f"Taken back at {width}"
    one.go("/credentials/log")
    one.page.locator("#lg-work [name=note]").fill(note)
    one.page.locator("#lg-work [name=on]").fill(one.page.evaluate("new Date().toLocaleDateString('en-CA')"))
    one.page.locator("#lg-work [name=count]").fill("1")
    one.page.locator("#lg-work [name=supervisor]").select_option(index=1)
    one.page.get_by_role("button", name="Enter it").first.click()
    row = one.page.locator("#lg-lines tr", has_text=note)
    row.wait_for()
    press(one, row.locator("details.menu"), "Take it back", why="It was none")
    assert one.complaints == []


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_a_physician_finds_the_skills_of_a_person_and_withdraws_one_by_mouse(seat, width, theme):
    one = seat("physician", width, theme)
    one.go("/credentials/").page.locator("#cr-learners a", has_text="Priya Nair").click()
    one.page.get_by_role("link", name="Sign off").first.click()
    one.page.locator("#sk-all tr", has_text="in date").get_by_role("link").first.click()
    one.page.wait_for_selector("#sk-asks details.menu")
    assert one.axe() == []
    press(one, one.page.locator("#sk-asks details.menu").first, "Withdraw it", reason="Seen to miss it")
    assert "/skill/" in one.page.url and one.page.locator("#sk-all tr", has_text="Seen to miss it").count()
    assert one.complaints == []


OUTSIDE = """[...document.querySelectorAll('#cr-mine :is(td, th, a, summary)')].filter(one => {
  const box = one.getBoundingClientRect();
  return box.width && box.right > innerWidth;
}).length"""


@pytest.mark.parametrize("width", [390, 820, 1440])
def test_a_card_with_a_long_name_and_its_file_are_whole_on_every_screen(seat, width):
    one = seat("medical-assistant", width)
    one.go("/credentials/hand-in")
    name = f"Basic life support for health care providers {width}"
    one.page.locator("#f-kind").select_option("cpr")
    one.page.locator("#f-name").fill(name)
    one.page.locator("#f-issuer").fill("American Heart Association, training center of Alder Street")
    one.page.locator("#f-expires_on").fill("2030-11-30")
    one.page.locator("#hf-content").set_input_files({"name": "c.pdf", "mimeType": "application/pdf", "buffer": PDF})
    one.page.get_by_role("button", name="Hand it in").click()
    one.page.wait_for_selector(f"#cr-mine tr:has-text('{name}') a")
    one.picture(f"wallet-card-{width}-light")
    assert one.page.evaluate(OUTSIDE) == 0 and one.complaints == []


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
