"""The guide's own words in each language. What the data says stays in the words it was recorded in."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from medassist.domain.delegation import rules

DATA = Path(__file__).resolve().parent / "data"
LANGUAGES = ("en", "es")
"""The first is the one that the data is written in."""


@cache
def words(lang: str) -> dict[str, Any]:
    """The frame texts of one language, as the file has them."""
    return json.loads((DATA / f"{lang}.json").read_bytes())


def act(lang: str, code: str) -> str:
    """What an act is called."""
    return words(lang)["acts"].get(code) or rules.acts().name(code)


def label(lang: str, key: str) -> str:
    """What a field of the data is called; one that nobody named yet is shown as it is."""
    return words(lang)["fields"].get(key) or key.replace("_", " ")


def count(lang: str, number: int, key: str) -> str:
    """A number with its noun: 1 program, 11 programs."""
    one, many = words(lang)["counts"][key]
    return f"{number:,} {one if number == 1 else many}"
