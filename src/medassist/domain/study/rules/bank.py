"""The question bank: items read once from their files, found by id and by topic."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from medassist.domain.study.rules.choices import DATA

ITEMS = DATA / "items"
LETTERS = "ABCD"
OWN = "own-"
"""Before the name of every question of the practice, so that none takes the place of one of the bank."""


@dataclass(frozen=True)
class Item:
    """One question: four options, one key. `difficulty` is its writer's estimate in logits."""

    id: str
    topic: str
    stem: str
    options: tuple[str, ...]
    key: int
    rationale: str
    source: Mapping[str, str] = field(hash=False)
    difficulty: float = 0.0
    written: str = ""
    read: Mapping[str, Any] | None = field(default=None, hash=False)
    own: bool = False
    """Whether it is the practice's own."""

    @cached_property
    def version(self) -> str:
        """What was asked, in twelve letters: an answer counts for the wording that it was given to."""
        return hashlib.sha256(json.dumps([self.stem, self.options, self.key]).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Bank:
    """Items by id, in the order of their files; `hash` names exactly these."""

    items: Mapping[str, Item] = field(compare=False)
    hash: str

    @cached_property
    def by_topic(self) -> Mapping[str, tuple[Item, ...]]:
        """Items of each topic."""
        found: dict[str, list[Item]] = {}
        for one in self.items.values():
            found.setdefault(one.topic, []).append(one)
        return {topic: tuple(rows) for topic, rows in found.items()}

    def of(self, topics: Iterable[str]) -> list[Item]:
        """Items of some topics."""
        return [one for topic in topics for one in self.by_topic.get(topic, ())]

    def and_own(self, own: Iterable[Item]) -> Bank:
        """This bank with the practice's own questions behind it."""
        more = {one.id: one for one in own}
        if not more:
            return self
        digest = hashlib.sha256(self.hash.encode() + "".join(one.version for one in more.values()).encode())
        return Bank({**self.items, **more}, digest.hexdigest())


@cache
def bank() -> Bank:
    """The bank of the package."""
    return read(ITEMS)


def read(folder: Path) -> Bank:
    """The bank in a folder: every <topic>.json of it."""
    digest = hashlib.sha256()
    items: dict[str, Item] = {}
    for path in sorted(folder.glob("*.json")):
        text = path.read_bytes()
        digest.update(text)
        items |= {one.id: one for one in _items(text)}
    return Bank(items, digest.hexdigest())


def _items(text: bytes) -> Iterator[Item]:
    """The items of a file. What cannot be read is left out: the others can be practiced; the checker tells it."""
    try:
        rows = json.loads(text)
    except ValueError:
        return
    for row in rows:
        with suppress(KeyError, TypeError, ValueError):
            yield item(row)


def item(raw: Mapping[str, Any], own: bool = False) -> Item:
    """An item from what its file says; a KeyError where something is missing."""
    return Item(
        raw["id"], raw["topic"], raw["stem"], tuple(raw["options"]), raw["key"], raw["rationale"], raw["source"],
        float(raw["difficulty"]), raw.get("written", ""), raw.get("read"), own,
    )  # fmt: skip


def plain(one: Item) -> dict[str, Any]:
    """An item as its file says it."""
    return {
        "id": one.id, "topic": one.topic, "stem": one.stem, "options": list(one.options), "key": one.key,
        "rationale": one.rationale, "source": dict(one.source), "difficulty": one.difficulty,
        "written": one.written, "read": one.read,
    }  # fmt: skip
