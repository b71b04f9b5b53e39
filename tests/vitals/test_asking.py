"""What is asked at the bedside: each kind of slip with its question, what is never asked, and that nothing raises."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medassist.domain.vitals import rules
from medassist.domain.vitals.rules import growth
from medassist.domain.vitals.rules.trend import FURTHEST, GROWING, _curve
from tests.vitals.slips import OFFICE, SIGNS, Box

AUG, NOV = date(2026, 8, 12), date(2026, 11, 23)
ADULT = {"systolic": "128", "diastolic": "78", "pulse": "72", "respirations": "16", "temperature": "98.4",
         "oxygen_saturation": "97", "weight": "187.6", "height": "64.5"}  # fmt: skip
CHILD = {"weight": "58.2", "height": "50.1", "pulse": "88", "temperature": "98.6"}


def person(usual, born, sex="female", day=AUG):
    last = {name: rules.Told(D(value), OFFICE[name], day) for name, value in usual.items()}
    return rules.Known(on=NOV, born=born, sex=sex, last=last)


MARISOL, TOM = person(ADULT, date(1983, 3, 4)), person(CHILD, date(2018, 5, 1), "male")
NEW = rules.Known(on=NOV, born=date(1983, 3, 4), sex="female")
NEW_CHILD = rules.Known(on=NOV, born=date(2024, 5, 1), sex="female")


def boxes(typed):
    made = []
    for name, told in typed.items():
        value, unit = told if isinstance(told, tuple) else (told, OFFICE[name])
        made.append(Box(name, D(value), unit))
    return made


@pytest.mark.parametrize(
    ("known", "typed", "says"),
    [
        # the other unit
        (MARISOL, {"weight": "85.1"}, {"weight": "−103 lb since Aug 12. Did you mean 85.1 kg?"}),
        (MARISOL, {"weight": ("187.6", "kg")}, {"weight": "+226 lb since Aug 12. Did you mean 187.6 lb?"}),
        (MARISOL, {"height": ("64.5", "cm")}, {"height": "64.5 cm is very low. Did you mean 64.5 in?"}),
        (TOM, {"weight": "26.4"}, {"weight": "−32 lb since Aug 12, less than growth explains. Did you mean 26.4 kg?"}),
        # digits turned
        (MARISOL, {"weight": "178.6"}, {"weight": "178.6 lb: it was 187.6 lb on Aug 12. Digits turned?"}),
        (MARISOL, {"height": "65.4"}, {"height": "65.4 in: it was 64.5 in on Aug 12. Digits turned?"}),
        (MARISOL, {"systolic": "182"}, {"systolic": "182 mmHg: it was 128 mmHg on Aug 12. Digits turned?"}),
        (MARISOL, {"temperature": "94.8"}, {"temperature": "94.8 °F is very low. Measure again?"}),
        (MARISOL, {"temperature": "96.7"}, {}),
        # the point
        (MARISOL, {"weight": "18.76"}, {"weight": "18.76 lb is very low. Did you mean 187.6?"}),
        (TOM, {"weight": "5.82"}, {"weight": "5.82 lb is very low for this age. Did you mean 58.2?"}),
        # digits doubled, dropped, beside
        (MARISOL, {"weight": "197.6"}, {}),
        (MARISOL, {"weight": "287.6"}, {"weight": "+100 lb since Aug 12. Weigh again?"}),
        (MARISOL, {"weight": "87.6"}, {"weight": "−100 lb since Aug 12. Did you mean 87.6 kg?"}),
        (MARISOL, {"height": "66.5"}, {"height": "+2.0 in since Aug 12. Measure again?"}),
        (MARISOL, {"pulse": "7"}, {"pulse": "7 /min is very low. Did you mean 70?"}),
        (MARISOL, {"respirations": "26"}, {"respirations": "+10 /min since Aug 12. Measure again?"}),
        (MARISOL, {"oxygen_saturation": "87"},
         {"oxygen_saturation": "−10 points since Aug 12. Measure again?"}),
        (TOM, {"weight": "72.2"}, {"weight": "+14 lb since Aug 12, more than growth explains. Weigh again?"}),
        (TOM, {"height": "48.1"}, {"height": "−2.0 in since Aug 12, less than growth explains. Measure again?"}),
        # the wrong box, or somebody else
        (MARISOL, {"respirations": "72", "pulse": "72"}, {"respirations": "72 /min is very high. Measure again?"}),
        (MARISOL, {"pulse": "97", "oxygen_saturation": "97"},
         {"pulse": "97 stands in Pulse and in Oxygen. Which is right?"}),
        (MARISOL, {"temperature": "97", "oxygen_saturation": "97"},
         {"temperature": "97 stands in Temperature and in Oxygen. Which is right?"}),
        (MARISOL, {"weight": "64.5", "height": "187.6"},
         {"weight": "−123 lb since Aug 12. Weigh again?", "height": "187.6 in is very high. Did you mean 187.6 cm?"}),
        (MARISOL, {"weight": "141.2"}, {"weight": "−46 lb since Aug 12. Weigh again?"}),
        # the first time
        (NEW, {"weight": "62", "height": "75"},
         {"weight": "With a height of 75 in this is a BMI of 7.8. Look at both again?"}),
        (NEW_CHILD, {"weight": "57"}, {"weight": "57 lb is very high for this age. Measure again?"}),
        (NEW_CHILD, {"height": "43"}, {"height": "43 in is very high for this age. Measure again?"}),
        # two pressures
        (MARISOL, {"systolic": "98", "diastolic": "92"}, {"systolic": "98/92 lie very close together. Measure again?"}),
    ],
)  # fmt: skip
def test_each_kind_of_slip_has_its_question(known, typed, says):
    assert rules.asked(boxes(typed), known) == {name: [why] for name, why in says.items()}


@pytest.mark.parametrize(
    ("known", "typed"),
    [
        (MARISOL, ADULT), (TOM, CHILD), (MARISOL, {"temperature": "103.2", "pulse": "96"}),
        (MARISOL, {"weight": "180.2"}), (MARISOL, {"systolic": "158", "diastolic": "96"}), (TOM, {"weight": "60.0"}),
        (TOM, {"height": "50.8"}), (NEW, ADULT), (NEW_CHILD, {"weight": "29", "height": "35.5"}),
        # back from a fever
        (person({"temperature": "102.8"}, date(1983, 3, 4)), {"temperature": "98.2"}),
        # a child who was not seen for three years
        (person({"weight": "40.0", "height": "41.5"}, date(2018, 5, 1), "male", date(2023, 8, 1)), CHILD),
    ],
)  # fmt: skip
def test_what_can_well_be_is_not_asked_about(known, typed):
    assert rules.asked(boxes(typed), known) == {}


def test_a_slip_that_was_recorded_does_not_make_the_right_value_doubtful():
    wrong = rules.Told(D("287.6"), "[lb_av]", AUG)
    right = [rules.Told(D(value), "[lb_av]", AUG - timedelta(days=90 * n)) for n, value in ((1, "187.0"), (2, "186.2"))]
    known = rules.Known(on=NOV, born=date(1983, 3, 4), last={"weight": rules.history([wrong, *right])})
    assert rules.asked(boxes({"weight": "187.6"}), known) == {}


def test_of_a_child_of_unknown_sex_growth_is_not_asked():
    known = person(CHILD, date(2018, 5, 1), "")
    assert known.child is None
    assert rules.asked(boxes({"weight": "26.4"}), known)["weight"] == ["−32 lb since Aug 12. Did you mean 26.4 kg?"]


def test_a_day_long_gone_is_asked_about():
    now = datetime(2026, 11, 23, 18, tzinfo=UTC)
    assert rules.time_doubts(now - timedelta(days=299), now) == []
    assert rules.time_doubts(datetime(2025, 11, 23, 18, tzinfo=UTC), now) == [
        "Nov 23, 2025 is more than 300 days ago. Is the day right?"
    ]


slow = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=3)
days = st.dates(date(2000, 1, 1), date(2026, 11, 23))


# made once: hypothesis takes longer to make these than to draw from them
several = st.lists(st.sampled_from(SIGNS), unique=True)
units = {name: st.sampled_from(rules.sign(name).units) for name in SIGNS}
others = {name: st.sampled_from([*rules.sign(name).units, "cm"]) for name in SIGNS}
before = st.lists(st.tuples(numbers, days), min_size=1, max_size=3)
born_on, sexes = st.none() | days, st.sampled_from(["", "male", "female", "other"])


@st.composite
def knowns(draw):
    told = {}
    for name in draw(several):
        unit = draw(others[name])
        told[name] = rules.history([rules.Told(value, unit, on) for value, on in draw(before)])
    return rules.Known(on=draw(days), born=draw(born_on), sex=draw(sexes), last=told)


@given(st.data(), knowns())
@slow
def test_nothing_that_is_asked_ever_raises(data, known):
    found = [Box(name, data.draw(numbers), data.draw(units[name])) for name in data.draw(several)]
    for one in found:
        rules.faults(one.sign, one.value, one.unit)
    for why in rules.asked(found, known).values():
        assert all(text and "\n" not in text for text in why)


@given(st.sampled_from(SIGNS), st.integers(0, 36_000), st.integers(0, 1500), st.data())
@slow
def test_the_last_plausible_value_again_is_never_asked_about(name, age, ago, data):
    one = rules.sign(name)
    value = data.draw(st.decimals(min_value=1, max_value=400, places=one.places, allow_nan=False))
    born, sex = NOV - timedelta(days=age), data.draw(st.sampled_from(["", "male", "female"]))
    alone = rules.Known(on=NOV, born=born, sex=sex)
    if rules.faults(name, value, one.office) or rules.doubts(name, value, one.office, years=alone.years):
        return
    told = rules.Told(value, one.office, NOV - timedelta(days=min(age, ago)))
    known = rules.Known(on=NOV, born=born, sex=sex, last={name: told})
    assert rules.asked([Box(name, value, one.office)], known) == {}


def test_every_curve_can_be_followed_as_far_as_it_is():
    for name in GROWING:
        for sex in growth.SEX:
            for age in range(0, 7300, 10):
                if (curve := _curve(name, sex, age)) is not None:
                    assert 0 < growth.at_z(-FURTHEST, curve) < growth.at_z(FURTHEST, curve)
