"""Devices: PCD-01 in, charted, on the board of somebody who looks; and a hundred that send every second for minutes.

Runs the whole product (web server, worker with the HL7 port, database) as an office runs it, and sends from here.
`--seconds` of the soak: MEDASSIST_BENCH_SECONDS (300).
"""

from __future__ import annotations

import asyncio
import http.cookiejar
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
from django.conf import settings
from django.db import connection

from medassist.codecs.hl7v2.mllp import Reader, framed
from medassist.demo import make
from medassist.domain.office import actions as office
from medassist.domain.office import queries as offices
from medassist.domain.office.inputs import AddDevice
from medassist.domain.visits import queries as visits
from medassist.interfaces.web.access import demo
from medassist.kernel import clock
from medassist.kernel.context import system_context

DEVICES, ROUNDS = 100, 40
LIMIT_MS = 300  # design/performance.md
LINE = "OBX|{n}|NM|{code}^MDC|1.1.1.{n}|{value}|{unit}^MDC|||||R"
CODES = (
    ("150456^MDC_PULS_OXIM_SAT_O2", "262688^MDC_DIM_PERCENT", 97),
    ("149530^MDC_PULS_OXIM_PULS_RATE", "264864^MDC_DIM_BEAT_PER_MIN", 72),
)


def message(device: str, number: int, mrn: str = "") -> bytes:
    """One PCD-01 message of two signs, measured now."""
    at = clock.now().strftime("%Y%m%d%H%M%S+0000")
    lines = [
        f"MSH|^~\\&|M^{device}^EUI-64|ACME|||{at}||ORU^R01^ORU_R01|{device}-{number}|P|2.6|||NE|AL||UNICODE UTF-8"
        "|||IHE_PCD_001^IHE PCD^1.3.6.1.4.1.19376.1.6.1.1.1^ISO",
        f"PID|||{mrn + '^^^^MR' if mrn else ''}",
        "PV1||O",
        f"OBR|1|1^M^{device}^EUI-64|1^M^{device}^EUI-64|182777000^monitoring of patient^SCT|||{at}",
        *(
            LINE.format(n=n, code=code, value=value + number % 3, unit=unit)
            for n, (code, unit, value) in enumerate(CODES, 1)
        ),
    ]
    return ("\r".join(lines) + "\r").encode()


class Office:
    """The product in processes of its own, on the benchmark's database."""

    def __init__(self) -> None:
        self.web, self.hl7 = (_free() for _ in range(2))
        words = [sys.executable, "-m", "medassist.interfaces.cli"]
        more = {"MEDASSIST_HL7_PORT": str(self.hl7), "MEDASSIST_DATABASE_URL": _url()}
        self.output = tempfile.TemporaryFile()
        start = {"env": {**os.environ, **more}, "stdout": self.output, "stderr": subprocess.STDOUT}
        self.worker = subprocess.Popen([*words, "jobs"], **start)  # type: ignore[call-overload]
        self.server = subprocess.Popen([*words, "serve", "--port", str(self.web), "--workers", "1"], **start)  # type: ignore[call-overload]

    def wait(self) -> None:
        """Until both ports answer."""
        limit = time.monotonic() + 60
        while not (_answers(self.web) and _answers(self.hl7)):
            if time.monotonic() > limit:
                raise RuntimeError("the office did not open")
            time.sleep(0.1)

    def memory(self) -> dict[str, float]:
        """Resident megabytes of worker and web server."""
        found = {}
        for name, process in (("worker", self.worker), ("web", self.server)):
            one = psutil.Process(process.pid)
            found[name] = sum(p.memory_info().rss for p in (one, *one.children(recursive=True))) / 1e6
        return found

    def stop(self) -> None:
        """Both of them, and nobody else."""
        for process in (self.worker, self.server):
            process.terminate()
        for process in (self.worker, self.server):
            process.wait(15)


def _url() -> str:
    parts = connection.get_connection_params()
    name = f"{parts['user']}:{quote(parts.get('password') or '')}"
    return f"postgresql://{name}@/{parts['dbname']}?host={parts['host']}&port={parts.get('port') or 5432}"


def _free() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _answers(port: int) -> bool:
    import socket

    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def run() -> list[dict[str, Any]]:
    """Latency to the board, then the soak."""
    make.ready(lambda said: None)
    Path(settings.MEDASSIST_HOME, make.MADE).touch()
    site = offices.sites()[0]
    boss = system_context("cli", site=site.pk)
    stamp = f"{int(time.time()):X}"
    names = [f"B{stamp}{n:03d}" for n in range(DEVICES)]
    for n, name in enumerate(names):
        profile = "pcd-monitor" if n else "pcd-spot"
        office.add_device(boss, AddDevice(site=site.pk, name=f"Bench {stamp}-{n}", identifier=name, profile=profile))
    here = [one for one in visits.today(site) if one["id"] and one["room"] and one["ended_at"] is None]
    mrns = _mrns([one["patient"] for one in here])
    if not mrns:
        raise RuntimeError("nobody is in a room")
    house = Office()
    try:
        house.wait()
        rows = [asyncio.run(_board(house, names[0], mrns))]
        seconds = int(os.environ.get("MEDASSIST_BENCH_SECONDS") or 300)
        rows += asyncio.run(_soak(house, names, mrns, seconds))
    finally:
        house.stop()
    return rows


def _mrns(patients: list[Any]) -> list[str]:
    from medassist.domain.people import queries as people

    return [one.mrn for one in people.patients(patients).values()]


# -- on the board


