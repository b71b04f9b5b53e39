"""Finding a patient by whatever is known of them.

Widening looks, each a few index look-ups and each capped: exactly these words; then words that begin so, and where
nothing fits words that nearly read or sound so, looked up among the words of all names first. So the cost does not
grow with the number of patients, only with how many share a pair of words, and that is cut off at `CANDIDATES`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
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
        finds.add(_rows(_in_year(Patient.objects.all(), query)))
    order = sorted(
        finds.rows.values(), key=lambda one: (-one[0], one[1]["deceased"], one[1]["family"], one[1]["given"])
    )
    lines = [{**line(row, on), "score": score} for score, row in order[:limit]]
    return Found(lines, finds.full or len(order) > limit, query)


def _by_name(query: Query, finds: _Finds, limit: int) -> None:
    """Exactly these words, then words that begin so, and slips of the pen where nothing fits well."""
    told = search.joined(query.words)
    finds.add(_rows(_named([key for terms in told for key in search.exact_keys(terms)], query)))
    if finds.best(LEAST) >= limit or finds.best(SURE) >= ENOUGH:
        return
    terms = query.words
    begin, read = _words(terms)
    choices = [[term, *(word for word in words if word != term)] for term, words in zip(terms, begin, strict=True)]
    if not finds.best(SURE):
        choices = [list(dict.fromkeys([*words, *slips])) for words, slips in zip(choices, read, strict=True)]
    finds.add(_rows(_named(search.wide_keys(choices, terms), query)))
    if not finds.rows and len(terms) > 1 and all(len(term) > 2 for term in terms[:2]):
        finds.add(_rows(_named([search.beginnings(*terms[:2])], query)))


def _rows(found: QuerySet[Patient], most: int = CANDIDATES) -> list[dict[str, Any]]:
    return list(found.values(*COLUMNS, "keys")[:most])


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


def _by_date(query: Query, finds: _Finds) -> None:
    """By birth date; with a name, first those who have a word of it."""
    days = [day for day in query.dates if len(day) == 10]
    born = Q(birth_date__in=days)
    for partial in (day for day in query.dates if len(day) < 10):
        born |= Q(born__startswith=partial)
    if query.words:
        words = [*query.words, *(other for term in query.words for other in names.called(term))]
        finds.add(_rows(Patient.objects.filter(born, keys__overlap=words)))
    if not finds.rows:
        finds.add(_rows(Patient.objects.filter(born), CANDIDATES * 4))


WORDS_LIKE = """SELECT {at}, word FROM (SELECT word FROM people_word WHERE word LIKE %s
 ORDER BY length(word), word LIMIT {limit}) w{at}"""
WORDS_NEAR = "SELECT {at} + 100, word FROM (SELECT word FROM people_word WHERE near && %s LIMIT 200) n{at}"


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


def _score(query: Query, row: dict[str, Any], by_number: bool) -> int:
    """How well a patient answers: by the name where one was given, else by the number or date that led here."""
    if row["mrn"] in query.numbers:
        return 100
    terms = query.terms if by_number else query.words
    words = [key for key in row["keys"] if search.is_word(key)]
    score = search.fitting(terms, words) if terms else 100
    # the less usual reading of a date comes after the usual one
    return score - 5 if row["born"] in query.dates[1:] else score
