"""Searching the guide: an index of the texts of its own pages, in memory, one for each language."""

from __future__ import annotations

import bisect
import math
import re
from collections import Counter, defaultdict
from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from itertools import chain, takewhile
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe

from medassist.interfaces.web.guide import leaves, render
from medassist.interfaces.web.guide.asked import WORD, Term, elsewhere, folded, reading
from medassist.interfaces.web.guide.finder import page_of
from medassist.interfaces.web.guide.leaf import Asked, Leaf, Told
from medassist.interfaces.web.guide.words import LANGUAGES, words

MOST, NEAR, LONGEST, BEFORE, SNIPPET = 30, 4, 200, 70, 230
"""Results a page, pages to either side that are offered, characters asked, characters of a snippet before the first
match and in all."""
PREFIX, MEANT, IN_TITLE, K = 0.5, 0.9, 2.5, 1.2
"""What a word's beginning and a word that is only meant count of the word itself, a match in the title more than in
the text; K of BM25."""
WHOLE, CITED, NOTHING = 1.3, 0.5, 0.5
QUOTED = ("src", "named")
"""What a page as a whole, a part that only cites (its anchor begins so), and a part that says that nothing was found
count beside other parts."""
ROOMS = {"": 1.3, "states": 1.1, "cities": 0.75}
"""What all states, the state that decides, and a city that repeats its state count beside other pages."""
HEADINGS = {"h1", "h2", "h3"}
VOID = {"br", "img", "input", "link", "meta", "hr", "wbr"}


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a page that has an anchor of its own: an act of a state, a source, a panel."""

    path: str
    anchor: str
    page: str
    head: str
    text: str
    nothing: bool = False
    """whether it says that nothing was found"""
    elsewhere: str = ""
    """its names in other languages"""


TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)([^>]*)>|([^<]+)")
ID = re.compile(r'\sid="([^"]*)"')


def parts_of(path: str, title: str, page: str, lang: str = LANGUAGES[0]) -> list[Part]:
    """Take a page's work apart: what has an id is a part, and what lies in no part belongs to the page itself."""
    work = page[page.index("<main") : page.index("</main>")]
    texts: dict[str, list[str]] = defaultdict(list)
    heads: dict[str, list[str]] = defaultdict(list)
    nothing: set[str] = set()
    inside: list[tuple[str, bool, bool]] = [("", False, False)]  # anchor, quiet, head
    for closing, tag, attributes, text in TAG.findall(work):
        if text:
            anchor, quiet, head = inside[-1]
            if not quiet and (said := " ".join(unescape(text).split())):
                texts[anchor].append(said)
                if head:
                    heads[anchor].append(said)
        elif closing:
            inside.pop()
        elif tag not in VOID and not attributes.endswith("/"):
            anchor, quiet, head = inside[-1]
            heading = tag in HEADINGS
            own = ID.search(attributes) if not heading and tag != "main" else None
            if own and "data-nothing" in attributes:
                nothing.add(own.group(1))
            head = head or heading or (tag == "th" and 'scope="row"' in attributes)
            quiet = quiet or "data-quiet" in attributes or tag in ("form", "svg")
            inside.append((own.group(1) if own else anchor, quiet, head))
    return [_part(path, anchor, title, heads, " ".join(said), nothing, lang) for anchor, said in texts.items()]


def _part(
    path: str, anchor: str, title: str, heads: dict[str, list[str]], said: str, nothing: set[str], lang: str
) -> Part:
    head = heads[anchor][0] if anchor and anchor in heads else ""
    return Part(path, anchor, title, head, said, anchor in nothing, elsewhere(lang, "" if anchor else title, head))


_NONE: frozenset[int] = frozenset()


def _best(one: dict[int, float], other: dict[int, float]) -> dict[int, float]:
    """The higher score of each part."""
    if not one:
        return other
    for at, score in other.items():
        if score > one.get(at, 0):
            one[at] = score
    return one


