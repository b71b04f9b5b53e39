"""How times, ages and figures are written."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from medassist.ui import human

ON = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("born", "said"),
    [
        (date(2026, 11, 17), "6 d"),
        (date(2026, 11, 23), "0 d"),
        (date(2026, 11, 10), "13 d"),
        (date(2026, 11, 9), "2 wk"),
        (date(2026, 10, 1), "7 wk"),
        (date(2026, 8, 31), "2 mo"),
        (date(2025, 9, 20), "14 mo"),
        (date(2024, 11, 24), "23 mo"),
        (date(2024, 11, 23), "2 y"),
        (date(2018, 10, 20), "8 y 1 mo"),
        (date(2014, 11, 24), "11 y 11 mo"),
        (date(2014, 11, 23), "12 y"),
        (date(1983, 3, 4), "43 y"),
        (date(1924, 2, 29), "102 y"),
    ],
)
def test_ages_are_said_as_in_the_clinic(born, said):
    assert human.age(born, ON) == said


@pytest.mark.parametrize(
    ("hour", "minute", "said"),
    [(10, 42, "10:42"), (0, 5, "12:05"), (12, 0, "12:00 pm"), (13, 20, "1:20 pm"), (23, 59, "11:59 pm")],
)
def test_the_afternoon_says_pm_and_the_morning_nothing(hour, minute, said):
    assert human.clock(datetime(2026, 11, 23, hour, minute, tzinfo=UTC)) == said


def test_the_clock_of_24_hours_is_a_setting():
    assert human.clock(datetime(2026, 11, 23, 13, 5, tzinfo=UTC), twentyfour=True) == "13:05"


def test_a_date_names_its_year_when_it_is_another():
    assert human.day(date(2026, 8, 12), ON) == "Aug 12"
    assert human.day(date(2025, 8, 12), ON) == "Aug 12, 2025"
    assert human.planned(date(2026, 11, 24)) == "Tue Nov 24"
    assert human.birth(date(1983, 3, 4)) == "Mar 4, 1983"


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=30), "0 min"),
        (timedelta(minutes=4), "4 min"),
        (timedelta(minutes=215), "3 h 35"),
        (timedelta(hours=2), "2 h"),
        (timedelta(days=2, hours=5), "2 d"),
        (timedelta(minutes=-3), "0 min"),
    ],
)
def test_a_wait_is_short(span, said):
    assert human.wait(span) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Decimal("98.40"), "98.4"),
        (".5", "0.5"),
        ("1000", "1,000"),
        (Decimal("-0.96"), "−0.96"),
        (100, "100"),
        (None, "–"),
        ("", "–"),
        ("trace", "trace"),
    ],
)
def test_figures_have_leading_zeros_and_no_trailing_ones(value, said):
    assert human.number(value) == said


def test_a_change_carries_its_sign_and_unit():
    assert human.change("6.2", "[lb_av]") == "+6.2 lb"
    assert human.change("-0.96") == "−0.96"
    assert human.change("0") == "0"


def test_units_are_written_as_people_write_them():
    assert [human.units(u) for u in ("mm[Hg]", "[degF]", "Cel", "kg/m2", "%", "", None)] == [
        "mmHg", "°F", "°C", "kg/m²", "%", "", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Ana Reyes", "AR"), ("Ortega, Marisol", "MO"), ("Cher", "C"), ("", ""), ("José Luis Ruiz", "JR")],
)
def test_a_face_without_a_photo_shows_two_letters(name, letters):
    assert human.initials(name) == letters
