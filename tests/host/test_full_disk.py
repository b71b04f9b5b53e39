"""A disk that is full: a clear word, nothing half-written, and everything goes on when there is room again."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

import medassist
from medassist.host.postgres import Server
from tests.host.machine import environment

pytestmark = pytest.mark.slow
BUNDLES = Path(medassist.__file__).parent / "demo" / "data"
ONE, ANOTHER = "Alexis_Toy", "Annetta_Hoppe"


@pytest.fixture
def home() -> Iterator[Path]:
    """A home on a small disk of its own."""
    with tempfile.TemporaryDirectory(prefix="medassist-small-") as folder:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=400m,mode=0755", "tmpfs", folder], capture_output=True, check=False
        )
        if done.returncode:
            pytest.skip("this account may not mount a small disk")
        try:
            yield Path(folder) / "home"
        finally:
            Server(Path(folder) / "home").stop()
            subprocess.run(["umount", "-l", folder], check=True)


def run(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "medassist.interfaces.cli", *words]
    return subprocess.run(command, env=environment(home), capture_output=True, text=True, check=False)


def take_in(home: Path, name: str) -> subprocess.CompletedProcess[str]:
    [bundle] = BUNDLES.glob(f"{name}_*.json.gz")
    return run(home, "import", str(bundle), "--json")


def patients(home: Path) -> int:
    with psycopg.connect(Server(home).start()) as connection:
        return connection.execute("SELECT count(*) FROM people_patient").fetchone()[0]


def fill(file: Path) -> None:
    """Write until nothing more fits."""
    with file.open("wb", buffering=0) as full:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    full.write(b"x" * size)
            except OSError:
                continue


def test_an_import_on_a_full_disk_says_so_and_goes_on_when_there_is_room(home):
    assert run(home, "migrate", "--quiet").returncode == 0
    server = Server(home)
    server.start()  # it stays up between the commands
    assert take_in(home, ONE).returncode == 0 and patients(home) == 1
    ballast = home.parent / "ballast"
    fill(ballast)

    stopped = take_in(home, ANOTHER)
    assert stopped.returncode == 1
    assert "Traceback" not in stopped.stderr and "No space left" in stopped.stderr, stopped.stderr

    ballast.unlink()
    assert patients(home) == 1, "what was not taken in left something behind"
    again = take_in(home, ANOTHER)
    assert again.returncode == 0 and json.loads(again.stdout)["totals"]["Patient"] == 1
    assert patients(home) == 2
    trail = run(home, "audit", "verify", "--json")
    assert json.loads(trail.stdout)["ok"], trail.stdout
