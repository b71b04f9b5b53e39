"""FHIR files as units of resources: a bundle is one unit, an NDJSON file comes in batches of lines."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from medassist.codecs.fhir import text

BATCH = 500  # lines of NDJSON in one unit
LONGEST_LINE = 64_000_000
LARGEST_FILE = 1_000_000_000  # of one JSON document, unpacked
SUFFIXES = (".json", ".ndjson", ".jsonl", ".json.gz", ".ndjson.gz", ".jsonl.gz")
FIRST = ("Organization", "hospital", "Location", "practitioner", "Practitioner", "PractitionerRole", "Patient")
"""what others refer to comes first, when a folder is read"""


class Broken(Exception):
    """The file can't be read, or not to its end."""


@dataclass(slots=True)
class Item:
    """One resource as bytes: the line or entry it stands on, and the address by which its bundle refers to it."""

    place: str
    content: bytes
    url: str = ""


@dataclass(slots=True)
class Unit:
    """Resources that are taken in together. `wrong` lists what could not even be cut out."""

    file: Path
    items: list[Item] = field(default_factory=list)
    wrong: list[tuple[str, str]] = field(default_factory=list)
    size: int = 0


def found(paths: list[Path]) -> list[Path]:
    """The files meant by these paths; those of a folder with what others refer to first."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = (p for p in path.rglob("*") if p.is_file() and p.name.lower().endswith(SUFFIXES))
            files += sorted(inside, key=lambda p: (_rank(p.name), str(p)))
        else:
            files.append(path)
    return files


def _rank(name: str) -> int:
    stem = name.partition(".")[0]
    return next((n for n, first in enumerate(FIRST) if stem == first or stem.startswith(f"{first}Information")), 99)


def units(file: Path) -> Iterator[Unit]:
    """The units of one file. Broken when it can't be read to its end; what came before it is whole."""
    with _open(file) as stream:
        if any(s in file.name.lower() for s in (".ndjson", ".jsonl")):
            yield from _lines(file, stream)
        else:
            yield from _document(file, _all(stream))


def _open(file: Path) -> BinaryIO:
    try:
        with open(file, "rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
        return gzip.open(file, "rb") if packed else open(file, "rb")  # type: ignore[return-value]
    except OSError as e:
        raise Broken(e.strerror or str(e)) from None


def _read(stream: BinaryIO, size: int, line: bool) -> bytes:
    try:
        return stream.readline(size) if line else stream.read(size)
    except (EOFError, gzip.BadGzipFile, zlib.error) as e:
        cut = isinstance(e, EOFError)
        raise Broken("the gzip file is cut off" if cut else "the gzip file is damaged") from None
    except OSError as e:
        raise Broken(e.strerror or str(e)) from None


def _all(stream: BinaryIO) -> bytes:
    content = _read(stream, LARGEST_FILE + 1, line=False)
    if len(content) > LARGEST_FILE:
        raise Broken(f"one JSON document of more than {LARGEST_FILE:,} bytes is not read; use NDJSON")
    return content


def _lines(file: Path, stream: BinaryIO) -> Iterator[Unit]:
    unit, number = Unit(file), 0
    try:
        while line := _read(stream, LONGEST_LINE, line=True):
            number += 1
            unit.size += len(line)
            if len(line) >= LONGEST_LINE and not line.endswith(b"\n"):
                unit.wrong.append((f"line {number}", f"longer than {LONGEST_LINE:,} bytes"))
                while (rest := _read(stream, LONGEST_LINE, line=True)) and not rest.endswith(b"\n"):
                    pass
            elif line.strip():
                unit.items.append(Item(f"line {number}", line))
            if len(unit.items) >= BATCH:
                yield unit
                unit = Unit(file)
    except Broken as e:
        yield unit
        raise Broken(f"{e} after line {number}") from None
    yield unit


def _document(file: Path, content: bytes) -> Iterator[Unit]:
    if not content.strip():
        raise Broken("the file is empty")
    try:
        frame = text.bundle(content)
    except text.Unreadable as e:
        if "trailing characters" in str(e) and b"\n" in content.strip():
            yield from _as_lines(file, content)
            return
        raise Broken(str(e)) from None
    if frame.resource_type != "Bundle":
        yield Unit(file, [Item("the resource", content)], size=len(content))
        return
    unit = Unit(file, size=len(content))
    for number, entry in enumerate(frame.entry, 1):
        resource = bytes(entry.resource)
        if resource and resource != b"null":
            unit.items.append(Item(f"entry {number}", resource, entry.full_url))
        else:
            unit.wrong.append((f"entry {number}", "it has no resource"))
    yield unit


def _as_lines(file: Path, content: bytes) -> Iterator[Unit]:
    """NDJSON under the name of a JSON file."""
    lines = content.splitlines()
    for start in range(0, len(lines), BATCH):
        part = lines[start : start + BATCH]
        items = [Item(f"line {start + n}", line) for n, line in enumerate(part, 1) if line.strip()]
        yield Unit(file, items, size=sum(map(len, part)))
