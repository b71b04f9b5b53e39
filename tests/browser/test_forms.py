"""Forms in a browser: what is asked back stands wholly in sight, below what sticks to the top; two presses are one."""

import pytest

from tests.browser.axe import still
from tests.browser.test_by_keyboard import an_adult

UNLIKELY = {"systolic": "248", "diastolic": "146", "pulse": "195", "temperature": "107", "oxygen_saturation": "61"}
PLACE = """() => {
  const said = document.activeElement.closest('.saidrow'), box = said.getBoundingClientRect();
  const value = document.getElementById(said.id.replace('said-', 'f-')).getBoundingClientRect();
  const sticks = one => getComputedStyle(one).position === 'sticky';
  const over = [...document.querySelectorAll('.top, .banner')].filter(sticks).map(one => one.getBoundingClientRect());
  const under = [...document.querySelectorAll('.keys, body.app > .rail')].map(one => one.getBoundingClientRect());
  return {
    value: value.top, top: box.top, bottom: box.bottom, from: Math.max(0, ...over.map(one => one.bottom)),
    to: Math.min(innerHeight, ...under.filter(one => one.height && one.top > innerHeight / 2).map(one => one.top)),
  };
}"""


def in_sight(one):
    """Where the box of the doubt that has the focus stands, and between which edges it may."""
    one.page.wait_for_selector(".doubt input:focus:not(:checked)")
    still(one.page)
    return one.page.evaluate(PLACE)


def recorded(one):
    """Press the button that records the set, and wait for the answer; whether it was recorded."""
    with one.page.expect_response(lambda answer: answer.url.endswith("/vitals")) as answer:
        one.page.locator("#vitals-form [data-save]").click()
    return answer.value.ok


@pytest.mark.parametrize("width", [390, 820, 1440])
def test_each_doubt_that_is_asked_stands_wholly_below_the_top_bar(seat, width):
    one = seat(width=width, touched=width < 1000)
    an_adult(one)
    for name, text in UNLIKELY.items():
        one.page.locator(f"input[name={name}]").fill(text)
    recorded(one)
    in_sight(one)
    asked = one.page.locator("#signs .doubt").count()
    assert asked >= 3, "there is more than one to go through"
    for number in range(asked):
        place = in_sight(one)
        assert place["from"] <= place["value"] < place["top"] and place["bottom"] <= place["to"], (number, place)
        one.picture(f"doubt-{width}-{number}")
        one.page.locator(".doubt input:focus").check()
        if number < asked - 1:
            recorded(one)
    assert not [said for said in one.complaints if "422" not in said]


def test_two_presses_record_one_set_and_raise_no_alarm(seat):
    one = seat()
    an_adult(one)
    one.page.locator("input[name=pulse]").fill("72")
    one.page.wait_for_timeout(1200)  # what is looked at while it is typed is over
    one.page.evaluate(
        """() => {
        const button = document.querySelector('#vitals-form [data-save]');
        button.click();
        setTimeout(() => button.click(), 40);
        }"""
    )
    one.page.wait_for_selector("#s-vitals b:text-is('72')")
    one.page.wait_for_timeout(1200)
    assert not one.page.locator("text=sent before with another content").count() and not one.complaints
