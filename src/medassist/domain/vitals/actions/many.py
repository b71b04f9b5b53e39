"""Many rows at once: COPY instead of INSERT, which an import needs and a single set does not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import orjson
from django.db import connection, models

from medassist.kernel import doorway

One = TypeVar("One", bound=models.Model)
MANY = 20  # rows from which COPY is cheaper


def write(model: type[One], rows: Iterable[One]) -> None:
    """Write new rows and note them in the trail, like bulk_create."""
    rows = list(rows)
    if len(rows) < MANY:
        model.objects.bulk_create(rows)  # type: ignore[attr-defined]
        return
    fields = [(one.attname, one.column, isinstance(one, models.JSONField)) for one in model._meta.concrete_fields]
    names = ", ".join(f'"{column}"' for _, column, _ in fields)
    with connection.cursor() as cursor, cursor.copy(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row([_value(getattr(row, attname), json) for attname, _, json in fields])
    doorway.note_bulk(model, rows)


def _value(value: object, json: bool) -> object:
    return orjson.dumps(value).decode() if json else value
