"""Keeping the trail: entries outside actions, sealing in batches, and the check that names what was tampered."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.db import connection, transaction

from medassist.kernel import clock, doorway, trail
from medassist.kernel.context import Context

TABLE, ORDER = "kernel_audit", "id"
SEAL_LOCK = 0x6D65_6461  # advisory lock: one sealer at a time
LARGEST_SEAL = 20_000
COLUMNS = trail.ENTRY_COLUMNS + ", xid::text"


def keep(entries: list[trail.Entry]) -> None:
    """Write entries outside an action; inside one they join it, in a `together` block they wait for one."""
    if house := doorway.current():
        house.entries.extend(entries)
    elif (waiting := doorway.waiting()) is not None:
        waiting.extend(entries)
    else:
        _write(entries)


def together() -> AbstractContextManager[None]:
    """A block whose entries cost no commit of their own: they go with the action that it comes to.

    What no action took along is written when the block ends, so that nothing is answered that the trail does not know.
    """
    return doorway.together(_write)


def _write(entries: list[trail.Entry]) -> None:
    # both statements travel in one message, which PostgreSQL runs as one transaction
    trail.write(connection, entries, [], None, before="SELECT set_config('medassist.action', 'trail', true); ")


def note(
    ctx: Context,
    *,
    action: str,
    outcome: str = "done",
    subject: str = "office",
    patient: UUID | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Keep one happening that is no action of a domain (a sign-in, a lock, a failed password)."""
    keep([trail.Entry(ctx, action, action, subject, patient, outcome, detail=detail or {})])


def _digest(row: tuple[Any, ...]) -> bytes:
    """The hash of a whole row: every column, its mark and its transaction."""
    *columns, mac, xid = row
    return hashlib.sha256(trail.canonical(tuple(columns)) + bytes(mac) + xid.encode()).digest()


def _seal_hash(previous: bytes, number: int, from_xid: int, to_xid: int, rows: bytes) -> bytes:
    head = f"{number}|{from_xid}|{to_xid}|".encode()
    return hashlib.sha256(previous + head + hashlib.sha256(rows).digest()).digest()


def seal() -> int:
    """Seal what was written since the last seal and can have no unfinished neighbour; the number of rows sealed."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('medassist.action', 'seal', true), pg_try_advisory_xact_lock(%s)", [SEAL_LOCK]
        )
        if not cursor.fetchone()[1]:
            return 0
        cursor.execute("SELECT id, to_xid, hash FROM kernel_seal ORDER BY id DESC LIMIT 1")
        number, from_xid, previous = cursor.fetchone() or (0, 0, b"")
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        to_xid = cursor.fetchone()[0]
        if to_xid < from_xid:  # another cluster after a restore: its transactions count from the beginning again
            from_xid = 0
        cursor.execute(
            f"SELECT {COLUMNS} FROM {TABLE} WHERE xid >= %s::text::xid8 AND xid < %s::text::xid8 ORDER BY {ORDER}",
            [from_xid, to_xid],
        )
        rows = cursor.fetchall()
        if not rows:
            return 0
        packed = b"".join(row[0].bytes + _digest(row) for row in rows)
        digest = _seal_hash(bytes(previous), number + 1, from_xid, to_xid, packed)
        cursor.execute(
            "INSERT INTO kernel_seal (id, at, from_xid, to_xid, count, rows, previous, hash)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [number + 1, clock.now(), from_xid, to_xid, len(rows), packed, bytes(previous), digest],
        )
    _remember(number + 1, digest)
    return len(rows)


def _witness() -> Path:
    return Path(settings.MEDASSIST_HOME) / "newest-seal.json"


def _remember(number: int, digest: bytes) -> None:
    """Keep the newest seal outside the database, so that losing the newest ones is seen."""
    new = _witness().with_suffix(".new")
    new.write_bytes(orjson.dumps({"seal": number, "hash": digest.hex()}))
    new.replace(_witness())


@dataclass
class Verified:
    """What the verification found. `rows` counts the entries that were read."""

    rows: int = 0
    seals: int = 0
    faults: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """In the words of the contract."""
        return {"ok": not self.faults, "table": TABLE, "order": ORDER, "rows": self.rows, "faults": self.faults}


def verify() -> Verified:
    """Check every entry against this house's mark and against the seals; writes nothing."""
    found = Verified()
    with transaction.atomic():
        sealed = _verify_seals(found)
        seen = _verify_rows(found, sealed)
        for entry in sealed.keys() - seen:
            found.faults.append(f"entry {entry} was removed")
    return found


