"""Where in a JSON text something stands: line and column of a fault, or of the value at a path."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

SPACE = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a file, and where."""

    file: str
    line: int
    column: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}, column {self.column}: {self.text}"


def parse(name: str, raw: bytes) -> tuple[str, Any, list[Fault]]:
    """The text and its value; or why it is no JSON, and where."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        good = raw[: error.start].decode("utf-8")
        return "", None, [Fault(name, *at(good, len(good)), "this is no UTF-8 text.")]
    try:
        return text, json.loads(text), []
    except json.JSONDecodeError as error:
        return text, None, [Fault(name, error.lineno, error.colno, f"this is no JSON: {error.msg}.")]


def at(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, both counted from one."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def place(text: str, path: Sequence[str | int]) -> tuple[int, int]:
    """Line and column of the value at a path of keys and indexes; of the nearest value above where it is missing."""
    decoder, here = json.JSONDecoder(), SPACE.match(text, 0).end()  # type: ignore[union-attr]
    for step in path:
        found = _step(text, here, step, decoder)
        if found is None:
            break
        here = found
    return at(text, here)


def _step(text: str, here: int, step: str | int, decoder: json.JSONDecoder) -> int | None:
    """The offset of one value inside the object or list that begins here."""
    if text[here] not in "[{" or (text[here] == "{") != isinstance(step, str):
        return None
    offset, index = _skip(text, here + 1), 0
    while text[offset] not in "]}":
        name: str | int = index
        if text[here] == "{":
            name, offset = decoder.raw_decode(text, offset)
            offset = _skip(text, _skip(text, offset) + 1)  # over the colon
        if name == step:
            return offset
        _, offset = decoder.raw_decode(text, offset)
        offset = _skip(text, offset)
        offset = _skip(text, offset + 1) if text[offset] == "," else offset
        index += 1
    return None


def _skip(text: str, offset: int) -> int:
    return SPACE.match(text, offset).end()  # type: ignore[union-attr]
