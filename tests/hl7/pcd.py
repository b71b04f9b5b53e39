"""Messages of devices, made part by part, and an office to send them to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from medassist.codecs.hl7v2 import Message, parse
from medassist.domain.visits import actions as visits
from medassist.domain.visits import inputs as of_visits
from medassist.domain.vitals.models import Report, VitalSet
from medassist.interfaces.hl7 import inbox
from medassist.interfaces.jobs import deliveries
from medassist.kernel import clock
from medassist.kernel.testing import context
from tests.office.given import given_device, given_patient
from tests.visits.given import given_visit

CUFF = "080019FFFE2B0688"
SIGNS = {
    "systolic": ("150021^MDC_PRESS_BLD_NONINV_SYS^MDC", "1.1.1.1", "128", "266016^MDC_DIM_MMHG^MDC"),
    "diastolic": ("150022^MDC_PRESS_BLD_NONINV_DIA^MDC", "1.1.1.2", "82", "266016^MDC_DIM_MMHG^MDC"),
    "pulse": ("149546^MDC_PULS_RATE_NON_INV^MDC", "1.1.1.4", "76", "264864^MDC_DIM_BEAT_PER_MIN^MDC"),
    "oxygen": ("150456^MDC_PULS_OXIM_SAT_O2^MDC", "1.2.1.1", "98", "262688^MDC_DIM_PERCENT^MDC"),
    "temperature": ("188424^MDC_TEMP_ORAL^MDC", "1.3.1.1", "36.8", "268192^MDC_DIM_DEGC^MDC"),
}
_count = iter(range(1, 10**9))


def stamp(at: datetime) -> str:
    """A moment as devices write it."""
    return at.astimezone(UTC).strftime("%Y%m%d%H%M%S+0000")


def obx(number: int, code: str, channel: str, value: str, unit: str, **parts: str) -> str:
    """One OBX."""
    told = {"kind": "NM", "status": "R", "at": "", **parts}
    return f"OBX|{number}|{told['kind']}|{code}|{channel}|{value}|{unit}|||||{told['status']}|||{told['at']}"


def message(*signs: str, **parts: Any) -> bytes:
    """One PCD-01 message; `mrn`, `name`, `born`, `room`, `device`, `at`, `sent`, `control`, `charset`, `more`."""
    now = clock.now()
    at, sent = parts.get("at", now - timedelta(seconds=2)), parts.get("sent", now)
    at, sent = (one if isinstance(one, str) else stamp(one) for one in (at, sent))
    lines = parts.get("obx") or [
        obx(n, *SIGNS[name][:2], parts.get(name) or SIGNS[name][2], SIGNS[name][3])
        for n, name in enumerate(signs or ("systolic", "diastolic", "pulse"), 1)
    ]
    device = parts.get("device", CUFF)
    number = f"{parts['mrn']}^^^{parts.get('authority', '')}^MR" if "mrn" in parts else ""
    segments = [
        f"MSH|^~\\&|MONITOR^{device}^EUI-64|ACME|||{sent}||ORU^R01^ORU_R01|{parts.get('control') or next(_count)}|P|2.6"
        f"|||{parts.get('want', 'NE|AL')}||{parts.get('charset', 'UNICODE UTF-8')}|||"
        "IHE_PCD_001^IHE PCD^1.3.6.1.4.1.19376.1.6.1.1.1^ISO",
        f"PID|||{number}||{parts.get('name', '')}||{parts.get('born', '')}",
        f"PV1||O|{parts.get('room', '')}",
        f"OBR|1|1^M^{device}^EUI-64|1^M^{device}^EUI-64|182777000^monitoring of patient^SCT|||{at}",
        *lines, *parts.get("more", ()),
    ]  # fmt: skip
    return ("\r".join(segments) + "\r").encode(parts.get("encoding", "utf-8"))


def sent(content: bytes) -> tuple[str, Message]:
    """The code of the answer, and the answer."""
    answer = parse(inbox.answer(content) or b"")
    acknowledged = answer.first("MSA")
    assert acknowledged
    return acknowledged.get(1), answer


def back(**parts: float) -> Any:
    return context(at=clock.now() - timedelta(**parts))


def roomed(room: Any, family: str = "Ortega", minutes: float = 10, **parts: Any) -> Any:
    """Somebody who has been in a room for some minutes."""
    patient = given_patient(family, **parts)
    visit = given_visit(back(minutes=minutes + 1), patient=patient.pk)
    return visits.room(back(minutes=minutes), of_visits.StartRooming.of(visit=visit.pk, room=room.pk))


def moved(visit: Any, room: Any, **ago: float) -> Any:
    return visits.move_room(back(**ago), of_visits.MoveRoom.of(visit=visit.pk, room=room.pk))


def cuff(room: Any = None, identifier: str = CUFF, name: str = "Cuff 1", **parts: Any) -> Any:
    return given_device(name, identifier, room=room.pk if room else None, ctx=back(hours=3), **parts)


def waits(why: str) -> Report:
    """The one report, which waits for a person for this reason; nothing is charted."""
    row = Report.objects.get()
    assert row.status == "waiting" and why in row.why, (row.status, row.why)
    assert not VitalSet.objects.exists()
    return row


def react() -> None:
    deliveries.plan()
    while deliveries.deliver():
        pass
