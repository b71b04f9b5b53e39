"""HL7 v2 read and written: separators, escapes, encodings, frames; a second library reads the same."""

from __future__ import annotations

from datetime import UTC, datetime

import hl7 as second
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medassist.codecs.hl7v2 import Fault, Malformed, acknowledge, parse, write
from medassist.codecs.hl7v2.escape import escaped, unescaped
from medassist.codecs.hl7v2.message import USUAL
from medassist.codecs.hl7v2.mllp import Garbage, Reader, TooLong, framed
from medassist.codecs.hl7v2.write import Repeated

ORU = (
    b"MSH|^~\\&|LAB^1.2.3^ISO|NORTH|MEDASSIST|ALDER|20261123101500-0800||ORU^R01^ORU_R01|L-77|P|2.5.1\r"
    b"PID|1||4711^^^^MR~99^^^NORTH&2.16.840.1&ISO^PI||Hale\\T\\Lund^Nora^M||19830304|F\r"
    b"OBR|1||A1|24323-8^Panel^LN\r"
    b"OBX|1|NM|2345-7^Glucose^LN||5.6|mmol/L|3.9-5.5|H|||F\r"
    b'OBX|2|TX|text||First line\\.br\\second~third||""||||F\r'
)


def test_parts_are_found_by_the_standards_numbers() -> None:
    message = parse(ORU)
    assert message.kind == ("ORU", "R01", "ORU_R01")
    assert message.control == "L-77" and message.sender == ("LAB", "NORTH")
    assert message.head.raw(1) == "|" and message.head.get(2) == "^~\\&" and message.head.get(12) == "2.5.1"
    patient = message.first("PID")
    assert patient and patient.get(5) == "Hale&Lund" and patient.get(5, 2) == "Nora"
    assert patient.get(3, 4, 2, repetition=2) == "2.16.840.1"
    assert patient.repetitions(3) == [["4711", "", "", "", "MR"], ["99", "", "", "NORTH&2.16.840.1&ISO", "PI"]]
    assert patient.get(40) == "" and patient.repetitions(40) == [] and patient.get(5, 9) == ""


def test_many_fields_at_once_are_the_same_as_one_by_one() -> None:
    for segment in parse(ORU).segments:
        numbers = range(1, len(segment.fields) + 3)
        assert segment.firsts(*numbers) == [segment.get(number) for number in numbers]


def test_text_keeps_its_lines_and_null_is_not_nothing() -> None:
    first, second_ = parse(ORU).all("OBX")
    assert second_.text(5) == "First line\nsecond\nthird"
    assert second_.is_null(7) and second_.get(7) == "" and not first.is_null(9)


def test_groups_begin_where_their_first_segment_stands() -> None:
    groups = list(parse(ORU).groups("OBR"))
    assert [[one.name for one in group] for group in groups] == [["OBR", "OBX", "OBX"]]


def test_a_message_does_not_put_its_content_into_a_log() -> None:
    message = parse(ORU)
    assert "Hale" not in repr(message) + repr(message.first("PID"))


@pytest.mark.parametrize("ends", [b"\r", b"\n", b"\r\n"])
def test_any_line_end_will_do(ends: bytes) -> None:
    assert [one.name for one in parse(ORU.replace(b"\r", ends)).segments] == ["MSH", "PID", "OBR", "OBX", "OBX"]


def test_other_separators_are_taken_from_the_message() -> None:
    message = parse(b"MSH#*!?@#LAB#F###20260101##ADT*A01#9#P#2.3\rPID###1*2@3!4##A?S?B\r")
    patient = message.first("PID")
    assert message.kind[:2] == ("ADT", "A01") and message.control == "9"
    assert patient and patient.get(3, 2, 2) == "3" and patient.get(3, repetition=2) == "4" and patient.get(5) == "A*B"


