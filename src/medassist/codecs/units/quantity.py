"""Numbers with a unit: read from what people write, converted exactly."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from functools import cache
from typing import NamedTuple

from medassist.codecs.units import table
from medassist.codecs.units.table import NotComparable, UnitError

DIGITS = 28  # significant digits of a conversion that has no end; a thermometer has four
FURTHEST = 60  # powers of ten either side of one; beyond is no measurement
LONGEST = 80  # characters of a quantity that a person writes

_exactly = Context(prec=DIGITS, rounding=ROUND_HALF_EVEN)
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?", re.ASCII)
_PART = re.compile(r"\s*([+-]?(?:\d[\d,]*)?(?:\.\d*)?)\s*([^\d\s.,+-][^\d]*)?", re.ASCII)
# which unit follows which when two are written together, and how many of the second make one of the first
_PAIRS = {("[ft_i]", "[in_i]"): 12, ("[lb_av]", "[oz_av]"): 16, ("[stone_av]", "[lb_av]"): 14, ("m", "cm"): 100}


class Quantity(NamedTuple):
    """A value and its UCUM code."""

    value: Decimal
    unit: str


def number(text: str | int | float | Decimal) -> Decimal:
    """A finite number as it was written; UnitError for anything else (NaN, words, other scripts' digits)."""
    if isinstance(text, Decimal):
        value = text
    elif isinstance(text, bool):
        raise UnitError("A number is missing.")
    elif isinstance(text, int | float):
        value = Decimal(repr(text)) if isinstance(text, float) else Decimal(text)
    else:
        value = _typed(text)
    if not value.is_finite():
        raise UnitError("This is not a number.")
    if value and not -FURTHEST <= value.adjusted() <= FURTHEST:
        raise UnitError("This number is too large or too small to be measured.")
    return value


def _typed(text: object) -> Decimal:
    if not isinstance(text, str) or not text.strip():
        raise UnitError("A number is missing.")
    text = text.strip().replace("−", "-")
    if len(text) > LONGEST or not _NUMBER.fullmatch(text) or not any(c.isdigit() for c in text):
        short = text if len(text) <= 20 else f"{text[:20]}…"
        raise UnitError(f"{short} is not a number.")
    return Decimal(text.replace(",", ""))


def convert(value: Decimal | int, given: str, wanted: str, places: int | None = None) -> Decimal:
    """A value in another unit of the same kind: exact where the result ends, else to 28 digits; `places` rounds."""
    value = number(value)
    one, other = table.unit(given), table.unit(wanted)
    if one.kind != other.kind:
        raise NotComparable(f"{one.name.capitalize()} does not convert into {other.name}.")
    if one is other:
        result = value
    else:
        factor, offset, divisor = _way(one.code, other.code)
        top, bottom = value.as_integer_ratio()
        result = _exactly.divide(Decimal(top * factor + bottom * offset), Decimal(bottom * divisor))
    return result if places is None else rounded(result, places)


@cache
def _way(given: str, wanted: str) -> tuple[int, int, int]:
    """From one unit to another in whole numbers: factor, offset, and by what both are divided."""
    one, other = table.unit(given), table.unit(wanted)
    ratio = one.factor / other.factor
    offset = other.zero - one.zero * ratio
    divisor = ratio.denominator * offset.denominator
    return ratio.numerator * offset.denominator, offset.numerator * ratio.denominator, divisor


def rounded(value: Decimal, places: int) -> Decimal:
    """Rounded as people do, a half away from zero."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=Context(prec=FURTHEST * 2))


def quantity(text: str, default: str | None = None) -> Quantity:
    """What a person wrote, with its unit or the default: "98.6 F", "187.6", "5'4\\"", "12 lb 3 oz".

    Two units together give the smaller: 5'4" is 64 [in_i].
    """
    if not isinstance(text, str) or len(text) > LONGEST:
        raise UnitError("This is too long for a measurement." if isinstance(text, str) else "A number is missing.")
    if (whole := _whole(text)) is not None:
        return whole
    parts = _parts(text)
    if len(parts) == 1:
        figure, written = parts[0]
        if not written and default is None:
            raise UnitError("A unit is missing.")
        return Quantity(number(figure), table.code(written) if written else str(default))
    return _together(parts, text)


def _whole(text: str) -> Quantity | None:
    """One number before one unit, which may hold digits itself (kg/m2)."""
    match = _PART.match(text)
    rest = text[match.end(1) :].strip() if match and match[1] else ""
    try:
        return Quantity(number(match[1]), table.code(rest)) if match and rest else None
    except UnitError:
        return None


def _parts(text: str) -> list[tuple[str, str]]:
    """Numbers and what stands behind each."""
    found, at, text = [], 0, text.strip()
    while at < len(text):
        match = _PART.match(text, at)
        if not match or match.end() == at or not match[1]:
            raise UnitError(f"{text[:20]} is not a number with a unit.")
        found.append((match[1], (match[2] or "").strip()))
        at = match.end()
    if not found or len(found) > 2:
        raise UnitError("A number is missing." if not found else f"{text[:20]} holds too many numbers.")
    return found


def _together(parts: list[tuple[str, str]], text: str) -> Quantity:
    """Feet and inches, pounds and ounces: the second less than one of the first, and its unit may be left out."""
    (large, first), (small, second) = parts
    if not first:
        raise UnitError(f"{text[:20]} is not a number with a unit.")
    first = table.code(first)
    pair = next((p for p in _PAIRS if p[0] == first and (not second or table.code(second) == p[1])), None)
    if pair is None:
        raise UnitError(f"{text[:20]} mixes units that are not written together.")
    whole, rest = number(large), number(small)
    if whole < 0 or rest < 0 or whole != whole.to_integral_value() or rest >= _PAIRS[pair]:
        names = table.unit(pair[0]).shown, table.unit(pair[1]).shown
        raise UnitError(f"{text[:20]} is not {names[0]} and {names[1]}.")
    return Quantity(whole * _PAIRS[pair] + rest, pair[1])
