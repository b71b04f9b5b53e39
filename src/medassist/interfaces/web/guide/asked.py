"""What somebody asks the search: its words, what else they may mean, and which of them a page must have."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from medassist.domain.delegation import rules
from medassist.interfaces.web.guide.words import DATA, LANGUAGES, act, words

WORD, JOINT = re.compile(r"\w+(?:['’.§-]\w+)*"), re.compile(r"['’.§_-]")
SHORTEST = 4
"""Letters that a word keeps at least when an ending is taken off."""


def folded(text: str) -> list[str]:
    """The words of a text without case and accents; a word of several parts counts whole and by its parts."""
    plain = text.casefold()
    if not plain.isascii():
        plain = "".join(one for one in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(one))
    found = []
    for word in WORD.findall(plain):
        found.append(word)
        if not word.isalnum():
            found += [part for part in JOINT.split(word) if part != word]
    return found


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a question: a page has it by itself or by what it means. What is not needed only adds to the rank."""

    word: str
    means: tuple[str, ...] = ()
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """How one language is read (data/search.json)."""

    dropped: frozenset[str]
    optional: frozenset[str]
    endings: tuple[str, ...]
    means: dict[tuple[str, ...], tuple[str, ...]]

    def terms(self, text: str) -> list[Term]:
        """The terms of a question; words that mean nothing are asked when there are no others."""
        found = list(dict.fromkeys(self._terms(folded(text))))
        needed = [term for term in found if term.needed]
        if needed:
            return found
        return [Term(term.word, term.means) for term in found] or [Term(word) for word in dict.fromkeys(folded(text))]

    def _terms(self, asked: list[str]) -> Iterator[Term]:
        at = 0
        while at < len(asked):
            pair = tuple(asked[at : at + 2])
            if len(pair) == 2 and pair in self.means:
                yield Term("", self.means[pair])
                at += 2
                continue
            if asked[at] not in self.dropped:
                yield Term(asked[at], self._means(asked[at]), asked[at] not in self.optional)
            at += 1

    def _means(self, word: str) -> tuple[str, ...]:
        short = [
            word.removesuffix(end) for end in self.endings if word.endswith(end) and len(word) >= SHORTEST + len(end)
        ]
        meant = [one for said in (word, *short) for one in self.means.get((said,), ())]
        return tuple(dict.fromkeys((*short, *meant)))


@cache
def book() -> dict[str, Any]:
    """The file on how questions are read."""
    return json.loads((DATA / "search.json").read_bytes())


@cache
def reading(lang: str) -> Reading:
    """How questions in one language are read."""
    raw = book()[lang]
    means = {tuple(folded(one["said"])): tuple(one["means"]) for one in raw["synonyms"]}
    return Reading(frozenset(raw["dropped"].split()), frozenset(raw["optional"].split()), tuple(raw["endings"]), means)


@cache
def _frames(lang: str) -> tuple[dict[str, str], list[tuple[re.Pattern[str], str]]]:
    """Frame texts and names of acts with what other languages say instead; titles with gaps as patterns."""
    plain: dict[str, str] = {}
    titles = []
    for other in (one for one in LANGUAGES if one != lang):
        plain |= {act(lang, code): act(other, code) for code in rules.acts().clinical}
        for own, said in _pairs(words(lang), words(other)):
            if "{" not in own:
                plain.setdefault(own, said)
            elif own.count("{") == said.count("{"):
                titles.append((re.compile(re.sub(r"\\{\w+\\}", "(.+)", re.escape(own))), re.sub(r"{\w+}", "", said)))
    return plain, titles


def _pairs(own: Any, other: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Texts of two languages under the same keys: those without gaps, and titles."""
    if isinstance(own, dict):
        for name, one in own.items():
            if name != "acts":
                yield from _pairs(one, other[name], name)
    elif isinstance(own, str) and ("{" not in own or key.endswith("title")):
        yield own, other


def elsewhere(lang: str, title: str, head: str) -> str:
    """A part's title and heading as pages in other languages have them, as far as they are frame texts."""
    plain, titles = _frames(lang)
    named = [plain[one] for one in (title, head) if one in plain]
    return " ".join([*named, *(said for pattern, said in titles if title and pattern.fullmatch(title))])
