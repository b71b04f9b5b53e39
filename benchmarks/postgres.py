"""What the database itself can do on this machine: the floor under every other figure."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
from django.db import connection

SECONDS = 1.5
ROWS = 20_000


def _connect() -> psycopg.Connection:
    parts = connection.get_connection_params()
    wanted = {key: parts[key] for key in ("host", "port", "dbname", "user", "password") if parts.get(key)}
    return psycopg.connect(**wanted, autocommit=True)


def _lay_out() -> None:
    with _connect() as line:
        line.execute("create schema if not exists floor")
        line.execute("drop table if exists floor.note")
        key = "id bigint generated always as identity primary key"
        line.execute(f"create table floor.note ({key}, at timestamptz, text text)")
        rows = "select now(), repeat('x', 200) from generate_series(1, %s)"
        line.execute(f"insert into floor.note (at, text) {rows}", [ROWS])
        line.execute("analyze floor.note")


def _rate(what: str, clients: int, once: Callable[[psycopg.Connection, int], Any]) -> dict[str, Any]:
    """Do one thing over and over on so many connections."""
    took: list[list[float]] = [[] for _ in range(clients)]
    gate = threading.Barrier(clients)

    def client(number: int) -> None:
        with _connect() as line:
            once(line, number)
            gate.wait()
            until = time.perf_counter() + SECONDS
            while (begun := time.perf_counter()) < until:
                once(line, number + len(took[number]) * clients)
                took[number].append(time.perf_counter() - begun)

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    every = sorted(one for lot in took for one in lot)
    return {
        "what": f"{what}, {clients} connection{'s' if clients > 1 else ''}",
        "n": len(every),
        "throughput": round(len(every) / SECONDS),
        "unit": "/s",
        "p50_ms": round(statistics.median(every) * 1000, 3),
        "p95_ms": round(every[int(len(every) * 0.95)] * 1000, 3),
    }


def _insert(line: psycopg.Connection, number: int) -> None:
    line.execute("insert into floor.note (at, text) values (now(), %s)", ["y" * 200])


def _select(line: psycopg.Connection, number: int) -> None:
    line.execute("select at, text from floor.note where id = %s", [number * 7919 % ROWS + 1]).fetchone()


def _whole(line: psycopg.Connection, number: int) -> None:
    with _connect() as fresh:
        fresh.execute("select 1").fetchone()


def run() -> list[dict[str, Any]]:
    """The rows of `medassist bench postgres`."""
    _lay_out()
    rows = [_rate("insert and commit", clients, _insert) for clients in (1, 8)]
    rows += [_rate("select by key", clients, _select) for clients in (1, 8)]
    rows.append(_rate("connect, select, close", 1, _whole))
    with _connect() as line:
        line.execute("drop schema floor cascade")
    return rows
