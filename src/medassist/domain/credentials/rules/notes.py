"""What readers are shown of a file: no words for whoever builds or imports it, and addresses where it names ids."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NOTES = "notes.json"
CITED = ("id", "code", "url", "source", "sources")
"""Keys under which a file names things by their ids; pages look these up and do not show them."""


@dataclass(frozen=True, slots=True)
class _Reader:
    left_out: Mapping[str, tuple[str, ...]]
    urls: Mapping[str, str]
    ids: re.Pattern[str]

    def read(self, raw: Any, path: str = "") -> Any:
        """A part of the file as readers see it."""
        if isinstance(raw, Mapping):
            return {key: self._field(key, one, f"{path}/{key}") for key, one in raw.items()}
        if isinstance(raw, list):
            return [self.read(one, f"{path}/{_name(one, at)}") for at, one in enumerate(raw)]
        return self._text(raw, path.lstrip("/")) if isinstance(raw, str) else raw

    def _field(self, key: str, raw: Any, path: str) -> Any:
        if key.endswith("_source") and isinstance(raw, str):  # an id, and after it what else is said of it
            name, blank, more = raw.partition(" ")
            return name + blank + self._text(more, path)
        # the list of sources itself has texts; lists of their ids have none
        cited = key in CITED and not (isinstance(raw, list) and raw and isinstance(raw[0], Mapping))
        return raw if cited or key.endswith("_sources") else self.read(raw, path)

    def _text(self, text: str, path: str) -> str:
        said = text
        for words in self.left_out.get(path, ()):
            said = said.replace(words, "")
        said = said if text.startswith(said[:1]) else said[:1].upper() + said[1:]
        name, colon, rule = said.partition(": ")
        said = f"{rule} ({name})" if colon and name in self.urls else said
        return self.ids.sub(lambda found: self.urls[found.group()], said)


def _name(one: Any, at: int) -> str:
    return str(one.get("code", at)) if isinstance(one, Mapping) else str(at)


def for_readers(name: str, raw: Mapping[str, Any], notes: bytes) -> dict[str, Any]:
    """A file as readers see it; `notes` are the bytes of notes.json."""
    cuts: dict[str, tuple[str, ...]] = {}
    for one in json.loads(notes)["left_out"]:
        if one["file"] == name:
            cuts[one["path"]] = (*cuts.get(one["path"], ()), *one["words"])
    urls = {one["id"]: one["url"] for one in raw["sources"]}
    return _Reader(cuts, urls, ids_of(urls)).read(raw)


def ids_of(names: Mapping[str, str]) -> re.Pattern[str]:
    """Finds the ids of sources as words of a text, never as a part of an address."""
    longest = sorted(map(re.escape, names), key=len, reverse=True)
    return re.compile(rf"(?<![\w./-])(?:{'|'.join(longest)})(?![\w-]|\.\w)")
