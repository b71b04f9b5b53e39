"""Figures for watchers, written to the home every few seconds so that nobody asks the database for them."""

from __future__ import annotations

import json
from pathlib import Path

from django.db import connection

from medassist.host import heartbeat
from medassist.interfaces.jobs import deliveries

EVERY = 10.0


def measure(home: Path) -> None:
    """Write today's figures."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()),"
            " pg_database_size(current_database()),"
            " (SELECT coalesce(max(id), 0) FROM kernel_seal)"
        )
        connections, size, seals = cursor.fetchone()
    figures = {
        "reactions_waiting": deliveries.waiting(),
        "reactions_given_up": len(deliveries.stuck()),
        "database_connections": connections,
        "database_bytes": size,
        "seals": seals,
    }
    file = heartbeat.folder(home) / "gauges.json"
    part = file.with_suffix(".part")
    part.write_text(json.dumps(figures))
    part.replace(file)
