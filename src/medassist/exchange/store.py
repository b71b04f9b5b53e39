"""Versions gathered during an action, and written in a few statements at its end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import cache
from hashlib import sha256
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from medassist.codecs import fhir
from medassist.codecs.fhir import index
from medassist.exchange import keys, names
from medassist.exchange.overlay import overlay
from medassist.kernel import doorway, insert
from medassist.kernel.errors import Conflict
from medassist.kernel.identifiers import uuid7

MANY = 60  # rows of a table from which COPY is cheaper than INSERT
AT_ONCE = 160  # rows of all tables up to which one statement is cheaper than one a table


@dataclass(slots=True)
class Showing:
    """One new state of one resource, on its way in."""

    id: UUID
    type: str
    fhir_id: str
    value: dict[str, Any]
    action: str
    at: datetime
    received: dict[str, Any] | None = None
    """what came from elsewhere, when it did"""
    adopted: bool = False
    """a domain took it over just now: it is shown as it came"""
    deleted: bool = False
    expected: int | None = None
    """the version that the sender had seen"""
    sent: bytes | None = None
    """the bytes of the request that led to it"""


@dataclass(eq=False)
class Gathered:
    """What one call shows. The first that is called at the transaction's end writes for all that are still there."""

    showings: list[Showing] = field(default_factory=list)
    written: bool = False

    def __call__(self) -> None:
        """Write everything gathered in this transaction."""
        if self.written:
            return
        latest: dict[UUID, Showing] = {}
        for one in doorway.required().closing:
            if isinstance(one, Gathered) and not one.written:
                one.written = True
                for showing in one.showings:
                    latest[showing.id] = _merged(latest.pop(showing.id, None), showing)
        write(list(latest.values()))


def gather(showings: list[Showing]) -> None:
    """Have these written with the action that is open."""
    if showings:
        doorway.before_commit(Gathered(showings))


def _merged(earlier: Showing | None, later: Showing) -> Showing:
    """One state of two: the last that a domain says, over the last that came from elsewhere."""
    if earlier is None:
        return later
    came = later if later.received is not None else earlier
    said = earlier if later.value is later.received and earlier.value is not earlier.received else later
    said.received, said.fhir_id, said.adopted = came.received, came.fhir_id, came.adopted
    said.sent = later.sent or earlier.sent
    if said.expected is None:
        said.expected = earlier.expected if said is later else later.expected
    return said


@cache
def zone() -> tzinfo:
    """The time zone in which dates without one are read, in what is kept and in what is asked."""
    return ZoneInfo(getattr(settings, "MEDASSIST_ZONE", "UTC"))


def digest(value: dict[str, Any]) -> bytes:
    """The digest of a resource without what a server adds to its meta."""
    meta = {k: v for k, v in value.get("meta", {}).items() if k not in ("versionId", "lastUpdated", "source")}
    rest = {k: v for k, v in value.items() if k != "meta"}
    return sha256(fhir.dumps({**rest, "meta": meta} if meta else rest)).digest()[:16]


@dataclass(slots=True)
class Now:
    """What is kept of a resource at this moment."""

    type: str
    fhir_id: str
    version: int
    foreign: bool
    content: bytes
    arrival: bytes | None
    deleted: bool


