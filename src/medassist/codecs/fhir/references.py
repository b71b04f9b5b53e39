"""The references in a resource: found, and rewritten."""

import re
from collections.abc import Callable, Iterator

ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_LOCAL = re.compile(r"([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/[A-Za-z0-9\-.]{1,64})?")
_ABSOLUTE = re.compile(r"https?://.+/([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/[A-Za-z0-9\-.]{1,64})?")


def local(reference) -> tuple[str, str] | None:
    """('Patient', '123') of the relative reference Patient/123 (a version is left out); else None."""
    m = _LOCAL.fullmatch(reference) if isinstance(reference, str) else None
    return (m[1], m[2]) if m else None


def absolute(reference: str) -> tuple[str, str] | None:
    """('Patient', '123') of https://other.example/fhir/Patient/123; else None."""
    m = _ABSOLUTE.fullmatch(reference)
    return (m[1], m[2]) if m else None


def holders(value) -> Iterator[dict]:
    """Every object inside that has a `reference`."""
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value
        for inner in value.values():
            if isinstance(inner, (dict, list)):
                yield from holders(inner)
    elif isinstance(value, list):
        for inner in value:
            if isinstance(inner, (dict, list)):
                yield from holders(inner)


def referenced(resource: dict) -> list[str]:
    """What it refers to, as written, in order."""
    return [h["reference"] for h in holders(resource)]


def rewrite(resource: dict, change: Callable[[str], str | None]) -> dict:
    """Change its references in place: `change` gives the new text, or None to leave it."""
    for h in holders(resource):
        if (new := change(h["reference"])) is not None:
            h["reference"] = new
    return resource
