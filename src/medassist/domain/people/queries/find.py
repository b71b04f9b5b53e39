"""Finding a patient by whatever is known of them.

Three widening looks, each a few index look-ups and each capped: exactly these words; words that begin so; words that
nearly read or sound so, which are looked up among the words of all names first. So the cost does not grow with the
number of patients, only with how many share a pair of words, and that is cut off at `CANDIDATES`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from medassist.domain.people.models import Identifier, Patient
from medassist.domain.people.queries.patients import COLUMNS, line, today
from medassist.domain.people.rules import names, search
from medassist.domain.people.rules.search import Query

CANDIDATES = 60  # patients taken from the index for ranking
BEGIN_SO, READ_SO = 16, 6  # words a term may begin, and may be a slip of
ENOUGH = 5  # found so many, nobody looks for slips of the pen
LEAST = 62  # fits below this are no finds


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: lines in order, whether there are more, and what it understood."""

    lines: list[dict[str, Any]]
    more: bool
    query: Query


def find(text: str, limit: int = 20) -> Found:
    """Patients by any part of any name, birth date in any order, phone, record number or other number."""
    on = today()
    query = search.parse(text, on)
    ranked: dict[Any, tuple[int, dict[str, Any]]] = {}
    full = False
    for rows in _looks(query):
        full = full or len(rows) >= CANDIDATES
        for row in rows:
            score = _score(query, row)
            if score >= LEAST and score > ranked.get(row["id"], (0,))[0]:
                ranked[row["id"]] = (score, row)
        if _enough(query, [score for score, _ in ranked.values()], limit):
            break
    order = sorted(ranked.values(), key=lambda one: (-one[0], one[1]["deceased"], one[1]["family"], one[1]["given"]))
    lines = [{**line(row, on), "score": score} for score, row in order[:limit]]
    return Found(lines, full or len(order) > limit, query)


def _enough(query: Query, scores: list[int], limit: int) -> bool:
    """Whether a wider look would only bring worse finds."""
    if not query.terms or query.dates or query.numbers:
        return bool(scores)
    return len(scores) >= limit or sum(score >= 88 for score in scores) >= ENOUGH


def _looks(query: Query) -> Any:
    """The looks to take for a query, nearest first."""
    if query.numbers or query.maybe_dates:
        yield _by_number(query)
    if query.dates:
        yield from _by_date(query)
        return
    if query.terms:
        yield _rows(_named(search.exact_keys(query.terms), query))
        for told in search.joined(query.terms)[1:]:
            yield _rows(_named(search.exact_keys(told), query))
        yield from _widening(query)
    elif query.year and not query.numbers:
        yield _rows(_in_year(Patient.objects.all(), query))


def _rows(found: QuerySet[Patient]) -> list[dict[str, Any]]:
    return list(found.values(*COLUMNS, "keys")[:CANDIDATES])


def _named(keys: list[str], query: Query) -> QuerySet[Patient]:
    return _in_year(Patient.objects.filter(keys__overlap=keys), query)


def _in_year(found: QuerySet[Patient], query: Query) -> QuerySet[Patient]:
    return found.filter(born__startswith=query.year) if query.year else found


def _by_number(query: Query) -> list[dict[str, Any]]:
    """By our number, anybody's number, a phone or its end, digits that may be a birth date."""
    plain = list(query.numbers)
    ends = [key for number in query.phones for key in search.phone_keys(number)[:1]]
    holders = Identifier.objects.filter(plain__in=plain, until__isnull=True).exclude(plain="")
    ids = list(holders.values_list("patient_id", flat=True)[:CANDIDATES])
    same = Q(mrn__in=plain) | Q(pk__in=ids) | Q(keys__overlap=ends)
    if query.maybe_dates:
        same |= Q(born__in=query.maybe_dates, birth_date__in=[d for d in query.maybe_dates if len(d) == 10])
    return _rows(Patient.objects.filter(same))


def _by_date(query: Query) -> Any:
    """By birth date; with a name, first those who have a word of it."""
    days = [day for day in query.dates if len(day) == 10]
    born = Q(birth_date__in=days)
    for partial in (day for day in query.dates if len(day) < 10):
        born |= Q(born__startswith=partial)
    if query.terms:
        words = [*query.terms, *(other for term in query.terms for other in names.called(term))]
        yield _rows(Patient.objects.filter(born, keys__overlap=words))
    yield list(Patient.objects.filter(born).values(*COLUMNS, "keys")[: CANDIDATES * 4])


WORDS_LIKE = """SELECT {at}, word FROM (SELECT word FROM people_word WHERE word LIKE %s
 ORDER BY length(word), word LIMIT {limit}) w{at}"""
WORDS_NEAR = "SELECT {at} + 100, word FROM (SELECT word FROM people_word WHERE near && %s LIMIT 200) n{at}"


def _widening(query: Query) -> Any:
    """Words that begin like the terms, then words that nearly read like them."""
    terms = query.terms
    begin, read = _words(terms)
    begin = [[term, *(word for word in words if word != term)] for term, words in zip(terms, begin, strict=True)]
    yield _rows(_named(search.wide_keys(begin, terms), query))
    if len(terms) > 1 and all(len(term) == 3 for term in terms[:2]):
        yield _rows(_named([search.beginnings(*terms[:2])], query))
    both = [[*words, *slips] for words, slips in zip(begin, read, strict=True)]
    both = [words[: BEGIN_SO + READ_SO] for words in both]
    yield _rows(_named(search.wide_keys(both, terms), query))


def _words(terms: tuple[str, ...]) -> tuple[list[list[str]], list[list[str]]]:
    """For each term the words that begin with it, and the words that nearly read or sound so."""
    parts, values = [], []
    for at, term in enumerate(terms):
        parts.append(WORDS_LIKE.format(at=at, limit=BEGIN_SO))
        values.append(term.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%")
        if len(term) > 2:
            parts.append(WORDS_NEAR.format(at=at))
            values.append(names.near(term))
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        told = cursor.fetchall()
    begin: list[list[str]] = [[] for _ in terms]
    read: list[list[str]] = [[] for _ in terms]
    for at, word in told:
        (read if at >= 100 else begin)[at % 100].append(word)
    for at, term in enumerate(terms):
        fits = sorted(((search.fit(term, word), word) for word in set(read[at])), reverse=True)
        read[at] = [word for score, word in fits if score >= LEAST][:READ_SO]
    return begin, read


def _score(query: Query, row: dict[str, Any]) -> int:
    """How well a patient answers: by the name where one was given, else by the number or date that led here."""
    score = 100
    if query.terms:
        score = search.fitting(query.terms, [key for key in row["keys"] if search.is_word(key)])
    if query.dates and row["born"] in query.dates[1:]:
        score -= 5  # the less usual reading of a date
    return 100 if row["mrn"] in query.numbers else score
