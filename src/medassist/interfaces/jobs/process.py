"""The process of the clock: three threads that each keep going, and the HL7 listener beside them."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, connections

from medassist.host import heartbeat
from medassist.interfaces.jobs import deliveries, gauges, schedule
from medassist.kernel import audit, events

log = logging.getLogger(__name__)
OUTAGES = (OperationalError, InterfaceError, psycopg.OperationalError)
Listener = Callable[[], Coroutine[Any, Any, None]]


class Loop(threading.Thread):
    """Does one thing over and over until told to stop; a failure is logged, and the database asked anew."""

    def __init__(self, name: str, home: Path, work: Callable[[], float], stopping: threading.Event) -> None:
        super().__init__(name=name, daemon=True)
        self._home, self._work, self._stopping = home, work, stopping

    def run(self) -> None:
        """Work, say that we live, wait as long as the work says."""
        while not self._stopping.is_set():
            try:
                pause = self._work()
                heartbeat.beat(self._home, self.name)
            except Exception as error:
                pause = 1.0
                outage = isinstance(error, OUTAGES)
                log.log(logging.WARNING if outage else logging.ERROR, "%s: %s", self.name, error, exc_info=not outage)
                connection.close()
            self._stopping.wait(pause)
        connections.close_all()


class Ear:
    """LISTENs for events; a hint that something is there, never the only word."""

    def __init__(self) -> None:
        self._line: psycopg.Connection | None = None
        self._wanted = [[name] for name in events.heard()]

    def wait(self, seconds: float) -> None:
        """Return at the first notification that some reaction wants to hear, or when the time is over."""
        if self._line is None or self._line.closed:
            self._line = connect()
            self._line.execute(f"LISTEN {events.CHANNEL}")
        try:
            for told in self._line.notifies(timeout=seconds):
                if told.payload.split(" ", 2)[1:2] in self._wanted:
                    break
        except psycopg.OperationalError:
            self._line = None
            raise


def connect() -> psycopg.Connection:
    """A connection of our own, outside Django's: it waits, and must not be closed under us."""
    parts = connection.get_connection_params()
    wanted = {key: parts[key] for key in ("host", "port", "dbname", "user", "password") if parts.get(key)}
    return psycopg.connect(**wanted, autocommit=True)


class Clock:
    """Everything that happens by itself."""

    def __init__(self) -> None:
        self.home = Path(settings.MEDASSIST_HOME)
        self.stopping = threading.Event()
        self._ear = Ear()
        self._schedule = schedule.lines()
        self._measure_at = 0.0
        self._loops = [
            Loop("reactions", self.home, self._react, self.stopping),
            Loop("sealer", self.home, self._seal, self.stopping),
            Loop("schedule", self.home, self._sweep, self.stopping),
        ]

    def start(self) -> None:
        """Start the threads."""
        for loop in self._loops:
            loop.start()

    def stop(self) -> None:
        """Let each end its round, then seal what is left of the trail."""
        self.stopping.set()
        until = time.monotonic() + 4
        for loop in self._loops:
            loop.join(max(0.1, until - time.monotonic()))
        try:
            audit.seal()
        except Exception:
            log.exception("The rest of the trail was not sealed; the next start does it")

    def _react(self) -> float:
        deliveries.plan()
        while deliveries.deliver() and not self.stopping.is_set():
            heartbeat.beat(self.home, "reactions")
        heartbeat.beat(self.home, "reactions")
        self._ear.wait(1.0)
        return 0.0

    def _seal(self) -> float:
        audit.seal()
        return 1.0

    def _sweep(self) -> float:
        schedule.sweep(self._schedule, time.monotonic())
        if time.monotonic() > self._measure_at:
            self._measure_at = time.monotonic() + gauges.EVERY
            gauges.measure(self.home)
        return 1.0


def run(listeners: list[Listener]) -> None:
    """Run the clock, and the listeners in this thread's loop, until a signal asks to stop."""
    house = Clock()
    house.start()
    try:
        asyncio.run(_serve(listeners, house.home))
    finally:
        house.stop()


async def _serve(listeners: list[Listener], home: Path) -> None:
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, over.set)
    tasks = [asyncio.create_task(listener()) for listener in listeners]
    await over.wait()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
