"""Children: the early warning score, pulse and breathing by age, fever, blood pressure; and pregnancy beside them."""

from decimal import Decimal

import pytest

from medassist.domain.vitals import rules
from medassist.domain.vitals.rules import growth, judging, pews, pressure
from medassist.domain.vitals.rules.data import data

WELL = {"pulse": 105, "respirations": 28, "systolic": 98, "oxygen_saturation": 98}


def points(years, **other):
    return pews.score({**WELL, **other}, years, oxygen=False, refill_seconds=1, effort="normal").parts


@pytest.mark.parametrize(
    ("part", "years", "expected"),
    [
        ("pulse", 0.1, {80: 4, 81: 2, 90: 2, 91: 1, 110: 1, 111: 0, 149: 0, 150: 1, 179: 1, 180: 2, 189: 2, 190: 4}),
        ("pulse", 0.5, {70: 4, 71: 2, 80: 2, 81: 1, 100: 1, 101: 0, 149: 0, 150: 1, 169: 1, 170: 2, 179: 2, 180: 4}),
        ("pulse", 3.9, {60: 4, 61: 2, 70: 2, 71: 1, 90: 1, 91: 0, 119: 0, 120: 1, 149: 1, 150: 2, 169: 2, 170: 4}),
        ("pulse", 4, {50: 4, 51: 2, 60: 2, 61: 1, 70: 1, 71: 0, 109: 0, 110: 1, 129: 1, 130: 2, 150: 2, 151: 4}),
        ("pulse", 12, {40: 4, 41: 2, 49: 2, 50: 1, 60: 1, 61: 0, 99: 0, 100: 1, 119: 1, 120: 2, 139: 2, 140: 4}),
        ("respirations", 0, {15: 4, 16: 2, 19: 2, 20: 1, 29: 1, 30: 0, 60: 0, 61: 1, 80: 1, 81: 2, 90: 2, 91: 4}),
        ("respirations", 0.25, {15: 4, 16: 2, 19: 2, 20: 1, 24: 1, 25: 0, 50: 0, 51: 1, 70: 1, 71: 2, 80: 2, 81: 4}),
        ("respirations", 1, {12: 4, 13: 2, 15: 2, 16: 1, 19: 1, 20: 0, 40: 0, 41: 1, 60: 1, 61: 2, 70: 2, 71: 4}),
        ("respirations", 11.9, {10: 4, 11: 2, 14: 2, 15: 1, 19: 1, 20: 0, 30: 0, 31: 1, 40: 1, 41: 2, 50: 2, 51: 4}),
        ("respirations", 15, {9: 4, 10: 2, 11: 1, 12: 0, 16: 0, 17: 1, 22: 1, 23: 2, 29: 2, 30: 4}),
        ("systolic", 0.1, {45: 4, 46: 2, 50: 2, 51: 1, 60: 1, 61: 0, 79: 0, 80: 1, 99: 1, 100: 2, 129: 2, 130: 4}),
        ("systolic", 0.9, {60: 4, 61: 2, 70: 2, 71: 1, 80: 1, 81: 0, 99: 0, 100: 1, 119: 1, 120: 2, 149: 2, 150: 4}),
        ("systolic", 2, {65: 4, 66: 2, 75: 2, 76: 1, 90: 1, 91: 0, 109: 0, 110: 1, 124: 1, 125: 2, 159: 2, 160: 4}),
        ("systolic", 8, {70: 4, 71: 2, 80: 2, 81: 1, 90: 1, 91: 0, 119: 0, 120: 1, 139: 1, 140: 2, 169: 2, 170: 4}),
        ("systolic", 14, {75: 4, 76: 2, 85: 2, 86: 1, 100: 1, 101: 0, 129: 0, 130: 1, 149: 1, 150: 2, 189: 2, 190: 4}),
        ("oxygen_saturation", 5, {90: 2, 91: 1, 94: 1, 95: 0, 100: 0}),
    ],
)  # fmt: skip
def test_each_part_has_the_points_of_the_published_table(part, years, expected):
    for value, wanted in expected.items():
        assert points(years, **{part: value})[part] == wanted, value


