"""Growth and trends as people see them: both themes, three widths, the keyboard, paper."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date, timedelta

import pytest

from tests.browser.looking import look, sizes

CODES = {"weight": ("29463-7", "kg"), "height": ("8302-2", "cm"), "head": ("9843-4", "cm"), "pulse": ("8867-4", "/min")}
CATEGORY = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}]}
INFANT = {
    0: (3.2, 49.5, 34.1),
    61: (4.9, 56.4, 38.0),
    122: (6.3, 61.9, 40.6),
    184: (7.2, 65.4, 42.3),
    275: (8.1, 69.6, 43.9),
}
FIVE = {740: (12.4, 86.6), 1100: (14.6, 96.0), 1465: (17.4, 103.1), 1880: (22.8, 109.6)}
TEEN = {3300: (48.0, 136.0), 3700: (58.5, 142.5), 4100: (71.0, 149.0), 4900: (101.0, 166.0), 5540: (118.5, 172.0)}
CHILDREN = {"infant": ("Park", "female", 290, INFANT), "five": ("Kato", "male", 1900, FIVE),
            "teen": ("Boateng", "male", 5560, TEEN)}  # fmt: skip


def bundle(name):
    """A child with its measurements, as another office sends them."""
    family, sex, days, body = CHILDREN[name]
    born = date.today() - timedelta(days=days)
    who = {"resourceType": "Patient", "id": f"grows-{name}", "name": [{"family": family, "given": ["Robin"]}],
           "gender": sex, "birthDate": born.isoformat()}  # fmt: skip
    seen = [
        {"resourceType": "Observation", "id": f"grows-{name}-{at}-{sign}", "status": "final", "category": [CATEGORY],
         "code": {"coding": [{"system": "http://loinc.org", "code": CODES[sign][0]}]},
         "subject": {"reference": f"Patient/grows-{name}"},
         "effectiveDateTime": f"{born + timedelta(days=at)}T18:30:00Z",
         "valueQuantity": {"value": value, "unit": CODES[sign][1], "code": CODES[sign][1],
                           "system": "http://unitsofmeasure.org"}}
        for at, values in body.items() for sign, value in zip(CODES, values, strict=False)
    ]  # fmt: skip
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in [who, *seen]]}


@pytest.fixture(scope="module")
def children(house, tmp_path_factory):
    """Three children of this office, brought in from elsewhere."""
    folder = tmp_path_factory.mktemp("children")
    for name in CHILDREN:
        (folder / f"{name}.json").write_text(json.dumps(bundle(name)))
    words = [sys.executable, "-m", "medassist.interfaces.cli", "import", str(folder)]
    subprocess.run(words, env=house.environment, check=True, capture_output=True, timeout=120)


@pytest.fixture
def chart(children, seat):
    """A window of a medical assistant at the growth page of a child: chart("teen", "?measure=bmi")."""
    return lambda *words, **more: _open(seat("medical-assistant"), *words, **more)


def _open(one, name, asked="", page="growth"):
    """Find a child by name and open a page of it."""
    found = one.go("/people/").page.request.post(
        f"{one.house.url}/find", form={"q": f"{CHILDREN[name][0]}, Robin"}, headers=_headers(one)
    )
    patient = re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}", found.text())[0]
    return one.go(f"/vitals/{patient}/{page}{asked}")


def _headers(one):
    token = one.page.evaluate("JSON.parse(document.body.getAttribute('hx-headers:inherited'))['X-CSRFToken']")
    return {"X-CSRFToken": token, "HX-Request": "true", "Referer": one.house.url}


@pytest.mark.parametrize(("name", "asked"), [("infant", ""), ("five", "?measure=height"), ("teen", "?measure=bmi")])
def test_a_growth_chart(children, seat, name, asked):
    for one, width, theme in sizes(seat, "medical-assistant", lambda one: _open(one, name, asked)):
        one.page.wait_for_selector("svg.growth .pt")
        look(one, f"growth-{name}", width, theme)


def test_all_trends(children, seat):
    for one, width, theme in sizes(seat, "medical-assistant", lambda one: _open(one, "teen", page="trends")):
        one.page.wait_for_selector(".uplot canvas")
        look(one, "trends", width, theme)


def test_measures_are_chosen_by_their_number_and_by_before_and_after(chart):
    one = chart("teen")
    title = one.page.locator("#g-h")
    assert title.inner_text() == "Weight for age"
    for key, said in (
        ("3", "BMI for age"),
        ("1", "Stature for age"),
        ("]", "Weight for age"),
        ("[", "Stature for age"),
    ):
        one.keys(key)
        one.page.wait_for_function("said => document.querySelector('#g-h')?.textContent === said", arg=said)
    one.page.wait_for_url("**measure=height**")


def test_a_reader_hears_the_chart_in_one_sentence_and_finds_its_numbers(chart):
    one = chart("infant", "?measure=head")
    picture = one.page.get_by_role("img", name="Head circumference for age, girls, birth to 24 months, WHO 2006.")
    assert "5 measurements" in picture.get_attribute("aria-label") and "43.9 cm" in picture.get_attribute("aria-label")
    table = one.page.get_by_role("region", name="Head circumference for age in numbers")
    assert table.locator("tbody tr").count() == 5 and "43.9" in table.inner_text()


PIXELS = """() => {
    const canvas = document.querySelector('.uplot canvas');
    const all = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    const told = {dark: 0, light: 0};
    for (let n = 3; n < all.length; n += 4) {
        if (all[n] > 200) { told.dark += all[n - 1] < 80; told.light += all[n - 1] > 220; }
    }
    return told;
}"""


def test_another_theme_draws_the_lines_again_in_its_colours(chart):
    one = chart("teen", page="trends")
    one.page.wait_for_selector(".uplot canvas")
    one.page.wait_for_function(f"(told => told.light > told.dark && told.dark > 300)(({PIXELS})())")
    one.page.click("[data-theme-switch]")
    one.page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    one.page.wait_for_function(f"(told => told.dark > told.light && told.light > 300)(({PIXELS})())")


def test_paper_has_the_chart_and_whose_it_is_but_no_buttons(chart):
    one = chart("teen", "?measure=bmi")
    one.page.emulate_media(media="print")
    assert one.page.locator("svg.growth").is_visible() and not one.page.locator(".measures").is_visible()
    assert (
        not one.page.locator(".rail").is_visible()
        and not one.page.locator(".tools").first.locator("a").first.is_visible()
    )
    foot = one.page.locator(".print-foot").inner_text()
    assert "Boateng, Robin" in foot and "MRN" in foot and "born" in foot and "printed by" in foot
    one.picture("growth-print")


def test_the_pdf_is_handed_out_to_who_may_open_the_chart(chart):
    one = chart("teen", "?measure=bmi")
    address = one.page.get_by_role("link", name="PDF").get_attribute("href")
    answer = one.page.request.get(one.house.url + address)
    assert answer.status == 200 and answer.body().startswith(b"%PDF-")
    assert answer.headers["content-disposition"] == 'inline; filename="growth-bmi.pdf"'
