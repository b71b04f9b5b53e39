"""Finding a patient by whatever is known of them.

Widening looks, each a few index look-ups and each capped: exactly these words; then words that begin so, and where
nothing fits words that nearly read or sound so, looked up among the words of all names first. So the cost does not
grow with the number of patients, only with how many share a pair of words, and that is cut off at `CANDIDATES`.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from medassist.domain.people.queries import keyed
from medassist.domain.people.queries.keyed import Row
from medassist.domain.people.queries.patients import line, today
from medassist.domain.people.rules import names, search
from medassist.domain.people.rules.search import Query

CANDIDATES, EACH = 50, 25  # patients taken from the index for ranking, and for each key
MOST_KEYS = 60  # keys of one look
BEGIN_SO, READ_SO = 16, 6  # words a term may begin, and may be a slip of
ENOUGH = 5  # found so many, nobody looks for slips of the pen
LEAST = 62  # fits below this are no finds
SURE = 88  # so well fits a nickname, a beginning or the word itself


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: lines in order, whether there are more, and what it understood."""

    lines: list[dict[str, Any]]
    more: bool
    query: Query


@dataclass(slots=True)
class _Finds:
    """Patients gathered so far, each with its best score."""

    query: Query
    rows: dict[Any, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    full: bool = False

    def add(self, rows: list[dict[str, Any]], by_number: bool = False) -> None:
        """Score what one look found."""
        self.full = self.full or len(rows) >= CANDIDATES
        for row in rows:
            score = _score(self.query, row, by_number)
            if score >= LEAST and score > self.rows.get(row["id"], (0,))[0]:
                self.rows[row["id"]] = (score, row)

    def best(self, least: int) -> int:
        """How many fit at least so well."""
        return sum(score >= least for score, _ in self.rows.values())


def find(text: str, limit: int = 20) -> Found:
    """Patients by any part of any name, birth date in any order, phone, record number or other number."""
    on = today()
    query = search.parse(text, on)
    finds = _Finds(query)
    if query.numbers or query.maybe_dates:
        finds.add(_by_number(query), by_number=True)
    if not finds.rows and query.dates:
        _by_date(query, finds)
    elif not finds.rows and query.words:
        _by_name(query, finds, limit)
    elif not finds.rows and query.year:
        finds.add(keyed.fetch(keyed.where(WITHIN, CANDIDATES), _within(query.year)))
    order = sorted(
        finds.rows.values(), key=lambda one: (-one[0], one[1]["deceased"], one[1]["family"], one[1]["given"])
    )
    lines = [{**line(row, on), "score": score} for score, row in order[:limit]]
    return Found(lines, finds.full or len(order) > limit, query)


WITHIN = "(p.birth_date BETWEEN %s AND %s OR p.birth_date IS NULL AND p.born LIKE %s)"


def _within(partial: str) -> list[str]:
    """The values of WITHIN for a year or a month."""
    if len(partial) == 4:
        return [f"{partial}-01-01", f"{partial}-12-31", keyed.like(partial)]
    last = monthrange(int(partial[:4]), int(partial[5:]))[1]
    return [f"{partial}-01", f"{partial}-{last}", keyed.like(partial)]


def _by_name(query: Query, finds: _Finds, limit: int) -> None:
    """Exactly these words, then words that begin so, and slips of the pen where nothing fits well."""
    told = search.joined(query.words)
    finds.add(_named([key for terms in told for key in search.exact_keys(terms)], query))
    if finds.best(LEAST) >= limit or finds.best(SURE) >= ENOUGH:
        return
    terms = query.words
    begin, read = _words(terms)
    begin = [list(dict.fromkeys([term, *some])) for term, some in zip(terms, begin, strict=True)]
    slips = [[term, *some] for term, some in zip(terms, read, strict=True)]
    if len(terms) == 1 or any(len(term) < 3 for term in terms):
        both = begin if finds.best(SURE) else [list(dict.fromkeys([*a, *b])) for a, b in zip(begin, slips, strict=True)]
        finds.add(_named(search.wide_keys(both, terms), query))
        return
    finds.add(_named(search.begun_keys(begin, terms), query))
    if not finds.best(SURE):
        finds.add(_named(search.wide_keys(slips, terms), query))
    if not finds.rows:
        finds.add(_named([search.beginnings(one, two) for one, two in combinations(terms[:3], 2)], query))


def _named(keys: list[str], query: Query) -> list[Row]:
    """Patients who have one of these keys, the first keys first."""
    also, values = (WITHIN, _within(query.year)) if query.year else ("", [])
    statement = keyed.by_key(also, EACH) + f" LIMIT {CANDIDATES}"
    return keyed.fetch(statement, [keys[:MOST_KEYS], *values])


HELD = f"SELECT patient_id FROM people_identifier WHERE plain = ANY(%s) AND plain <> '' AND until IS NULL LIMIT {EACH}"


def _by_number(query: Query) -> list[Row]:
    """By our number, anybody's number, a phone or its end, digits that may be a birth date."""
    plain = list(query.numbers)
    ends = [key for number in query.phones for key in search.phone_keys(number)[:1]]
    days = [day for day in query.maybe_dates if len(day) == 10]
    held = (
        f"SELECT patient_id FROM people_identifier WHERE plain = ANY(%s) AND plain <> '' AND until IS NULL LIMIT {EACH}"
    )
    parts = [keyed.where("p.mrn = ANY(%s)", EACH), keyed.where(f"p.id IN ({held})", EACH), keyed.by_key("", EACH)]
    values: list[Any] = [plain, plain, ends]
    if days:
        parts.append(keyed.where("p.birth_date = ANY(%s::date[])", EACH))
        values.append(days)
    return keyed.fetch(" UNION ALL ".join(parts), values)


def _by_date(query: Query, finds: _Finds) -> None:
    """By birth date; with a name, first those who have a word of it."""
    born, values = "p.birth_date = ANY(%s::date[])", list[Any]([[day for day in query.dates if len(day) == 10]])
    for partial in (day for day in query.dates if len(day) < 10):
        born += f" OR {WITHIN}"
        values.extend(_within(partial))
    if query.words:
        words = [*query.words, *(other for term in query.words for other in names.called(term))]
        finds.add(keyed.fetch(keyed.where(f"({born}) AND p.keys && %s::text[]", CANDIDATES), [*values, words]))
    if not finds.rows:
        finds.add(keyed.fetch(keyed.where(born, CANDIDATES * 3 if query.words else EACH), values))


WORDS_LIKE = """SELECT {at}, word FROM (SELECT word FROM people_word WHERE word LIKE %s
 ORDER BY length(word), word LIMIT {limit}) w{at}"""
WORDS_NEAR = """SELECT {at} + 100, n.word FROM unnest(%s::text[]) AS k{at}(key), LATERAL (
 WITH c AS MATERIALIZED (SELECT word FROM people_word WHERE near @> ARRAY[k{at}.key]) SELECT word FROM c LIMIT 60) n"""


def _words(terms: tuple[str, ...]) -> tuple[list[list[str]], list[list[str]]]:
    """For each term the words that begin with it, and the words that nearly read or sound so."""
    parts: list[str] = []
    values: list[Any] = []
    for at, term in enumerate(terms):
        parts.append(WORDS_LIKE.format(at=at, limit=BEGIN_SO))
        values.append(keyed.like(term))
        if len(term) > 2:
            parts.append(WORDS_NEAR.format(at=at))
            values.append(names.near(term))
    told = keyed.rows_of(" UNION ALL ".join(parts), values)
    begin: list[list[str]] = [[] for _ in terms]
    read: list[list[str]] = [[] for _ in terms]
    for at, word in told:
        (read if at >= 100 else begin)[at % 100].append(word)
    for at, term in enumerate(terms):
        fits = sorted(((search.fit(term, word), word) for word in set(read[at])), reverse=True)
        read[at] = [word for score, word in fits if score >= LEAST][:READ_SO]
    return begin, read


def _score(query: Query, row: dict[str, Any], by_number: bool) -> int:
    """How well a patient answers: by the name where one was given, else by the number or date that led here."""
    if row["mrn"] in query.numbers:
        return 100
    terms = query.terms if by_number else query.words
    words = [key for key in row["keys"] if search.is_word(key)]
    score = search.fitting(terms, words) if terms else 100
    # the less usual reading of a date comes after the usual one
    return score - 5 if row["born"] in query.dates[1:] else score
