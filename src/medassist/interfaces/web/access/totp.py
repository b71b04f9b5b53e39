"""Codes of authenticator apps: RFC 6238 with the parameters every app knows (SHA-1, 30 seconds, 6 digits)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

PERIOD = 30
DIGITS = 6
DRIFT = 1  # periods before and after; a telephone's clock may be half a minute off


def new_secret() -> str:
    """A fresh secret of 160 bits, as apps take it."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def counter(at: datetime) -> int:
    """The number of the period that a moment falls into."""
    return int(at.timestamp()) // PERIOD


def code(secret: str, number: int, digits: int = DIGITS) -> str:
    """The code of one period (RFC 4226, section 5.3)."""
    digest = hmac.digest(base64.b32decode(secret, casefold=True), number.to_bytes(8, "big"), hashlib.sha1)
    offset = digest[-1] & 0x0F
    value = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{value % 10**digits:0{digits}}"


def matches(secret: str, text: str, at: datetime, after: int = 0) -> int | None:
    """The period whose code this is, if later than `after`: a code that was used does not fit again."""
    given = "".join(text.split())
    found = None
    for number in range(counter(at) - DRIFT, counter(at) + DRIFT + 1):
        fits = hmac.compare_digest(code(secret, number).encode(), given.encode())
        if fits and number > after:
            found = number
    return found


def address(secret: str, issuer: str, name: str) -> str:
    """What the QR code says: the key URI that authenticator apps read."""
    label = quote(f"{issuer}:{name}", safe="")
    told = {"secret": secret, "issuer": issuer, "digits": DIGITS, "period": PERIOD}
    return f"otpauth://totp/{label}?{urlencode(told, quote_via=quote)}"
