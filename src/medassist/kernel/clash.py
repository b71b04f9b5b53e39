"""Turns the database's refusal into words: a constraint that stopped a write becomes a Conflict that says why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError

from medassist.kernel.errors import Conflict


@contextmanager
def clash(words: Mapping[str, str | Callable[[], str]]) -> Iterator[None]:
    """Run writes; when a constraint named in `words` stops one, raise Conflict with its words.

    The transaction cannot go on afterwards, so words are made without asking the database again.
    """
    try:
        yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
        if name not in words:
            raise
        why = words[name]
        raise Conflict(why if isinstance(why, str) else why()) from error
