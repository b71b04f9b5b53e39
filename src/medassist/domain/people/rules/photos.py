"""Pictures of faces: what is a picture, told by its first bytes."""

from __future__ import annotations

LARGEST = 2_000_000  # bytes; a face at 1,000 px square stays below
_BEGINNINGS = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n"}


def media_type(content: bytes) -> str:
    """The media type that the first bytes prove; "" for what is no JPEG, PNG or WebP."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((name for name, first in _BEGINNINGS.items() if content.startswith(first)), "")


def faults(content: bytes) -> list[str]:
    """What cannot be kept as a photo."""
    if not content:
        return ["The file is empty."]
    if len(content) > LARGEST:
        return [f"The picture has {len(content) / 1e6:.1f} MB; up to {LARGEST / 1e6:.0f} MB can be kept."]
    if not media_type(content):
        return ["This file is no JPEG, PNG or WebP picture."]
    return []