def present(ids: Iterable[UUID]) -> dict[UUID, Now]:
    """What is kept of these, locked until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT id, type, fhir_id, version, "foreign", content, arrival, deleted FROM exchange_resource'
            " WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
            [list(ids)],
        )
        return {
            row[0]: Now(row[1], row[2], row[3], row[4], bytes(row[5]), row[6] and bytes(row[6]), row[7])
            for row in cursor.fetchall()
        }


def write(showings: list[Showing], any_order: bool = False) -> int:
    """Write new versions, the current state and its index; how many. What says nothing new is left out.

    `any_order`: nor is it new when only the order of elements differs, as of rows that were read back.
    """
    if not showings:
        return 0
    now = present(s.id for s in showings)
    _name(showings, now)
    _overlay(showings, now)
    ready = [made for s in showings if (made := _made(s, now.get(s.id)))]
    if any_order:
        same = _bodies([made.showing.id for made in ready])
        ready = [made for made in ready if same.get(made.showing.id) != _sorted_digest(made.body)]
    if ready:
        _insert(ready, {m.showing.id for m in ready if m.showing.id in now})
    return len(ready)


def _name(showings: list[Showing], now: dict[UUID, Now]) -> None:
    """FHIR ids for our keys, in the resources themselves and in their references."""
    known = {s.id: now[s.id].fhir_id if s.id in now else s.fhir_id for s in showings}
    ours = [s for s in showings if s.received is None or not s.adopted]
    named = names.outward([s.value for s in ours], known)
    for s in showings:
        s.fhir_id = known[s.id]
        s.value["id"] = s.fhir_id
    for s in ours:
        fhir.rewrite(s.value, lambda text: names.renamed(text, named))


def _overlay(showings: list[Showing], now: dict[UUID, Now]) -> None:
    """Lay what a domain shows over what once came from elsewhere."""
    changed = [s for s in showings if s.received is None and s.id in now and now[s.id].foreign and not s.deleted]
    earlier = _arrived([s.id for s in changed])
    for s in changed:
        if s.id in earlier:
            s.value = overlay(earlier[s.id], s.value)
    for s in showings:
        if s.received is not None and s.value is not s.received:
            s.value = overlay(s.received, s.value, adopted=s.adopted)


def _arrived(ids: list[UUID]) -> dict[UUID, dict[str, Any]]:
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (resource_id) resource_id, coalesce(received, body) FROM exchange_version"
            " WHERE resource_id = ANY(%s) AND arrived IS NOT NULL ORDER BY resource_id, version DESC",
            [ids],
        )
        return {row[0]: fhir.loads(bytes(row[1])) for row in cursor.fetchall()}


def _bodies(ids: list[UUID]) -> dict[UUID, bytes]:
    """Digests of the current versions of these, whatever the order of their elements; none of what was withdrawn."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.id, v.body FROM exchange_resource r JOIN exchange_version v ON v.resource_id = r.id"
            " AND v.version = r.version WHERE r.id = ANY(%s) AND NOT r.deleted",
            [ids],
        )
        return {key: _sorted_digest(bytes(body)) for key, body in cursor.fetchall()}


def _sorted_digest(body: bytes) -> bytes:
    return digest(_sorted(fhir.loads(body)))


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    return [_sorted(one) for one in value] if isinstance(value, list) else value


@dataclass(slots=True)
class Made:
    """A showing with everything that is written of it."""

    showing: Showing
    version: int
    foreign: bool
    content: bytes
    arrival: bytes | None
    body: bytes
    received: bytes | None
    found: index.Found


def _made(s: Showing, now: Now | None) -> Made | None:
    """The rows of one showing, or None when it says nothing new."""
    if s.expected is not None and (now.version if now else 0) != s.expected:
        raise Conflict(f"{s.type}/{s.fhir_id} was changed meanwhile: it is at version {now.version if now else 0}.")
    content = digest(s.value)
    arrival = digest(s.received) if s.received is not None else now.arrival if now else None
    if now and now.content == content and now.arrival == arrival and now.deleted == s.deleted:
        return None
    version = now.version + 1 if now else 1
    as_received = s.sent
    if as_received is None and s.received is not None and s.value is not s.received:
        as_received = fhir.dumps(s.received)
    changed_at = s.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    meta = {"versionId": str(version), "lastUpdated": changed_at}
    value = {"resourceType": s.type, "id": s.fhir_id, "meta": {**s.value.get("meta", {}), **meta}}
    value.update((k, v) for k, v in s.value.items() if k not in value)
    found = index.Found() if s.deleted else index.find(value, zone())
    foreign = s.received is not None or bool(now and now.foreign)
    return Made(s, version, foreign, content, arrival, fhir.dumps(value), as_received, found)


# ---------------------------------------------------------------------------------------------------- statements
VERSION = "id, resource_id, version, at, action, body, received, arrived, deleted"
RESOURCE = 'id, type, fhir_id, version, updated_at, deleted, "foreign", patient, content, arrival, tokens'
MOMENT, TEXT = "resource_id, name, low, high", "resource_id, name, value, exact"
AMOUNT = "resource_id, name, value, system, code, unit"