def _verify_seals(found: Verified) -> dict[UUID, bytes]:
    """The chain of seals; the hash that each sealed row must have, in the order in which they were sealed."""
    sealed: dict[UUID, bytes] = {}
    hashes: dict[int, str] = {}
    before, last = b"", 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, from_xid, to_xid, count, rows, previous, hash FROM kernel_seal ORDER BY id")
        for number, from_xid, to_xid, count, rows, previous, digest in cursor.fetchall():
            rows, previous, digest = bytes(rows), bytes(previous), bytes(digest)
            found.seals += 1
            if number != last + 1:
                found.faults.append(f"seals {last + 1} to {number - 1} were removed")
            elif previous != before or digest != _seal_hash(previous, number, from_xid, to_xid, rows):
                found.faults.append(f"seal {number} was changed")
            if count * 48 != len(rows):
                found.faults.append(f"seal {number} names another number of rows than it counts")
            for at in range(0, len(rows), 48):
                sealed[UUID(bytes=rows[at : at + 16])] = rows[at + 16 : at + 48]
            before, last = digest, number
            hashes[number] = digest.hex()
    _verify_witness(found, hashes)
    return sealed


def _verify_witness(found: Verified, hashes: dict[int, str]) -> None:
    if not _witness().exists():
        return
    kept = orjson.loads(_witness().read_bytes())
    if kept["seal"] not in hashes:
        found.faults.append(f"the newest seals are gone: seal {kept['seal']} was seen before, {len(hashes)} are left")
    elif hashes[kept["seal"]] != kept["hash"]:
        found.faults.append(f"seal {kept['seal']} is not the one that was seen before")


def _verify_rows(found: Verified, sealed: dict[UUID, bytes]) -> set[UUID]:
    seen: set[UUID] = set()
    newest = max(sealed, default=None, key=lambda one: one.int)
    for row in _rows():
        found.rows += 1
        *columns, mark, _ = row
        entry = row[0]
        ours = hmac.compare_digest(trail.mac(tuple(columns)), bytes(mark))
        if entry in sealed:
            seen.add(entry)
            if not ours or _digest(row) != sealed[entry]:
                found.faults.append(f"entry {entry} was changed")
        elif not ours:
            found.faults.append(
                f"entry {entry} was inserted or its place was changed: it does not bear this house's mark"
            )
        elif newest is not None and _settled(row[-1]):
            found.faults.append(f"entry {entry} was inserted: the seal over its time does not name it")
    return seen


def _settled(xid: str) -> bool:
    """Whether a seal covers this transaction, so that the row should have been in it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM kernel_seal WHERE from_xid <= %s AND to_xid > %s)", [xid, xid])
        return cursor.fetchone()[0]


def _rows() -> Iterator[tuple[Any, ...]]:
    """Every entry in order, read in batches by a cursor of the database."""
    with connection.cursor() as cursor:
        cursor.execute(f"DECLARE trail NO SCROLL CURSOR FOR SELECT {COLUMNS} FROM {TABLE} ORDER BY {ORDER}")
        while True:
            cursor.execute("FETCH 5000 FROM trail")
            if not (rows := cursor.fetchall()):
                cursor.execute("CLOSE trail")
                return
            yield from rows
