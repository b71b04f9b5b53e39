"""`medassist run`: the one parent process of an open house."""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import os
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click

from medassist.host import heartbeat, home, processes
from medassist.host.postgres import Server
from medassist.interfaces.cli import house, prepare


@click.command()
@click.option("--demo", is_flag=True, help="With a demo office, made at the first start.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, help="The port of the web server.")
@click.option("--workers", default=2, show_default=True, help="Web processes.")
@click.option("--certificate", type=click.Path(exists=True, dir_okay=False), help="TLS certificate (PEM).")
@click.option("--key", type=click.Path(exists=True, dir_okay=False), help="Its key (PEM, PKCS#8).")
def command(demo: bool, host: str, port: int, workers: int, certificate: str | None, key: str | None) -> None:
    """Web server, worker and HL7 listener in one process group; Ctrl-C stops all cleanly.

    Without MEDASSIST_DATABASE_URL the PostgreSQL that comes with medassist is started too, with its data in
    MEDASSIST_HOME (./var).
    """
    here = home.path()
    with _alone(here):
        for port_used, name in ((port, "--port"), (_hl7_port(), "MEDASSIST_HL7_PORT")):
            _free(host, port_used, name)
        web = ["serve", "--host", host, "--port", str(port), "--workers", str(workers)]
        if certificate and key:
            web += ["--certificate", certificate, "--key", key]
            os.environ.setdefault("MEDASSIST_TLS", "true")  # cookies for secure connections alone, and HSTS
        House(here, demo, web, host, f"http{'s' if certificate else ''}://{_named(host)}:{port}").run()


class House:
    """An open house: database, preparation, children, demo, and the way back."""

    def __init__(self, here: Path, demo: bool, web: list[str], host: str, address: str) -> None:
        self.here = here
        self.demo = demo
        self.address = address
        self.database = Server(here, say=say) if house.embedded() else None
        worker = processes.Child("The worker", _medassist("jobs", "--host", host))
        self.group = processes.Group([worker, processes.Child("The web server", _medassist(*web))], say)
        self._checked = 0.0
        self._greeted = False

    def run(self) -> None:
        """Open, stay open until asked to stop, close."""
        with self.group.signals():
            try:
                self._open()
                self.group.run(self._tend_database, self._tend_readiness)
            finally:
                self._close()

    def _open(self) -> None:
        heartbeat.forget(self.here)
        heartbeat.not_ready(self.here, "starting")
        (heartbeat.folder(self.here) / "address").write_text(self.address)
        if self.database:
            self.database.start()
        if prepare.needed():
            say("Preparing the database …")
            self._once("prepare")
        if self.group.asked_to_stop:
            return
        for child in self.group.children:
            child.start()
        if self.demo and importlib.util.find_spec("medassist.demo") and not self.group.asked_to_stop:
            heartbeat.not_ready(self.here, "the demo office is being made")
            self._once("demo", "make")
        heartbeat.not_ready(self.here, "")

    def _once(self, *words: str) -> None:
        """Run a step to its end; a signal meanwhile ends it."""
        with subprocess.Popen(
            _medassist(*words),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=partial(processes.die_with_parent, os.getpid()),
        ) as step:
            while step.poll() is None:
                if self.group.asked_to_stop:
                    step.terminate()
                time.sleep(0.02)
        if step.returncode and not self.group.asked_to_stop:
            raise click.ClickException(f"`medassist {' '.join(words)}` failed")

    def _tend_database(self) -> None:
        """Start the database again when it died; look every second."""
        if self.database and time.monotonic() - self._checked > 1:
            self._checked = time.monotonic()
            if self.database.process() is None:
                say("PostgreSQL ended; starting it again")
                self.database.start()
                self._checked = time.monotonic()

    def _tend_readiness(self) -> None:
        if not self._greeted and _ready(self.address):
            self._greeted = True
            say(f"medassist is open on {self.address} (Ctrl-C closes it)")

    def _close(self) -> None:
        say("Closing …")
        heartbeat.not_ready(self.here, "closing")
        self.group.stop()
        if self.database:
            self.database.stop()
        say("Closed.")


def say(text: str) -> None:
    """Tell the person at the terminal."""
    click.echo(text)
    sys.stdout.flush()


def _medassist(*words: str) -> list[str]:
    return [sys.executable, "-m", "medassist.interfaces.cli", *words]


def _hl7_port() -> int:
    return int(os.environ.get("MEDASSIST_HL7_PORT") or 2575)


@contextlib.contextmanager
def _alone(here: Path) -> Iterator[None]:
    """One house a home: a second one would take its database away."""
    with open(heartbeat.folder(here) / "lock", "a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise click.ClickException(f"this house is open already (process {lock.read().strip()})") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _free(host: str, port: int, name: str) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = error.strerror or str(error)
            raise click.ClickException(f"port {port} can't be used: {reason}; choose another by {name}") from None


def _named(host: str) -> str:
    """The host as this machine can ask it: who listens everywhere listens here too."""
    if host in {"0.0.0.0", "::", ""}:
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _ready(address: str) -> bool:
    """Ask ourselves, by the one name that is always allowed; our certificate is for others to check."""
    request = urllib.request.Request(f"{address}/readyz", headers={"Host": "localhost"})
    context = ssl._create_unverified_context() if address.startswith("https") else None
    try:
        with urllib.request.urlopen(request, timeout=2, context=context) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False
