"""Secrets of second factors, encrypted before they are kept: a copy of the table alone signs nobody in."""

from __future__ import annotations

import base64
from functools import cache
from typing import Any

import orjson
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def seal(value: Any) -> str:
    """Plain data as a sealed text."""
    return _box().encrypt(orjson.dumps(value)).decode()


def unseal(text: str) -> Any:
    """The plain data again; it fails loudly when the text or the key is not ours."""
    return orjson.loads(_box().decrypt(text.encode()))


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([_one(key) for key in keys])


@cache
def _one(key: str) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=b"medassist second factor").derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
