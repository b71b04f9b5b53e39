"""What was probably meant where a value cannot be or is asked about: a slip undone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from medassist.codecs import units
from medassist.domain.vitals.rules.limits import Told, band, dec, inside, limits, standard
from medassist.domain.vitals.rules.signs import SIGNS, Sign

MOVES = tuple(map(Decimal, ("0.1", "0.01", "10", "100")))


def suggestion(
    name: str, value: Decimal, unit: str, years: float | None = None, last: Told | None = None
) -> units.Quantity | None:
    """What was probably meant: the decimal point moved, or the other unit. None when nothing likely is found."""
    one = SIGNS[name]
    found = (meant for meant in _gross(one, value, unit) if _likely(one, meant, years))
    target = standard(one, last) if last is not None else None
    return next(found, None) if target is None else nearest(one, found, target)


def undone(one: Sign, value: Decimal, unit: str, years: float | None, target: Decimal) -> units.Quantity | None:
    """The slip undone that comes nearest to what was expected, in the unit of comparison."""
    every = [*_gross(one, value, unit), *_digits_undone(one, value, unit)]
    return nearest(one, (meant for meant in every if _likely(one, meant, years)), target)


def nearest(one: Sign, found: Iterable[units.Quantity], target: Decimal) -> units.Quantity | None:
    """The one nearest to a value in the unit of comparison."""
    return min(found, key=lambda meant: abs((standard(one, meant) or Decimal(0)) - target), default=None)


def _gross(one: Sign, value: Decimal, unit: str) -> Iterator[units.Quantity]:
    """The value with its point moved, then the value in the sign's other units."""
    yield from (units.Quantity(value * factor, unit) for factor in MOVES)
    yield from (units.Quantity(value, other) for other in one.units if other != unit)


def _digits_undone(one: Sign, value: Decimal, unit: str) -> Iterator[units.Quantity]:
    """Two neighbouring digits turned back, then a digit that stands there twice taken out."""
    yield from (units.Quantity(back, unit) for back in turned_back(value))
    text = f"{value:f}"
    for i in range(len(text) - 1):
        if text[i] == text[i + 1]:
            yield units.Quantity(Decimal(text[:i] + text[i + 1 :]), unit)


def turned_back(value: Decimal) -> list[Decimal]:
    """The value with each two neighbouring digits turned round, as they were typed."""
    whole, _, part = f"{value:f}".partition(".")
    digits = whole + part
    if not digits.isdecimal():
        return []
    swapped = {digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :] for i in range(len(digits) - 1)}
    return sorted(Decimal(text).scaleb(-len(part)) for text in swapped if text != digits and text[0] != "0")


def _likely(one: Sign, meant: units.Quantity, years: float | None) -> bool:
    found = standard(one, meant)
    if found is None or not inside(limits("possible").get(one.name), found):
        return False
    # of unknown age: an adult, as most are
    return inside(band(limits("plausible").get(one.name, ()), 30 if years is None else years), found)


def turned(
    name: str, value: Decimal, unit: str, centers: Sequence[Decimal], days: int = 0, years: float | None = None
) -> Decimal | None:
    """What two neighbouring digits turned back give, where that is about what was expected and the value lies far off.

    `centers` are in the unit of comparison. None in another unit than the office's: people turn the digits they see.
    """
    rule, one = limits("turned").get(name), SIGNS[name]
    if rule is None or unit != one.office or days > rule.get("days", days) or (years or 99) < rule.get("from", 0):
        return None
    near = [units.convert(center, one.standard, one.office, 6) for center in centers]
    part = near[0] / 100 if rule.get("percent") else Decimal(1)
    if min(abs(value - center) for center in near) < dec(rule["least"]) * part:
        return None
    off = {back: min(abs(back - center) for center in near) for back in turned_back(value)}
    best = min(off, key=lambda back: off[back], default=None)
    return best if best is not None and off[best] <= dec(rule["near"]) * part else None
