"""Protocols as data: when steps are due, what several pressures are together, what falls on standing."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from medassist.domain.vitals.rules import protocols

T = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


def at(minutes):
    return T + timedelta(minutes=minutes)


def pair(upper, lower):
    return Decimal(upper), Decimal(lower)


def test_every_protocol_names_a_source_that_is_there_with_its_date():
    for one in protocols.protocols().values():
        assert one.source["text"] and one.source["as_of"] and "url" in one.source
        assert one.average in ("", *protocols.data("protocols")["averages"])


def test_a_second_pressure_is_due_five_minutes_after_the_first_or_as_the_office_sets():
    again = protocols.protocols()["repeat-pressure"]
    assert again.due(1, T, [at(2)], {}) == at(7)
    assert again.due(1, T, [at(2)], {"pressure_rest": 60}) == at(3)
    assert again.due(2, T, [at(2), at(7)], {}) is None


def test_three_minutes_of_standing_count_from_standing_up_however_late_the_first_was():
    standing = protocols.protocols()["orthostatic"]
    assert standing.due(0, T, [], {}) == at(5)
    assert standing.due(1, T, [at(5)], {}) == at(6)
    assert standing.due(2, T, [at(5), at(7.5)], {}) == at(8)


def test_readings_alone_follow_each_other_by_a_minute_after_five_of_rest():
    alone = protocols.protocols()["unattended-pressure"]
    assert [alone.due(n, T, [at(5), at(6), at(7)][:n], {}) for n in range(4)] == [at(5), at(6), at(7), None]


@pytest.mark.parametrize(
    ("readings", "rule", "is_"),
    [
        ([("148", "92"), ("141", "87")], "mean", ("145", "90")),
        ([("148", "92")], "mean", None),
        ([("148", "92"), ("141", "95")], "lowest", ("141", "92")),
        ([("148", "92")], "lowest", ("148", "92")),
        ([], "lowest", None),
        ([("120", "80"), ("121", "80"), ("121", "81")], "mean", ("121", "80")),
    ],
)
def test_several_pressures_become_one_by_the_rule_that_is_asked(readings, rule, is_):
    assert protocols.average([pair(*one) for one in readings], rule) == (pair(*is_) if is_ else None)


@pytest.mark.parametrize(
    ("standing", "fell"),
    [
        ({"systolic": "121", "diastolic": "81"}, []),
        ({"systolic": "120", "diastolic": "81"}, ["systolic"]),
        ({"systolic": "130", "diastolic": "70"}, ["diastolic"]),
        ({"systolic": "110", "diastolic": "60", "pulse": "99"}, ["systolic", "diastolic"]),
        ({}, []),
    ],
)
def test_a_fall_of_twenty_or_ten_is_noted(standing, fell):
    lying = {"systolic": Decimal(140), "diastolic": Decimal(80), "pulse": Decimal(70)}
    assert protocols.falls(lying, {name: Decimal(value) for name, value in standing.items()}) == fell


@pytest.mark.parametrize(("minutes", "state"), [(-1, "none"), (0, "watch"), (4.9, "watch"), (5, "act"), (60, "act")])
def test_a_due_time_is_calm_then_amber_then_red(minutes, state):
    assert protocols.lateness(T, at(minutes)) == state
