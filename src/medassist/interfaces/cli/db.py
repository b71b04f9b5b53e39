"""`medassist db`: the database's own shell, and the way to another server."""

from __future__ import annotations

import os
import subprocess
import sys

import click
import psycopg

from medassist.host import copying, home
from medassist.host.copying import Mismatch
from medassist.host.postgres import Server
from medassist.interfaces.cli import backup, house


@click.group()
def command() -> None:
    """The database's shell, and moving it to another server."""


@command.command()
@click.argument("address", metavar="URL")
def move(address: str) -> None:
    """Take the whole office to the empty database at URL (postgresql://owner:password@host/name).

    The office must be closed. Rows are counted on both sides and the trail is verified there; what is here stays as it
    is. Then set MEDASSIST_DATABASE_URL to URL, keep MEDASSIST_HOME, and open the house.
    """
    here = home.path()
    if (process := house.running(here)) is not None:
        raise click.ClickException(f"this house is open (process {process}); close it first")
    house.enter()
    try:
        with backup.connect(address) as target:
            _check(target)
            backup.note("house.moved")
            _there(address, "migrate", "--quiet")
            with backup.connect() as source, copying.reading(source):
                given = ((table, copying.out(source, table)) for table in copying.tables(source))
                counts = copying.fill(target, given, lambda text: click.echo(f"  {text}"))
                _same(source, counts)
    except (Mismatch, psycopg.Error) as error:
        raise click.ClickException(" ".join(str(error).split())) from None
    click.echo(_there(address, "audit", "verify"))
    click.echo("Everything is there. Set MEDASSIST_DATABASE_URL to that address and open the house.")


def _check(target: psycopg.Connection) -> None:
    if target.info.server_version < 150000:
        raise Mismatch("that server is older than PostgreSQL 15")
    if not copying.is_empty(target):
        raise Mismatch("somebody has worked in that database already: give an empty one")


def _same(source: psycopg.Connection, counts: dict[str, int]) -> None:
    for table in copying.tables(source):
        row = source.execute(
            psycopg.sql.SQL("select count(*) from {}").format(psycopg.sql.Identifier("public", table.name))
        ).fetchone()
        if row is None or counts.get(table.name) != row[0]:
            raise Mismatch(f"of {table.name} not every row arrived")


def _there(address: str, *words: str) -> str:
    """A command run against the other database."""
    command_ = [sys.executable, "-m", "medassist.interfaces.cli", *words]
    environment = {**os.environ, "MEDASSIST_DATABASE_URL": address}
    done = subprocess.run(command_, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Mismatch((done.stderr.strip().splitlines() or [f"{' '.join(words)} failed"])[-1])
    return done.stdout.strip()


@command.command()
@click.argument("words", nargs=-1)
def shell(words: tuple[str, ...]) -> None:
    """Open psql as the application's role; WORDS are passed to it (-c "select …").

    What is written to a table of the office outside an action is refused by the database itself.
    """
    house.start_database()
    environment = {**os.environ, "PGOPTIONS": "-c role=medassist_app"}
    psql = Server(home.path()).programs / "psql" if house.embedded() else "psql"
    sys.exit(subprocess.run([psql, house.owner_address(), *words], env=environment, check=False).returncode)
