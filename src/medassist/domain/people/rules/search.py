"""How patients are found: the keys a patient is indexed by, what a searcher's text asks for, how well a patient fits.

A key is an element of one text[] under GIN, found at the same cost among a thousand and a million patients as long as
few patients share it. So words are kept in pairs too: "john smith" is rare where "john" and "smith" are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import combinations, product

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from medassist.domain.people.rules import dates, names

LONGEST_QUERY = 200
PARTICLES = frozenset(
    "de del della der den di da dos do das du la las los le el al bin ibn ben abu van von zu zur ten ter y e of".split()
)
_LABELS = frozenset("mrn dob born ssn phone tel number no nr id patient".split())
_PAIRED = 7  # words of which pairs are made; the eighth word of a name is no help in finding it


def keys(words: Sequence[str], phones: Iterable[str] = ()) -> list[str]:
    """What a patient is found by: words, pairs of words, of beginnings, of both, initial with word, phones."""
    told = [word for word in words if word not in PARTICLES][:_PAIRED] or list(words)[:_PAIRED]
    found = dict.fromkeys(words)
    for one, two in combinations(told, 2):
        found[pair(one, two)] = None
        found[beginnings(one, two)] = None
        found[half(one, two)] = found[half(two, one)] = None
        found[f"{one[0]}. {two}"] = found[f"{two[0]}. {one}"] = None
    for number in phones:
        found.update(dict.fromkeys(phone_keys(number)))
    return list(found)


def pair(one: str, two: str) -> str:
    """The key of two words, whichever comes first."""
    return f"{one} {two}" if one < two else f"{two} {one}"


def beginnings(one: str, two: str) -> str:
    """The key of the first three letters of two words."""
    return pair(one[:3] + "*", two[:3] + "*")


def half(one: str, two: str) -> str:
    """The key of a word and the first three letters of another."""
    return f"{one} {two[:3]}*"


def phone_keys(digits: str) -> list[str]:
    """The keys of a phone: all of it, its last seven digits, its last four."""
    return list(dict.fromkeys("#" + digits[-n:] for n in (15, 7, 4) if len(digits) >= min(n, 4)))


def is_word(key: str) -> bool:
    """Whether a key is a word of a name, rather than a pair or a phone."""
    return " " not in key and key[0] != "#"


@dataclass(frozen=True, slots=True)
class Query:
    """What a searcher's text asks for."""

    terms: tuple[str, ...] = ()
    mixed: tuple[str, ...] = ()
    """Words of pieces that hold digits too: a number of somebody else's, or a name."""
    dates: tuple[str, ...] = ()
    """Birth dates that are meant as such (with separators or a month's name), the likeliest first."""
    maybe_dates: tuple[str, ...] = ()
    year: str = ""
    numbers: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """All words that a name is searched by."""
        return (*self.terms, *self.mixed)


_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec|ene|abr|ago|set|dic)[a-z]*\.?"
_DATED = re.compile(
    rf"\b\d{{1,4}}[/.\-]\d{{1,2}}[/.\-]\d{{1,4}}\b(?![\-\d])"
    rf"|\b{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{2,4}}\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:de\s+|of\s+)?{_MONTH},?\s+(?:de\s+)?\d{{2,4}}\b"
    rf"|\b{_MONTH}\s+(?:19|20)\d\d\b",
    re.IGNORECASE,
)
_NUMERIC = re.compile(r"[\d().+\-/#]+")


def parse(text: str, today: date) -> Query:
    """Understand a search: any part of any name, a birth date in any order, a phone, a number, in any mixture."""
    text = names.shown(text[: LONGEST_QUERY * 2])[:LONGEST_QUERY]
    sure: dict[str, None] = {}

    def take_date(match: re.Match[str]) -> str:
        readings = dates.read(match[0], today).readings
        sure.update(dict.fromkeys(readings))
        return " " if readings else match[0]

    tokens = _DATED.sub(take_date, text).replace(",", " ").split()
    numbers: dict[str, None] = {}
    phones: dict[str, None] = {}
    maybe: dict[str, None] = {}
    terms: dict[str, None] = {}
    mixed: dict[str, None] = {}
    year = ""
    for token in [*_runs(tokens), *tokens]:
        digits = "".join(sign for sign in token if sign.isdigit())
        if digits:
            numbers[_plain(token)] = None
        if not _NUMERIC.fullmatch(token):
            (mixed if digits else terms).update(dict.fromkeys(names.split(token)))
        elif digits:
            if len(digits) in (6, 8):
                maybe.update(dict.fromkeys(dates.read(digits, today).readings))
            if len(digits) == 4 and "1890" <= digits <= str(today.year):
                year = digits
            if len(digits) >= 4:
                phones[digits[1:] if len(digits) == 11 and digits[0] == "1" else digits] = None
    if numbers or sure:
        terms = {term: None for term in terms if term not in _LABELS}
    return Query(tuple(terms)[:8], tuple(mixed)[:4], tuple(sure), tuple(maybe), year, tuple(numbers), tuple(phones))


