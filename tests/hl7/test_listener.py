"""The port itself: whatever comes over a connection, no other connection suffers, and good messages are answered."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from medassist.codecs.hl7v2 import parse
from medassist.codecs.hl7v2.mllp import Reader, framed
from medassist.exchange.models import Received
from medassist.interfaces.hl7 import inbox, listener
from tests.host.machine import free_port, until

pytestmark = pytest.mark.django_db(transaction=True)
MESSAGE = b"MSH|^~\\&|LAB|NORTH|US|HERE|20261123||ZZZ^Z01|%s|P|2.5.1\rPID|1||1\r"


@pytest.fixture
def port() -> Iterator[int]:
    """A listener in a thread of its own."""
    with _listening() as number:
        yield number


@contextlib.contextmanager
def _listening(tls: ssl.SSLContext | None = None) -> Iterator[int]:
    inbox._enrolled.cache_clear()
    number, loop = free_port(), asyncio.new_event_loop()
    task: list[asyncio.Task[None]] = []

    def serve() -> None:
        task.append(loop.create_task(listener.Listener("127.0.0.1", number, tls).run()))
        loop.run_until_complete(asyncio.gather(*task, return_exceptions=True))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    until(lambda: _open(number), 5, "the port is open")
    yield number
    loop.call_soon_threadsafe(task[0].cancel)
    thread.join(10)
    gc.collect()  # the threads' database connections end with them
    inbox._enrolled.cache_clear()


def _open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Line:
    """A sender's connection."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.reader = Reader(10_000_000)
        self.waiting: list[bytes] = []

    def send(self, content: bytes) -> None:
        with contextlib.suppress(ConnectionError):  # hung up already: the answer shows it
            self.socket.sendall(content)

    def answer(self) -> tuple[str, str]:
        """Code and control id of the next answer; two empty texts when the other side hung up."""
        while not self.waiting:
            try:
                came = self.socket.recv(65536)
            except ConnectionError:
                came = b""
            if not came:
                return "", ""
            self.waiting = self.reader.take(came)
        acknowledged = parse(self.waiting.pop(0)).first("MSA")
        assert acknowledged
        return acknowledged.get(1), acknowledged.get(2)


def test_messages_on_one_connection_are_answered_in_their_order(port: int) -> None:
    line = Line(port)
    line.send(b"".join(framed(MESSAGE % str(n).encode()) for n in range(5)))
    assert [line.answer() for _ in range(5)] == [("AR", str(n)) for n in range(5)]
    assert Received.objects.count() == 5


def test_a_message_may_come_byte_by_byte(port: int) -> None:
    line = Line(port)
    for byte in framed(MESSAGE % b"slow"):
        line.send(bytes([byte]))
    assert line.answer() == ("AR", "slow")


def test_noise_before_a_message_does_not_matter(port: int) -> None:
    line = Line(port)
    line.send(b"GET / HTTP/1.1\r\n\r\n" + framed(MESSAGE % b"1"))
    assert line.answer() == ("AR", "1")


def test_endless_noise_is_cut_off_and_others_are_served(port: int) -> None:
    noisy, good = Line(port), Line(port)
    for _ in range(20):
        noisy.send(b"x" * 65536)
        time.sleep(0.01)
    assert noisy.answer() == ("", "")
    good.send(framed(MESSAGE % b"1"))
    assert good.answer() == ("AR", "1")


def test_half_a_message_is_dropped_with_its_connection(port: int) -> None:
    half = Line(port)
    half.send(framed(MESSAGE % b"1")[:-30])
    half.socket.close()
    whole = Line(port)
    whole.send(framed(MESSAGE % b"2"))
    assert whole.answer() == ("AR", "2")
    assert Received.objects.count() == 1


def test_a_message_that_is_too_long_is_rejected_by_name(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "LARGEST", 5000)
    line = Line(port)
    line.send(b"\x0b" + MESSAGE % b"long" + b"x" * 6000)
    assert line.answer() == ("AR", "long")
    assert line.answer() == ("", "")
    assert not Received.objects.exists()


def test_who_takes_too_long_for_one_message_is_cut_off(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "HALF_SENT", 0.3)
    line = Line(port)
    line.send(b"\x0bMSH|")
    assert line.answer() == ("", "")


def test_many_senders_at_once_each_get_their_own_answer(port: int) -> None:
    lines = [Line(port) for _ in range(12)]
    for number, line in enumerate(lines):
        line.send(framed(MESSAGE % str(number).encode()))
    assert [line.answer()[1] for line in lines] == [str(n) for n in range(12)]


def test_more_connections_than_can_be_served_are_turned_away(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "CONNECTIONS", 2)
    lines: list[Line] = []
    until(lambda: _served(port, lines), 5, "the first connects")
    until(lambda: _served(port, lines), 5, "the second connects")
    assert Line(port).answer() == ("", "")
    lines[0].socket.close()
    until(lambda: _served(port, lines), 5, "a place is free again")


def test_with_a_certificate_the_port_speaks_tls_and_asks_senders_for_theirs(tmp_path: Path) -> None:
    mine, theirs, strange = (_certificate(tmp_path / name) for name in ("office", "monitor", "stranger"))
    with _listening(listener.tls(*mine, theirs[0])) as number:
        trusted = ssl.create_default_context(cafile=str(mine[0]))
        trusted.load_cert_chain(*theirs)
        with socket.create_connection(("127.0.0.1", number), timeout=10) as bare:
            line = Line.__new__(Line)
            line.socket = trusted.wrap_socket(bare, server_hostname="localhost")
            line.reader, line.waiting = Reader(10_000_000), []
            line.send(framed(MESSAGE % b"1"))
            assert line.answer() == ("AR", "1")
        plain = Line(number)
        plain.send(framed(MESSAGE % b"2"))
        assert plain.answer() == ("", "")
        other = ssl.create_default_context(cafile=str(mine[0]))
        other.load_cert_chain(*strange)
        assert _refused(number, other) and _refused(number, ssl.create_default_context(cafile=str(mine[0])))
    assert Received.objects.count() == 1


def _refused(port: int, context: ssl.SSLContext) -> bool:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as bare:
        try:
            with context.wrap_socket(bare, server_hostname="localhost") as line:
                line.sendall(framed(MESSAGE % b"3"))
                return line.recv(1) == b""
        except (ssl.SSLError, ConnectionError):
            return True


def _certificate(path: Path) -> tuple[Path, Path]:
    """A certificate that signs itself, and its key."""
    certificate, key = path.with_suffix(".pem"), path.with_suffix(".key")
    words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
             "2", "-subj", f"/CN={path.name}", "-addext", "subjectAltName=DNS:localhost",
             "-keyout", str(key), "-out", str(certificate)]  # fmt: skip
    subprocess.run(words, check=True, capture_output=True)
    return certificate, key


def _served(port: int, lines: list[Line]) -> bool:
    line = Line(port)
    line.send(framed(MESSAGE % b"9"))
    if line.answer() == ("AR", "9"):
        lines.append(line)
        return True
    line.socket.close()
    return False
