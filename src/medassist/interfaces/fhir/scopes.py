"""SMART scopes: what a token may do with which type (hl7.org/fhir/smart-app-launch 2.2.0; version 1's words too)."""

from __future__ import annotations

import re
from functools import lru_cache

from medassist.codecs.fhir.validity import resource_types

_SCOPE = re.compile(r"system/(\*|[A-Z][A-Za-z]+)\.(read|write|\*|c?r?u?d?s?)")
LETTERS = {"read": "rs", "write": "cud", "*": "cruds"}


@lru_cache(maxsize=1000)
def letters(scopes: tuple[str, ...], kind: str) -> frozenset[str]:
    """The letters of cruds that these scopes give for a type."""
    found: set[str] = set()
    for scope in scopes:
        m = _SCOPE.fullmatch(scope)
        if m and m[1] in ("*", kind):
            found.update(LETTERS.get(m[2], m[2]))
    return frozenset(found)


def allows(scopes: tuple[str, ...], kind: str, letter: str) -> bool:
    """Whether these scopes allow create, read, update, delete or search (c r u d s) of a type."""
    return letter in letters(scopes, kind)


def parsed(text: str) -> tuple[str, ...]:
    """The scopes in a text, separated by blanks or commas. ValueError names one that is not known here."""
    found = tuple(dict.fromkeys(text.replace(",", " ").split()))
    for scope in found:
        m = _SCOPE.fullmatch(scope)
        if not m or not m[2] or m[1] != "*" and m[1] not in resource_types():
            raise ValueError(f"{scope} is not given out here; write system/*.read, system/*.cruds or system/Patient.rs")
    if not found:
        raise ValueError("a token needs a scope, such as system/*.read")
    return found


def writes(scopes: tuple[str, ...]) -> bool:
    """Whether any of these allows to create, change or delete."""
    return any(set(LETTERS.get(m[2], m[2])) & set("cud") for s in scopes if (m := _SCOPE.fullmatch(s)))
