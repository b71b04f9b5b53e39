"""MEDASSIST_HOME: the folder of one office's data, and the secrets that are made in it at the first start."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def path() -> Path:
    """The home folder, made if it is not there; `./var` unless MEDASSIST_HOME says otherwise."""
    home = Path(os.environ.get("MEDASSIST_HOME") or "var").absolute()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return home


def secret(name: str) -> str:
    """A secret of this home, made at the first start and kept in a file that only its owner reads."""
    file = path() / "secrets" / name
    try:
        return file.read_text()
    except FileNotFoundError:
        file.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text()
    with os.fdopen(handle, "w") as opened:
        opened.write(secrets.token_urlsafe(48))
    return file.read_text()

