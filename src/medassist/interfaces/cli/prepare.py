"""What happens between installing and serving: the database brought to this version, static files gathered."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import click
import psycopg

import medassist
from medassist.host import heartbeat, home
from medassist.host.postgres import Server
from medassist.interfaces.cli import house
from medassist.interfaces.cli.migrate import migrate


@click.command(hidden=True)
def command() -> None:
    """Bring the database to this version and gather the static files."""
    house.django(as_owner=True)
    from django.core.management import call_command

    migrate(quiet=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    _note().write_text(state())


def needed() -> bool:
    """Whether anything changed since the last time."""
    try:
        return _note().read_text() != state() or not _has_tables()
    except FileNotFoundError:
        return True


def _note() -> Path:
    return heartbeat.folder(home.path()) / "prepared"


def state() -> str:
    """What the preparation depends on: the program's files as they are, and which database."""
    root = Path(medassist.__file__).parent
    digest = hashlib.sha256(os.environ.get("MEDASSIST_DATABASE_URL", "").encode())
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(files):
            told = os.stat(os.path.join(folder, name))
            digest.update(f"{folder}/{name} {told.st_size} {told.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _has_tables() -> bool:
    address = os.environ.get("MEDASSIST_DATABASE_URL") or Server(home.path()).address()
    with psycopg.connect(address) as connection:
        row = connection.execute("select to_regclass('kernel_audit') is not null").fetchone()
        return bool(row and row[0])