class Index:
    """Every part by its words; answers by BM25 over words and their beginnings."""

    def __init__(self, parts: list[Part], lang: str = LANGUAGES[0]):
        self.parts = parts
        self.reading = reading(lang)
        self.titled: dict[str, set[int]] = defaultdict(set)
        self.found: dict[str, dict[int, int]] = defaultdict(dict)
        lengths = []
        for at, part in enumerate(parts):
            counted = Counter(folded(f"{part.page} {part.head} {part.text} {part.elsewhere}"))
            lengths.append(sum(counted.values()))
            for word in folded(f"{part.page} {part.head}"):
                self.titled[word].add(at)
            for word, number in counted.items():
                self.found[word][at] = number
        middle = sum(lengths) / len(lengths) if lengths else 1
        self.norms = [K * (0.25 + 0.75 * length / middle) for length in lengths]
        self.vocabulary = sorted(self.found)

    def search(self, text: str) -> list[tuple[float, Part]]:
        """The parts that have every word, its beginning or what it means, the best first."""
        terms = self.reading.terms(text[:LONGEST])
        totals: dict[int, float] | None = None
        for scores in (self._meant(term) for term in terms if term.needed):
            totals = (
                scores if totals is None else {at: totals[at] + more for at, more in scores.items() if at in totals}
            )
        found = totals or {}
        for term in terms:
            if not term.needed:
                scores = self._meant(term, found.keys())
                found = {at: score + scores.get(at, 0) for at, score in found.items()}
        ranked = [(score * self._weight(self.parts[at]), at) for at, score in found.items()]
        return [(score, self.parts[at]) for score, at in sorted(ranked, key=lambda one: (-one[0], one[1]))]

    def _meant(self, term: Term, among: Set[int] | None = None) -> dict[int, float]:
        """The parts, or those among some, that have a word or what it means."""
        scores = self._scores(term.word, among) if term.word else {}
        for phrase in term.means:
            first, *others = (self._scores(word, among) for word in folded(phrase))
            every = set(first).intersection(*others)
            scores = _best(scores, {at: MEANT * (first[at] + sum(one[at] for one in others)) for at in every})
        return scores

    @staticmethod
    def _weight(part: Part) -> float:
        """A page as a whole before its parts, and what it says before what it cites."""
        room = ROOMS.get(part.path.partition("/")[0], 1)
        if part.nothing:
            return room * NOTHING
        return room * (WHOLE if not part.anchor else CITED if part.anchor.startswith(QUOTED) else 1)

    def _scores(self, asked: str, among: Set[int] | None) -> dict[int, float]:
        scores: dict[int, float] = {}
        whole = self._rare(asked) if asked in self.found else math.inf
        for word in self._beginning(asked):
            rows = self.found[word]
            # a longer word may be the rarer one, and is not what was asked
            weight = whole if word == asked else PREFIX * min(whole, self._rare(word))
            if among is not None:
                rows = {at: rows[at] for at in rows.keys() & among}
            norms = self.norms
            found = {at: weight * number / (number + norms[at]) for at, number in rows.items()}
            for at in self.titled.get(word, _NONE) & rows.keys():
                found[at] += weight * IN_TITLE
            scores = _best(scores, found)
        return scores

    def _rare(self, word: str) -> float:
        number = len(self.found[word])
        return math.log(1 + (len(self.parts) - number + 0.5) / (number + 0.5))

    def _beginning(self, asked: str) -> list[str]:
        if len(asked) < 2:  # a letter begins half of the words there are
            return [asked] if asked in self.found else []
        start = bisect.bisect_left(self.vocabulary, asked)
        end = bisect.bisect_left(self.vocabulary, asked + "\U0010ffff")
        return self.vocabulary[start:end]


@lru_cache(maxsize=4)
def index(lang: str, data: str) -> Index:
    """The index of one language, made when it is first asked for and whenever the data has changed."""
    parts: list[Part] = []
    for leaf in leaves.every().values():
        if leaf.kept:
            page = render.page(leaf, lang)[0].decode()
            parts += parts_of(leaf.path, _title(page), page, lang)
    return Index(parts, lang)


def _title(page: str) -> str:
    return unescape(page[page.index("<title>") + 7 : page.index(" · medassist</title>")])


def told(lang: str, asked: Asked) -> Told:
    """What was found: page, part, a snippet with the words marked."""
    t, text = words(lang)["search"], " ".join(asked.get("q", "").split())
    found = index(lang, render.stamp()).search(text) if text else []
    faults: dict[str, str] = {}
    page, pages = page_of(asked, -(-len(found) // MOST), faults, lang)
    first = (page - 1) * MOST
    marked = " ".join(" ".join((term.word, *term.means)) for term in reading(lang).terms(text[:LONGEST]))
    return {
        "title": t["title"],
        "about": t["about"],
        "q": text[:LONGEST],
        "asked": bool(text),
        "fault": faults.get("page", ""),
        "status": 422 if faults else 200,
        "number": len(found),
        "first": first + 1,
        "last": min(first + MOST, len(found)),
        "page": page,
        "pages": [one for one in pages if one in (1, pages[-1]) or abs(one - page) < NEAR],
        "results": [{"part": part, "snippet": snippet(part.text, marked)} for _, part in found[first : first + MOST]],
    }


def snippet(text: str, asked: str) -> Any:
    """The part of a text around the first match, with every match marked."""
    beginnings = tuple(folded(asked))
    found = (
        (word.start(), word.end())
        for word in WORD.finditer(text)
        if any(part.startswith(beginnings) for part in folded(word.group()))
    )
    first = next(found, (0, 0))
    start = text.rfind(" ", 0, max(0, first[0] - BEFORE)) + 1
    end = len(text) if start + SNIPPET >= len(text) else text.rfind(" ", first[1], start + SNIPPET)
    end = end if end > start else start + SNIPPET
    pieces, at = [], start
    for begin, last in takewhile(lambda span: span[1] <= end, chain([first], found)):
        pieces += [escape(text[at:begin]), format_html("<mark>{}</mark>", text[begin:last]) if last > begin else ""]
        at = last
    lead, tail = "… " if start else "", " …" if end < len(text) else ""
    return format_html("{}{}{}{}", lead, mark_safe("".join(pieces)), text[at:end], tail)


LEAF = Leaf("search", "guide/search.html", told, asks=("q", "page"), kept=False)
