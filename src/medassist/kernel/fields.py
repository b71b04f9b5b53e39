"""A column of FHIR elements: JSON whose decimals keep the digits they came with."""

from __future__ import annotations

from typing import Any

from django.db import models
from psycopg.types.json import Jsonb

from medassist.codecs.fhir import text


class Elements(models.JSONField):
    """FHIR elements as jsonb. PostgreSQL keeps 1.50 as 1.50, and so do we on the way in and out."""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return value if prepared or hasattr(value, "as_sql") else Jsonb(value, dumps=text.dumps)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if value is None:
            return None
        return text.value(value.encode() if isinstance(value, str) else bytes(value))
