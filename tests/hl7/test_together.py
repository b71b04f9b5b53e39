"""Messages that wait together are one commit: each is answered by itself, and what is wrong with one is no other's."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError

from medassist.codecs.hl7v2 import parse
from medassist.codecs.hl7v2.mllp import Reader, framed
from medassist.domain.vitals import queries
from medassist.domain.vitals.models import Report, VitalSet
from medassist.exchange.inputs import LARGEST, Receive, ReceiveAll
from medassist.exchange.models import Outcome, Received, ReceivedBytes
from medassist.interfaces.hl7 import inbox, listener, routes
from medassist.kernel import clock
from medassist.kernel.errors import Invalid, Refused
from medassist.kernel.models import AuditEntry
from medassist.kernel.testing import context
from tests.hl7 import test_pcd as one_by_one
from tests.hl7.pcd import message
from tests.office.given import given_room

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("yes")]


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """No account of an earlier test, and the routes as they were."""
    inbox._enrolled.cache_clear()
    before = dict(routes._routes)
    yield
    routes._routes.clear()
    routes._routes.update(before)
    inbox._enrolled.cache_clear()


def plain(control: str, kind: str = "ZZZ^Z01", text: str = "") -> bytes:
    return f"MSH|^~\\&|LAB|NORTH|US|HERE|20261123||{kind}|{control}|P|2.5.1\rPID|1||1{text}\r".encode()


def codes(contents: list[bytes]) -> list[str]:
    """What each is answered."""
    return [parse(one or b"").first("MSA").get(1) for one in inbox.answers(contents)]  # type: ignore[union-attr]


def test_one_commit_keeps_them_all_and_each_has_its_own_answer() -> None:
    asked = [plain("1"), b"no message", plain("2"), plain("", "ZZZ^Z01")]
    answers = [parse(one or b"") for one in inbox.answers(asked)]
    assert [one.first("MSA").get(2) for one in answers if one.first("MSA")][:3:2] == ["1", "2"]  # type: ignore[union-attr]
    assert Received.objects.count() == ReceivedBytes.objects.count() == Outcome.objects.count() == 4
    assert AuditEntry.objects.filter(action="hl7.take").count() == 1


def test_the_same_twice_at_once_is_one_and_other_bytes_under_its_name_are_kept_and_refused() -> None:
    acted: list[str] = []
    routes.handles("ZZZ")(lambda ctx, kept: [acted.append(m.control) or routes.Reply("AA") for m, _ in kept])  # type: ignore[func-returns-value]
    first, same, other = inbox.answers([plain("1"), plain("1"), plain("1", text="2")])
    assert first == same and acted == ["1"]
    assert parse(other or b"").first("ERR").get(3) == "205"  # type: ignore[union-attr]
    assert Received.objects.count() == 2
    assert inbox.answers([plain("1"), plain("3")])[0] == first and acted == ["1", "3"]


def test_what_goes_wrong_with_one_spoils_no_other() -> None:
    asked: list[int] = []

    @routes.handles("ZZZ")
    def take(ctx: Any, kept: list[routes.Kept]) -> list[routes.Reply]:
        asked.append(len(kept))
        if any(m.control == "2" for m, _ in kept):
            raise Invalid({"PID-3": ["is missing"]})
        return [routes.Reply("AA") for _ in kept]

    assert codes([plain("1"), plain("2"), plain("3")]) == ["AA", "AE", "AA"]
    assert asked == [3, 1, 1, 1] and Outcome.objects.filter(outcome="accepted").count() == 2


def test_bytes_that_the_database_cannot_take_are_told_so_and_the_others_are_kept() -> None:
    routes.handles("ZZZ")(lambda ctx, kept: [routes.Reply("AA") for _ in kept])
    said = listener.handle([plain("1"), plain("a\x00b"), plain("2")])
    assert [parse(one or b"").first("MSA").get(1) for one in said] == ["AA", "AR", "AA"]  # type: ignore[union-attr]
    assert {one.control[-1] for one in Received.objects.all()} == {"1", "2"}


def test_devices_that_send_together_are_charted_each_in_its_room() -> None:
    visits, asked = [], []
    for n in range(4):
        room = given_room(str(n))
        visits.append(one_by_one.roomed(room, family=f"Ortega{n}"))
        one_by_one.cuff(room, identifier=f"C{n}", name=f"Cuff {n}")
        asked.append(message("pulse", device=f"C{n}", pulse=str(70 + n)))
    assert codes(asked) == ["AA"] * 4
    for n, visit in enumerate(visits):
        assert VitalSet.objects.get(visit=visit).readings.get().value == 70 + n


def test_a_monitor_whose_messages_piled_up_is_charted_once_and_its_newest_is_held() -> None:
    room = given_room("1")
    visit = one_by_one.roomed(room)
    one_by_one.cuff(room, profile="pcd-monitor")
    now = clock.now()
    piled = [message("oxygen", at=now - timedelta(seconds=s), oxygen=str(90 + s % 5)) for s in range(20, 0, -1)]
    assert codes(piled) == ["AA"] * 20
    [held] = queries.held(visit.pk)
    assert VitalSet.objects.count() == 1 and Report.objects.count() == 2
    assert (held["times"], held["signs"][0]["text"]) == (19, "91")


def test_one_unreadable_message_of_a_device_leaves_the_others_charted() -> None:
    rooms = [given_room(str(n)) for n in range(2)]
    for n, room in enumerate(rooms):
        one_by_one.roomed(room, family=f"Ortega{n}")
        one_by_one.cuff(room, identifier=f"C{n}", name=f"Cuff {n}")
    asked = [message("pulse", device="C0", pulse="high"), message("pulse", device="C1")]
    assert codes(asked) == ["AE", "AA"] and VitalSet.objects.count() == 1


# -- the action by itself


def given(*controls: str) -> ReceiveAll:
    return ReceiveAll(items=tuple(Receive(via="hl7", control=one, content=plain(one)) for one in controls))


def test_taking_is_one_entry_of_the_trail_and_the_same_again_adds_nothing() -> None:
    first = inbox.take(context(), given("1", "2"))
    assert inbox.take(context(), given("1", "2")) == first
    assert Received.objects.count() == Outcome.objects.count() == 2
    entry = AuditEntry.objects.filter(action="hl7.take").first()
    assert entry and (entry.act, entry.outcome) == ("house.receive", "done")


def test_taking_is_refused_without_a_grant(no: None) -> None:
    with pytest.raises(Refused):
        inbox.take(context(), given("1"))
    assert not Received.objects.exists()
    assert AuditEntry.objects.get().outcome == "refused"


def test_nothing_and_what_is_too_long_cannot_be_taken() -> None:
    with pytest.raises(Invalid):
        ReceiveAll.of(items=())
    with pytest.raises(Invalid):
        Receive.of(via="hl7", control="1", content=b"x" * (LARGEST + 1))


# -- the listener


async def _heard(port: int, content: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    frames = Reader(100_000)
    writer.write(framed(content))
    while not (found := frames.take(await reader.read(65536))):
        pass
    writer.close()
    return found[0]


def test_what_comes_while_others_are_at_work_is_taken_together(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []
    busy = threading.Event()

    def handle(contents: list[bytes]) -> list[bytes | None]:
        taken.append(len(contents))
        busy.wait(10) if len(taken) <= listener.THREADS else None
        return [b"MSA|" + one for one in contents]

    async def talk() -> list[bytes]:
        monkeypatch.setattr(listener, "handle", handle)
        monkeypatch.setattr(listener, "_can_keep", lambda: True)
        port = listener.Listener("127.0.0.1", 0)
        server = await port._bound()
        number = server.sockets[0].getsockname()[1]
        asked = [asyncio.create_task(_heard(number, str(n).encode())) for n in range(30)]
        while len(port._waiting) + sum(taken) < 30:
            await asyncio.sleep(0.01)
        busy.set()
        said = await asyncio.gather(*asked)
        server.close()
        await port._end()
        return said

    said = asyncio.run(talk())
    assert said == [b"MSA|" + str(n).encode() for n in range(30)]
    assert sum(taken) == 30 and len(taken) <= listener.THREADS + 1


def test_when_nothing_can_be_answered_the_connections_end_and_the_port_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = [True]

    def handle(contents: list[bytes]) -> list[bytes | None]:
        if broken:
            raise RuntimeError("boom")
        return [b"MSA|" + one for one in contents]

    async def talk() -> bytes:
        monkeypatch.setattr(listener, "handle", handle)
        port = listener.Listener("127.0.0.1", 0)
        server = await port._bound()
        number = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", number)
        writer.write(framed(b"1"))
        assert await asyncio.wait_for(reader.read(), 10) == b""
        broken.clear()
        said = await asyncio.wait_for(_heard(number, b"2"), 10)
        server.close()
        await port._end()
        return said

    assert asyncio.run(talk()) == b"MSA|2"


def test_a_port_under_load_closes_after_what_is_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []

    def handle(contents: list[bytes]) -> list[bytes | None]:
        taken.append(len(contents))
        time.sleep(0.05)
        return [b"MSA|" + one for one in contents]

    async def for_ever(number: int, answers: list[bytes]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", number)
        frames = Reader(100_000)
        writer.write(framed(b"1"))
        while came := await reader.read(65536):
            answers += frames.take(came)
            writer.write(framed(b"1"))

    async def talk() -> None:
        monkeypatch.setattr(listener, "handle", handle)
        port, answers = listener.Listener("127.0.0.1", 0), []
        server = await port._bound()
        number = server.sockets[0].getsockname()[1]
        senders = [asyncio.create_task(for_ever(number, answers)) for _ in range(8)]
        while len(taken) < 10:
            await asyncio.sleep(0.01)
        server.close()
        await asyncio.wait_for(port._end(), 10)
        await asyncio.wait_for(asyncio.gather(*senders, return_exceptions=True), 10)
        assert len(answers) == sum(taken)

    asyncio.run(talk())


def test_while_the_database_is_gone_devices_are_told_to_send_again_and_then_are_charted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    room = given_room("1")
    one_by_one.roomed(room)
    one_by_one.cuff(room)
    asked = [message("pulse"), message("oxygen")]
    real = inbox.answers

    def gone(contents: list[bytes]) -> list[bytes | None]:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(inbox, "answers", gone)
    told = [parse(one or b"") for one in listener.handle(asked)]
    assert all(one.first("MSA").get(1) == "AR" and "again" in one.first("ERR").get(8) for one in told)  # type: ignore[union-attr]
    assert not Received.objects.exists()
    monkeypatch.setattr(inbox, "answers", real)
    said = [parse(one or b"") for one in listener.handle(asked)]
    assert [one.first("MSA").get(1) for one in said] == ["AA", "AA"]  # type: ignore[union-attr]
    assert VitalSet.objects.count() == 2
