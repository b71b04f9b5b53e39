"""Bands of a value, compiled once from the data files: sorted limits, and what stands between them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from decimal import Decimal
from math import ceil, floor
from typing import Any

SLACK = 1e-9
"""A value this close to a limit lies on it: what is measured has four decimals, what a computer adds is a billionth."""
HALF = 0.5 + SLACK


class Bands:
    """Where each band begins, in rising order, and what holds up to there; the last holds beyond all."""

    __slots__ = ("held", "starts")

    def __init__(self, starts: tuple[float, ...], held: tuple[Any, ...]):
        self.starts, self.held = starts, held

    def at(self, value: float | Decimal) -> Any:
        """What holds at a value."""
        return self.held[bisect_right(self.starts, value)]


def bands(rows: Iterable[Any], held: Callable[[Any], Any], places: int, strict: bool = False) -> Bands:
    """A table of {"to", …} of values with so many places; the limit belongs to its band unless `strict`."""
    rows = list(rows)
    starts = tuple(_start(row["to"], places, strict) for row in rows if "to" in row)
    # a value above a last limit is one that cannot be (101 % of oxygen): it is held by the last band
    kept = [held(row) for row in rows]
    return Bands(starts, (*kept, kept[-1]) if len(kept) == len(starts) else tuple(kept))


def _start(limit: Decimal | int, places: int, strict: bool) -> float:
    """The least value that is rounded into the next band, so that a value needn't be rounded to find its own."""
    steps = Decimal(limit).scaleb(places)
    first = ceil(steps) if strict else floor(steps) + 1
    return (first - HALF) / 10**places
