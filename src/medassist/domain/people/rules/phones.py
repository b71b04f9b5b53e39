"""Phone numbers: as they are dialled (E.164), shown, and compared."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import Any

# the North American plan: area and exchange begin with 2 to 9; most numbers here are of it and need no library
_NANP = re.compile(r"(?:\+?1)?([2-9]\d{2}[2-9]\d{6})")
_EXTENSION = re.compile(r"(?:ext\.?|x|#|;ext=)\s*(\d{1,7})\s*$", re.IGNORECASE)


@cache
def _library() -> Any:
    return import_module("phonenumbers")  # 23 MB of numbering plans: taken when a foreign number comes


def e164(text: str, region: str = "US") -> str:
    """A number as it is dialled from anywhere (+15553543552); "" when it can be none."""
    text = _EXTENSION.sub("", text.removeprefix("tel:").strip())
    digits = re.sub(r"[^\d+]", "", text)
    if match := _NANP.fullmatch(digits):
        return f"+1{match[1]}"
    if not 6 <= len(digits) <= 20 or re.search(r"[^\d\s().+\-/·]", text):
        return ""
    library = _library()
    try:
        number = library.parse(text, region)
    except library.NumberParseException:
        return ""
    if not library.is_possible_number(number):
        return ""
    return library.format_number(number, library.PhoneNumberFormat.E164)


def shown(text: str) -> str:
    """A number as it is read here: (555) 354-3552; one of another plan with its country code."""
    number = e164(text)
    if match := _NANP.fullmatch(number):
        area, exchange, line = match[1][:3], match[1][3:6], match[1][6:]
        return f"({area}) {exchange}-{line}"
    return number or text


def digits(text: str) -> str:
    """The digits by which a number is found: without the country code 1."""
    number = e164(text) or text
    plain = re.sub(r"\D", "", number)
    return plain[1:] if len(plain) == 11 and plain[0] == "1" else plain
