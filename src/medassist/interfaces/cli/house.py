"""What commands need of the house: settings, Django, and a database that answers."""

from __future__ import annotations

import atexit
import fcntl
import os
import signal
import sys
from pathlib import Path

import click

from medassist.host import heartbeat, home
from medassist.host.postgres import Server

_borrowed = False


def embedded() -> bool:
    """Whether the database is the one that medassist brings along."""
    return not os.environ.get("MEDASSIST_DATABASE_URL")


def enter(as_owner: bool = False) -> None:
    """Make Django ready, and start the embedded PostgreSQL for as long as this command runs."""
    start_database()
    django(as_owner)


def start_database() -> None:
    """Start the embedded PostgreSQL for as long as this command runs, when it is the one in use."""
    global _borrowed
    if embedded() and not _borrowed:
        _borrowed = True
        _borrow(Server(home.path(), say=lambda text: click.echo(text, err=True)))


def owner_address() -> str:
    """The owner's address of the database in use."""
    return os.environ.get("MEDASSIST_DATABASE_URL") or Server(home.path()).address()


def address() -> str:
    """The address of the database for daily work."""
    return os.environ.get("MEDASSIST_APP_DATABASE_URL") or owner_address()


def there() -> bool:
    """Whether this home has a database that can be asked; the embedded one is not made for the question."""
    made = Path(os.environ.get("MEDASSIST_HOME") or "var") / "postgres/data/PG_VERSION"
    return not embedded() or made.exists()


def django(as_owner: bool = False) -> None:
    """Make Django ready. The owner is for migrations alone; everything else has the application's role."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "medassist.config.settings")
    os.environ.setdefault("MEDASSIST_LOG_LEVEL", "WARNING")
    if as_owner:
        os.environ.pop("MEDASSIST_APP_DATABASE_URL", None)
    import django as framework  # not at the top: half a second that `medassist may` does not need
    from django.conf import settings

    if as_owner:
        settings.MEDASSIST_ROLE = False
    framework.setup()


def _borrow(server: Server) -> None:
    was_running = server.process() is not None
    server.start()
    if not was_running:
        atexit.register(_give_back, server)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # or the borrowed server would stay behind


def _give_back(server: Server) -> None:
    """Stop the server that this command started, unless the house was opened meanwhile."""
    if running(server.home) is None:
        server.stop()


def running(of: Path) -> int | None:
    """The process that runs the house of this home, or None."""
    file = heartbeat.folder(of) / "lock"
    if not file.exists():
        return None
    with open(file) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(lock.read().strip() or 0)
    return None
