"""The open door: what one transaction has gathered (entries, events, the rows it wrote), and its last statement."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection, transaction

from medassist.kernel import trail
from medassist.kernel.errors import Refused

if TYPE_CHECKING:
    from medassist.kernel.context import Context
    from medassist.kernel.trail import Entry, Told

NAMED_ROWS = 50  # a bulk write names this many rows one by one; beyond, it is counted

_open = threading.local()


@dataclass(slots=True)
class Doorway:
    """One open transaction of the house."""

    name: str
    ctx: Context
    stack: list[Entry] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    events: list[Told] = field(default_factory=list)
    closing: list[Any] = field(default_factory=list)
    """Functions called once, just before the last statement (the exchange writes its gathered versions here)."""
    joined: list[Entry] = field(default_factory=list)
    """Entries that waited for a transaction, and go with this one."""


def current() -> Doorway | None:
    """The open doorway of this thread, or None."""
    return getattr(_open, "doorway", None)


def required() -> Doorway:
    """The open doorway; outside an action there is none, and asking for it is a fault of ours."""
    if (doorway := current()) is None:
        raise RuntimeError("no action is open")
    return doorway


@contextmanager
def opened(doorway: Doorway) -> Iterator[Doorway]:
    """Mark this thread as writing, for as long as the block runs."""
    if current() is not None:
        raise RuntimeError("a doorway is open already")
    _open.doorway = doorway
    try:
        yield doorway
        doorway.joined.clear()  # they are committed
    finally:
        _open.doorway = None


def waiting() -> list[Entry] | None:
    """Entries of this thread that wait for the next transaction, which clears them; None where none may wait."""
    return getattr(_open, "waiting", None)


@contextmanager
def together(write: Callable[[list[Entry]], None]) -> Iterator[None]:
    """Entries may wait in this block for a transaction that follows; `write(entries)` takes what is left at its end."""
    outer, left = waiting(), []  # type: tuple[list[Entry] | None, list[Entry]]
    _open.waiting = left
    try:
        yield
    finally:
        _open.waiting = outer
        if left:
            write(left)


@contextmanager
def attempt() -> Iterator[None]:
    """A savepoint inside an action: what fails in the block leaves nothing behind but its refusal in the trail."""
    doorway = required()
    entries, events, closing, depth = (
        len(doorway.entries), len(doorway.events), len(doorway.closing), len(doorway.stack),
    )  # fmt: skip
    wrote = len(doorway.stack[-1].wrote) if doorway.stack else 0
    try:
        with transaction.atomic():
            yield
    except BaseException as error:
        del doorway.entries[entries:], doorway.events[events:], doorway.closing[closing:], doorway.stack[depth:]
        if doorway.stack:
            del doorway.stack[-1].wrote[wrote:]
        if isinstance(error, Refused) and error.entry is not None:
            doorway.entries.append(error.entry)
        raise


def concerns(patient: UUID) -> None:
    """Name the patient whom the open action concerns, where its inputs could not."""
    required().stack[-1].patient = patient


def before_commit(work: Any) -> None:
    """Have `work()` called once, after the bodies and before the last statement of this transaction."""
    closing = required().closing
    if work not in closing:
        closing.append(work)


def close(doorway: Doorway, answer: trail.Given | None) -> None:
    """Write what was gathered: one statement for the trail, the events and the answer."""
    for work in list(doorway.closing):
        work()
    doorway.joined = waiting() or []
    trail.write(connection, [*doorway.joined, *doorway.entries], doorway.events, answer)


def note_made(row: Any) -> None:
    """A row was made."""
    if doorway := current():
        doorway.stack[-1].wrote.append(f"{row._meta.label}/{row.pk}")


def note_changed(row: Any, changes: dict[str, tuple[Any, Any]]) -> None:
    """A row was changed: which fields, from what to what."""
    if (doorway := current()) and changes:
        told = {name: [_plain(old), _plain(new)] for name, (old, new) in changes.items()}
        doorway.stack[-1].wrote.append({f"{row._meta.label}/{row.pk}": told})


def note_bulk(model: Any, rows: Any) -> None:
    """Many rows were made at once."""
    if doorway := current():
        if len(rows) <= NAMED_ROWS:
            doorway.stack[-1].wrote.extend(f"{model._meta.label}/{row.pk}" for row in rows)
        else:
            doorway.stack[-1].wrote.append({model._meta.label: len(rows)})


def note_update(model: Any, count: int, changes: dict[str, Any]) -> None:
    """Rows were changed by one statement."""
    if (doorway := current()) and count:
        told = {name: _plain(value) for name, value in changes.items()}
        doorway.stack[-1].wrote.append({model._meta.label: count, "set": told})


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, bytes | memoryview):
        return f"{len(value)} bytes"
    text = str(value)
    return text if len(text) <= 2000 else f"{len(text)} characters"
