"""MEDASSIST_HOME: the folder of one office's data, and the secrets that are made in it at the first start."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path


def path() -> Path:
    """The home folder, made if it is not there; `./var` unless MEDASSIST_HOME says otherwise."""
    return made(Path(os.environ.get("MEDASSIST_HOME") or "var").absolute())


def made(home: Path) -> Path:
    """A home folder, closed to others. Root leaves the passage open: PostgreSQL runs under another account."""
    if not home.exists():
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o711 if os.geteuid() == 0 else 0o700)
    return home


def secret(name: str, home: Path | None = None) -> str:
    """A secret of a home, made at the first start and kept in a file that only its owner reads."""
    file = (home or path()) / "secrets" / name
    if not file.exists():
        file.parent.mkdir(mode=0o700, exist_ok=True)
        with contextlib.suppress(FileExistsError):  # somebody else was quicker: theirs holds
            _write_once(file, secrets.token_urlsafe(48))
    return file.read_text()


def _write_once(file: Path, text: str) -> None:
    """Write a new file whole or not at all; nobody ever reads half of it."""
    part = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    try:
        os.link(part, file)
    finally:
        part.unlink()
