"""What is asked where: topics, the outlines' three parts, and each examination as far as it was found."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from medassist.domain.study.rules.choices import DATA


@dataclass(frozen=True, slots=True)
class Found:
    """One number of an examination with where it was read; `value` is None where it was not found."""

    value: Any
    url: str
    as_of: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class Area:
    """One area of an examination: its share of the questions, and the topics of the bank that belong to it."""

    code: str
    name: str
    weight: float
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exam:
    """One examination. `areas` is empty where its mix was not found."""

    code: str
    name: str
    questions: Found
    scored: Found
    minutes: Found
    segments: Found
    scale: Found
    mix: Found
    areas: tuple[Area, ...]

    @property
    def known(self) -> bool:
        """Whether length, time and mix are known, so that it can be practiced as it is."""
        return bool(self.questions.value and self.minutes.value and self.areas)

    @property
    def parts(self) -> tuple[float, ...]:
        """The minutes of each part: AAMA's four of 40, elsewhere one of all."""
        if said := self.segments.value:
            return (said["minutes_each"],) * said["count"]
        return (self.minutes.value,)

    def area_of(self, topic: str) -> Area | None:
        """The area that a topic belongs to."""
        return next((area for area in self.areas if topic in area.topics), None)


@dataclass(frozen=True, slots=True)
class Outlines:
    """All of the file."""

    topics: Mapping[str, str]
    """Names by code."""
    part_of: Mapping[str, str]
    """The part of each topic: clinical, general, administrative."""
    shares: Mapping[str, tuple[str, tuple[float, float]]]
    """Each part's name, and how many percent of the bank it should be."""
    exams: Mapping[str, Exam]
    reading: str


@cache
def outlines() -> Outlines:
    """The outlines of the package."""
    return lay_out((DATA / "outlines.json").read_bytes())


def lay_out(text: bytes) -> Outlines:
    """Outlines from the bytes of their file."""
    file = json.loads(text)
    parts = file["parts"]
    return Outlines(
        topics=file["topics"],
        part_of={topic: code for code, part in parts.items() for topic in part["topics"]},
        shares={code: (part["name"], tuple(part["percent"])) for code, part in parts.items()},
        exams={one["code"]: _exam(one) for one in file["exams"]},
        reading=file["reading"],
    )


def _exam(one: Mapping[str, Any]) -> Exam:
    facts = {name: _found(one[name]) for name in ("questions", "scored", "minutes", "segments", "scale", "mix")}
    areas = tuple(Area(row["code"], row["name"], row["weight"], tuple(row["topics"])) for row in one["areas"])
    return Exam(one["code"], one["name"], areas=areas, **facts)


def _found(raw: Mapping[str, Any]) -> Found:
    source = raw.get("source") or {}
    return Found(
        raw.get("value"), source.get("url", ""), source.get("as_of", ""), raw["confidence"], raw.get("note", "")
    )
