"""Lying and standing, pulse over pressure, arms that are not to be used; and tables against exact arithmetic."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medassist.domain.vitals import rules
from medassist.domain.vitals.rules import checks, plan
from medassist.domain.vitals.rules.bands import bands
from medassist.domain.vitals.rules.signs import SIGNS

LYING = rules.Stance("lying", None, 120, 80, 70)


def stood(minutes=1, systolic=118, diastolic=80, pulse=76):
    return rules.Stance("standing", minutes, systolic, diastolic, pulse)


@pytest.mark.parametrize(
    ("reading", "years", "word"),
    [
        (stood(systolic=100), 70, "Falls on standing"), (stood(systolic=101), 70, None),
        (stood(diastolic=70), 70, "Falls on standing"), (stood(diastolic=71), 70, None),
        (stood(minutes=3.1, systolic=90), 70, None), (stood(minutes=None, systolic=90), 70, "Falls on standing"),
        (stood(pulse=100), 30, "Pulse rises on standing"), (stood(pulse=99), 30, None),
        (stood(minutes=10, pulse=100), 30, "Pulse rises on standing"), (stood(minutes=11, pulse=100), 30, None),
        (stood(pulse=109), 12, None), (stood(pulse=110), 19.9, "Pulse rises on standing"),
        (stood(systolic=95, pulse=110), 30, "Falls on standing"),
    ],
)  # fmt: skip
def test_a_change_on_standing_is_told_from_the_limits_on(reading, years, word):
    found = rules.orthostatic([LYING, reading], years)
    assert [one.word for one in found.judgements] == ([word] if word else [])
    assert found.positive is bool(word)


def test_without_both_positions_nothing_is_compared():
    assert rules.orthostatic([LYING]) is None and rules.orthostatic([stood()]) is None and rules.orthostatic([]) is None


def test_the_greatest_fall_counts_and_lying_comes_before_sitting():
    sitting = rules.Stance("sitting", None, 110, 78, 72)
    found = rules.orthostatic([sitting, LYING, stood(1, 112, 76), stood(3, 104, 74)])
    assert (found.systolic_drop, found.diastolic_drop, found.pulse_rise) == (16, 6, 6)
    assert rules.orthostatic([sitting, stood(1, 108)]).systolic_drop == 2


def test_what_was_not_measured_is_not_compared():
    found = rules.orthostatic([rules.Stance("lying", pulse=60), rules.Stance("standing", 2, systolic=90, pulse=95)], 40)
    assert (found.systolic_drop, found.diastolic_drop, found.pulse_rise) == (None, None, 35)


@pytest.mark.parametrize(
    ("pulse", "systolic", "index", "state"),
    [(72, 120, 0.6, None), (90, 100, 0.9, None), (91, 100, 0.91, "watch"), (100, 100, 1.0, "watch"),
     (101, 100, 1.01, "act")],
)  # fmt: skip
def test_the_shock_index_of_adults_is_judged(pulse, systolic, index, state):
    assert rules.shock_index(pulse, systolic) == index
    found = rules.judge_shock_index(index, 50)
    assert (found and found.state) == state
    assert rules.judge_shock_index(index, 10) is None and rules.judge_shock_index(index, 30, pregnant=True) is None
    assert rules.shock_index(pulse, 0) is None


@pytest.mark.parametrize(
    ("codes", "site", "told"),
    [
        (["avoid-left-arm"], "left-arm", True), (["no-bp-left-arm"], "left-wrist", True), (["left"], "Left arm", True),
        (["avoid-both-arms"], "right-arm", True), (["avoid-left-arm"], "right-arm", False), ([], "left-arm", False),
        (["avoid-left-arm"], "left-thigh", False), (["avoid-left-arm"], "", False),
        (["deaf-left-ear"], "left-arm", False),
    ],
)  # fmt: skip
def test_an_arm_is_avoided_by_the_alerts_of_the_patient(codes, site, told):
    assert bool(rules.avoid_arm(codes, site)) is told


LIMITS = st.lists(st.decimals(1, 299, places=1), min_size=1, unique=True)


@given(st.decimals(0, 300, places=4), st.sampled_from([0, 1]), LIMITS)
def test_bands_are_found_as_exact_arithmetic_finds_them(value, places, limits):
    rows = [*({"to": limit, "n": n} for n, limit in enumerate(sorted(limits))), {"n": len(limits)}]
    figure = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    for strict in (False, True):
        wanted = next(row["n"] for row in rows
                      if "to" not in row or (figure < row["to"] if strict else figure <= row["to"]))  # fmt: skip
        assert bands(rows, lambda row: row["n"], places, strict).at(float(value)) == wanted


AGES = st.one_of(st.none(), st.floats(0, 110), st.sampled_from([0.0, 0.1, 1.0, 2.0, 5.0, 6.0, 10.0, 13.0, 16.0, 18.0]))


@given(st.sampled_from([n for n, s in SIGNS.items() if not (s.date or s.coded)]), AGES, st.data())
def test_where_a_plan_calls_a_value_plain_nobody_would_ask(name, years, data):
    unit = data.draw(st.sampled_from(SIGNS[name].units or (SIGNS[name].standard,)))
    one = plan.plans(plan.stage(years), False)[name, unit]
    low, high = (edge if one.low <= one.high else 50.0 for edge in (one.low, one.high))
    value = data.draw(st.decimals(-10, 1000, places=2) | st.floats(low, high).map(lambda x: Decimal(f"{x:.3f}")))
    if one.low <= float(value) * one.factor + one.offset <= one.high:
        assert rules.faults(name, value, unit) == []
        assert rules.doubts(name, value, unit, years=years) == []


def test_a_unit_of_another_kind_has_no_plan_and_made_up_units_are_not_kept():
    table = plan.plans(plan.stage(40), False)
    assert table["weight", "cm"] is None and table["weight", "furlong"] is None
    for n in range(2 * plan.MOST):
        assert table["weight", f"furlong{n}"] is None
    assert len(table) <= plan.MOST
    assert checks.faults("weight", Decimal(80), "furlong")
