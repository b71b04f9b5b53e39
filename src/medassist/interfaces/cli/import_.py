"""`medassist import`: take in FHIR R4 bundles and NDJSON files."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from pathlib import Path

import click

from medassist.interfaces.cli import house

SHOWN = 50  # bad items that are listed without --all


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--all", "all_bad", is_flag=True, help=f"List every bad item, not the first {SHOWN} only.")
def command(paths: tuple[Path, ...], as_json: bool, all_bad: bool) -> None:
    """Take in FHIR R4 bundles (JSON) and NDJSON files, plain or gzip, and folders of them.

    What is wrong is listed with its file, line or entry and reason; the rest is taken in. The same again changes
    nothing. Exit status 1 when a file could not be read to its end.
    """
    for path in paths:
        if not path.exists():
            raise click.ClickException(f"{path}: there is no such file or folder")
    house.enter()
    from medassist.interfaces.fhir import load  # after Django is ready
    from medassist.kernel.context import system_context

    with _progress(list(paths), load.files, quiet=as_json) as advance:
        report = load.load(system_context(via="cli"), list(paths), advance)
    click.echo(json.dumps(_plain(report), ensure_ascii=False, indent=1) if as_json else _told(report, all_bad))
    if report.broken:
        first = report.broken[0]
        click.echo(f"medassist: {first.file}: {first.why}", err=True)
        sys.exit(1)


@contextmanager
def _progress(paths: list[Path], files, quiet: bool):
    """A bar on the terminal, by resources read; nothing where nobody looks."""
    if quiet or not sys.stderr.isatty():
        yield lambda size: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    total = sum(_unpacked(file) for file in files.found(paths))
    columns = (TextColumn("Importing"), BarColumn(), TextColumn("{task.percentage:.0f} %"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("import", total=total or None)
        yield lambda size: bar.advance(task, size)


def _unpacked(file: Path) -> int:
    """About how many bytes a file has when unpacked (gzip says so in its last four)."""
    try:
        with open(file, "rb") as f:
            if f.read(2) != b"\x1f\x8b":
                return file.stat().st_size
            f.seek(-4, 2)
            return int.from_bytes(f.read(4), "little")
    except OSError:
        return 0


def _plain(report) -> dict:
    def listed(bad):
        return [{"file": b.file, "place": b.place, "reason": b.why, "kept": b.kept} for b in bad]

    return {
        "totals": dict(sorted(report.totals.items())), "resources": sum(report.totals.values()), "new": report.new,
        "changed": report.changed, "unchanged": report.unchanged, "bad": listed(report.bad),
        "broken": listed(report.broken),
    }  # fmt: skip


def _told(report, all_bad: bool) -> str:
    """The report for a person: totals by type, then what was wrong."""
    width = max(map(len, report.totals), default=0)
    lines = [f"{kind:<{width}}  {count:>9,}" for kind, count in sorted(report.totals.items())]
    lines.append(
        f"{sum(report.totals.values()):,} resources: {report.new:,} new, {report.changed:,} changed, "
        f"{report.unchanged:,} there already"
    )
    shown = report.bad if all_bad else report.bad[:SHOWN]
    if shown:
        lines.append(f"{len(report.bad):,} not taken in, or only kept as they came:")
    lines += [f"  {b.file}, {b.place}: {b.why}{' (kept as it came)' if b.kept else ''}" for b in shown]
    if len(shown) < len(report.bad):
        lines.append(f"  and {len(report.bad) - len(shown):,} more (--all lists them)")
    lines += [f"{b.file}: {b.why}" for b in report.broken]
    return "\n".join(lines)
