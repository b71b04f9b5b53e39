"""The directory of programs as it stands, in memory: whoever shows it waits for no database.

The lists that were taken are looked at beside the requests, by a thread, at most every `EVERY` seconds and only while
somebody asks: one query for their identifiers, and the rest when those differ. So every process shows a list within
seconds after it was taken. When the database is away, what was known last stays; at first that is the shipped list.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from threading import Event, Lock, Thread

from django.db import connection

from medassist.domain.credentials import rules
from medassist.domain.credentials.models import ProgramFact, ProgramList

log = logging.getLogger(__name__)
EVERY = 3.0
"""Seconds between two looks."""
PATIENCE = 2.0
"""Seconds that a look is waited for at most: at the start, and where nobody asked for longer than `EVERY`."""

_pinned: ContextVar[rules.Directory | None] = ContextVar("programs", default=None)


@cache
def shipped() -> rules.Directory:
    """The programs of the package alone."""
    return rules.directory(rules.programs(), ())


def programs_stamp() -> str:
    """Stands for all lists that were taken; empty when there is none. Rows are only added, so their ids tell all."""
    ids = ProgramList.objects.order_by("id").values_list("id", flat=True)
    return hashlib.sha256("".join(map(str, ids)).encode()).hexdigest() if ids else ""


def told() -> Iterator[rules.Told]:
    """Every field of every list that was taken, in the order in which they were."""
    rows = ProgramFact.objects.order_by("list__id", "id").values_list(
        "key", "field", "value", "url", "as_of", "list__layout", "line"
    )
    return (rules.Told(*row) for row in rows.iterator())


def read_programs(known: rules.Directory | None = None) -> rules.Directory:
    """The directory as the database has it now; the known one when that is still so."""
    known, stamp = known or shipped(), programs_stamp()  # before the fields: one taken meanwhile is seen the next time
    if stamp == known.stamp:
        return known
    return rules.directory(rules.programs(), told(), stamp) if stamp else shipped()


class Memory:
    """What this process knows, and when it looks again."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Know nothing, as at the start."""
        self.held: rules.Directory | None = None
        self.due, self.away = 0.0, False
        self.looked, self.looking = Event(), Lock()

    def now(self) -> rules.Directory:
        """What is known. A look that is due begins; the one that asked first in a while waits for it."""
        late = time.monotonic() - self.due
        if late >= 0 and self.looking.acquire(blocking=False):
            if late > EVERY:
                self.looked.clear()
            self.due = time.monotonic() + EVERY
            Thread(target=self._look, name="programs", daemon=True).start()
        if not self.looked.wait(PATIENCE):
            self.looked.set()  # nobody else waits for a database that does not answer
        return self.held or shipped()

    def _look(self) -> None:
        looked, looking = self.looked, self.looking
        try:
            self.held, self.away = read_programs(self.held), False
        except Exception as why:  # whatever is wrong with the database: the guide answers with what is known
            if not self.away:
                log.warning("the lists of programs could not be looked at: %s", why)
            self.away = True
        finally:
            connection.close()
            looked.set()
            looking.release()


memory = Memory()


def programs_now() -> rules.Directory:
    """The directory: the one of this request where it is pinned, else the newest that is known."""
    return _pinned.get() or memory.now()


@contextmanager
def pinned(directory: rules.Directory) -> Iterator[None]:
    """Show this directory throughout, whatever is taken meanwhile."""
    token = _pinned.set(directory)
    try:
        yield
    finally:
        _pinned.reset(token)
