"""Sentences of ours: English as it reads, with pattern and values beside it, so that another language can say them.

What comes from the data is a plain text and stays in the words it was recorded in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import reduce
from typing import Any

PARTS = ""
"""The pattern of several sentences after each other."""


class Said(str):
    """One sentence, in English. Its `values` are plain texts of the data, numbers, days, or said themselves."""

    __slots__ = ("pattern", "values")
    pattern: str
    values: Mapping[str, Any]


def say(pattern: str, /, **values: Any) -> Said:
    """A pattern with its gaps filled."""
    days = {name: in_words(one) for name, one in values.items() if isinstance(one, date)}
    return _made(pattern.format(**(values | days if days else values)), pattern, values)


def said_together(parts: Iterable[str], by: str = " ") -> Said:
    """Sentences after each other."""
    some = tuple(parts)
    return _made(by.join(some), PARTS, {"by": by, "parts": some})


def either(names: Iterable[str]) -> str:
    """One name or another."""
    return reduce(lambda one, other: say("{one} or {other}", one=one, other=other), names)


def both(names: Iterable[str]) -> str:
    """One name and another."""
    return reduce(lambda one, other: say("{one} and {other}", one=one, other=other), names)


def in_words(day: date) -> str:
    """A day as the pages write it."""
    return f"{day:%b} {day.day}, {day.year}"


def _made(text: str, pattern: str, values: Mapping[str, Any]) -> Said:
    one = Said(text)
    one.pattern, one.values = pattern, values
    return one
