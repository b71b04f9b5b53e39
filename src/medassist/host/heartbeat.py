"""Signs of life: each long-running part touches a file of its own in the home, and anyone may look how long ago."""

from __future__ import annotations

import time
from pathlib import Path

_NOT_READY = "not-ready"


def folder(home: Path) -> Path:
    """Where the running house keeps what is only true while it runs."""
    here = home / "run"
    here.mkdir(mode=0o700, exist_ok=True)
    return here


def beat(home: Path, name: str) -> None:
    """Say that this part is alive and has just done a whole round."""
    (folder(home) / f"{name}.alive").touch()


def silent_for(home: Path, name: str) -> float:
    """Seconds since a part's last sign of life; infinite when there was none."""
    try:
        return max(0.0, time.time() - (folder(home) / f"{name}.alive").stat().st_mtime)
    except FileNotFoundError:
        return float("inf")


def forget(home: Path) -> None:
    """Forget earlier signs, so that those of the last run do not pass for today's."""
    for old in folder(home).glob("*.alive"):
        old.unlink(missing_ok=True)


def not_ready(home: Path, why: str) -> None:
    """Say that the house is up but not to be used yet, and why; an empty reason says that it is."""
    note = folder(home) / _NOT_READY
    if why:
        note.write_text(why)
    else:
        note.unlink(missing_ok=True)


def why_not_ready(home: Path) -> str:
    """What the house still waits for; empty when it is ready."""
    try:
        return (folder(home) / _NOT_READY).read_text()
    except FileNotFoundError:
        return ""
