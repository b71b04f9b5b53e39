"""The two names of a resource: the house's own key, and the id it has in FHIR. Equal for all that began here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.db import connection

from medassist.codecs import fhir
from medassist.kernel.identifiers import uuid_or_none


def keys_of(pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
    """(type, FHIR id) -> our key, for those that the exchange keeps."""
    pairs = list(set(pairs))
    if not pairs:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.type, r.fhir_id, r.id FROM unnest(%s::text[], %s::text[]) AS asked (type, fhir_id)"
            " JOIN exchange_resource r ON r.type = asked.type AND r.fhir_id = asked.fhir_id",
            [[t for t, _ in pairs], [i for _, i in pairs]],
        )
        return {(kind, name): id for kind, name, id in cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class Standing:
    """What is kept under a FHIR name: our key, whether it came from elsewhere, and the digests of both sides."""

    key: UUID
    foreign: bool
    content: bytes
    arrival: bytes | None


def standing(pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Standing]:
    """(type, FHIR id) -> what is kept under that name."""
    pairs = list(set(pairs))
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT r.type, r.fhir_id, r.id, r."foreign", r.content, r.arrival'
            " FROM unnest(%s::text[], %s::text[]) AS asked (type, fhir_id)"
            " JOIN exchange_resource r ON r.type = asked.type AND r.fhir_id = asked.fhir_id",
            [[t for t, _ in pairs], [i for _, i in pairs]],
        )
        return {
            (kind, name): Standing(key, foreign, bytes(content), arrival and bytes(arrival))
            for kind, name, key, foreign, content, arrival in cursor.fetchall()
        }


def arrived(keys: Iterable[UUID]) -> set[tuple[UUID, bytes]]:
    """Every content that ever came from elsewhere for these: (our key, its digest)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT resource_id, arrived FROM exchange_version WHERE resource_id = ANY(%s) AND arrived IS NOT NULL",
            [list(keys)],
        )
        return {(key, bytes(digest)) for key, digest in cursor.fetchall()}


def ids_of(keys: Iterable[UUID]) -> dict[UUID, str]:
    """Our key -> FHIR id, for those that came from elsewhere; the others are called by their key."""
    keys = list(set(keys))
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute('SELECT id, fhir_id FROM exchange_resource WHERE id = ANY(%s) AND "foreign"', [keys])
        return dict(cursor.fetchall())


@lru_cache(maxsize=50_000)
def _local(text: str) -> tuple[str, UUID] | None:
    named = fhir.local(text)
    key = uuid_or_none(named[1]) if named else None
    return (named[0], key) if named and key else None


def outward(resources: list[dict], known: dict[UUID, str]) -> dict[UUID, str]:
    """The FHIR ids of all of our keys that these resources refer to."""
    asked = {one[1] for r in resources for text in fhir.referenced(r) if (one := _local(text))}
    return {**ids_of(asked - known.keys()), **known} if asked else known


def renamed(text: str, named: dict[UUID, str]) -> str | None:
    """A reference by our key as a reference by FHIR id; None when nothing changes."""
    one = _local(text)
    return f"{one[0]}/{named[one[1]]}" if one and one[1] in named else None


def inward(resource: dict) -> dict:
    """A resource from outside with our keys in its references, as the domains' wire reads it. Changed in place."""
    named = keys_of(pair for text in fhir.referenced(resource) if (pair := fhir.local(text)))

    def change(text: str) -> str | None:
        pair = fhir.local(text)
        return f"{pair[0]}/{named[pair]}" if pair in named else None

    return fhir.rewrite(resource, change)
