"""Which states' files name a certification: in their lists of accepted ones, or in what an act asks. With sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from medassist.domain.delegation.rules.book import State
from medassist.domain.delegation.rules.opens import wordings
from medassist.domain.delegation.rules.shelf import known, state

HOW = ("meets", "part", "names")


@dataclass(frozen=True, slots=True)
class Naming:
    """One state's file that names a certification: in which words, for which acts, and the sources of these places."""

    state: State
    wordings: tuple[str, ...]
    acts: tuple[str, ...]
    sources: tuple[int, ...]
    """Their places in the file's list of sources."""


@cache
def named(code: str) -> tuple[Naming, ...]:
    """The states whose files name a certification, by its code."""
    found = (_named(known(one), code) for one in wordings() if state(one))
    return tuple(one for one in found if one.wordings)


def _named(book: State, code: str) -> Naming:
    read = {wording for wording, one in wordings()[book.code].items() if any(code in one.get(how, ()) for how in HOW)}
    accepted = book.data["certification"]
    said = {wording: None for wording in accepted["accepted_certifications"] if wording in read}
    sources = list(accepted["sources"]) if said else []
    acts = []
    for act in book.data["acts"]:
        if asked := [wording for wording in _asked(act["conditions"]) if wording in read]:
            said |= dict.fromkeys(asked)
            acts.append(act["act"])
            sources += act["sources"]
    return Naming(book, tuple(said), tuple(acts), tuple(dict.fromkeys(sources)))


def _asked(conditions: Mapping[str, Any]) -> Iterator[str]:
    """The credentials that an act's conditions name."""
    yield from conditions.get("certification_any_of", ())
    for row in conditions.get("credential_rules", ()):
        yield row["credential"]
        yield from row["conditions"].get("certification_any_of", ())
