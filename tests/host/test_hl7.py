"""Messages of a device while the listener is killed: what was answered is there, what was not is sent again, once."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import psutil
import psycopg
import pytest

from medassist.codecs.hl7v2 import parse
from medassist.codecs.hl7v2.mllp import Reader, framed
from medassist.host.postgres import Server
from tests.hl7.pcd import CUFF, message
from tests.host.machine import Running, environment, new_home, until

SET_UP = """
from medassist.interfaces.cli import house
house.django()
from medassist.domain.office import actions, inputs, queries
from medassist.kernel.context import system_context
actions.set_up(system_context("cli"), inputs.SetUp.of(organization="A", site="B", timezone="America/New_York",
    state="US-NY", given="Eve", family="Ode"))
actions.add_device(system_context("cli"), inputs.AddDevice.of(site=queries.sites()[0].pk, name="Cuff", identifier=%r))
"""
MESSAGES = 60
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def house() -> Iterator[Running]:
    """An open house with one site and one device that is carried about."""
    with new_home() as home:
        running = Running(home)
        running.start()
        until(running.ready, 60, "the house opens")
        words = [sys.executable, "-c", SET_UP % CUFF]
        done = subprocess.run(words, env=environment(home), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        yield running
        with contextlib.suppress(Exception):
            everyone = running.family()
            running.stop()
            for one in everyone:
                with contextlib.suppress(psutil.Error):
                    one.kill()


class Sender(Thread):
    """A device that sends one message after the other, each until it is answered, over a new connection if need be."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.port, self.answered, self.again = port, dict[str, str](), 0

    def run(self) -> None:
        line: socket.socket | None = None
        for number in range(MESSAGES):
            content = message("oxygen", oxygen=str(70 + number % 30), control=f"K{number}")
            while (answer := self._ask(line := line or self._connected(), content)) is None:
                self.again += 1
                line.close()
                line = None
            acknowledged = parse(answer).first("MSA")
            assert acknowledged
            self.answered[acknowledged.get(2)] = acknowledged.get(1)
            time.sleep(0.02)

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
            answer = found[0]
        except OSError:
            return None
        # "not now" is no answer to keep: the sender is to send it again
        return None if b"|AR|" in answer else answer


def _listener(house: Running) -> psutil.Process | None:
    with contextlib.suppress(psutil.Error):
        return next((one for one in house.family()[1:] if "jobs" in one.cmdline()), None)
    return None


def test_every_message_that_was_answered_is_there_after_kills_and_none_is_there_twice(house: Running) -> None:
    sender = Sender(house.hl7)
    sender.start()
    for _ in range(3):
        count = len(sender.answered)
        until(lambda count=count: len(sender.answered) > count + 5, 60, "messages are answered")
        until(lambda: _listener(house) is not None, 30, "the listener runs")
        if process := _listener(house):
            process.kill()
    sender.join(120)
    assert set(sender.answered) == {f"K{n}" for n in range(MESSAGES)} and set(sender.answered.values()) == {"AA"}
    with psycopg.connect(Server(Path(house.home)).address()) as database:
        [(kept,)] = database.execute("SELECT count(*) FROM exchange_received")
        [(concluded,)] = database.execute("SELECT count(*) FROM exchange_outcome WHERE outcome = 'accepted'")
        [(reports, times)] = database.execute("SELECT count(*), sum(times) FROM vitals_report")
    assert kept == concluded == reports == times == MESSAGES
