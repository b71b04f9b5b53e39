"""How long it takes from nothing to the first page, again after that, to stop; and how much memory the group has."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

LIMIT_WARM, LIMIT_STOP, LIMIT_MEMORY = 20.0, 20.0, 600  # seconds, seconds, MB: design/decisions.md 25, performance.md


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def _home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="medassist-start-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "home"


class _House:
    """One run of `medassist run` in its own home."""

    def __init__(self, home: Path, *words: str) -> None:
        self.port = _free()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MEDASSIST_")}
        environment |= {"MEDASSIST_HOME": str(home), "MEDASSIST_HL7_PORT": str(_free())}
        command = [sys.executable, "-m", "medassist.interfaces.cli", "run", "--port", str(self.port), *words]
        self.begun = time.perf_counter()
        self.process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )

    def until(self, path: str) -> float:
        """Seconds until an address answers 200."""
        while time.perf_counter() - self.begun < 300:
            with contextlib.suppress(OSError):
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=2) as answer:
                    if answer.status == 200:
                        return time.perf_counter() - self.begun
            time.sleep(0.02)
        raise TimeoutError(f"{path} does not answer")

    def memory(self, database: psutil.Process) -> float:
        """MB of everybody's own memory, and of what they share once (the proportional set size)."""
        parent = psutil.Process(self.process.pid)
        everyone = [parent, *parent.children(recursive=True), database, *database.children(recursive=True)]
        return sum(one.memory_full_info().pss for one in everyone) / 2**20

    def stop(self) -> float:
        """Seconds until it is closed."""
        begun = time.perf_counter()
        self.process.send_signal(signal.SIGINT)
        self.process.wait()
        return time.perf_counter() - begun


def _row(what: str, seconds: float, limit: float | None = None) -> dict[str, Any]:
    found = {"what": what, "n": 1, "p50_s": round(seconds, 2)}
    return {**found, "ok": seconds <= limit} if limit else found


def run() -> list[dict[str, Any]]:
    """The rows of `medassist bench start`."""
    from medassist.host.postgres import Server

    with _home() as home:
        first = _House(home)
        rows = [_row("from nothing to the first page", first.until("/signin"))]
        rows.append(_row("from nothing to ready", first.until("/readyz")))
        rows.append(_row("stop", first.stop(), LIMIT_STOP))
        again = _House(home)
        rows.append(_row("again, to the first page", again.until("/signin"), LIMIT_WARM))
        rows.append(_row("again, to ready", again.until("/readyz"), LIMIT_WARM))
        for _ in range(200):
            again.until("/signin")
        database = Server(home).process()
        assert database
        memory = again.memory(database)
        rows.append({"what": "memory of the whole group", "peak_mb": round(memory), "ok": memory <= LIMIT_MEMORY})
        again.stop()
    return rows
