"""Devices that send PCD-01: from the bytes to the board of somebody who looks, and a hundred that send every second.

Runs the web server and the worker with its HL7 port as an office does, and sends from here. The hundred send for a
minute; MEDASSIST_BENCH_SECONDS=300 in the environment makes it five. Half of them say the patient's number, half are
known by their room. What the board shows is measured in a quiet office, and again while the hundred send.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psutil
from django.conf import settings
from django.db import connection
from django.test import Client

from benchmarks.postgres import _connect, _insert, _lay_out
from benchmarks.start import _free
from medassist.codecs.hl7v2.mllp import Reader, framed
from medassist.demo import make
from medassist.demo.office import Practice
from medassist.domain.office import actions as office
from medassist.domain.office.inputs import AddDevice, AddRoom, ChangeRoom, RetireDevice
from medassist.domain.people import actions as people
from medassist.domain.people.inputs import RegisterPatient
from medassist.domain.visits import actions as visits
from medassist.domain.visits.inputs import Leave, StartRooming, WalkIn
from medassist.domain.vitals import actions as vitals
from medassist.domain.vitals.inputs import ConfirmVitals
from medassist.domain.vitals.models import VitalSet
from medassist.host.postgres import Server
from medassist.interfaces.web.access import demo
from medassist.kernel import clock

DEVICES, ROOMS, WAVES, APART = 100, 8, 5, 25
SECONDS = int(os.environ.get("MEDASSIST_BENCH_SECONDS") or 60)
LIMIT_MS, LIMIT_GROWN_MB = 300.0, 10.0  # design/performance.md; what counts as flat
SIGNS = (
    ("150456^MDC_PULS_OXIM_SAT_O2", "262688^MDC_DIM_PERCENT", 96),
    ("149530^MDC_PULS_OXIM_PULS_RATE", "264864^MDC_DIM_BEAT_PER_MIN", 70),
)


def message(device: str, number: int, at: datetime, mrn: str = "") -> bytes:
    """One PCD-01 message of two signs, sent now."""
    sent, measured = (f"{one:%Y%m%d%H%M%S}+0000" for one in (clock.now(), at))
    lines = [
        f"MSH|^~\\&|M^{device}^EUI-64|ACME|||{sent}||ORU^R01^ORU_R01|{number}|P|2.6|||NE|AL||UNICODE UTF-8"
        "|||IHE_PCD_001^IHE PCD^1.3.6.1.4.1.19376.1.6.1.1.1^ISO",
        f"PID|||{mrn}^^^^MR" if mrn else "PID|",
        "PV1||O",
        f"OBR|1|1^M^{device}^EUI-64|1^M^{device}^EUI-64|182777000^monitoring of patient^SCT|||{measured}",
    ]
    for n, (code, unit, value) in enumerate(SIGNS, 1):
        lines.append(f"OBX|{n}|NM|{code}^MDC|1.1.1.{n}|{value + number % 3}|{unit}^MDC|||||R")
    return ("\r".join(lines) + "\r").encode()


# -- the office


@dataclass
class Floor:
    """Rooms with a patient and a cuff in each, and the hundred that send all the time."""

    practice: Practice
    rooms: list[Any] = field(default_factory=list)
    visits: list[Any] = field(default_factory=list)
    devices: list[Any] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)

    def furnish(self) -> None:
        """Everybody has been in the room for some minutes; the first rooms are the cuffs', the others the monitors'."""
        stamp, before = f"{int(time.time()):X}", clock.now() - timedelta(minutes=15)
        boss, desk, ma = (self.acting(role, before) for role in ("manager", "front-desk", "medical-assistant"))
        site = self.practice.site.pk
        for n in range(2 * ROOMS):
            self.rooms.append(office.add_room(boss, AddRoom(site=site, name=f"{stamp[-4:]}-{n}", place=1000 + n)))
            names = [{"family": "Bench", "given": [f"{stamp}-{n}"]}]
            who = RegisterPatient.of(names=names, birth_date="1980-04-02", gender="male", confirmed={"duplicate"})
            patient = people.register(desk, who)
            self.numbers.append(patient.mrn)
            visit = visits.walk_in(desk, WalkIn(patient=patient.pk, site=site))
            self.visits.append(visits.room(ma, StartRooming(visit=visit.pk, room=self.rooms[n].pk)))
        for n in range(ROOMS + DEVICES):
            told = {"profile": "pcd-spot", "kind": "pressure"} if n < ROOMS else {"profile": "pcd-monitor"}
            name, room = f"B{stamp}{n:03d}", self.rooms[self.place(n)].pk
            self.devices.append(
                office.add_device(boss, AddDevice(site=site, name=name, identifier=name, room=room, **told))
            )

    def acting(self, role: str, at: datetime | None = None) -> Any:
        """Somebody of this role."""
        return self.practice.acting(self.practice.of_role(role)[0], at)

    def place(self, device: int) -> int:
        """In which room a device stands."""
        return device if device < ROOMS else ROOMS + device % ROOMS

    def mrn(self, device: int) -> str:
        """The number that every second device says."""
        return self.numbers[self.place(device)] if device % 2 else ""

    def clear(self) -> None:
        """Nothing of this stays on the board of the next measurement."""
        boss, desk = self.acting("manager"), self.acting("front-desk")
        for visit in self.visits:
            visits.leave(desk, Leave(visit=visit.pk, reason="The measurement is over."))
        for room in self.rooms:
            office.change_room(boss, ChangeRoom(room=room.pk, active=False))
        for device in self.devices:
            office.retire_device(boss, RetireDevice(device=device.pk))


class House:
    """Web server and worker in processes of their own."""

    def __init__(self) -> None:
        self.web, self.hl7 = _free(), _free()
        environment = {**os.environ, "MEDASSIST_HL7_PORT": str(self.hl7)}
        self.children = [
            subprocess.Popen(
                [sys.executable, "-m", "medassist.interfaces.cli", *words], env=environment,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
            for words in (["jobs"], ["serve", "--port", str(self.web)])
        ]  # fmt: skip

    def wait(self) -> None:
        """Until both ports answer."""
        limit = time.monotonic() + 60
        while not all(_answers(port) for port in (self.web, self.hl7)):
            if time.monotonic() > limit:
                raise RuntimeError("the office did not open")
            time.sleep(0.1)

    def memory(self) -> dict[str, float]:
        """MB of the worker, the web server and the database, what they share counted once (proportional set size)."""
        database = Server(Path(settings.MEDASSIST_HOME)).process()
        assert database
        parents = dict(zip(("worker", "web"), (psutil.Process(one.pid) for one in self.children), strict=True))
        return {name: _pss(parent) for name, parent in {**parents, "database": database}.items()}

    def spent(self) -> float:
        """Seconds of processor time of the worker, which bound how many messages a second it can take."""
        return sum(psutil.Process(self.children[0].pid).cpu_times()[:2])

    def stop(self) -> None:
        """Both of them."""
        for one in self.children:
            one.terminate()
        for one in self.children:
            one.wait(20)


def _pss(parent: psutil.Process) -> float:
    found = 0
    for one in (parent, *parent.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            found += one.memory_full_info().pss
    return found / 2**20


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def _open() -> Iterator[tuple[House, Floor]]:
    """An office with people in its rooms; the demo's day goes on around them."""
    floor = Floor(make.ready(lambda said: None))
    Path(settings.MEDASSIST_HOME, make.MADE).touch()
    floor.furnish()
    house = House()
    try:
        house.wait()
        yield house, floor
    finally:
        house.stop()
        floor.clear()


