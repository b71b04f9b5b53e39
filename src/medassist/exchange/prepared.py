"""The few reads that run with every request, as prepared statements: the server plans them once a connection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection
from psycopg.rows import tuple_row


def row(sql: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
    """The first row of a prepared statement. Errors are Django's, as everywhere."""
    connection.ensure_connection()
    with connection.wrap_database_errors:
        cursor = psycopg.Cursor(connection.connection, row_factory=tuple_row)
        return cursor.execute(sql, values, prepare=True).fetchone()
