"""`medassist bench`: each measurement in a process of its own, on an office of its own, beside a peer or a floor."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import click

import medassist
from medassist.host import home
from medassist.host.postgres import Server
from medassist.interfaces.cli import house

COLUMNS = ("what", "throughput", "unit", "p50", "p95", "peak MB", "ratio", "to", "ok")


def folder() -> Path:
    """Where the measurements lie: beside the source, because they are no part of an installation."""
    return Path(medassist.__file__).resolve().parents[2] / "benchmarks"


def names() -> list[str]:
    """The measurements there are."""
    return sorted(one.stem for one in folder().glob("*.py") if not one.stem.startswith("_"))


@click.command()
@click.argument("wanted", metavar="[NAME]…", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="One measurement: its first row as an object; several: all rows.")
@click.option("--inner", is_flag=True, hidden=True)
def command(wanted: tuple[str, ...], as_json: bool, inner: bool) -> None:
    """Measure, beside what it could be at best; without a NAME all of them.

    Runs on an office of its own in MEDASSIST_HOME/bench, never on yours, with the authority and the trail on.
    Only ratios inside one run mean something: absolute times depend on the machine and on who else uses it.
    """
    if unknown := sorted(set(wanted) - set(names())):
        raise click.UsageError(f"no measurement is called {', '.join(unknown)}; there are: {', '.join(names())}")
    if inner:
        click.echo(json.dumps(_measure(wanted[0]), default=str))
        return
    rows = _outside(list(wanted) or names(), quiet=as_json)
    if as_json:
        click.echo(json.dumps(rows[0] if len(wanted) == 1 else rows, default=str))
    sys.exit(1 if any(row.get("error") for row in rows) else 0)


def _measure(name: str) -> list[dict[str, Any]]:
    """In the inner process: run one, with this process's memory beside it."""
    sys.path.insert(0, str(folder().parent))
    house.django()
    import importlib

    rows = importlib.import_module(f"benchmarks.{name}").run()
    peak = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return [{"bench": name, **row, "process_peak_mb": peak} for row in rows]


def _outside(wanted: list[str], quiet: bool) -> list[dict[str, Any]]:
    here = home.path() / "bench"
    environment = {**os.environ, "MEDASSIST_HOME": str(here)}
    environment.pop("MEDASSIST_DATABASE_URL", None)
    rows: list[dict[str, Any]] = []
    with Server(here):
        _run(["prepare"], environment)
        for name in wanted:
            found = _one(name, environment)
            rows += found
            if not quiet:
                _show(name, found)
    return rows


def _one(name: str, environment: dict[str, str]) -> list[dict[str, Any]]:
    done = _run(["bench", "--inner", name], environment)
    if done.returncode:
        return [{"bench": name, "error": (done.stderr.strip().splitlines() or ["failed"])[-1]}]
    return json.loads(done.stdout.strip().splitlines()[-1])


def _run(words: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command_ = [sys.executable, "-m", "medassist.interfaces.cli", *words]
    return subprocess.run(command_, env=environment, capture_output=True, text=True, check=False)


def _show(name: str, rows: list[dict[str, Any]]) -> None:
    """A table on the terminal."""
    table = [COLUMNS, *(_cells(row) for row in rows if not row.get("error"))]
    widths = [max(len(row[at]) for row in table) for at in range(len(COLUMNS))]
    click.echo(f"\n{name}")
    for cells in table:
        click.echo("  " + "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip())
    for row in rows:
        if row.get("error"):
            click.echo(f"  {row['error']}", err=True)


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    figures = (f"{key} {value}" for key, value in row.items() if isinstance(value, int | float))
    what = row.get("what") or ", ".join(figures)
    return (
        str(what),
        _figure(row.get("throughput")),
        str(row.get("unit", "")),
        _time(row, "p50"),
        _time(row, "p95"),
        _figure(row.get("peak_mb", row.get("process_peak_mb"))),
        _figure(row.get("ratio")),
        str(row.get("peer", "")),
        "" if "ok" not in row else "yes" if row["ok"] else "NO",
    )


def _time(row: dict[str, Any], name: str) -> str:
    for unit, text in (("s", "s"), ("ms", "ms"), ("us", "µs")):
        if (value := row.get(f"{name}_{unit}")) is not None:
            return f"{_figure(value)} {text}"
    return ""


def _figure(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if isinstance(value, int) or abs(value) >= 100 else f"{value:,.3g}"