def run() -> list[dict[str, Any]]:
    """The rows of `medassist bench devices`."""
    _lay_out()
    with _open() as (house, floor):
        board = Board(house, floor, _cookies())
        rows = [board.row("PCD-01 in, charted, on the board", board.waves(range(WAVES)))]
        with ThreadPoolExecutor(1) as aside:
            looks = aside.submit(board.waves, range(WAVES, 2 * WAVES))
            told = asyncio.run(_soak(house, floor))
            rows.append(board.row(f"the same while {DEVICES} devices send", looks.result()))
        rows.append(_row(floor, told))
    return rows


# -- on the board


class Board:
    """One browser that looks at the board, and the cuffs in the rooms that it shows."""

    def __init__(self, house: House, floor: Floor, cookies: str) -> None:
        self.house, self.floor = house, floor
        self.line = HTTPConnection("127.0.0.1", house.web, timeout=10)
        self.line.request("GET", "/board/stream?by=step&whose=all", headers={"Cookie": cookies})
        self.stream = self.line.getresponse()
        if self.stream.status != 200:
            raise RuntimeError(f"the stream answered {self.stream.status}")

    def waves(self, numbers: range) -> list[float]:
        """Milliseconds of each: one measurement in every room, wave after wave; each is confirmed before the next."""
        with socket.create_connection(("127.0.0.1", self.house.hl7), timeout=10) as line:
            return [self._one(line, wave, n) for wave in numbers for n in range(ROOMS)]

    def _one(self, line: socket.socket, wave: int, n: int) -> float:
        visit, device = self.floor.visits[n], self.floor.devices[n]
        at = clock.now() - timedelta(seconds=(2 * WAVES - wave) * APART)  # no two within a cuff's interval
        content = framed(message(device.identifier, wave, at, self.floor.mrn(n)))
        begun = time.perf_counter()
        line.sendall(content)
        self._until(lambda card: "Confirm signs" in card, visit.pk)
        took = (time.perf_counter() - begun) * 1e3
        if b"MSA|AA|" not in (said := line.recv(65536)):
            raise RuntimeError(f"the device was answered {said!r}")
        made = VitalSet.objects.filter(visit=visit.pk).latest("recorded_at")
        vitals.confirm(self.floor.acting("medical-assistant"), ConfirmVitals(set=made.pk))
        self._until(lambda card: "Confirm signs" not in card, visit.pk)
        return took

    def _until(self, seen: Callable[[str], bool], visit: Any) -> None:
        """Read drawings until a visit's card is as it should be."""
        while True:
            _, _, card = self._drawing().partition(f'id="v-{visit}"')
            if card and seen(card.partition("</li>")[0]):
                return

    def _drawing(self) -> str:
        lines = []
        while (line := self.stream.readline().decode()) != "\n":
            if not line:
                raise RuntimeError("the stream ended")
            lines.append(line)
        return "".join(lines)

    def row(self, what: str, took: list[float]) -> dict[str, Any]:
        """Beside what a person takes for at once."""
        p95 = _p95(took)
        return {
            "what": what, "n": len(took), "p50_ms": round(statistics.median(took), 1), "p95_ms": round(p95, 1),
            "ratio": round(p95 / LIMIT_MS, 2), "peer": f"{LIMIT_MS:.0f} ms", "ok": p95 < LIMIT_MS,
        }  # fmt: skip


