"""Questions that are nearly the same: likeness of their word 5-grams."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

WORD = re.compile(r"[a-z0-9]+(?:[.'][a-z0-9]+)*")
SIZE = 5


def words(text: str) -> list[str]:
    """The words of a text, small."""
    return WORD.findall(text.lower())


def grams(text: str) -> frozenset[tuple[str, ...]]:
    """Every run of five words; a shorter text is one run."""
    found = words(text)
    return frozenset(tuple(found[at : at + SIZE]) for at in range(max(len(found) - SIZE + 1, 1)))


def likeness(one: frozenset, other: frozenset) -> float:
    """Jaccard: what both have, of what either has."""
    return len(one & other) / len(one | other) if one or other else 0.0


def alike(texts: Iterable[tuple[str, str]], least: float) -> Iterator[tuple[str, str, float]]:
    """Pairs of (name, text) that are alike by `least` or more; only texts that share a run are compared."""
    met: dict[tuple[str, ...], list[str]] = {}
    known: dict[str, frozenset] = {}
    for name, text in texts:
        mine = grams(text)
        for other in dict.fromkeys(other for run in sorted(mine) for other in met.get(run, ())):
            if (how := likeness(mine, known[other])) >= least:
                yield other, name, how
        known[name] = mine
        for run in mine:
            met.setdefault(run, []).append(name)
