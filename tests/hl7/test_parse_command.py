"""`medassist hl7 parse`: what it prints of a file, as text and as JSON, and what it says of one that it cannot read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from medassist.codecs.hl7v2.mllp import framed
from medassist.interfaces.cli.hl7 import command
from tests.hl7.pcd import SIGNS, message, obx

SAMPLE = Path(__file__).parent / "samples" / "nist-pcd-01.hl7"


Parse = Callable[..., Result]


@pytest.fixture
def parse(tmp_path: Path) -> Parse:
    """The command on a file of this content."""

    def run(content: bytes, *options: str, verb: str = "parse") -> Result:
        (file := tmp_path / "messages.hl7").write_bytes(content)
        return CliRunner().invoke(command, [verb, str(file), *options])

    return run


def test_segments_and_fields_are_shown_and_the_signs_that_are_read(parse: Parse) -> None:
    told = parse(message(mrn="100234", control="77"))
    assert told.exit_code == 0, told.output
    lines = told.output.splitlines()
    assert lines[0] == "MSH" and "  MSH-1\t|" in lines and "  MSH-10\t77" in lines and "  PID-3\t100234^^^^MR" in lines
    assert "  OBX-5\t128" in lines
    at = lines.index("080019FFFE2B0688 of 100234")
    assert [line.split() for line in lines[at + 1 : at + 4]] == [
        ["systolic", "128", "mm[Hg]"], ["diastolic", "82", "mm[Hg]"], ["pulse", "76", "/min"],
    ]  # fmt: skip


def test_json_is_one_object_a_message_one_a_line(parse: Parse) -> None:
    both = [message(control="1", name="Ortega^Marisol~Vega^M"), message("oxygen", control="2")]
    told = parse(b"\r\n".join(both), "--json")
    assert told.exit_code == 0, told.output
    first, second = (json.loads(line) for line in told.output.splitlines())
    assert (first["type"], first["control"], second["control"]) == ("ORU^R01^ORU_R01", "1", "2")
    fields = {one["name"]: one["fields"] for one in first["segments"]}
    assert fields["MSH"]["1"] == "|" and fields["MSH"]["2"] == "^~\\&"
    assert fields["PID"]["5"] == {"repetitions": [["Ortega", "Marisol"], ["Vega", "M"]]}
    assert [one["name"] for one in second["segments"]] == ["MSH", "PID", "PV1", "OBR", "OBX"]


def test_a_file_of_frames_and_a_sample_that_others_wrote_are_read(parse: Parse) -> None:
    told = parse(framed(message(control="1")) + framed(message(control="2")), "--json")
    assert [json.loads(line)["control"] for line in told.output.splitlines()] == ["1", "2"]
    told = CliRunner().invoke(command, ["parse", str(SAMPLE)])
    assert told.exit_code == 0 and "No vital sign known here." in told.output


def test_a_value_that_cannot_be_read_is_named_by_its_place(parse: Parse) -> None:
    told = parse(message(obx=[obx(1, *SIGNS["oxygen"]), obx(2, *SIGNS["pulse"][:2], "high", SIGNS["pulse"][3])]))
    assert told.exit_code == 0 and "Can't be read, OBX-2-5: " in told.output


@pytest.mark.parametrize(
    "content",
    [b"", b"\r\n \r\n", b"PID|||100234\r", b"\x00\xff\xfe\x80garbage", b"{}", "Grüße".encode("utf-16")],
)
def test_a_file_without_a_message_is_an_error_that_says_how_one_begins(parse: Parse, content: bytes) -> None:
    told = parse(content)
    assert told.exit_code == 1 and "holds no message: one begins with MSH" in told.output
    assert "Traceback" not in told.output and isinstance(told.exception, SystemExit)


@pytest.mark.parametrize("content", [b"MSH", b"MSH|^", b"MSHHHHHHHH", b"MSH|^~\\&|A\rno segment at all"])
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_message_that_is_broken_is_named_by_its_number_and_those_before_it_are_shown(
    parse: Parse, content: bytes, options: tuple[str, ...]
) -> None:
    told = parse(message(control="1") + b"\r" + content, *options)
    assert told.exit_code == 1 and "message 2: " in told.output and "Traceback" not in told.output
    assert isinstance(told.exception, SystemExit) and "ORU" in told.output


def test_a_file_that_is_not_there_is_an_error_of_its_own() -> None:
    told = CliRunner().invoke(command, ["parse", "/nowhere/at-all.hl7"])
    assert told.exit_code == 2 and "No such file" in told.output


def test_sending_a_file_without_a_message_is_the_same_error(parse: Parse) -> None:
    told = parse(b"garbage", verb="send")
    assert told.exit_code == 1 and "holds no message: one begins with MSH" in told.output