def _cookies() -> str:
    """Those of somebody who signed in: the session lies in the database that the web server reads too."""
    browser = Client(HTTP_HOST="127.0.0.1")
    path, _ = demo.path("medical-assistant")
    browser.get(path)
    browser.post(path)
    return "; ".join(f"{name}={one.value}" for name, one in browser.cookies.items())


def _p95(took: list[float]) -> float:
    return sorted(took)[int(len(took) * 0.95)]


# -- a hundred devices


@dataclass
class Told:
    """What a soak saw."""

    took: list[float] = field(default_factory=list)
    sent: int = 0
    accepted: int = 0
    memory: list[dict[str, float]] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)
    seconds: float = 0.0
    worker: float = 0.0
    """Seconds of processor time."""


async def _soak(house: House, floor: Floor) -> Told:
    """Each device sends once a second over a connection of its own, and waits for its answer."""
    told, begun, spent = Told(), time.monotonic(), house.spent()
    end = begun + SECONDS
    senders = (_device(house, floor, n, end, told) for n in range(ROOMS, ROOMS + DEVICES))
    await asyncio.gather(*senders, asyncio.to_thread(_watch, house, end, told))
    told.seconds, told.worker = time.monotonic() - begun, house.spent() - spent
    return told


async def _device(house: House, floor: Floor, n: int, end: float, told: Told) -> None:
    await asyncio.sleep(n / DEVICES)  # they do not all send at the same moment
    reader, writer = await asyncio.open_connection("127.0.0.1", house.hl7)
    frames, due, number = Reader(1_000_000), time.monotonic(), 0
    while time.monotonic() < end:
        begun, number = time.perf_counter(), number + 1
        writer.write(framed(message(floor.devices[n].identifier, number, clock.now(), floor.mrn(n))))
        told.sent += 1
        answers: list[bytes] = []
        while not answers and (came := await reader.read(65536)):
            answers = frames.take(came)
        told.took.append((time.perf_counter() - begun) * 1e3)
        told.accepted += any(b"MSA|AA|" in one for one in answers)
        due += 1
        await asyncio.sleep(due - time.monotonic())  # at once, when it is behind
    writer.close()


def _watch(house: House, end: float, told: Told) -> None:
    """Memory, and the bare insert under the same load, a dozen times."""
    with _connect() as line:
        while time.monotonic() < end:
            told.memory.append(house.memory())
            for _ in range(10):
                begun = time.perf_counter()
                _insert(line, 0)
                told.floor.append((time.perf_counter() - begun) * 1e3)
            time.sleep(SECONDS / 12)


def _row(floor: Floor, told: Told) -> dict[str, Any]:
    kept, accepted = _kept(floor)
    bare, median, rate = statistics.median(told.floor), statistics.median(told.took), told.accepted / told.seconds
    house = [one["worker"] + one["web"] for one in told.memory]
    grown = house[-1] - house[len(house) // 4]  # the first quarter warms up
    whole = [round(sum(one.values())) for one in told.memory]
    return {
        "what": f"{DEVICES} devices, each once a second, for {SECONDS} s: answers", "n": told.sent,
        "throughput": round(rate, 1), "unit": "messages/s", "p50_ms": round(median, 1),
        "p95_ms": round(_p95(told.took), 1), "ratio": round(bare / median, 3), "peer": "one insert and commit",
        "worker_cpu_ms": round(told.worker / told.sent * 1e3, 1), "floor_ms": round(bare, 2),
        "accepted": told.accepted, "kept": kept, "concluded": accepted, "grown_mb": round(grown, 1),
        "group_mb_start": whole[0], "group_mb_middle": whole[len(whole) // 2], "group_mb_end": whole[-1],
        "worker_mb_start": round(told.memory[0]["worker"]), "worker_mb_end": round(told.memory[-1]["worker"]),
        "ok": told.sent == told.accepted == kept == accepted and rate > 0.95 * DEVICES and grown < LIMIT_GROWN_MB,
    }  # fmt: skip


def _kept(floor: Floor) -> tuple[int, int]:
    """How many messages of the hundred are kept, and how many of those are concluded as accepted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE o.outcome = 'accepted') FROM exchange_received r"
            " LEFT JOIN exchange_outcome o ON o.received_id = r.id WHERE r.via = 'hl7' AND r.control LIKE ANY(%s)",
            [[f"%{one.identifier}%" for one in floor.devices[ROOMS:]]],
        )
        return cursor.fetchone()
