"""Patients by their keys, in plain SQL: each key is looked up in the index by itself and cut off by itself.

A common table expression that is MATERIALIZED is planned as if all of it were wanted, so PostgreSQL takes the index,
but it is read only as far as the LIMIT above asks. Without it a LIMIT makes the planner walk through the whole table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection
from psycopg import Cursor

from medassist.codecs.fhir import text
from medassist.domain.people.queries.patients import COLUMNS

Row = dict[str, Any]
TAKEN = ", ".join(f"p.{name}" for name in COLUMNS)
BY_KEY = """SELECT c.* FROM unnest(%s::text[]) AS k(key), LATERAL (
 WITH c AS MATERIALIZED (SELECT {columns} FROM people_patient p WHERE p.keys @> ARRAY[k.key]{also})
 SELECT * FROM c LIMIT {each}) c"""
WHERE = (
    """(WITH c AS MATERIALIZED (SELECT {columns} FROM people_patient p WHERE {where}) SELECT * FROM c LIMIT {most})"""
)


def by_key(also: str, each: int, extra: str = "keys") -> str:
    """The statement that finds up to `each` patients for each key; `also` are further conditions on p."""
    return BY_KEY.format(columns=f"{TAKEN}, p.{extra}", also=f" AND {also}" if also else "", each=each)


def where(condition: str, most: int, extra: str = "keys") -> str:
    """The statement that finds up to `most` patients of whom a condition holds."""
    return WHERE.format(columns=f"{TAKEN}, p.{extra}", where=condition, most=most)


def fetch(statement: str, values: Sequence[Any], extra: str = "keys", more: tuple[str, ...] = ()) -> list[Row]:
    """The patients that a statement finds; its plan is kept by the connection."""
    rows = [dict(zip((*COLUMNS, extra, *more), row, strict=True)) for row in rows_of(statement, values)]
    for row in rows if extra == "record" else ():
        row["record"] = row["record"] if isinstance(row["record"], dict) else text.value(_bytes(row["record"]))
    return rows


def rows_of(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement that is prepared once for each connection: planning costs as much as looking."""
    with prepared() as cursor:
        return cursor.execute(statement, values, prepare=True).fetchall()


@contextmanager
def prepared() -> Iterator[Cursor]:
    """A cursor whose statements the server may keep; Django's own never are, as it turns keeping off."""
    connection.ensure_connection()
    driver = connection.connection
    if driver.prepare_threshold is None:
        driver.prepare_threshold = 5  # Django's cursors bind on the client, and are not kept whatever stands here
    with connection.wrap_database_errors, Cursor(driver) as cursor:
        yield cursor


def _bytes(value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else bytes(value)


def like(beginning: str) -> str:
    """A pattern for what begins so."""
    return beginning.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
