"""Numbers that people carry: our record number with its check digit, NPI, Social Security number."""

from __future__ import annotations

import re

# H. Michael Damm, "Total anti-symmetrische Quasigruppen", Marburg 2004: finds every wrong digit and every swap of two
# neighbours, which Luhn's rule does not (09 and 90). tests/people try all of them.
_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip


def damm(digits: str) -> str:
    """The check digit after Damm for a row of digits."""
    state = 0
    for digit in digits:
        state = int(_DAMM[state][int(digit)])
    return str(state)


def mrn(number: int) -> str:
    """Our record number: the running number and its check digit."""
    return f"{number}{damm(str(number))}"


def mrn_fits(text: str) -> bool:
    """Whether a text can be one of our record numbers: the check digit fits."""
    return text.isascii() and text.isdigit() and len(text) >= 8 and damm(text) == "0"


def luhn_fits(digits: str) -> bool:
    """Whether a row of digits bears out its last one by Luhn's rule (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def npi_fits(text: str) -> bool:
    """Whether a text can be a National Provider Identifier: ten digits (45 CFR 162.406), Luhn behind 80840."""
    return bool(re.fullmatch(r"[12]\d{9}", text, re.ASCII)) and luhn_fits("80840" + text)


def ssn_doubts(text: str) -> list[str]:
    """Why a text can hardly be a Social Security number: the Administration never gave out such a one."""
    digits = re.sub(r"\D", "", text)
    if len(digits) != 9:
        return ["A Social Security number has nine digits."]
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    if area in {"000", "666"} or area[0] == "9" or group == "00" or serial == "0000":
        return [f"No Social Security number reads {masked(digits)}."]
    return []


def masked(text: str) -> str:
    """A number of which only the end may be seen."""
    digits = plain(text)
    return "•••-••-" + digits[-4:] if len(digits) >= 8 else "•" * len(digits)


def plain(text: str) -> str:
    """A number's letters and digits alone, in capitals, as it is compared."""
    return "".join(sign for sign in text.upper() if sign.isalnum())[:200]
