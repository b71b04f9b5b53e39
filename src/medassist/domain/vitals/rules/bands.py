"""Bands of a value, compiled once from the data files: sorted limits, and what stands between them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from math import floor
from typing import Any

SLACK = 1e-9
"""A value this close to a limit lies on it: what is measured has four decimals, what a computer adds is a billionth."""
HALF = 0.5 + SLACK


class Bands:
    """Upper limits in rising order, and what holds up to each; the last holds beyond all."""

    __slots__ = ("_find", "held", "limits", "scale")

    def __init__(self, limits: tuple[float, ...], held: tuple[Any, ...], places: int, strict: bool):
        self.limits, self.held, self.scale = limits, held, float(10**places)
        self._find = bisect_right if strict else bisect_left

    def at(self, value: float) -> Any:
        """What holds at a value, rounded as the table asks."""
        scale = self.scale
        return self.held[self._find(self.limits, floor(value * scale + HALF) / scale)]


def bands(rows: Iterable[Any], held: Callable[[Any], Any], places: int, strict: bool = False) -> Bands:
    """A table of {"to", …}; the limit belongs to its band unless `strict`."""
    rows = list(rows)
    limits = tuple(float(row["to"]) for row in rows if "to" in row)
    # a value above a last limit is one that cannot be (101 % of oxygen): it is held by the last band
    kept = [held(row) for row in rows]
    return Bands(limits, (*kept, kept[-1]) if len(kept) == len(limits) else tuple(kept), places, strict)
