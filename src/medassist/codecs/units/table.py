"""The table of units: UCUM codes, what people write for them, and how each stands to the base of its kind."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib import resources

# An annotation in braces says what is counted and changes nothing (UCUM, section 2.3, paragraph 12).
ANNOTATION = re.compile(r"\{[^{}]*\}")
LONGEST = 60  # characters of a unit worth looking up


class UnitError(ValueError):
    """What is wrong with a unit or a quantity, in words that a person can act on."""


class UnknownUnit(UnitError):
    """A unit that this table does not hold."""


class NotComparable(UnitError):
    """Two units of different kinds."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: base value = (value - zero) x factor."""

    code: str
    kind: str
    factor: Fraction
    zero: Fraction
    name: str
    shown: str
    also: tuple[str, ...]
    source: str


def _exact(text: str) -> Fraction:
    top, _, bottom = text.partition("/")
    return Fraction(Decimal(top)) / Fraction(Decimal(bottom or "1"))


@cache
def _table() -> dict[str, Unit]:
    text = resources.files(__package__).joinpath("units.json").read_text("utf-8")
    return {
        one["code"]: Unit(
            one["code"], one["kind"], _exact(one["factor"]), _exact(one.get("zero", "0")), one["name"], one["shown"],
            tuple(one["also"]), one["from"],
        )
        for one in json.loads(text)["units"]
    }  # fmt: skip


@cache
def _names() -> dict[str, str]:
    """What people write, in small letters, to the code."""
    found: dict[str, str] = {}
    for one in _table().values():
        for name in (*one.also, one.name, one.shown):
            if name:
                found.setdefault(name.casefold(), one.code)
    return found


def codes() -> tuple[str, ...]:
    """All UCUM codes of the table."""
    return tuple(_table())


def unit(ucum: str) -> Unit:
    """The unit of a UCUM code, annotations allowed ("{beats}/min" is "/min"); UnknownUnit when it is not held."""
    table = _table()
    if found := table.get(ucum):
        return found
    if isinstance(ucum, str) and len(ucum) <= LONGEST and "{" in ucum:
        bare = ANNOTATION.sub("", ucum)
        if found := table.get(bare or "1"):
            return found
    raise UnknownUnit(_unknown(ucum))


def code(text: str) -> str:
    """The UCUM code for what a person or a machine wrote: "lbs", "°F", "mm Hg", "kg". UnknownUnit when unclear."""
    text = text.strip() if isinstance(text, str) else text
    try:
        return unit(text).code
    except UnknownUnit:
        found = _names().get(text.casefold()) if isinstance(text, str) and len(text) <= LONGEST else None
        if found is None:
            raise
        return found


def shown(ucum: str) -> str:
    """How the office writes a UCUM code; a code that the table does not hold is shown as it is."""
    try:
        return unit(ucum).shown
    except UnknownUnit:
        return ucum


def _unknown(text: object) -> str:
    if not isinstance(text, str) or not text:
        return "A unit is missing."
    short = text if len(text) <= 20 else f"{text[:20]}…"
    return f"{short} is not a unit known here."
