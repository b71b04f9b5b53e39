"""All tables of one database taken to another, or to files and back: by COPY, whatever the releases of the two."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import psycopg
from psycopg import sql

Pieces = Iterable[bytes | memoryview]


class Mismatch(RuntimeError):
    """The two sides do not fit together; what a person can do about it."""


@dataclass(frozen=True)
class Table:
    """A table and those of its columns that hold what was written (computed ones are computed again)."""

    name: str
    columns: tuple[str, ...]

    def copy(self, way: str) -> sql.Composed:
        """COPY this table's columns TO STDOUT or FROM STDIN."""
        columns = sql.SQL(", ").join(map(sql.Identifier, self.columns))
        return sql.SQL("COPY {} ({}) {}").format(sql.Identifier("public", self.name), columns, sql.SQL(way))  # type: ignore[arg-type]


def tables(line: psycopg.Connection) -> list[Table]:
    """The tables of the office, by name."""
    rows = line.execute(
        "select c.relname, array_agg(a.attname::text order by a.attname)"
        " from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
        " where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and a.attgenerated = ''"
        " group by c.relname order by c.relname"
    ).fetchall()
    return [Table(name, tuple(columns)) for name, columns in rows]


@contextlib.contextmanager
def reading(line: psycopg.Connection) -> Iterator[None]:
    """All tables as they are at one moment, while others go on writing."""
    with line.transaction():
        line.execute("set transaction isolation level repeatable read, read only")
        yield


def out(line: psycopg.Connection, table: Table) -> Iterator[bytes]:
    """A table's rows in COPY's text form."""
    with line.cursor() as cursor, cursor.copy(table.copy("TO STDOUT")) as copy:
        for piece in copy:
            yield bytes(piece)


def fill(line: psycopg.Connection, given: Iterable[tuple[Table, Pieces]], say: Callable[[str], None]) -> dict[str, int]:
    """Replace the rows of all tables in one transaction; the number of rows of each."""
    there = {table.name: table for table in tables(line)}
    counts: dict[str, int] = {}
    with _guards_off(line, there), line.transaction():
        line.execute("set constraints all deferred")
        for name in there:
            line.execute(sql.SQL("delete from {}").format(sql.Identifier("public", name)))
        for table, pieces in given:
            _fits(table, there.get(table.name))
            counts[table.name] = _in(line, table, pieces)
            say(f"{table.name}: {counts[table.name]:,}")
        if missing := sorted(there.keys() - counts.keys()):
            raise Mismatch(f"there is nothing for the table {missing[0]}: another version of medassist wrote this")
        _count_on(line)
    return counts


def _in(line: psycopg.Connection, table: Table, pieces: Pieces) -> int:
    with line.cursor() as cursor:
        with cursor.copy(table.copy("FROM STDIN")) as copy:
            for piece in pieces:
                copy.write(piece)
        return cursor.rowcount


def _fits(table: Table, there: Table | None) -> None:
    if there is None or set(table.columns) != set(there.columns):
        raise Mismatch(
            f"the table {table.name} is another one here: take over with the version of medassist that wrote it,"
            " then bring that one up to date"
        )


@contextlib.contextmanager
def _guards_off(line: psycopg.Connection, names: Iterable[str]) -> Iterator[None]:
    """Only a table's owner can do this: the guards would refuse rows that no action writes."""
    _triggers(line, names, "disable")
    try:
        yield
    finally:
        _triggers(line, names, "enable")


def _triggers(line: psycopg.Connection, names: Iterable[str], way: str) -> None:
    with line.transaction():
        for name in names:
            command = sql.SQL("alter table {} {} trigger user").format(
                sql.Identifier("public", name), sql.SQL(way)  # type: ignore[arg-type]
            )  # fmt: skip
            line.execute(command)


def _count_on(line: psycopg.Connection) -> None:
    """Counters go on after the highest number that is there."""
    owned = line.execute(
        "select c.relname, a.attname, pg_get_serial_sequence(format('public.%I', c.relname), a.attname)"
        " from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
        " where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace"
        " and pg_get_serial_sequence(format('public.%I', c.relname), a.attname) is not null"
    ).fetchall()
    for table, column, sequence in owned:
        highest = sql.SQL("select setval({}, (select max({}) from {}))").format(
            sql.Literal(sequence), sql.Identifier(column), sql.Identifier("public", table)
        )
        line.execute(highest)


def is_empty(line: psycopg.Connection) -> bool:
    """Whether nobody has worked in this database yet."""
    there = line.execute("select to_regclass('public.kernel_event') is not null").fetchone()
    if not (there and there[0]):
        return True
    return line.execute("select 1 from public.kernel_event limit 1").fetchone() is None
