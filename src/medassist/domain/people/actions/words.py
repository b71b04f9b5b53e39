"""The words of names, learned as patients come, so that slips of the pen are looked up among them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction

from medassist.domain.people.rules import names
from medassist.kernel import doorway
from medassist.kernel.identifiers import uuid7

MOST_KNOWN = 500_000  # words remembered by one process
_known: set[str] = set()
INSERT = """INSERT INTO people_word (id, word, near)
 SELECT id, word, string_to_array(near, ' ') FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS new (id, word, near)
 ON CONFLICT DO NOTHING"""


class _New:
    """The new words of one transaction, written at its end and in order: registrations never wait crosswise."""

    def __init__(self) -> None:
        self.words: set[str] = set()

    def __call__(self) -> None:
        words = new_among(self.words)
        if not words:
            return
        with connection.cursor() as cursor:
            cursor.execute(INSERT, values(words))


def _remember(words: Iterable[str]) -> None:
    if len(_known) < MOST_KNOWN:
        _known.update(words)


def forget() -> None:
    """Take nothing for known (a table that was emptied or restored beneath us)."""
    _known.clear()


def new_among(words: Iterable[str]) -> list[str]:
    """Those of these words that this process does not know yet, in order."""
    return sorted({word for word in words if len(word) > 1} - _known)


def values(words: list[str]) -> list[Any]:
    """The values of INSERT for these words, which are known once the transaction is through."""
    transaction.on_commit(lambda: _remember(words))
    return [[uuid7() for _ in words], words, [" ".join(names.near(word)) for word in words]]


def learn(words: Iterable[str]) -> None:
    """Have these words known when the open action is done."""
    new = new_among(words)
    if not new:
        return
    closing = doorway.required().closing
    gathered = next((work for work in closing if isinstance(work, _New)), None)
    if gathered is None:
        doorway.before_commit(gathered := _New())
    gathered.words.update(new)
