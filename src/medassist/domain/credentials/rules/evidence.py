"""Numbers of work that a certification asks for, what is on record towards them, and what a signature is made of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from medassist.domain.credentials.rules.book import Book, Credential, raw
from medassist.domain.credentials.rules.facts import Source

HOW = {"patient": "On a patient", "simulation": "In simulation", "both": "On patients and in simulation"}
PARTS = {"clinical": "Clinical", "administrative": "Administrative"}
MOST = 200
"""More of one kind of work on one day than this is a slip of the keyboard."""
LEARNING = frozenset({"medical-assistant", "administrative-medical-assistant", "student"})
"""Whose work and skills are asked for by certifications and states; nobody counts a physician's."""
PRACTICUM = "externship_hours_min"


@dataclass(frozen=True, slots=True)
class Requirement:
    """A number that somebody asks for: so many times an act, or so many hours of practicum or training."""

    who: str
    """The certification's code."""
    name: str
    what: str
    number: int
    unit: str
    """times, practicum hours or training hours."""
    acts: tuple[str, ...]
    live: bool
    """Whether simulations do not count."""
    source: Source | None
    confidence: str


@cache
def words() -> Mapping[str, Any]:
    """How the words of certifications.json are read (data/evidence.json)."""
    return json.loads(raw("evidence.json"))


def kinds() -> Mapping[str, str]:
    """Kinds of work that are kept, by act."""
    return words()["work"]


def requirements(book: Book) -> list[Requirement]:
    """Every number of work that a certification asks for; the same number of two routes once."""
    found = [one for credential in book.credentials.values() for one in _of(credential)]
    return list(dict.fromkeys(found))


def _of(credential: Credential) -> Iterator[Requirement]:
    for route in credential.routes:
        if route.kind in ("history", "school", "instructor"):
            continue
        if isinstance(hours := route.requires.get(PRACTICUM), int):
            yield Requirement(
                credential.code, credential.abbreviation, "Externship", hours, "practicum hours", (), False,
                route.source, route.confidence,
            )  # fmt: skip
        if skills := route.requires.get("skills"):
            source = _source(credential, route.requires.get("skills_source", "")) or route.source
            yield from _times(credential, skills, source, route.confidence)
    if extra := credential.raw.get("extra_for_clinical"):
        source = _source(credential, extra.get("source", ""))
        for group, part in ((name, part) for name, part in extra.items() if isinstance(part, Mapping)):
            yield from _times(credential, part, source, extra.get("confidence", ""), words()["groups"].get(group, ""))


def _times(
    credential: Credential, part: Mapping[str, Any], source: Source | None, sure: str, training: str = ""
) -> Iterator[Requirement]:
    """The numbers of one group: each kind of work, and the hours of training that stand for all of it."""
    known, live = words()["words"], part.get("on", "") in words()["live"]
    acts = tuple(known[word] for word in part if word in known)
    base = (credential.code, credential.abbreviation)
    for word, number in part.items():
        if word in known:
            yield Requirement(
                *base, kinds()[known[word]], number, "times", (known[word],), live, source, sure
            )  # fmt: skip
    if hours := part.get("clock_hours"):
        yield Requirement(*base, training or "Training", hours, "training hours", acts, False, source, sure)


def _source(credential: Credential, name: str) -> Source | None:
    return credential.sources.get(name.partition(" ")[0])


def digest(rows: Iterable[Mapping[str, Any]]) -> str:
    """What a signature signs: SHA-256 over the rows, each as one line of JSON with sorted names, in their order."""
    hashed = hashlib.sha256()
    for row in rows:
        hashed.update(json.dumps(row, sort_keys=True, default=str, ensure_ascii=False).encode() + b"\n")
    return hashed.hexdigest()