def test_the_score_is_at_most_what_the_paper_says():
    worst = {"pulse": 200, "respirations": 60, "systolic": 60, "oxygen_saturation": 80, "oxygen_flow": 4}
    found = pews.score(worst, 5, oxygen=True, refill_seconds=3, effort="severe")
    assert found.total == data("pews")["most"] == 26 and found.missing == [] and found.band == "8 or more"


def test_oxygen_counts_by_how_much_is_given():
    def of(oxygen, **values):
        return pews.score({**WELL, **values}, 3, oxygen=oxygen).parts.get("oxygen")

    assert [of(False), of(True), of(True, oxygen_flow=3.9), of(True, oxygen_flow=4)] == [0, 2, 2, 4]
    assert [of(True, oxygen_concentration=49), of(True, oxygen_concentration=50), of(None)] == [2, 4, None]


def test_a_score_needs_pulse_and_breathing_and_says_what_else_it_misses():
    assert pews.score({"pulse": 105}, 3) is None
    assert pews.score(WELL, 16) is None and pews.score(WELL, None) is None
    found = pews.score({"pulse": 105, "respirations": 28}, 3)
    assert found.missing == ["systolic", "oxygen_saturation", "oxygen", "capillary_refill", "respiratory_effort"]
    assert (found.total, found.band) == (0, "incomplete")
    assert pews.score(WELL, 3, oxygen=False, refill_seconds=2.9, effort="normal").band == "below 8"


@pytest.mark.parametrize(
    ("name", "value", "unit", "years", "state", "word"),
    [
        ("pulse", 100, "/min", 2, "good", "In range"), ("pulse", 125, "/min", 2, "info", "A little high"),
        ("pulse", 155, "/min", 2, "watch", "High"), ("pulse", 171, "/min", 2, "act", "Very high"),
        ("pulse", 66, "/min", 2, "watch", "Low"), ("pulse", 58, "/min", 2, "act", "Very low"),
        ("pulse", 66, "/min", 17, "good", "In range"), ("respirations", 28, "/min", 4, "good", "In range"),
        ("respirations", 52, "/min", 4, "act", "Very high"), ("respirations", 18, "/min", 16, "good", "In range"),
        ("oxygen_saturation", 95, "%", 4, "good", "In range"), ("oxygen_saturation", 94, "%", 4, "watch", "Low"),
        ("oxygen_saturation", 90, "%", 4, "act", "Very low"),
        ("temperature", 100.3, "[degF]", 4, "good", "In range"), ("temperature", 100.4, "[degF]", 4, "watch", "Fever"),
        ("temperature", 40.1, "Cel", 4, "act", "Very high"), ("temperature", 35.9, "Cel", 4, "watch", "Low"),
        ("temperature", 38.0, "Cel", 60 / 366, "act", "Fever in a young infant"),
        ("temperature", 37.9, "Cel", 60 / 366, "good", "In range"),
        ("temperature", 38.0, "Cel", 61 / 366, "watch", "Fever"),
    ],
)  # fmt: skip
def test_signs_of_children_are_judged_for_their_age(name, value, unit, years, state, word):
    found = rules.judge(name, Decimal(str(value)), unit, years)
    assert (found.state, found.word) == (state, word)
    assert found.source["url"] and found.source["citation"]


@pytest.mark.parametrize(
    ("sex", "years", "upper", "lower"),
    [("male", 1, 98, 52), ("female", 1, 98, 54), ("male", 4.9, 102, 60), ("female", 7, 106, 68), ("male", 12, 113, 75),
     ("female", 12.9, 114, 75)],
)  # fmt: skip
def test_a_child_is_looked_up_from_the_screening_value_on(sex, years, upper, lower):
    def of(systolic, diastolic):
        return rules.judge_pressure(Decimal(systolic), Decimal(diastolic), years, sex=sex)

    assert of(upper - 1, lower - 1).state == "good"
    for found in (of(upper, lower - 1), of(upper - 1, lower)):
        assert (found.state, found.word) == ("watch", "High for age") and f"{upper}/{lower}" in found.note


def test_of_unknown_sex_the_lower_screening_value_counts():
    assert rules.judge_pressure(98, 52, 1).word == "High for age"
    assert rules.judge_pressure(97, 51, 1).state == "good"