async def _board(house: Office, device: str, mrns: list[str]) -> dict[str, Any]:
    """From the last byte sent to the next part of a board's stream."""
    stream = await _stream(house.web)
    reader, writer = await asyncio.open_connection("127.0.0.1", house.hl7)
    took = []
    for number in range(ROUNDS):
        await _quiet(stream)
        content = framed(message(device, number, mrns[number % len(mrns)]))
        begun = time.perf_counter()
        writer.write(content)
        await writer.drain()
        await asyncio.wait_for(stream.read(65536), 10)
        took.append((time.perf_counter() - begun) * 1e3)
        await reader.read(65536)
        await asyncio.sleep(0.15)
    writer.close()
    took.sort()
    p95 = took[int(len(took) * 0.95)]
    return {
        "what": "PCD-01 in, charted, on the board", "n": len(took), "p50_ms": round(statistics.median(took), 1),
        "p95_ms": round(p95, 1), "unit": "", "ratio": round(p95 / LIMIT_MS, 2), "peer": f"{LIMIT_MS} ms",
        "ok": p95 < LIMIT_MS,
    }  # fmt: skip


async def _quiet(stream: asyncio.StreamReader) -> None:
    """Read what still comes, until nothing does for a moment."""
    while True:
        try:
            await asyncio.wait_for(stream.read(65536), 0.3)
        except TimeoutError:
            return


async def _stream(port: int) -> asyncio.StreamReader:
    """A signed-in browser's stream of the board."""
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    path, _ = demo.path("medical-assistant")
    base = f"http://127.0.0.1:{port}"
    page = opener.open(base + path).read().decode()
    if token := re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page):
        opener.open(urllib.request.Request(base + path, f"csrfmiddlewaretoken={token[1]}".encode(), {"Referer": base}))
    cookies = "; ".join(f"{one.name}={one.value}" for one in jar)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        f"GET /board/stream?by=step&whose=all HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookies}\r\n"
        "Accept: text/event-stream\r\n\r\n".encode()
    )
    first = await reader.read(65536)
    if b" 200 " not in first[:20]:
        raise RuntimeError(f"the stream answered {first[:60]!r}")
    reader.writer = writer  # type: ignore[attr-defined]  # kept open as long as the stream is read
    return reader


# -- a hundred devices


async def _soak(house: Office, names: list[str], mrns: list[str], seconds: int) -> list[dict[str, Any]]:
    """Each device sends once a second; nothing is lost, and memory stays where it is."""
    took: list[float] = []
    counts = {"sent": 0, "AA": 0, "other": 0}
    before = _kept(names)
    watch: list[dict[str, float]] = []
    end = time.monotonic() + seconds

    async def device(place: int, name: str) -> None:
        await asyncio.sleep(place / len(names))
        reader, writer = await asyncio.open_connection("127.0.0.1", house.hl7)
        frames, number, due = Reader(1_000_000), 1000, time.monotonic()
        while time.monotonic() < end:
            content = framed(message(name, number, mrns[place % len(mrns)]))
            begun = time.perf_counter()
            writer.write(content)
            counts["sent"] += 1
            answers: list[bytes] = []
            while not answers:
                answers = frames.take(await reader.read(65536))
            took.append((time.perf_counter() - begun) * 1e3)
            counts["AA" if b"MSA|AA|" in answers[0] else "other"] += 1
            number, due = number + 1, due + 1
            await asyncio.sleep(max(0.0, due - time.monotonic()))
        writer.close()

    async def look() -> None:
        while time.monotonic() < end:
            watch.append(house.memory())
            await asyncio.sleep(5)

    begun = time.monotonic()
    await asyncio.gather(look(), *(device(place, name) for place, name in enumerate(names)))
    spent = time.monotonic() - begun
    kept = _kept(names) - before
    took.sort()
    floor = _floor()
    quarter = max(1, len(watch) // 4)  # the first quarter warms up
    grown = {n: round(watch[-1][n] - watch[quarter][n], 1) for n in watch[0]} if len(watch) > quarter else {}
    rate = counts["AA"] / spent
    return [
        {
            "what": f"{len(names)} devices, each once a second, {seconds} s", "n": counts["sent"],
            "throughput": round(rate, 1), "unit": "messages/s", "p50_ms": round(statistics.median(took), 1),
            "p95_ms": round(took[int(len(took) * 0.95)], 1), "lost": counts["sent"] - kept, "not_AA": counts["other"],
            "kept": kept, "worker_mb": round(watch[-1]["worker"]), "web_mb": round(watch[-1]["web"]),
            "grown_mb": grown, "ratio": round(statistics.median(took) / floor, 1),
            "peer": f"insert + commit {floor:.2f} ms",
            "ok": counts["sent"] == kept == counts["AA"] and rate > 0.95 * len(names),
        }
    ]  # fmt: skip


def _kept(names: list[str]) -> int:
    """Messages of these devices that are kept and concluded."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM exchange_received r JOIN exchange_outcome o ON o.received_id = r.id"
            " WHERE r.via = 'hl7' AND o.outcome = 'accepted' AND r.control LIKE ANY(%s)",
            [[f"%|{name}-%" for name in names]],
        )
        return cursor.fetchone()[0]


def _floor() -> float:
    """Milliseconds of one bare insert and commit of as many bytes."""
    content, took = message("FLOOR", 0), []
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE floor (at timestamptz, content bytea)")
        for _ in range(200):
            begun = time.perf_counter()
            cursor.execute("INSERT INTO floor VALUES (now(), %s)", [content])
            took.append((time.perf_counter() - begun) * 1e3)
    return statistics.median(took)
