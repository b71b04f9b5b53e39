"""Rows that were there before their resources were shown, or were shown otherwise: each is shown as it is now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.db import models

from medassist.exchange import store
from medassist.exchange.shows import Show, showings
from medassist.kernel.context import Context

Work = TypeVar("Work", bound=Show)


@dataclass(frozen=True, slots=True)
class Rows:
    """A table of a domain, or those of its rows that hold, and what each of them shows."""

    model: type[models.Model]
    types: tuple[str, ...]
    show: Show
    only: Mapping[str, Any]

    def after(self, key: UUID | None, most: int) -> list[UUID]:
        """The keys of so many rows, in their order."""
        rows = self.model._default_manager.filter(**self.only)
        rows = rows.filter(pk__gt=key) if key else rows
        return list(rows.order_by("pk").values_list("pk", flat=True)[:most])

    def made(self, ctx: Context, keys: Sequence[UUID]) -> list[store.Showing]:
        """What these rows show now."""
        rows = self.model._default_manager.filter(pk__in=keys, **self.only).order_by("pk")
        return [showing for row in rows for showing in showings(ctx, self.show(row))]


ROWS: dict[str, Rows] = {}


def anew(model: type[models.Model], *types: str, **only: Any) -> Callable[[Work], Work]:
    """Have a function of a wire, which takes one row, show each row of a table (or those that hold) anew."""

    def wrap(work: Work) -> Work:
        ROWS[model._meta.label] = Rows(model, types, work, only)
        return work

    return wrap


def show(ctx: Context, rows: Rows, keys: Sequence[UUID]) -> int:
    """Show these rows as they are now; how many resources are new or changed by that.

    What came from elsewhere stays as it came. Whoever changes a resource meanwhile waits, or is waited for: the rows
    are read once more when their resources are locked.
    """
    now = store.present({one.id for one in rows.made(ctx, keys)})
    foreign = {key for key, one in now.items() if one.foreign}
    made = {one.id: one for one in rows.made(ctx, keys) if one.id not in foreign}
    return store.write(list(made.values()), any_order=True)
