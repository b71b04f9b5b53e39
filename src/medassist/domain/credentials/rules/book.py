"""The data files on the way in, read once: certifications and their ways, accreditors, the occupation, programs."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from medassist.domain.credentials.rules.facts import SURE, Fact, Source, every, fact, sources_of
from medassist.domain.credentials.rules.notes import NOTES, for_readers

DATA = Path(__file__).resolve().parent.parent / "data"
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Route:
    """One way to be admitted to an examination or a credential, as its issuer or somebody else tells it."""

    code: str
    name: str
    kind: str
    """What sort of way this is (reading.json)."""
    requires: Mapping[str, Any]
    source: Source | None
    confidence: str
    reading: Mapping[str, Any]
    sources: Mapping[str, Source]

    @property
    def as_of(self) -> str:
        """The date of what was read, in the words of the file."""
        return self.source.as_of if self.source else ""


@dataclass(frozen=True, slots=True)
class Fee:
    """What somebody says an examination costs; two may disagree. `usd` is None where the text is no single number."""

    who: str
    usd: int | None
    text: str
    includes: str
    source: Source | None
    confidence: str


@dataclass(frozen=True, slots=True)
class Credential:
    """One certification or state credential. The code carries the issuer: CCMA and NCMA each belong to two."""

    code: str
    abbreviation: str
    name: str
    issuer: str
    level: str
    url: str
    states: tuple[str, ...]
    """Where it counts, as US-XX; empty: everywhere."""
    routes: tuple[Route, ...]
    exam: Mapping[str, Fact]
    fees: tuple[Fee, ...]
    valid_months: Fact
    raw: Mapping[str, Any]
    sources: Mapping[str, Source]

    def facts(self) -> Iterator[tuple[str, Fact]]:
        """Everything that the file tells of it, each part with its source."""
        return every({k: v for k, v in self.raw.items() if k != "code"}, self.sources)

    def fact(self, *path: str) -> Fact:
        """One fact of the file by its path: fact("renewal", "fees")."""
        found: Any = self.raw
        for name in path:
            found = found.get(name) if isinstance(found, Mapping) else None
        return fact(found, self.sources)


@dataclass(frozen=True, slots=True)
class Document:
    """A file of facts as readers see it: accreditors, occupation."""

    name: str
    raw: Mapping[str, Any]
    sources: Mapping[str, Source]

    def facts(self) -> Iterator[tuple[str, Fact]]:
        """Everything that it tells, each part with its source."""
        return every({k: v for k, v in self.raw.items() if k != "sources"}, self.sources)


@dataclass(frozen=True, slots=True)
class Program:
    """One program as somebody described it; an empty text was not seen. The line is its place in the file."""

    line: int
    school: str
    program: str
    city: str
    state: str
    delivery: str
    award: str
    accreditor: str
    length_months: str
    hours_or_credits: str
    tuition_usd: str
    url: str
    source_url: str
    as_of: str
    evidence: str
    freshness: str
    unitid: str
    institutional_accreditor: str
    notes: str


@dataclass(frozen=True, slots=True)
class Book:
    """All that planning looks up; `hash` is of the files that were read."""

    credentials: Mapping[str, Credential]
    accreditors: Document
    hash: str

    @property
    def programmatic(self) -> tuple[str, ...]:
        """The codes of those who accredit medical assisting programs."""
        return tuple(one["code"] for one in self.accreditors.raw["programmatic"] if one.get("opens"))

    @property
    def institutional(self) -> tuple[str, ...]:
        """The names of those who accredit schools."""
        return tuple(one["name"] for one in self.accreditors.raw["institutional"])


def raw(name: str) -> bytes:
    """One file of the package as it is."""
    return (DATA / name).read_bytes()


@cache
def book() -> Book:
    """The certifications and accreditors of the package."""
    names = ("certifications.json", "accreditors.json", "reading.json", NOTES)
    return lay_out(*map(raw, names))


def lay_out(certifications: bytes, accreditors: bytes, reading: bytes, notes: bytes) -> Book:
    """A book from the bytes of its files."""
    file, read = for_readers("certifications.json", json.loads(certifications), notes), json.loads(reading)["routes"]
    sources = sources_of(file["sources"])
    found = {one["code"]: _credential(one, sources, read.get(one["code"], {})) for one in file["certifications"]}
    digest = hashlib.sha256(certifications + accreditors + reading + notes).hexdigest()
    return Book(found, _document("accreditors.json", accreditors, notes), digest)


@cache
def document(name: str) -> Document:
    """The accreditors or the occupation."""
    return _document(name, raw(name), raw(NOTES))


def _document(name: str, text: bytes, notes: bytes) -> Document:
    data = for_readers(name, json.loads(text), notes)
    return Document(name, data, sources_of(data["sources"]))


@cache
def programs() -> tuple[Program, ...]:
    """Every program of the file, in its order. It is a seed, not the directory: see programs-sources.md."""
    return programs_of(raw("programs.csv"))


def programs_of(text: bytes) -> tuple[Program, ...]:
    """Programs from the bytes of their file."""
    reader = csv.DictReader(io.StringIO(text.decode("utf-8"), newline=""))
    return tuple(Program(line=reader.line_num, **row) for row in reader)


def _credential(one: Mapping[str, Any], sources: Mapping[str, Source], read: Mapping[str, Any]) -> Credential:
    exam = one.get("exam") or {}
    return Credential(
        code=one["code"],
        abbreviation=one["abbreviation"],
        name=one["name"],
        issuer=one["issuer"],
        level=one["level"],
        url=one["url"] if one["url"].startswith("http") else "",
        states=tuple(f"US-{state}" for state in one.get("states", ())),
        routes=tuple(_route(row, sources, read.get(row["code"], {})) for row in one["eligibility"]),
        exam={name: fact(part, sources) for name, part in exam.items() if isinstance(part, Mapping)},
        fees=tuple(_fee(row, sources) for row in exam.get("fees", ())),
        valid_months=fact(one.get("validity_months"), sources),
        raw=one,
        sources=sources,
    )


def _route(row: Mapping[str, Any], sources: Mapping[str, Source], read: Mapping[str, Any]) -> Route:
    source = sources.get(row["source"])
    kind = read.get("kind", "")
    return Route(row["code"], row["name"], kind, row["requires"], source, row["confidence"], read, sources)


def _fee(row: Mapping[str, Any], sources: Mapping[str, Source]) -> Fee:
    usd = row["usd"]
    number = usd if isinstance(usd, int) else None
    return Fee(row["who"], number, str(usd), row.get("includes", ""), sources.get(row["source"]), row["confidence"])


def by_trust(fee: Fee) -> tuple[int, int]:
    """Orders claims of one fee: the surest first, of equals the newest."""
    day = fee.source.day if fee.source else None
    return SURE.index(fee.confidence), -(day.toordinal() if day else 0)
