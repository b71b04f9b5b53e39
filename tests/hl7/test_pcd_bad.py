"""Bad input by PCD-01: a clear error with its place, kept, nothing charted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from medassist.domain.vitals.models import Report, VitalSet
from medassist.exchange.models import Outcome, ReceivedBytes
from medassist.kernel import clock
from tests.hl7.pcd import SIGNS, cuff, message, obx, roomed, sent, waits
from tests.office.given import given_room, given_site

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("port")]


def bad(content: bytes, condition: str, *where: str) -> str:
    """The message is an error that names its place; it is kept and nothing came of it."""
    code, answer = sent(content)
    error = answer.first("ERR")
    assert code == "AE" and error and error.get(3) == condition, answer.segments[1].line
    assert error.repetitions(2) == [list(where)]
    assert bytes(ReceivedBytes.objects.get().content) == content
    assert Outcome.objects.get().outcome == "invalid"
    assert not VitalSet.objects.exists() and not Report.objects.exists()
    return error.get(8)


def one(value: str, unit: str = SIGNS["pulse"][3], code: str = SIGNS["pulse"][0], **parts: str) -> bytes:
    good = obx(1, *SIGNS["oxygen"])
    return message(obx=[good, obx(2, code, "1.1.1.4", value, unit, **parts)])


@pytest.fixture
def ready(port: None) -> None:
    """A patient in a room with a device: all would be charted if it could be read."""
    room = given_room("1")
    roomed(room), cuff(room)


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("value", ["NaN", "INF", "-Infinity", "high", "12O", "1e999999", "--", "70/80"])
def test_what_is_no_number_is_an_error(value: str) -> None:
    assert bad(one(value), "102", "OBX", "2", "5")


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("parts", [{"kind": "CWE"}, {"kind": "DTM"}, {"kind": "ED"}])
def test_another_type_than_a_number_is_an_error(parts: dict[str, str]) -> None:
    assert "number is needed" in bad(one("76", **parts), "102", "OBX", "2", "5")


@pytest.mark.usefixtures("ready")
def test_several_values_or_a_comparison_are_errors() -> None:
    assert "number is needed" in bad(one("76~78"), "102", "OBX", "2", "5")


@pytest.mark.usefixtures("ready")
def test_a_structured_number_is_read_and_a_comparison_is_an_error() -> None:
    assert sent(one("=^76", kind="SN"))[0] == "AA"
    code, answer = sent(one(">^200", kind="SN"))
    assert code == "AE" and answer.first("ERR").repetitions(2) == [["OBX", "2", "5"]]  # type: ignore[union-attr]
    assert VitalSet.objects.count() == 1


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("value", ["8388607", "-100", "401"])
def test_a_value_that_cannot_be_is_an_error_that_names_the_sign(value: str) -> None:
    assert bad(one(value), "102", "OBX", "2", "5").startswith("Pulse")


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("unit", ["999^MDC_DIM_FURLONG^MDC", "furlong^^UCUM", "widgets", "266016^MDC_DIM_DEGC^MDC"])
def test_a_unit_that_nobody_knows_is_an_error(unit: str) -> None:
    assert bad(one("76", unit), "103", "OBX", "2", "6")


@pytest.mark.usefixtures("ready")
def test_a_unit_of_another_kind_is_an_error() -> None:
    assert bad(one("76", "266016^MDC_DIM_MMHG^MDC"), "102", "OBX", "2", "5")


@pytest.mark.usefixtures("ready")
def test_no_unit_is_an_error() -> None:
    assert bad(one("76", ""), "101", "OBX", "2", "6")


@pytest.mark.usefixtures("ready")
def test_a_code_whose_name_is_another_sign_is_an_error() -> None:
    bad(one("76", SIGNS["systolic"][3], "150021^MDC_PRESS_BLD_NONINV_DIA^MDC"), "103", "OBX", "2", "3")


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("at", ["20261345120000", "20260230120000+0000", "yesterday", "2026", "20261123250000"])
def test_a_time_that_cannot_be_is_an_error(at: str) -> None:
    assert "is not a moment" in bad(message(at=at), "102", "OBR", "1", "7")


@pytest.mark.usefixtures("ready")
def test_the_time_of_one_value_and_of_the_message_are_looked_at_too() -> None:
    assert bad(one("76", at="20269999"), "102", "OBX", "2", "14")


@pytest.mark.usefixtures("ready")
def test_a_message_time_that_cannot_be_is_an_error() -> None:
    assert bad(message(sent="20261123996000"), "102", "MSH", "1", "7")


@pytest.mark.usefixtures("ready")
def test_a_birth_date_that_cannot_be_is_an_error_and_zeros_are_none() -> None:
    assert sent(message(born="00000000"))[0] == "AA"
    code, answer = sent(message(born="19831345"))
    assert code == "AE" and answer.first("ERR").repetitions(2) == [["PID", "1", "7"]]  # type: ignore[union-attr]


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("charset", ["KLINGON", "ISO IR87"])
def test_a_character_set_that_nobody_knows_charts_nothing(charset: str) -> None:
    assert charset in bad(message(charset=charset), "103", "MSH", "1", "18")


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("charset", ["UNICODE UTF-8", ""])
def test_bytes_of_another_character_set_than_is_said_chart_nothing(charset: str) -> None:
    content = message(charset=charset, name="Muñoz^José", encoding="latin-1")
    assert "are not" in bad(content, "103", "MSH", "1", "18")


@pytest.mark.usefixtures("ready")
def test_a_status_that_nobody_knows_is_an_error() -> None:
    assert bad(one("76", status="Z"), "103", "OBX", "2", "11")


@pytest.mark.usefixtures("ready")
def test_a_future_time_is_not_charted_as_it_is() -> None:
    sent(message(at=clock.now() + timedelta(days=3)))
    waits("clock can't be used")


def test_results_of_a_laboratory_are_nobodys_here() -> None:
    given_site()
    lab = b"MSH|^~\\&|LAB|NORTH|US|HERE|20261123||ORU^R01|L1|P|2.5.1\rPID|1||1\rOBR|1\rOBX|1|NM|2345-7^Glucose^LN||90\r"
    code, answer = sent(lab)
    assert code == "AR" and ReceivedBytes.objects.count() == 1
