"""Rules of the office: tables of cases, no database."""

from datetime import date, time

import pytest

from medassist.domain.office import rules


@pytest.mark.parametrize(
    ("number", "right"),
    [("1234567893", True), ("1234567890", False), ("123456789", False), ("12345678931", False), ("12345678٩3", False)],
)
def test_an_npi_is_checked_by_its_last_digit(number, right):
    # 1234567893 is the example that CMS gives in its own description of the check digit
    assert rules.is_npi(number) is right


@pytest.mark.parametrize(
    ("day", "at", "zone", "utc"),
    [
        (date(2026, 3, 8), time(1, 59), "America/Los_Angeles", "2026-03-08T09:59:00+00:00"),
        (date(2026, 3, 8), time(2, 30), "America/Los_Angeles", None),
        (date(2026, 3, 8), time(3, 0), "America/Los_Angeles", "2026-03-08T10:00:00+00:00"),
        (date(2026, 11, 1), time(1, 30), "America/Los_Angeles", "2026-11-01T08:30:00+00:00"),
        (date(2026, 3, 8), time(2, 30), "America/Phoenix", "2026-03-08T09:30:00+00:00"),
    ],
)
def test_a_wall_clock_names_a_moment_or_none(day, at, zone, utc):
    found = rules.wall(day, at, zone)
    assert (found and found.isoformat()) == utc


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 6, 1), 24)])
def test_a_day_has_as_many_hours_as_its_clocks_show(day, hours):
    begin, end = rules.span(day, "America/New_York")
    assert (end - begin).total_seconds() == hours * 3600


@pytest.mark.parametrize(
    ("roles", "letters", "kind"),
    [
        (["physician"], "MD", "MD"), (["physician"], "D.O., FAAFP", "DO"), (["physician"], "", "MD"),
        (["nurse-practitioner", "manager"], "FNP-C", "NP"), (["physician-assistant"], "PA-C", "PA"),
        (["nurse"], "RN", ""),
    ],
)  # fmt: skip
def test_providers_are_of_a_kind(roles, letters, kind):
    assert rules.provider_kind(roles, letters) == kind


def test_every_profile_is_whole():
    book = rules.data("profiles")
    for code, profile in rules.profiles().items():
        assert sum(profile["weight"].values()) == 100, code
        assert not rules.waiting_faults(profile["waiting"]), code
        assert set(profile["screens"]) == set(book["screens"]) and profile["appointment_types"], code
        assert {day.capitalize() for day in profile["hours"]} <= set(rules.WEEKDAYS), code
    assert book["source"].startswith("medassist default")


def test_a_later_set_of_hours_replaces_an_earlier_one():
    rows = [(0, date(2026, 1, 1), time(8), time(17)), (0, date(2026, 6, 1), None, None)]
    assert rules.hours_of(rows, date(2026, 5, 25)) == (time(8), time(17))
    assert rules.hours_of(rows, date(2026, 6, 8)) is None
    assert rules.hours_of(rows, date(2026, 5, 26)) is None


def test_holidays_follow_the_state_or_the_nation_or_nobody():
    assert rules.holidays("US-CA", "state", 2026)[date(2026, 3, 31)] == "Cesar Chavez Day"
    assert date(2026, 3, 31) not in rules.holidays("US-CA", "federal", 2026)
    assert rules.holidays("US-CA", "none", 2026) == {}
    assert all(rules.holidays(f"US-{state}", "state", 2026) for state in rules.STATES)
