"""Whose the signs are, and when they were measured: cases as plain values."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from medassist.codecs import units
from medassist.domain.vitals.rules import devices
from medassist.domain.vitals.rules.matching import Case, Person, Stay, match
from medassist.kernel.identifiers import uuid7

ONE, TWO, ROOM, OTHER = uuid7(), uuid7(), uuid7(), uuid7()
MARISOL = Person(ONE, ("Ortega", "Marisol Inés", "Mari"), date(1983, 3, 4))
HERE = Stay(uuid7(), ONE, frozenset({ROOM}), True)
THERE = Stay(uuid7(), TWO, frozenset({OTHER}), True)
NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
LA = ZoneInfo("America/Los_Angeles")


def of(**parts: Any) -> Any:
    return match(Case(**{"device": "known", "stays": (HERE,), "rooms": (ROOM,), **parts}))


def numbered(**parts: Any) -> Any:
    return of(**{"numbers": ("7",), "people": (MARISOL,), **parts})


@pytest.mark.parametrize("said", [("", ""), ("Ortega", "Marisol"), ("ORTEGA", "INES"), ("Ortega", "Mari")])
def test_a_number_of_ours_and_a_name_that_does_not_speak_against_it_is_the_patient(said: tuple[str, str]) -> None:
    assert numbered(family=said[0], given=said[1], born=date(1983, 3, 4)).visit == HERE.visit


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"people": ()}, "No patient here has this number"),
        ({"people": (MARISOL, Person(TWO, ("Ortega",), None))}, "Two patients"),
        ({"family": "Ortiz"}, "the name another's"),
        ({"family": "Ortega", "given": "Maria"}, "the name another's"),
        ({"born": date(1983, 4, 3)}, "the birth date another's"),
        ({"stays": ()}, "at no visit here"),
        ({"stays": (Stay(uuid7(), ONE, frozenset(), False),)}, "not in a room"),
        ({"stays": (HERE, Stay(uuid7(), TWO, frozenset({ROOM}), True))}, "the room was another's"),
        ({"stays": (HERE, THERE), "named_room": OTHER, "said_room": "2"}, "the room was another's"),
        ({"device": "unknown"}, "not one of the office's"),
        ({"device": "retired"}, "out of use"),
        ({"corrects": True}, "corrects"),
    ],
)
def test_a_number_that_something_speaks_against_waits(parts: dict[str, Any], why: str) -> None:
    found = numbered(**parts)
    assert found.visit is None and why in found.why


def test_a_number_with_the_device_in_an_empty_room_or_carried_about_is_the_patient() -> None:
    assert numbered(rooms=(OTHER,)).visit == numbered(rooms=(None,)).visit == HERE.visit


def test_no_patient_said_and_one_patient_in_the_devices_room_is_that_patient() -> None:
    assert (of().visit, of().patient) == (HERE.visit, ONE)
    assert of(said_room="1", named_room=ROOM).visit == HERE.visit


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"family": "Ortega", "given": "Marisol", "born": date(1983, 3, 4)}, "nobody for certain"),
        ({"rooms": ()}, "isn't known where"),
        ({"rooms": (None,)}, "carried about"),
        ({"rooms": (ROOM, OTHER)}, "moved about that time"),
        ({"said_room": "Bay 9"}, "has it elsewhere"),
        ({"said_room": "2", "named_room": OTHER}, "has it elsewhere"),
        ({"stays": ()}, "room was empty"),
        ({"stays": (HERE, Stay(uuid7(), TWO, frozenset({ROOM}), True))}, "Two patients were in the room"),
        ({"stays": (Stay(uuid7(), ONE, frozenset({ROOM, OTHER}), True),)}, "came into the room, or left"),
        ({"stays": (Stay(uuid7(), ONE, frozenset({ROOM}), False),)}, "came into the room, or left"),
        ({"clock": False}, "clock can't be used"),
    ],
)
def test_a_room_that_does_not_say_for_certain_waits(parts: dict[str, Any], why: str) -> None:
    found = of(**parts)
    assert found.visit is None and why in found.why


# -- the clock


def when(said: datetime | None, sent: datetime | None) -> devices.When:
    return devices.when(said, sent, NOW, LA)


def ago(**parts: float) -> datetime:
    return NOW - timedelta(**parts)


def test_a_clock_that_is_right_gives_its_own_time() -> None:
    at = when(ago(seconds=40), ago(seconds=2))
    assert (at.at, at.since, at.drift, at.usable, at.wrong) == (ago(seconds=40), ago(seconds=40), 2, True, False)


def test_what_was_stored_and_sent_late_keeps_the_time_at_which_it_was_measured() -> None:
    assert when(ago(hours=3), ago(seconds=1)).at == ago(hours=3)


def test_a_clock_that_is_ahead_is_put_right_and_somebody_is_asked_to_set_it() -> None:
    at = when(NOW + timedelta(minutes=9), NOW + timedelta(minutes=10))
    assert (at.at, at.drift, at.wrong) == (ago(minutes=1), -600, True)
    assert devices.note(at) == "The device's clock was 10 min ahead; the time is put right."


def test_a_clock_that_is_behind_may_be_a_message_that_is_late_so_all_of_the_time_counts() -> None:
    at = when(ago(minutes=61), ago(minutes=60))
    assert (at.at, at.since, at.drift, at.wrong) == (ago(minutes=1), ago(minutes=61), 3600, True)
    assert "60 min behind, or it sent late" in devices.note(at)


@pytest.mark.parametrize("year", [1970, 2000, 2019])
def test_the_date_of_an_empty_battery_is_no_date(year: int) -> None:
    at = when(datetime(year, 1, 1, 0, 5, tzinfo=UTC), datetime(year, 1, 1, 0, 6, tzinfo=UTC))
    assert (at.at, at.usable, at.wrong) == (NOW, False, True) and devices.note(at) == devices.UNKNOWN_CLOCK


def test_a_time_still_to_come_after_it_is_put_right_is_no_time() -> None:
    at = when(NOW + timedelta(days=2), ago(seconds=1))
    assert (at.at, at.usable) == (NOW, False)


def test_a_time_without_a_zone_is_that_of_the_site() -> None:
    assert when(datetime(2026, 11, 23, 9, 59), datetime(2026, 11, 23, 10, 0)).at == ago(minutes=1)


def test_without_any_time_it_is_the_time_of_arrival() -> None:
    assert when(None, None).at == NOW and when(None, None).drift is None


# -- codes and units


def test_every_code_of_the_table_names_a_sign_and_every_unit_one_of_ucum() -> None:
    from medassist.domain.vitals import rules
    from medassist.domain.vitals.rules.data import data

    for code, one in data("mdc")["signs"].items():
        found = devices.sign_of([(code, one["name"], "MDC")])
        assert found and found["sign"] in rules.SIGNS
        site = found.get("body_site")
        assert site is None or site in rules.qualifiers(found["sign"])["site"]
        method = found.get("method")
        assert method is None or method in rules.qualifiers(found["sign"])["method"]
    for code, one in data("mdc")["units"].items():
        assert units.code(devices.unit_of([(code, one["name"], "MDC")])) == one["unit"]


def test_a_number_and_a_name_of_two_signs_contradict() -> None:
    with pytest.raises(devices.Contradiction):
        devices.sign_of([("150021", "MDC_PRESS_BLD_NONINV_DIA", "MDC")])
    with pytest.raises(devices.Contradiction):
        devices.sign_of([("", "MDC_TEMP_ORAL", "MDC")])
    assert devices.sign_of([("150033", "MDC_PRESS_BLD_ART_SYS", "MDC")]) is None


def test_a_code_may_be_loinc_and_say_where() -> None:
    assert devices.sign_of([("8331-1", "Oral temperature", "LN")]) == {"sign": "temperature", "body_site": "oral"}


@pytest.mark.parametrize("unit", [("999", "MDC_DIM_FURLONG", "MDC"), ("furlong", "", "UCUM"), ("", "", "")])
def test_a_unit_that_is_not_known_is_said(unit: tuple[str, str, str]) -> None:
    with pytest.raises(units.UnitError):
        devices.unit_of([unit])


def test_signs_are_due_when_none_of_them_was_charted_within_the_interval() -> None:
    before = [(frozenset({"pulse", "oxygen_saturation"}), ago(seconds=100))]
    assert not devices.due(before, frozenset({"pulse"}), NOW, 300)
    assert devices.due(before, frozenset({"temperature"}), NOW, 300)
    assert devices.due(before, frozenset({"pulse"}), NOW, 100)
