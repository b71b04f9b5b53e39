"""Messages of a device while the listener is killed: what was answered is there, what was not is sent again, once."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from threading import Thread
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import Sum

from medassist.codecs.hl7v2 import parse
from medassist.codecs.hl7v2.mllp import Reader, framed
from medassist.domain.vitals.models import Report
from medassist.exchange.models import Outcome, Received
from medassist.interfaces.hl7 import inbox
from tests.hl7.pcd import message
from tests.host.machine import free_port, until
from tests.office.given import given_device

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
MESSAGES = 40


class Listener:
    """`medassist hl7 listen` on the database of this test, in a process that can be killed."""

    def __init__(self, port: int) -> None:
        parts = connection.get_connection_params()
        url = f"postgresql://{parts['user']}:{quote(parts.get('password') or '')}@/"
        url += f"{parts['dbname']}?host={parts['host']}&port={parts.get('port') or 5432}"
        more = {"MEDASSIST_DATABASE_URL": url, "MEDASSIST_HOME": str(settings.MEDASSIST_HOME)}
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("MEDASSIST_", "DJANGO_"))}
        self.words = [sys.executable, "-m", "medassist.interfaces.cli", "hl7", "listen", "--port", str(port)]
        self.environment = {**plain, **more}
        self.process: Any = None

    def start(self) -> None:
        """Start it and come back at once."""
        self.process = subprocess.Popen(self.words, env=self.environment)

    def kill(self) -> None:
        """As a crash does: no time to answer, none to close."""
        self.process.kill()
        self.process.wait()


class Sender(Thread):
    """A device that sends one message after the other, each until it is answered, over a new connection if need be."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.port = port
        self.answered: dict[str, str] = {}

    def run(self) -> None:
        line: socket.socket | None = None
        for number in range(MESSAGES):
            content = message("oxygen", oxygen=str(60 + number), control=f"K{number}")
            while (answer := self._ask(line := line or self._connected(), content)) is None:
                line.close()
                line = None
            acknowledged = parse(answer).first("MSA")
            assert acknowledged
            self.answered[acknowledged.get(2)] = acknowledged.get(1)

    def _connected(self) -> socket.socket:
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self.port), timeout=10)
            except OSError:
                time.sleep(0.05)

    def _ask(self, line: socket.socket, content: bytes) -> bytes | None:
        reader = Reader(1_000_000)
        try:
            line.sendall(framed(content))
            while not (found := reader.take(came := line.recv(65536))):
                if not came:
                    return None
        except OSError:
            return None
        # "not now" is no answer to keep: the sender is to send it again
        return None if b"|AR|" in found[0] else found[0]


@pytest.fixture
def listener() -> Iterator[tuple[Listener, int]]:
    """A listener that is ended with the test."""
    inbox._enrolled.cache_clear()
    port = free_port()
    one = Listener(port)
    one.start()
    yield one, port
    one.kill()


def test_every_message_that_was_answered_is_there_after_kills_and_none_is_there_twice(
    listener: tuple[Listener, int], settings: Any
) -> None:
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_yes"
    given_device()
    one, port = listener
    sender = Sender(port)
    sender.start()
    for _ in range(3):
        count = len(sender.answered)
        until(lambda count=count: len(sender.answered) > count + 4, 60, "messages are answered")
        one.kill()
        one.start()
    sender.join(120)
    assert set(sender.answered) == {f"K{n}" for n in range(MESSAGES)} and set(sender.answered.values()) == {"AA"}
    kept, accepted = Received.objects.count(), Outcome.objects.filter(outcome="accepted").count()
    assert kept == accepted == MESSAGES == Report.objects.count()
    assert Report.objects.aggregate(n=Sum("times"))["n"] == MESSAGES
