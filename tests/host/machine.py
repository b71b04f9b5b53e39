"""For the tests of the machine: homes of their own, commands with a clean environment, ports that nobody uses."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from medassist.host.postgres import Server


def environment(home: Path, **more: str) -> dict[str, str]:
    """Our environment without what the test run itself was told."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("MEDASSIST_", "DJANGO_"))}
    return {**plain, "MEDASSIST_HOME": str(home), **more}


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(true: Callable[[], object], seconds: float, what: str | Callable[[], str]) -> None:
    """Wait until something is so; fail when it is not in time."""
    limit = time.monotonic() + seconds
    while not true():
        if time.monotonic() > limit:
            pytest.fail(f"not within {seconds:.0f} s: {what() if callable(what) else what}")
        time.sleep(0.1)


@contextlib.contextmanager
def new_home() -> Iterator[Path]:
    """A home that another account can reach; its database is stopped and its folder removed at the end."""
    # what a process that was killed leaves behind while it dies is no fault of the test
    with tempfile.TemporaryDirectory(prefix="medassist-host-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        home = Path(folder) / "home"
        try:
            yield home
        finally:
            if home.exists():
                Server(home).stop()


class Running:
    """`medassist run` as a person would start it."""

    def __init__(self, home: Path, *words: str) -> None:
        self.home, self.words = home, words
        self.port, self.hl7 = free_port(), free_port()
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it and come back at once."""
        command = [sys.executable, "-m", "medassist.interfaces.cli", "run", "--port", str(self.port), *self.words]
        self.process = subprocess.Popen(
            command,
            env=environment(self.home, MEDASSIST_HL7_PORT=str(self.hl7)),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def get(self, path: str) -> tuple[int, str]:
        """Status and body of an address; 0 when nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=3) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def ready(self) -> bool:
        """Whether it says that it can be used."""
        return self.get("/readyz")[0] == 200

    def state(self) -> dict[str, object]:
        """What /readyz says."""
        return json.loads(self.get("/readyz")[1] or "{}")

    def family(self) -> list[psutil.Process]:
        """The living: the parent and everything below it, without PostgreSQL, which outlives it."""
        assert self.process is not None
        parent = psutil.Process(self.process.pid)
        return [parent, *(one for one in parent.children(recursive=True) if _lives(one) and _ours(one))]

    def stop(self) -> str:
        """Ask it to stop, as Ctrl-C does; what it said."""
        assert self.process is not None
        self.process.send_signal(2)
        said, _ = self.process.communicate(timeout=20)
        return said


def left(processes: list[psutil.Process]) -> list[str]:
    """Those of these that still run."""
    return [str(one) for one in processes if _lives(one)]


def all_gone(processes: list[psutil.Process], seconds: float) -> None:
    """Wait until none of these runs any more."""
    until(lambda: not left(processes), seconds, lambda: f"gone: {left(processes)}")


def _ours(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        return not process.name().startswith(("postgres", "pg_ctl"))
    return False


def _lives(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False
