"""A whole office in one file: every table, the files of the home, the keys without which the trail proves nothing."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from medassist.host import copying, home
from medassist.host.copying import Mismatch, Table

FORMAT = 1
_MANIFEST = "manifest.json"
# what a home makes anew, or what belongs to the machine and not to the office
_LEFT_OUT = {"postgres", "postgres.lock", "run", "static", "bench"}
_LEFT_OUT_FILES = {"secrets/postgres.password"}
_PIECE = 1 << 20


def write(target: Path, line: psycopg.Connection, of: Path, about: dict[str, Any], say: Callable[[str], None]) -> int:
    """Write the office into a file that only we may read, whole or not at all; the number of rows."""
    part = target.with_name(f".{target.name}.{os.getpid()}")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        tables = _tables_out(line, Path(folder), say)
        files = {name: _digest(of / name) for name in _files(of)}
        manifest = {"format": FORMAT, **about, "tables": tables, "files": files}
        (Path(folder) / _MANIFEST).write_text(json.dumps(manifest, indent=1))
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as tar:
                tar.add(Path(folder) / _MANIFEST, _MANIFEST)
                for name in tables:
                    tar.add(Path(folder) / name, f"tables/{name}")
                for name in files:
                    tar.add(of / name, f"home/{name}")
            file.flush()
            os.fsync(file.fileno())
    part.replace(target)
    return sum(table["rows"] for table in tables.values())


def _tables_out(line: psycopg.Connection, folder: Path, say: Callable[[str], None]) -> dict[str, dict[str, Any]]:
    """Every table as it is at one moment, a file each."""
    found: dict[str, dict[str, Any]] = {}
    with copying.reading(line):
        for table in copying.tables(line):
            digest, rows = hashlib.sha256(), 0
            with open(folder / table.name, "wb") as file:
                for piece in copying.out(line, table):
                    file.write(piece)
                    digest.update(piece)
                    rows += piece.count(b"\n")  # COPY's text form has one line a row; line ends inside are escaped
            found[table.name] = {"columns": list(table.columns), "rows": rows, "sha256": digest.hexdigest()}
            say(f"{table.name}: {rows:,}")
    return found


def _files(of: Path) -> Iterator[str]:
    """The files of the home that are the office's, by their names in it."""
    for top in sorted(of.iterdir()):
        if top.name in _LEFT_OUT or top.name.startswith("."):
            continue
        for file in sorted([top] if top.is_file() else top.rglob("*")):
            name = file.relative_to(of).as_posix()
            if file.is_file() and not file.is_symlink() and name not in _LEFT_OUT_FILES:
                yield name


def _digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def manifest(source: Path) -> dict[str, Any]:
    """What a file says of itself, after all of it was held against its hashes."""
    try:
        _sound(source)
        with tarfile.open(source, "r:gz") as tar:
            said = json.loads(_member(tar, _MANIFEST).read())
            if said.get("format") != FORMAT:
                raise Mismatch(f"{source} has format {said.get('format')}; this version reads {FORMAT}")
            wanted = {f"tables/{name}": table["sha256"] for name, table in said["tables"].items()}
            wanted |= {f"home/{name}": digest for name, digest in said["files"].items()}
            found = {name: hashlib.file_digest(_member(tar, name), "sha256").hexdigest() for name in wanted}  # type: ignore[arg-type]
    except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError, KeyError) as error:
        raise Mismatch(f"{source} is no whole backup: {error}") from None
    if damaged := sorted(name for name in wanted if found[name] != wanted[name]):
        raise Mismatch(f"{source} is damaged at {', '.join(damaged[:3])}")
    return said


def _sound(source: Path) -> None:
    """Read it to its end, where gzip's own check sum stands."""
    with gzip.open(source) as content:
        while content.read(_PIECE):
            pass


def _member(tar: tarfile.TarFile, name: str) -> Any:
    opened = tar.extractfile(name)
    if opened is None:
        raise KeyError(name)
    return opened


def read_files(source: Path, said: dict[str, Any], into: Path) -> None:
    """Put the home's files in their places; names that lead out of it are refused."""
    with tarfile.open(source, "r:gz") as tar:
        for name in said["files"]:
            target = (home.made(into) / name).resolve()
            if not target.is_relative_to(into.resolve()):
                raise Mismatch(f"{source} holds a file that would lie outside the home: {name}")
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                content = _member(tar, f"home/{name}")
                while piece := content.read(_PIECE):
                    file.write(piece)


def read_tables(
    source: Path, said: dict[str, Any], line: psycopg.Connection, say: Callable[[str], None]
) -> dict[str, int]:
    """Replace all rows of a database by those of the file."""
    with tarfile.open(source, "r:gz") as tar:

        def given() -> Iterator[tuple[Table, Iterator[bytes]]]:
            for name, table in said["tables"].items():
                content = _member(tar, f"tables/{name}")
                yield Table(name, tuple(table["columns"])), iter(partial(content.read, _PIECE), b"")

        return copying.fill(line, given(), say)