def test_a_high_pressure_of_a_child_is_called_by_its_stage():
    assert rules.judge_pressure(130, 60, 6, sex="male").note == "stage 1 range or above"
    assert rules.judge_pressure(110, 90, 6, sex="male").note == "stage 2 range"
    assert rules.judge_pressure(74, 40, 2, sex="male").word == "Low"
    assert rules.judge_pressure(64, 30, 2, sex="male").word == "Very low"


@pytest.mark.parametrize(
    ("systolic", "diastolic", "note"),
    [(119, 79, "normal range"), (120, 79, "elevated range"), (129, 79, "elevated range"), (130, 79, "stage 1 range"),
     (119, 80, "stage 1 range"), (139, 89, "stage 1 range"), (140, 89, "stage 2 range"), (139, 90, "stage 2 range")],
)  # fmt: skip
def test_from_thirteen_on_the_cutoffs_do_not_ask_for_a_height(systolic, diastolic, note):
    for years in (13, 17.99):
        found = rules.judge_pressure(systolic, diastolic, years)
        assert found.note == note and found.source["url"].endswith("peds.2017-1904")


# the Fourth Report's own table: boys, at the 5th to 95th percentile of height
TABLE = {(1, 50): ([80, 81, 83, 85, 87, 88, 89], [34, 35, 36, 37, 38, 39, 39]),
         (1, 90): ([94, 95, 97, 99, 100, 102, 103], [49, 50, 51, 52, 53, 53, 54]),
         (1, 95): ([98, 99, 101, 103, 104, 106, 106], [54, 54, 55, 56, 57, 58, 58]),
         (2, 50): ([84, 85, 87, 88, 90, 92, 92], [39, 40, 41, 42, 43, 44, 44]),
         (3, 90): ([100, 101, 103, 105, 107, 108, 109], [59, 59, 60, 61, 62, 63, 63]),
         (4, 95): ([106, 107, 109, 111, 112, 114, 115], [66, 67, 68, 69, 70, 71, 71])}  # fmt: skip


def test_the_norms_of_the_fourth_report_give_its_own_table():
    for (years, share), pair in TABLE.items():
        for name, row in zip(("systolic", "diastolic"), pair, strict=True):
            norm = pressure._norm("male", name)
            for tall, printed in zip((5, 10, 25, 50, 75, 90, 95), row, strict=True):
                middle = pressure.expected(norm, years, growth.NORMAL.inv_cdf(tall / 100))
                assert middle + norm.sigma * growth.NORMAL.inv_cdf(share / 100) == pytest.approx(printed, abs=1), years


def test_a_child_without_height_or_too_old_is_not_placed():
    assert pressure.place(100, 60, 6, "male", None) is None and pressure.place(100, 60, 18, "male", 170) is None
    assert pressure.place(100, 60, 6, "", 116) is None and pressure.place(100, 60, 0.9, "male", 74) is None
    assert pressure.place(100, None, 1.5, "female", 80)["systolic"] > 50


def test_an_infant_is_only_told_what_is_far_out():
    assert rules.judge_pressure(90, 50, 0.5) is None
    assert rules.judge_pressure(70, 40, 0.5).word == "Low" and rules.judge_pressure(60, 40, 0.5).word == "Very low"
    assert rules.judge_pressure(120, 60, 0.5).word == "High" and rules.judge_pressure(130, 60, 0.1).word == "Very high"


@pytest.mark.parametrize(
    ("systolic", "diastolic", "state"),
    [(139, 89, "good"), (140, 80, "watch"), (120, 90, "watch"), (160, 80, "act"), (140, 110, "act"), (150, 101, "act"),
     (150, 100, "watch"), (89, 60, "act"), (90, 50, "good")],
)  # fmt: skip
def test_in_pregnancy_other_limits_hold(systolic, diastolic, state):
    assert rules.judge_pressure(systolic, diastolic, 30, pregnant=True).state == state


@pytest.mark.parametrize(
    ("name", "good", "act"),
    [("pulse", (50, 120), (49, 121)), ("respirations", (10, 30), (9, 31)), ("oxygen_saturation", (95, 100), (94, 80))],
)
def test_in_pregnancy_the_maternal_criteria_speak(name, good, act):
    states = [[judging.judged(name, value, 30, pregnant=True).state for value in values] for values in (good, act)]
    assert states == [["good", "good"], ["act", "act"]]
