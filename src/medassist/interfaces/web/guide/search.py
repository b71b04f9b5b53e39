"""Searching the guide: an index of the texts of its own pages, in memory, one for each language."""

from __future__ import annotations

import bisect
import math
import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from itertools import chain, takewhile
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe

from medassist.interfaces.web.guide import leaves, render
from medassist.interfaces.web.guide.leaf import Asked, Leaf, Told
from medassist.interfaces.web.guide.words import words

WORD, JOINT = re.compile(r"\w+(?:['’.§-]\w+)*"), re.compile(r"['’.§_-]")
MOST, LONGEST, BEFORE, SNIPPET = 30, 200, 70, 230
"""Results shown, characters asked, characters of a snippet before the first match and in all."""
PREFIX, IN_TITLE, K, WHOLE, CITED = 0.6, 2.5, 1.2, 1.3, 0.6
"""What a word's beginning counts of the whole word, a match in the title more than in the text; K of BM25; what a page
as a whole and a cited source count beside a part."""
HEADINGS = {"h1", "h2", "h3"}
VOID = {"br", "img", "input", "link", "meta", "hr", "wbr"}


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
class Part:
    """A piece of a page that has an anchor of its own: an act of a state, a source, a panel."""

    path: str
    anchor: str
    page: str
    head: str
    text: str


TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)([^>]*)>|([^<]+)")
ID = re.compile(r'\sid="([^"]*)"')


def parts_of(path: str, title: str, page: str) -> list[Part]:
    """Take a page's work apart: what has an id is a part, and what lies in no part belongs to the page itself."""
    work = page[page.index("<main") : page.index("</main>")]
    texts: dict[str, list[str]] = defaultdict(list)
    heads: dict[str, list[str]] = defaultdict(list)
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
            head = head or heading or (tag == "th" and 'scope="row"' in attributes)
            quiet = quiet or "data-quiet" in attributes or tag in ("form", "svg")
            inside.append((own.group(1) if own else anchor, quiet, head))
    return [
        Part(path, anchor, title, heads[anchor][0] if anchor and anchor in heads else "", " ".join(said))
        for anchor, said in texts.items()
    ]


class Index:
    """Every part by its words; answers by BM25 over words and their beginnings."""

    def __init__(self, parts: list[Part]):
        self.parts = parts
        self.titles = [set(folded(f"{part.page} {part.head}")) for part in parts]
        self.found: dict[str, dict[int, int]] = defaultdict(dict)
        lengths = []
        for at, part in enumerate(parts):
            counted = Counter(folded(f"{part.page} {part.head} {part.text}"))
            lengths.append(sum(counted.values()))
            for word, number in counted.items():
                self.found[word][at] = number
        middle = sum(lengths) / len(lengths) if lengths else 1
        self.norms = [K * (0.25 + 0.75 * length / middle) for length in lengths]
        self.vocabulary = sorted(self.found)

    def search(self, text: str) -> list[tuple[float, Part]]:
        """The parts that have every word or its beginning, the best first."""
        asked = list(dict.fromkeys(folded(text[:LONGEST])))
        totals: dict[int, float] | None = None
        for word in asked:
            scores = self._scores(word)
            totals = (
                scores if totals is None else {at: totals[at] + more for at, more in scores.items() if at in totals}
            )
        ranked = [(score * self._weight(self.parts[at]), at) for at, score in (totals or {}).items()]
        return [(score, self.parts[at]) for score, at in sorted(ranked, key=lambda one: (-one[0], one[1]))]

    @staticmethod
    def _weight(part: Part) -> float:
        """A page as a whole before its parts, and what it says before what it cites."""
        return WHOLE if not part.anchor else CITED if part.anchor.startswith("src") else 1

    def _scores(self, asked: str) -> dict[int, float]:
        scores: dict[int, float] = {}
        for word in self._beginning(asked):
            rows = self.found[word]
            weight = math.log(1 + (len(self.parts) - len(rows) + 0.5) / (len(rows) + 0.5))
            weight *= 1 if word == asked else PREFIX
            for at, number in rows.items():
                score = weight * number / (number + self.norms[at]) + (
                    weight * IN_TITLE if word in self.titles[at] else 0
                )
                scores[at] = max(scores.get(at, 0), score)
        return scores

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
            parts += parts_of(leaf.path, _title(page), page)
    return Index(parts)


def _title(page: str) -> str:
    return unescape(page[page.index("<title>") + 7 : page.index(" · medassist</title>")])


def told(lang: str, asked: Asked) -> Told:
    """What was found: page, part, a snippet with the words marked."""
    t, text = words(lang)["search"], " ".join(asked.get("q", "").split())
    found = index(lang, render.stamp()).search(text) if text else []
    return {
        "title": t["title"],
        "about": t["about"],
        "q": text[:LONGEST],
        "asked": bool(text),
        "number": len(found),
        "more": len(found) > MOST,
        "results": [
            {"part": part, "snippet": snippet(part.text, text)} for _, part in found[:MOST]
        ],
    }  # fmt: skip


def snippet(text: str, asked: str) -> Any:
    """The part of a text around the first match, with every match marked."""
    beginnings = tuple(folded(asked[:LONGEST]))
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


LEAF = Leaf("search", "guide/search.html", told, asks=("q",), kept=False)
