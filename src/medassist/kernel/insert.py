"""New rows of one table by one statement that is the same however many they are: their values stand in a JSON text.

Django writes a mark and adapts a value for every field of every row, which takes twice as long. Here PostgreSQL reads
the text by the table's own columns, each as its type reads text. Columns of other types than TYPES, and values that
have no plain text (those of the database's making), go Django's way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, time
from decimal import Decimal
from functools import cache, partial
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, models
from psycopg.types.json import Jsonb

TYPES = {
    "bigint", "boolean", "bytea", "date", "integer", "jsonb", "numeric", "smallint", "text", "time",
    "timestamp with time zone", "uuid", "varchar",
}  # fmt: skip
"""Types whose text PostgreSQL reads as the value that Django would send."""
Read = Callable[[Any], Any]


def insert(model: type[models.Model], rows: Sequence[Any], to: Any) -> bool:
    """Write them by this connection; False where Django has to."""
    if (made := _made(model)) is None:
        return False
    sql, columns = made
    told = [{name: read(field.pre_save(row, True)) for name, field, read in columns} for row in rows]
    try:
        text = as_text(told)
    except TypeError:
        return False
    with to.cursor() as cursor:
        cursor.execute(sql, [text])
    for row in rows:
        row._state.adding, row._state.db = False, to.alias
    return True


@cache
def statement(table: str, columns: str) -> str:
    """An INSERT of all rows that stand in one JSON text; names as SQL writes them."""
    return f"INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s)"


def as_text(rows: list[dict[str, Any]]) -> str:
    """Rows, each by column, as the JSON text of a statement; TypeError where a value has no plain text."""
    # moments as Python writes them: of offsets before time zones (-07:52:58) orjson would keep the minutes alone
    return orjson.dumps(rows, default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME).decode()


@cache
def _made(model: type[models.Model]) -> tuple[str, list[tuple[str, Any, Read]]] | None:
    """The statement; its columns, the field of each and how a value becomes JSON. None where a type is not known."""
    fields = model._meta.local_concrete_fields
    if model._meta.parents or not all(_type(field) in TYPES for field in fields):
        return None
    names = ", ".join(f'"{field.column}"' for field in fields)
    return statement(f'"{model._meta.db_table}"', names), [(str(field.column), field, _read(field)) for field in fields]


def _type(field: Any) -> str:
    """The type of a column without its length; of a list, that of what it holds."""
    return str(field.db_type(connection)).partition("(")[0].removesuffix("[]")


def _read(field: Any) -> Read:
    return partial(_json, field) if isinstance(field, models.JSONField) else lambda value: value


def _json(field: models.JSONField, value: Any) -> Any:
    """A value of a JSON column in the very text that Django would send."""
    sent = field.get_db_prep_save(value, connection)
    return orjson.Fragment(sent.dumps(sent.obj)) if isinstance(sent, Jsonb) and sent.dumps else sent


def _plain(value: Any) -> str:
    """What JSON has no form for, as PostgreSQL reads it."""
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    if isinstance(value, UUID | Decimal | date | time):
        return str(value)
    raise TypeError(f"{type(value).__name__} goes Django's way")