@pytest.mark.parametrize(
    ("stated", "name"), [("UNICODE UTF-8", "utf-8"), ("8859/1", "latin-1"), ("", "utf-8"), ("", "latin-1")]
)
def test_names_survive_their_encoding(stated: str, name: str) -> None:
    text = f"MSH|^~\\&|A|B|C|D|1||ADT^A01|1|P|2.5||||||{stated}\rPID|||||Muñoz^José\r"
    patient = parse(text.encode(name)).first("PID")
    assert patient and patient.get(5) == "Muñoz" and patient.get(5, 2) == "José"


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"MSH", b"MSHA^~\\&A", b"MSH|^^^^|A|B", b"\x00\x01", b"PID|1\r", ORU + b"x|y\r", b"MSH|||||"],
)
def test_what_is_no_message_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(Malformed):
        parse(content)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    for tried in (content, b"MSH|^~\\&|" + content):
        try:
            message = parse(tried)
        except Malformed:
            continue
        for segment in message.segments:
            for number in range(len(segment.fields) + 1):
                segment.get(number), segment.text(number), segment.repetitions(number)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60).filter(lambda text: text != '""'))
def test_text_comes_back_as_it_was(text: str) -> None:
    assert unescaped(escaped(text, USUAL), USUAL) == text
    message = parse(write([["MSH", "A"], ["NTE", "1", "", [[text, "x"], text]]]).encode())
    note = message.first("NTE")
    assert note and note.get(3) == text and note.get(3, 2) == text and note.get(3, 1, 2) == "x"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"a\F\b\S\c\T\d\R\e\E\f", r"a|b^c&d~e\f"), (r"\H\bold\N\ ", "bold "), (r"x\.br\y", "x\ny"),
        (r"\.sp2\z", "\n\nz"), (r"\XC3A9\ ", "é "), (r"\Zown\ ", r"\Zown\ "), (r"\Xzz\ ", r"\Xzz\ "),
        ("C:\\dir", "C:\\dir"),
    ],
)  # fmt: skip
def test_escapes_mean_what_the_standard_says(written: str, read: str) -> None:
    assert unescaped(written, USUAL) == read


def test_a_second_library_reads_the_same() -> None:
    ours, theirs = parse(ORU), second.parse(ORU.decode())
    for segment, other in zip(ours.segments, theirs, strict=True):
        for number in range(1, len(segment.fields)):
            assert segment.raw(number) == str(other(number)), f"{segment.name}-{number}"


def test_an_acknowledgment_names_the_message_and_the_fault() -> None:
    at = datetime(2026, 11, 23, 18, 15, tzinfo=UTC)
    said = parse(acknowledge(parse(ORU), "AE", "77", at, [Fault("101", "No | given.", ("PID", 1, 3))]))
    head, answer, error = said.segments
    assert (head.get(3), head.get(4)) == ("MEDASSIST", "ALDER")
    assert head.repetitions(5) == [["LAB", "1.2.3", "ISO"]] and head.get(6) == "NORTH"
    assert said.kind == ("ACK", "R01", "ACK") and head.get(12) == "2.5.1"
    assert (answer.get(1), answer.get(2), answer.get(3)) == ("AE", "L-77", "No | given.")
    assert error.repetitions(2) == [["PID", "1", "3"]] and error.get(3) == "101" and error.get(4) == "E"
    nameless = second.parse(acknowledge(None, "AR", "78", at).decode())
    assert str(nameless.segment("MSA")(1)) == "AR"


def test_repetitions_are_written() -> None:
    text = write([["MSH", "A"], ["PID", "", "", Repeated(["1", ["2", "", "MR"]])]])
    assert text.endswith("PID|||1~2^^MR\r")


@given(st.lists(st.binary(min_size=1, max_size=40).filter(lambda b: b"\x1c" not in b), max_size=5), st.integers(1, 7))
def test_frames_come_whole_however_they_are_cut(messages: list[bytes], size: int) -> None:
    stream = b"".join(framed(one) for one in messages)
    reader, found = Reader(1000), []
    for at in range(0, len(stream), size):
        found += reader.take(stream[at : at + size])
    assert found == messages and not reader.half


def test_what_stands_between_frames_is_passed_over_up_to_a_measure() -> None:
    reader = Reader(1000, garbage=20)
    assert reader.take(b"noise" + framed(b"one") + b"\r\n" + framed(b"two")) == [b"one", b"two"]
    with pytest.raises(Garbage):
        reader.take(b"x" * 30)


def test_a_message_without_end_is_cut_off() -> None:
    reader = Reader(100)
    with pytest.raises(TooLong) as error:
        reader.take(b"\x0bMSH|^~\\&|" + b"x" * 200)
    assert error.value.head.startswith(b"MSH|")
