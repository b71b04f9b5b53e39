"""Growth charts as numbers: curves lie in order, a child lies where the rules place it, labels do not touch."""

import re

import pytest

from medassist.domain.vitals.rules import charting, growth
from medassist.domain.vitals.rules.charting import Body
from medassist.domain.vitals.rules.data import data

MONTH = 30.4375
SEXES = ("male", "female")


def points_of(path):
    return [tuple(map(float, pair.split())) for pair in re.findall(r"[-\d.]+ [-\d.]+", path)]


def each_sheet():
    for chart in charting.charts().values():
        for sex in SEXES:
            yield chart, sex, charting.sheet(chart, sex)


def test_the_curves_are_those_that_the_office_knows_from_paper():
    charts = charting.charts()
    assert [label for label, _ in charts["length"].curves] == ["2", "5", "10", "25", "50", "75", "90", "95", "98"]
    assert [label for label, _ in charts["stature"].curves] == ["3", "5", "10", "25", "50", "75", "90", "95", "97"]
    assert [label for label, _ in charts["bmi"].curves] == ["5", "10", "25", "50", "75", "85", "90", "95"]
    assert growth.NORMAL.inv_cdf(dict(charts["length"].curves)["98"] / 100) == pytest.approx(2, abs=0.001)


def test_a_chart_without_its_table_is_not_offered():
    here = {one.key for one in charting.charts().values()}
    for one in data("charts")["charts"]:
        middle = sum(map(float, one["x"])) / 2
        assert (one["key"] in here) == (growth.lms(one["reference"], one["measure"], "male", middle) is not None)
    assert {"length", "weight-infant", "head", "stature", "weight", "bmi"} <= here


def test_every_curve_runs_the_whole_chart_and_a_higher_percentile_is_nowhere_lower():
    for chart, sex, sheet in each_sheet():
        lines = {one.label: points_of(one.path) for one in sheet.curves}
        order = [label for label, _ in chart.curves]
        for label, line in lines.items():
            assert line[0][0] == charting.LEFT and line[-1][0] == charting.RIGHT, (chart.key, sex, label)
            assert all(charting.TOP <= y <= charting.BOTTOM for _, y in line), (chart.key, sex, label)
        for lower, higher in zip(order, order[1:], strict=False):
            assert all(a[1] >= b[1] for a, b in zip(lines[lower], lines[higher], strict=True)), (chart.key, higher)


def test_no_two_labels_at_the_right_edge_touch():
    for chart, sex, sheet in each_sheet():
        ys = [one.y for one in sheet.curves]
        assert all(b - a >= charting.GAP - 0.11 for a, b in zip(ys, ys[1:], strict=False)), (chart.key, sex)
        assert max(ys) <= charting.BOTTOM + 8 and min(ys) >= charting.TOP - 8


@pytest.mark.parametrize(
    ("sex", "months", "body", "key"),
    [
        ("male", 97, {"weight": 32.1, "height": 123.2}, "weight"), ("male", 97, {"height": 123.2}, "stature"),
        ("female", 9, {"weight": 8.1}, "weight-infant"), ("female", 9, {"head": 43.6}, "head"),
        ("male", 14.3, {"height": 77.5}, "length"), ("female", 60, {"weight": 19.0, "height": 110.0}, "bmi"),
    ],
)  # fmt: skip
def test_a_child_lies_between_the_curves_that_its_percentile_names(sex, months, body, key):
    chart = charting.charts()[key]
    points = charting.placed(sex, [Body("day", months * MONTH, **body)])[key]
    sheet = charting.sheet(chart, sex, points)
    [(x, y)] = charting.plot(sheet, points).dots
    percentile = points[0].placed.percentile
    for label, share in chart.curves:
        line = points_of(next(one.path for one in sheet.curves if one.label == label))
        left = max(point for point in line if point[0] <= x)
        right = min(point for point in line if point[0] >= x)
        width = right[0] - left[0]
        at = left[1] if not width else left[1] + (right[1] - left[1]) * (x - left[0]) / width
        if abs(share - percentile) > 1:
            assert (y < at) == (percentile > share), (label, percentile)


