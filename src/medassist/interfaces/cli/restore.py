"""`medassist restore`: an office brought back from such a file, into an empty home."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click

from medassist.host import archive, copying, home
from medassist.host.copying import Mismatch
from medassist.interfaces.cli import backup, house


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--over", is_flag=True, help="Over an office that is there already: what it holds is lost.")
@click.option("--json", "as_json", is_flag=True, help='One object: {"rows", "tables", "made_at", "trail"}.')
def command(file: Path, over: bool, as_json: bool) -> None:
    """Bring an office back from FILE, into an empty MEDASSIST_HOME and database.

    Every table and file is held against its hash first; afterwards the trail is verified from end to end.
    """
    here = home.path()
    if (process := house.running(here)) is not None:
        raise click.ClickException(f"this house is open (process {process}); close it first")
    try:
        said = archive.manifest(file)
        house.start_database()
        with backup.connect() as line:
            if not over and not copying.is_empty(line):
                raise Mismatch("somebody has worked in this office already; --over gives up what it holds")
            archive.read_files(file, said, here)
            _step("migrate", "--quiet")
            counts = archive.read_tables(file, said, line, lambda text: None)
    except Mismatch as error:
        raise click.ClickException(str(error)) from None
    verified = _step("audit", "verify")
    rows = sum(counts.values())
    told = {"rows": rows, "tables": len(counts), "made_at": said["at"], "trail": verified}
    words = f"{rows:,} rows of {len(counts)} tables, as of {said['at']}; {verified}"
    click.echo(json.dumps(told) if as_json else words)


def _step(*words: str) -> str:
    """One more command, with the keys that are in the home by now."""
    command_ = [sys.executable, "-m", "medassist.interfaces.cli", *words]
    done = subprocess.run(command_, capture_output=True, text=True, check=False)
    if done.returncode:
        raise click.ClickException((done.stderr.strip().splitlines() or [f"{' '.join(words)} failed"])[-1])
    return done.stdout.strip()
