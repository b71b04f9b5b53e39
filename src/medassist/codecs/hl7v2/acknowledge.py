"""Acknowledgments: MSA with AA, AE or AR, or CA, CE, CR, and an ERR for each fault (HL7 v2.5.1, 2.15.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from medassist.codecs.hl7v2.message import Message
from medassist.codecs.hl7v2.write import Field, Repeated, write

Code = Literal["AA", "AE", "AR", "CA", "CE", "CR"]
# table 0357, message error condition codes
CONDITIONS = {
    "0": "Message accepted",
    "100": "Segment sequence error",
    "101": "Required field missing",
    "102": "Data type error",
    "103": "Table value not found",
    "200": "Unsupported message type",
    "201": "Unsupported event code",
    "202": "Unsupported processing id",
    "203": "Unsupported version id",
    "204": "Unknown key identifier",
    "205": "Duplicate key identifier",
    "206": "Application record locked",
    "207": "Application internal error",
}


@dataclass(frozen=True)
class Fault:
    """One reason for a no: a code of table 0357, a sentence, and where ("PID", 1, 3)."""

    condition: str
    text: str
    where: tuple[str | int, ...] = ()
    severity: Literal["E", "W", "I"] = "E"


def acknowledge(
    message: Message | None, code: Code, control: str, at: datetime, faults: Sequence[Fault] = (), text: str = ""
) -> bytes:
    """The answer to a message; to bytes that are no message, one that names no control id."""
    head = message.head if message else None
    event = message.kind[1] if message else ""
    parties: list[Field | Repeated] = (
        [_whole(message, number) for number in (5, 6, 3, 4)] if message else ["", "", "", ""]
    )
    version = (head.get(12) if head else "") or "2.5.1"
    processing = (head.get(11) if head else "") or "P"
    said = text or (faults[0].text if faults else "")
    segments: list[list[Field | Repeated]] = [
        ["MSH", *parties, at.strftime("%Y%m%d%H%M%S%z"), "", ["ACK", event, "ACK"], control, processing, version],
        ["MSA", code, message.control if message else "", said],
        *(_error(fault) for fault in faults),
    ]
    segments[0] += [""] * 5 + ["UNICODE UTF-8"]
    return write(segments).encode()


def _whole(message: Message | None, number: int) -> Field:
    """A field of the head with all its components."""
    assert message is not None
    found = message.head.repetitions(number)
    return found[0] if found else ""


def _error(fault: Fault) -> list[Field | Repeated]:
    where = [str(part) for part in fault.where]
    coded = [fault.condition, CONDITIONS[fault.condition], "HL70357"]
    return ["ERR", "", where, coded, fault.severity, "", "", "", fault.text]