def test_the_grid_says_kilograms_and_pounds_at_the_same_height():
    sheet = charting.sheet(charting.charts()["weight"], "female")
    pounds = next(one for one in sheet.other if one.text == "100")
    kilograms = sheet.place(24, 45.359237)[1]
    assert pounds.at == pytest.approx(kilograms, abs=0.1)
    assert [one.text for one in sheet.columns][:2] == ["2", "3"] and sheet.columns[-1].text == "20"


def test_a_child_beyond_the_paper_makes_it_grow():
    heavy = charting.placed("male", [Body("day", 200 * MONTH, weight=141.0, height=178.0)])
    chart = charting.charts()["weight"]
    sheet = charting.sheet(chart, "male", heavy["weight"])
    assert sheet.y[1] >= 141 and charting.plot(sheet, heavy["weight"]).dots[0][1] > charting.TOP


def test_severe_obesity_has_its_lines_by_cdcs_extended_method():
    bmi = charting.charts()["bmi"]
    assert not [one for one in charting.sheet(bmi, "male").curves if "%" in one.label]
    found = charting.placed("male", [Body("day", 170 * MONTH, weight=118.0, height=170.0)])["bmi"]
    assert found[0].placed.method == "cdc-extended-bmi"
    sheet = charting.sheet(bmi, "male", found)
    lines = {one.label: points_of(one.path) for one in sheet.curves}
    assert {"120 %", "140 %"} <= set(lines)
    limit = growth.at_z(growth.P95, growth.lms("cdc2000", "bmi-for-age", "male", 240))
    assert lines["120 %"][-1][1] == pytest.approx(sheet.place(240, 1.2 * limit)[1], abs=0.11)
    [(_, y)] = charting.plot(sheet, found).dots
    share = found[0].placed.percent_of_95th
    assert share > 140 and y < min(b for a, b in lines["140 %"] if abs(a - charting.plot(sheet, found).dots[0][0]) < 6)


def test_a_bmi_alone_is_placed_and_a_length_of_a_two_year_old_stands_in_the_table_only():
    alone = charting.placed("female", [Body("day", 60 * MONTH, bmi=15.2)])
    assert list(alone) == ["bmi"] and alone["bmi"][0].placed == growth.bmi_for_age("female", 60, 15.2)
    lying = charting.placed("female", [Body("day", 28 * MONTH, height=88.0, lying=True)])["stature"]
    assert [one.drawn for one in lying] == [False]
    assert charting.plot(charting.sheet(charting.charts()["stature"], "female", lying), lying) is None


def test_an_infant_born_early_counts_from_the_expected_day_until_two_years():
    bodies = [Body("a", 200.0, weight=6.0), Body("b", 800.0, weight=11.0)]
    on_time, early = (charting.placed("male", bodies, weeks) for weeks in (37, 32))
    assert early["weight-infant"][0].x == pytest.approx(on_time["weight-infant"][0].x - 56 / MONTH)
    assert early["weight-infant"][0].placed.z > on_time["weight-infant"][0].placed.z
    assert early["weight"] == on_time["weight"]
    assert early["weight-infant"][0].placed == growth.assess("male", 144.0, weight=6.0)[0]


@pytest.mark.parametrize(
    ("percentile", "said"),
    [(16.6, "17"), (0.04, "under 0.1"), (0.62, "0.6"), (98.4, "98"), (99.26, "99.3"), (99.97, "over 99.9"), (1, "1")],
)
def test_a_percentile_is_said_as_exactly_as_it_tells_children_apart(percentile, said):
    assert charting.percentile_text(percentile) == said


def test_a_z_score_has_its_sign():
    assert [charting.z_text(z) for z in (1.164, -0.957, 0.001)] == ["+1.16", "−0.96", "0.00"]
