"""The few reads that run with every request, as prepared statements: the server plans them once a connection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection
from psycopg.rows import tuple_row


def row(sql: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
    """The first row of a prepared statement. Errors are Django's, as everywhere."""
    found = rows(sql, values)
    return found[0] if found else None


def rows(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """All rows of a prepared statement."""
    connection.ensure_connection()
    driver = connection.connection
    if driver.prepare_threshold is None:
        driver.prepare_threshold = 5  # Django turns preparing off; its own cursors never prepare, whatever stands here
    with connection.wrap_database_errors:
        return psycopg.Cursor(driver, row_factory=tuple_row).execute(sql, values, prepare=True).fetchall()