def _insert(made: list[Made], old: set[UUID]) -> None:
    """New resources are inserted, old ones changed; few rows in one statement, many by COPY a table."""
    tables = [
        ("exchange_resource", RESOURCE, [_current(m) for m in made if m.showing.id not in old]),
        ("exchange_version", VERSION, [_version(m) for m in made]),
        ("exchange_moment", MOMENT, [
            (m.showing.id, f"{m.showing.type}.{name}", low, high)
            for m in made for name, low, high in dict.fromkeys(m.found.dates)
        ]),
        ("exchange_text", TEXT, [
            (m.showing.id, f"{m.showing.type}.{name}", value, exact)
            for m in made for name, value, exact in dict.fromkeys(m.found.texts)
        ]),
        ("exchange_amount", AMOUNT, [
            (m.showing.id, f"{m.showing.type}.{name}", value, system, code[:255], unit[:255])
            for m in made for name, value, system, code, unit in dict.fromkeys(m.found.quantities)
        ]),
    ]  # fmt: skip
    tables = [table for table in tables if table[2]]
    with connection.cursor() as cursor:
        if old:
            _change(cursor, [m for m in made if m.showing.id in old])
        if sum(len(rows) for *_, rows in tables) < AT_ONCE:
            _at_once(cursor, tables)
        else:
            for table, columns, rows in tables:
                _rows(cursor, table, columns, rows)


def _tokens(m: Made) -> list[int]:
    present_too = {f"{one[0]}?" for part in (m.found.dates, m.found.texts, m.found.quantities) for one in part}
    return keys.keys(m.showing.type, m.found.tokens | present_too)


def _current(m: Made) -> tuple[Any, ...]:
    s = m.showing
    return (
        s.id, s.type, s.fhir_id, m.version, s.at, s.deleted, m.foreign, m.found.patient, m.content, m.arrival,
        _tokens(m),
    )  # fmt: skip


def _version(m: Made) -> tuple[Any, ...]:
    s = m.showing
    arrived = m.arrival if s.received is not None else None
    return uuid7(), s.id, m.version, s.at, s.action, m.body, m.received, arrived, s.deleted


def _change(cursor: Any, made: list[Made]) -> None:
    """The current state of resources that were there: the row replaced, the index made anew."""
    ids = [m.showing.id for m in made]
    for table in ("moment", "text", "amount"):
        cursor.execute(f"DELETE FROM exchange_{table} WHERE resource_id = ANY(%s)", [ids])
    cursor.executemany(
        "UPDATE exchange_resource SET version = %s, updated_at = %s, deleted = %s, \"foreign\" = %s, patient = %s,"
        " content = %s, arrival = %s, tokens = %s WHERE id = %s",
        [
            (m.version, m.showing.at, m.showing.deleted, m.foreign, m.found.patient, m.content, m.arrival, _tokens(m),
             m.showing.id)
            for m in made
        ],
    )  # fmt: skip


def _at_once(cursor: Any, tables: list[tuple[str, str, list[tuple[Any, ...]]]]) -> None:
    """Few rows of several tables: one statement. Foreign keys are checked when it is through."""
    *first, last = [insert.statement(table, columns) for table, columns, _ in tables]
    head = "WITH " + ", ".join(f"i{n} AS ({one} RETURNING 1)" for n, one in enumerate(first)) + " " if first else ""
    cursor.execute(head + last, [_text(columns, rows) for _, columns, rows in tables])


def _text(columns: str, rows: list[tuple[Any, ...]]) -> str:
    names = columns.replace('"', "").split(", ")
    return insert.as_text([dict(zip(names, row, strict=True)) for row in rows])


def _rows(cursor: Any, table: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
    """All rows of one table: many by COPY, few by one INSERT."""
    if len(rows) >= MANY:
        # Django turns the driver's errors into its own for execute() only
        with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    cursor.execute(insert.statement(table, columns), [_text(columns, rows)])
