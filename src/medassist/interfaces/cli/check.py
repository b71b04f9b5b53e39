"""`medassist check`: is everything in place to open the house, and what would a careful person change?"""

from __future__ import annotations

import contextlib
import io
import json
import os
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import click

from medassist.host import heartbeat, home
from medassist.interfaces.cli import house

WORDS = {"fine": "✓", "warning": "!", "fault": "✗"}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    what: str
    state: str
    text: str


@click.command()
@click.option("--json", "as_json", is_flag=True, help='A list of {"what", "state", "text"}.')
def command(as_json: bool) -> None:
    """Check the configuration and the connections.

    Exit status 1 when something is wrong that keeps the house from opening; warnings alone are 0.
    """
    found = list(_all())
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False))
    else:
        for one in found:
            click.echo(f"{WORDS[one.state]} {one.what}: {one.text}")
    if any(one.state == "fault" for one in found):
        click.echo("medassist: the house can't be opened like this", err=True)
        sys.exit(1)


def _all() -> Iterator[Finding]:
    yield from _guarded("home", _home)
    try:
        house.enter()
    except Exception as error:
        yield Finding("database", "fault", " ".join(str(error).split()))
        return
    for what, look in (
        ("configuration", _configuration),
        ("database", _database),
        ("tables", _tables),
        ("roles", _roles),
        ("trail", _trail),
        ("rules", _rules),
        ("ports", _ports),
        ("worker", _worker),
    ):
        yield from _guarded(what, look)


def _guarded(what: str, look: Callable[[], Iterator[tuple[str, str]]]) -> Iterator[Finding]:
    try:
        for state, text in look():
            yield Finding(what, state, text)
    except Exception as error:
        yield Finding(what, "fault", f"{type(error).__name__}: {' '.join(str(error).split())}")


def _home() -> Iterator[tuple[str, str]]:
    here = home.path()
    loose = [one.name for one in (here / "secrets").glob("*") if stat.S_IMODE(one.stat().st_mode) & 0o077]
    if loose:
        yield "fault", f"others can read {', '.join(loose)} in {here / 'secrets'}"
    usage = os.statvfs(here)
    free = usage.f_bavail * usage.f_frsize // 2**20
    yield ("warning" if free < 1024 else "fine"), f"{here}, {free:,} MB free"


def _configuration() -> Iterator[tuple[str, str]]:
    from django.core.checks import ERROR, run_checks

    with contextlib.redirect_stderr(io.StringIO()):
        messages = [one for one in run_checks() if not one.is_silenced()]
    for message in messages:
        yield ("fault" if message.level >= ERROR else "warning"), f"{message.msg} ({message.id})"
    if not messages:
        yield "fine", "settings and models are sound"


def _query(sql: str) -> tuple[Any, ...]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()


def _database() -> Iterator[tuple[str, str]]:
    version, address = _query("SELECT current_setting('server_version'), inet_server_addr()")
    where = "comes with medassist" if house.embedded() else f"at {address or 'a local socket'}"
    yield "fine", f"PostgreSQL {version}, {where}"
    if int(version.split(".")[0]) < 15:
        yield "fault", "PostgreSQL 15 or later is needed"
    if house.embedded():
        yield (
            "warning",
            "the PostgreSQL that comes with medassist is for one machine and a trial or a small office: it gets its "
            "security fixes only with a new medassist. For more, set MEDASSIST_DATABASE_URL to a server that your "
            "system keeps up to date (`medassist db move` takes the data there)",
        )


def _tables() -> Iterator[tuple[str, str]]:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        yield "fault", f"{len(plan)} migrations are missing: run `medassist migrate`"
    elif not _query("SELECT to_regclass('kernel_audit')")[0]:
        yield "fault", "there are no tables: run `medassist migrate`"
    else:
        guards = _query("SELECT count(*) FROM pg_trigger WHERE tgname = 'medassist_guard' AND tgenabled <> 'D'")[0]
        yield ("fine" if guards else "fault"), f"up to date, {guards} of them guarded"


def _roles() -> Iterator[tuple[str, str]]:
    role, login, superuser = _query(
        "SELECT current_user, session_user, (SELECT rolsuper FROM pg_roles WHERE rolname = session_user)"
    )
    yield ("fine" if role != login or not superuser else "fault"), f"works as {role}, signed in as {login}"
    if superuser and not house.embedded():
        yield (
            "warning",
            f"{login} is a superuser of the database server: give medassist an account that owns its database alone, "
            "or a plain one for daily work in MEDASSIST_APP_DATABASE_URL",
        )


def _trail() -> Iterator[tuple[str, str]]:
    seals, unsealed = _query(
        "SELECT (SELECT count(*) FROM kernel_seal), (SELECT count(*) FROM kernel_audit WHERE xid::text::bigint >= "
        "coalesce((SELECT max(to_xid) FROM kernel_seal), 0))"
    )
    yield "fine", f"{seals:,} seals, {unsealed:,} entries not sealed yet"


def _rules() -> Iterator[tuple[str, str]]:
    """Whether each state's file can be used, and what holds where the one of an office can't."""
    from medassist.domain.credentials import queries as credentials
    from medassist.domain.delegation import queries as delegation
    from medassist.domain.delegation import rules
    from medassist.domain.office import queries as office

    at_work = {one.state for one in office.sites()}
    broken = delegation.broken(rules.states())
    for state, faults in broken.items():
        last = delegation.shelf(state).on(credentials.office_day()) if state in at_work else None
        holds = f"; the text researched {last.data['last_researched']} stays in force" if last else "; none is in force"
        yield ("fault" if state in at_work and last is None else "warning"), " ".join(faults) + holds
    for state in sorted(at_work - broken.keys()):
        if told := delegation.book(state).outside(credentials.office_day()):
            yield "warning", f"{state}: {told}"
    if late := delegation.to_review(credentials.office_day(), -1):
        yield "warning", f"the review of {len(late)} policies is overdue: their acts wait"
    if not broken:
        yield "fine", f"{len(rules.states())} states' files are sound"


def _ports() -> Iterator[tuple[str, str]]:
    if house.running(home.path()) is not None:
        return
    from django.conf import settings

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", settings.MEDASSIST_HL7_PORT))
            yield "fine", f"HL7 port {settings.MEDASSIST_HL7_PORT} is free"
        except OSError as error:
            yield "fault", f"HL7 port {settings.MEDASSIST_HL7_PORT}: {error.strerror} (MEDASSIST_HL7_PORT)"


def _worker() -> Iterator[tuple[str, str]]:
    here = home.path()
    if house.running(here) is None:
        yield "fine", "the house is closed"
        return
    silent = [name for name in ("reactions", "schedule", "sealer", "hl7") if heartbeat.silent_for(here, name) > 10]
    yield ("fault", f"silent: {', '.join(silent)}") if silent else ("fine", "reactions, seals, schedule, HL7")
    given_up = _query("SELECT count(*) FROM kernel_delivery WHERE done_at IS NULL AND next_at IS NULL")[0]
    if given_up:
        yield "warning", f"{given_up} reactions were given up; the worklist has a task for each"
