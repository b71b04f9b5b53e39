"""The usual range behind a trend: by the age at the time, from cited sources alone."""

from datetime import date
from decimal import Decimal

import pytest

from medassist.domain.vitals.rules import spans, usual

BORN = date(2008, 2, 29)


def test_a_band_begins_on_the_day_a_source_begins_to_speak():
    [(start, end, low, high)] = spans.spans("systolic", BORN, date(2024, 1, 10), date(2027, 5, 2))
    assert start == date(2026, 3, 1)
    assert end == date(2027, 5, 3) and (low, high) == usual("systolic", 19.0)


def test_both_pressures_have_a_band_and_a_child_without_source_has_none():
    assert spans.band("diastolic", 40.0) == (Decimal(60), Decimal(80))
    assert spans.spans("diastolic", BORN, date(2010, 1, 1), date(2011, 1, 1)) == []
    assert spans.spans("weight", BORN, date(2010, 1, 1), date(2011, 1, 1)) == []
    assert spans.spans("pulse", None, date(2010, 1, 1), date(2011, 1, 1)) == []


def test_pieces_of_a_band_follow_each_other_without_a_gap():
    pieces = spans.spans("pulse", date(1990, 12, 31), date(2007, 3, 3), date(2026, 3, 3))
    assert pieces and all(a[1] == b[0] for a, b in zip(pieces, pieces[1:], strict=False))


@pytest.mark.parametrize(
    ("name", "value", "years", "out"),
    [
        ("systolic", "118", 40.0, False), ("systolic", "148", 40.0, True), ("diastolic", "79", 40.0, False),
        ("diastolic", "92", 40.0, True), ("pulse", "59", 40.0, True), ("pulse", "60", 40.0, False),
        ("systolic", "148", 6.0, True), ("weight", "500", 40.0, False), ("bmi", "27.4", 40.0, True),
    ],
)  # fmt: skip
def test_a_value_is_outside_where_it_is_judged_to_be(name, value, years, out):
    assert spans.outside(name, Decimal(value), years) is out
