"""Cursors: the whole search and where the page ended, encrypted, so that a link carries nobody's name or number."""

from __future__ import annotations

import os
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import cache
from hashlib import sha256

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings


@cache
def _cipher() -> AESGCM:
    return AESGCM(sha256(b"fhir cursor" + settings.SECRET_KEY.encode()).digest())


def seal(value: dict) -> str:
    """A value as a text that only this house can read."""
    nonce = os.urandom(12)
    hidden = _cipher().encrypt(nonce, zlib.compress(orjson.dumps(value)), None)
    return urlsafe_b64encode(nonce + hidden).decode().rstrip("=")


def unseal(text: str) -> dict | None:
    """The value, or None when the text is none of ours."""
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return orjson.loads(zlib.decompress(_cipher().decrypt(raw[:12], raw[12:], None)))
    except (ValueError, InvalidTag):
        return None
