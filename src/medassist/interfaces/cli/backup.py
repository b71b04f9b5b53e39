"""`medassist backup`: the whole office into one file, while it goes on working."""

from __future__ import annotations

import importlib.metadata
import json
from datetime import UTC, datetime
from pathlib import Path

import click
import psycopg

from medassist.host import archive, home
from medassist.interfaces.cli import house


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help='One object: {"file", "rows", "tables", "bytes"}.')
def command(file: Path, as_json: bool) -> None:
    """Write the whole office into FILE: every table as it is at one moment, documents, settings and keys.

    The office may go on working meanwhile. FILE holds patients' data and the keys of the trail and is not encrypted:
    only you may read it, and it belongs into a safe place.
    """
    if not file.absolute().parent.is_dir():
        raise click.ClickException(f"there is no folder {file.absolute().parent}")
    house.enter()
    note("house.backed_up")
    about = {"medassist": importlib.metadata.version("medassist"), "at": datetime.now(UTC).isoformat()}
    with connect() as line:
        rows = archive.write(file.absolute(), line, home.path(), about, lambda text: None)
        tables = len(archive.copying.tables(line))
    size = file.stat().st_size
    if as_json:
        click.echo(json.dumps({"file": str(file), "rows": rows, "tables": tables, "bytes": size}))
    else:
        click.echo(f"{file}: {rows:,} rows of {tables} tables, {size / 1e6:,.1f} MB")


def connect(address: str = "") -> psycopg.Connection:
    """A connection as the owner: to this house's database, or to another."""
    return psycopg.connect(address or house.owner_address(), autocommit=True)


def note(action: str) -> None:
    """Say in the trail that the whole office was copied out."""
    from medassist.kernel import audit
    from medassist.kernel.context import system_context

    audit.note(system_context("cli"), action=action)
    audit.seal()
