"""What can be true of a wallet: whose abbreviation a name is, which days remind, which files can be kept. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from medassist.domain.credentials.rules.book import Book, Credential
from medassist.domain.credentials.rules.said import in_words

STEPS = (120, 60, 30, 7)
"""So many days before its end somebody is reminded of a credential; medassist's own choice."""
COUNTING = ("certificate", "registration", "licence")
"""Kinds that count by their name for what a state's file asks; the others count by `counts_as` alone."""
LARGEST = 5_000_000
"""Bytes of one document: a page scanned in colour stays below."""
_BEGINNINGS = {"application/pdf": b"%PDF-", "image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n"}
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
_PARENS = re.compile(r"\s*\(([^)]*)\)")


def step_due(ends: date, on: date) -> int | None:
    """The reminder that is due on a day: the nearest of the steps that are reached; None before and after."""
    left = (ends - on).days
    return min((step for step in STEPS if 0 <= left <= step), default=None)


def media_type(content: bytes) -> str:
    """The media type that the first bytes prove; "" for what is none of those that are kept."""
    return next((name for name, first in _BEGINNINGS.items() if content.startswith(first)), "")


def too_large(size: int) -> str:
    """What is said of a file with too many bytes."""
    return f"The file has {size / 1e6:.1f} MB; up to {LARGEST / 1e6:.0f} MB can be kept."


def file_faults(content: bytes) -> list[str]:
    """Why this cannot be kept as a document."""
    if not content:
        return ["Choose a file; this one is empty."]
    if len(content) > LARGEST:
        return [too_large(len(content))]
    if not media_type(content):
        return ["This file is no PDF, JPEG or PNG."]
    return []


def overlap(
    since: date | None, until: date | None, others: Iterable[tuple[date | None, date | None]]
) -> tuple[date | None, date | None] | None:
    """The first of other spans that shares a day with this one; an open side has no bound."""
    first, last = since or date.min, until or date.max
    return next((o for o in others if first <= (o[1] or date.max) and (o[0] or date.min) <= last), None)


def outlasts(until: date | None, other: date | None) -> bool:
    """Whether something ends later than another; without an end it lasts for ever."""
    return other is not None and (until is None or until > other)


def span(since: date | None, until: date | None) -> str:
    """A span of days in words."""
    ends = f"to {in_words(until)}" if until else "without an end"
    return f"from {in_words(since)} {ends}" if since else ends


def code_of(name: str, issuer: str, book: Book) -> tuple[str, str]:
    """The certification that a name and its issuer tell of ("" for one that the data does not know), or a fault.

    An abbreviation that two bodies use is nobody's until its issuer is named.
    """
    said = [text for text in (issuer, *_PARENS.findall(name)) if text.strip()]
    bare = _plain(_PARENS.sub("", name))
    fits = [one for one in book.credentials.values() if bare in _names(one)]
    mine = [one for one in fits if said and all(issued_by(text, one) for text in said)]
    if mine:
        return mine[0].code, ""
    if fits and said:
        return "", f"{_head(name)} is given by {_or(map(short, fits))}, not by {said[0]}."
    also = [one.issuer for one in book.credentials.values() if fits and one not in fits and bare == short(one).lower()]
    if len(fits) > 1 or also:
        others = f"; {also[0]} goes by {_head(name)} too" if also else ""
        return "", f"Name the issuer: {_head(name)} is given by {_or(map(short, fits))}{others}."
    # one body that the data knows is not the only one there is: without an issuer it is nobody's
    return (fits[0].code if fits and fits[0].states else ""), ""


def issued_by(text: str, credential: Credential) -> bool:
    """Whether a text names the body that issues a certification: by its letters, or by its name."""
    said, body = _plain(text), _plain(_PARENS.sub("", credential.issuer))
    letters = short(credential).lower() in re.split(r"[^a-z0-9]+", said)
    return letters or body in said or (len(said) > 5 and said in body)


def short(credential: Credential) -> str:
    """The letters by which an issuer is known; of a state's own credential the state."""
    if credential.level.startswith("state,") or credential.level == "state":
        return credential.code.partition("-")[0]
    return credential.code.rpartition("-")[2]


def _names(credential: Credential) -> set[str]:
    """Everything that one may write for a certification, without its issuer."""
    stem = credential.code.rpartition("-")[0] if short(credential) == credential.code.rpartition("-")[2] else ""
    written = [*credential.abbreviation.split(", "), credential.name, stem]
    return {_plain(_PARENS.sub("", text)) for text in written} - {""}


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _head(name: str) -> str:
    return _PARENS.sub("", name).strip()


def _or(names: Iterable[str]) -> str:
    return " or ".join(dict.fromkeys(names))


def number_elsewhere(number: str, code: str, held: Iterable[Mapping[str, str]]) -> str:
    """The name of another certification under which this number is on record already; "" for none."""
    return next((one["name"] for one in held if number and one["number"] == number and one["code"] != code), "")
