"""FHIR JSON as bytes and as plain values. Decimals keep the digits they came with: 1.50 stays 1.50."""

import re
from decimal import Decimal

import msgspec

BOM = b"\xef\xbb\xbf"
_decode = msgspec.json.Decoder(float_hook=Decimal).decode
_encode = msgspec.json.Encoder(decimal_format="number").encode
_PLACE = re.compile(r" \(byte (\d+)\)$")


class Unreadable(ValueError):
    """These bytes are not a FHIR JSON document."""


class Entry(msgspec.Struct):
    """One entry of a bundle; its resource is left as bytes until somebody needs it."""

    resource: msgspec.Raw = msgspec.Raw(b"")
    full_url: str = msgspec.field(default="", name="fullUrl")


class Bundle(msgspec.Struct):
    """A bundle's frame."""

    resource_type: str = msgspec.field(default="", name="resourceType")
    type: str = ""
    entry: list[Entry] = []


_frame = msgspec.json.Decoder(Bundle).decode


def value(data: bytes):
    """Any JSON value. `Unreadable` says what is wrong and at which byte."""
    data = data.removeprefix(BOM)
    try:
        return _decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError) as e:
        raise Unreadable(_why(e)) from None


def loads(data: bytes) -> dict:
    """One resource: a JSON object that names its resourceType."""
    found = value(data)
    if not isinstance(found, dict) or not isinstance(found.get("resourceType"), str):
        raise Unreadable("this is not a FHIR resource: an object with a resourceType is expected")
    if rb"\u0000" in data and has_null(found):
        raise Unreadable("the text holds the character U+0000, which FHIR does not allow")
    return found


def dumps(resource) -> bytes:
    """A resource as compact JSON bytes; Decimal, UUID, date and datetime are written as FHIR writes them."""
    return _encode(resource)


def bundle(data: bytes) -> Bundle:
    """A bundle's frame, its resources still bytes."""
    try:
        return _frame(data.removeprefix(BOM))
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError, RecursionError, ValueError) as e:
        raise Unreadable(_why(e)) from None


def has_null(found) -> bool:
    """Whether a string anywhere in it holds U+0000."""
    if isinstance(found, str):
        return "\x00" in found
    if isinstance(found, dict):
        return any(has_null(k) or has_null(v) for k, v in found.items())
    return isinstance(found, list) and any(map(has_null, found))


def _why(e: Exception) -> str:
    if isinstance(e, RecursionError):
        return "the JSON is nested too deeply"
    if isinstance(e, UnicodeDecodeError):
        return f"the text is not UTF-8 (byte {e.start})"
    text = str(e)
    if isinstance(e, msgspec.ValidationError):
        return f"this is not a FHIR resource or bundle: {text[:1].lower()}{text[1:]}"
    if "truncated" in text:
        return "the JSON ends too early"
    return _PLACE.sub(r" at byte \1", text)
