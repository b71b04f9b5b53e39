"""A fact and where it was read: value, source, date, and how sure. What was not found is a fact without a value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

NOT_FOUND = "not found"
SURE = (
    "official", "federal", "state agency", "copy of issuer document", "official-historic", "secondary",
    "secondary-older", "low", NOT_FOUND,
)  # fmt: skip
"""Kinds of confidence as certifications.json names them, the surest first."""
DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?(?!\d))?")
# a text that only says "not before" gives no date by which its age can be told
OPEN_END = re.compile(r"\b(undated|no date|or later|after)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """A page that was read. `as_of` is kept in the words of the file; `day` is what a calendar can use of it."""

    id: str
    url: str
    as_of: str = ""
    kind: str = ""

    @property
    def day(self) -> date | None:
        """The latest day that the words name; None where no day bounds the text's age."""
        return day_of(self.as_of)


@dataclass(frozen=True, slots=True)
class Fact:
    """One value with its provenance. `value` is None where nothing was found."""

    value: Any
    source: Source | None = None
    as_of: str = ""
    confidence: str = NOT_FOUND
    note: str = ""

    def __bool__(self) -> bool:
        return self.value is not None


NOTHING = Fact(None)


def day_of(text: str) -> date | None:
    """The latest day that a text names, a month or year counted from its first day; None where it is open-ended."""
    if OPEN_END.search(text):
        return None
    days = [_day(*found) for found in DAY.findall(text)]
    return max((day for day in days if day), default=None)


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None


def sources_of(rows: list[Mapping[str, Any]]) -> dict[str, Source]:
    """The sources of a file by their id."""
    return {row["id"]: Source(row["id"], row["url"], row.get("as_of") or "", row.get("kind", "")) for row in rows}


def fact(raw: Any, sources: Mapping[str, Source]) -> Fact:
    """A value as the files write it: {"value", "source", "confidence", "note"}; what is missing was not found."""
    if not isinstance(raw, Mapping) or raw.get("value") is None:
        note = raw.get("note", "") if isinstance(raw, Mapping) else ""
        return Fact(None, note=note)
    return _cited(raw["value"], raw, sources)


def _cited(value: Any, raw: Mapping[str, Any], sources: Mapping[str, Source]) -> Fact:
    found = sources.get(str(raw.get("source", "")).partition(" ")[0])
    return Fact(value, found, found.as_of if found else "", raw.get("confidence", ""), raw.get("note", ""))


def every(raw: Any, sources: Mapping[str, Source], key: str = "", sure: str = "") -> Iterator[tuple[str, Fact]]:
    """Every part of a file that names a source, with its key: exam.minutes, eligibility.cat1 …"""
    if isinstance(raw, list):
        for index, one in enumerate(raw):
            yield from every(one, sources, f"{key}.{_name(one, index)}", sure)
    elif isinstance(raw, Mapping):
        if "source" in raw or "sources" in raw:
            for one in raw.get("sources") or [raw.get("source", "none")]:
                yield key, _cited(_value(raw), {"confidence": sure, **raw, "source": one}, sources)
        for name, one in raw.items():
            if name.endswith("_source") and isinstance(one, str):
                about = name.removesuffix("_source")
                yield f"{key}.{about}".lstrip("."), _cited(raw.get(about), {"source": one, "confidence": sure}, sources)
            if name not in ("sources", "value"):
                yield from every(one, sources, f"{key}.{name}".lstrip("."), sure)


def _name(one: Any, index: int) -> str:
    return str(one.get("code") or one.get("name") or index) if isinstance(one, Mapping) else str(index)


def _value(raw: Mapping[str, Any]) -> Any:
    if "value" in raw:
        return raw["value"]
    return {name: value for name, value in raw.items() if name not in ("source", "sources", "confidence", "note")}
