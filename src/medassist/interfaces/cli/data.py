"""`medassist data`: take in the facts that guide and rules stand on, all or nothing; and see how old they are."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

from medassist.domain.credentials import rules
from medassist.domain.delegation import rules as delegation
from medassist.interfaces.web.guide import age as guide
from medassist.kernel import clock

STATES = "states"


@click.group("data")
def data() -> None:
    """The facts that come with medassist: take in new ones, see how old they are."""


command = data


@data.command("import")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--check", "only_check", is_flag=True, help="Only look whether it could be taken.")
def take(folder: Path, only_check: bool) -> None:
    """Take in the data files of FOLDER: certifications, accreditors, occupation, programs, states/XX.json.

    Every file is checked before one is written. A fault is told with file, line and column, nothing is taken, and what
    was taken last stays in force. Source, date and confidence stay in the files as they came; beside them the manifest
    keeps each file's hash and the day it was taken. Running servers use it after their next start.
    """
    files = dict(_found(folder))
    if not files:
        raise click.ClickException(f"{folder} holds none of the files: {', '.join(rules.CHECKS)}, {STATES}/XX.json")
    faults = [fault for name, raw in files.items() for fault in _faults(name, raw)]
    for fault in faults:
        click.echo(str(fault), err=True)
    if faults:
        raise click.ClickException("nothing was taken; what was taken last stays in force")
    changed = {
        name: raw for name, raw in files.items() if not _place(name).exists() or _place(name).read_bytes() != raw
    }
    if not only_check:
        _write(changed | _manifest(files))
    for name in files:
        click.echo(f"{name}: {'as it was' if name not in changed else 'would be taken' if only_check else 'taken'}")
    if states := sorted(name[-7:-5] for name in changed if name.startswith(STATES)):
        click.echo(f"Policies signed for {', '.join(states)} must be read and signed again.")


def _found(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The data files of a folder, by the names they have here."""
    for name in rules.CHECKS:
        if (path := folder / name).is_file():
            yield name, path.read_bytes()
    for path in sorted((folder / STATES).glob("*.json")):
        yield f"{STATES}/{path.name}", path.read_bytes()


def _faults(name: str, raw: bytes) -> Iterable[Any]:
    if name.startswith(f"{STATES}/"):
        return delegation.faults_of(name.removeprefix(f"{STATES}/"), raw)
    return rules.faults_of(name, raw)


def _place(name: str) -> Path:
    return (delegation.DATA if name.startswith(f"{STATES}/") else rules.DATA) / name


def _manifest(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The manifest with these files in it: which bytes, compiled when, taken when."""
    path = rules.DATA / rules.MANIFEST
    kept = json.loads(path.read_bytes()) if path.exists() else {"files": {}}
    today = clock.now().date().isoformat()
    for name, raw in files.items():
        known = kept["files"].get(name, {})
        digest = hashlib.sha256(raw).hexdigest()
        if known.get("sha256") != digest:
            kept["files"][name] = {"sha256": digest, "bytes": len(raw), "taken_on": today, **_compiled(name, raw)}
    kept["files"] = dict(sorted(kept["files"].items()))
    return {rules.MANIFEST: (json.dumps(kept, indent=1) + "\n").encode()}


def _compiled(name: str, raw: bytes) -> dict[str, str]:
    said = json.loads(raw) if name.endswith(".json") else {}
    found = said.get("compiled") or said.get("last_researched")
    return {"compiled": found} if found else {}


def _write(files: Mapping[str, bytes]) -> None:
    """Write all of them, or put back those that were written."""
    before: dict[Path, bytes | None] = {}
    try:
        for name, raw in files.items():
            path = _place(name)
            before[path] = path.read_bytes() if path.exists() else None
            _replace(path, raw)
    except OSError as error:
        for path, was in before.items():
            _back(path, was)
        raise click.ClickException(f"nothing was taken: {error}") from None


def _replace(path: Path, raw: bytes) -> None:
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(raw)
    os.replace(fresh, path)


def _back(path: Path, raw: bytes | None) -> None:
    if raw is None:
        path.unlink(missing_ok=True)
    elif path.read_bytes() != raw:
        _replace(path, raw)


@data.command("age")
@click.option("--on", metavar="DATE", help="The day counted from, YYYY-MM-DD; today when absent.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def age(on: str | None, as_json: bool) -> None:
    """List the facts that are older than a year, the oldest first; those without a telling date, and not found, apart.

    A month or a year counts from its first day. A text that says only "not before" has no telling date.
    """
    try:
        day = date.fromisoformat(on) if on else clock.now().date()
    except ValueError:
        raise click.UsageError(f"{on} is not a day: write it as 2026-05-31") from None
    found = rules.ages([*rules.dated(), *_of_states(), *guide.dated()], day)
    groups = {name: getattr(found, name) for name in ("old", "undated", "not_found")}
    if as_json:
        counts = {name: len(rows) for name, rows in (*groups.items(), ("fresh", found.fresh))}
        told = {name: [_plain(one) for one in rows] for name, rows in groups.items()}
        click.echo(json.dumps({"on": day.isoformat(), "counts": counts, **told}, ensure_ascii=False, indent=1))
        return
    for name, rows in groups.items():
        click.echo(f"{name.replace('_', ' ').capitalize()}: {len(rows)}")
        for one in rows:
            click.echo(f"  {one.file}  {one.key}  {one.as_of or 'no date'}")
    click.echo(f"Of the last twelve months: {len(found.fresh)}")


def _plain(one: Any) -> dict[str, str]:
    return {"file": one.file, "key": one.key, "as_of": one.as_of, "url": one.url}


def _of_states() -> Iterator[Any]:
    """Every act of every state's file with the date of its text."""
    for code in delegation.states():
        book = delegation.known(code)
        for act in book.data["acts"]:
            url = book.data["sources"][act["sources"][0]]["url"]
            yield rules.Dated(f"{STATES}/{code[3:]}.json", act["act"], act["as_of"] or "", url)