def _runs(tokens: Sequence[str]) -> list[str]:
    """Neighbouring pieces of one number in one: (415) 555 2671."""
    runs: list[list[str]] = [[]]
    for token in tokens:
        if _NUMERIC.fullmatch(token):
            runs[-1].append(token)
        elif runs[-1]:
            runs.append([])
    return ["".join(run) for run in runs if len(run) > 1]


def _plain(text: str) -> str:
    return "".join(sign for sign in text.upper() if sign.isalnum())


def joined(terms: Sequence[str]) -> list[list[str]]:
    """The terms as they are, and with neighbours in one piece (o brien, mc donald, smith jones)."""
    told = [list(terms)]
    for at in range(len(terms) - 1):
        if len(terms[at]) <= 3 or terms[at] in PARTICLES or len(terms) == 2:
            told.append([*terms[:at], terms[at] + terms[at + 1], *terms[at + 2 :]])
    return told


def exact_keys(terms: Sequence[str], called: bool = True) -> list[str]:
    """The keys that patients of exactly these words have, by another name too (Bob for Robert)."""
    told = [term for term in terms if term not in PARTICLES] or list(terms)
    if len(told) == 1:
        return [told[0], *(sorted(names.called(told[0])) if called else [])]
    found: dict[str, None] = {}
    for one, two in combinations(told[:_PAIRED], 2):
        if len(one) == 1 or len(two) == 1:
            found[f"{one[0]}. {two}" if len(one) == 1 else f"{two[0]}. {one}"] = None
            continue
        found[pair(one, two)] = None
        if called:
            found.update((pair(other, two), None) for other in names.called(one))
            found.update((pair(one, other), None) for other in names.called(two))
    return list(found)


def begun_keys(choices: Sequence[Sequence[str]], terms: Sequence[str]) -> list[str]:
    """The keys of patients whose words begin like two terms; `choices` holds the words that begin like each."""
    found: dict[str, None] = {}
    for (at, one), (to, two) in combinations(list(enumerate(terms))[:3], 2):
        if max(len(one), len(two)) <= 3:
            found[beginnings(one, two)] = None
            continue
        found.update((pair(one, word), None) for word in choices[to])
        found.update((pair(word, two), None) for word in choices[at])
        longer, other = (choices[at], two) if len(one) > len(two) else (choices[to], one)
        found.update((half(word, other), None) for word in longer)
    return list(found)


def wide_keys(choices: Sequence[Sequence[str]], terms: Sequence[str]) -> list[str]:
    """The keys of words that the terms may stand for: `choices` holds the words for each term."""
    if len(choices) == 1:
        return list(choices[0])
    found: dict[str, None] = {}
    for (at, one), (to, two) in combinations(enumerate(choices), 2):
        if len(terms[at]) == 1 or len(terms[to]) == 1:
            initial, words = (terms[at], two) if len(terms[at]) == 1 else (terms[to], one)
            found.update((f"{initial[0]}. {word}", None) for word in words)
        else:
            found.update((pair(a, b), None) for a, b in product(one, two) if a != b)
    return list(found)


@lru_cache(maxsize=50_000)
def fit(term: str, word: str) -> int:
    """How well a term fits a word of a name, 0 to 100."""
    if term == word:
        return 100
    if len(term) <= len(word) and word.startswith(term):
        return 90 + min(8, 8 * len(term) // len(word))
    if len(term) < 3:
        return 0
    if word in names.called(term):
        return 88
    slips = DamerauLevenshtein.distance(term, word, score_cutoff=2)
    if slips <= (1 if len(term) < 5 else 2):
        return 86 - 8 * slips
    if len(term) > 3 and word.startswith(term[:3]) and DamerauLevenshtein.distance(term, word[: len(term)]) <= 1:
        return 72
    alike = JaroWinkler.similarity(term, word)
    sound = names.soundex(term)
    if alike > 0.72 and sound and sound == names.soundex(word):
        return max(66, int(alike * 78))
    return int(alike * 75) if alike > 0.9 else 0


def fitting(terms: Sequence[str], words: Sequence[str]) -> int:
    """How well a patient of these words fits all the terms, 0 to 100; each word serves one term."""
    best = 0
    for told in joined(terms):
        left, total, missed = list(words), 0, 0
        for term in sorted(told, key=len, reverse=True):
            score, word = max(((fit(term, word), word) for word in left), default=(0, ""))
            total += score
            missed += not score
            if score:
                left.remove(word)
        if missed <= (1 if len(told) > 2 else 0):
            best = max(best, total // len(told) - 5 * missed)
    return best
