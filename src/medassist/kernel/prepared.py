"""Questions that every request asks: Django writes their SQL once, and only the values change."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from functools import cached_property
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable

Row = TypeVar("Row", bound=Model)


class Prepared(Generic[Row]):
    """A queryset whose SQL is written at its first use; a half of what a small question costs is writing it.

    `make(*marks)` builds the queryset from stand-ins of the values, one of each that `marks` gives: they must differ,
    and be such as the field takes. `prefetch_related` is not for it.
    """

    def __init__(self, make: Callable[..., QuerySet[Row]], *marks: Any):
        self.make, self.marks = make, marks

    def __call__(self, *values: Any) -> list[Row]:
        """The rows for these values, as the queryset would give them."""
        compiler, sql, marked = self._made
        given = tuple(values[at] if at is not None else fixed for at, fixed in marked)
        asked: Any = copy(compiler)  # two threads may ask at once
        asked.connection = connections[DEFAULT_DB_ALIAS]
        asked.as_sql = lambda *_, **__: (sql, given)
        query = SimpleNamespace(get_compiler=lambda using: asked)
        of: Any = SimpleNamespace(db=DEFAULT_DB_ALIAS, query=query, _known_related_objects={})
        return list(ModelIterable(of))

    def first(self, *values: Any) -> Row | None:
        """The first of them, if there is one; the queryset itself should ask for one."""
        return next(iter(self(*values)), None)

    @cached_property
    def _made(self) -> tuple[Any, str, list[tuple[int | None, Any]]]:
        compiler = self.make(*self.marks).query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        at = [next((n for n, mark in enumerate(self.marks) if mark == one), None) for one in params]
        if lost := set(range(len(self.marks))) - set(at):
            raise ValueError(f"not in the SQL: {[self.marks[n] for n in sorted(lost)]}")
        return compiler, sql, list(zip(at, params, strict=True))
