"""Reads of the exchange: one resource, its versions, what was received, whose token this is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connection

from medassist.exchange import prepared
from medassist.exchange.models import Outcome, Received, ReceivedBytes
from medassist.kernel import clock


@dataclass(frozen=True, slots=True)
class Kept:
    """One version of a resource as it is sent; `patient` is our key of the patient in whose chart it stands."""

    key: UUID
    type: str
    id: str
    version: int
    at: datetime
    body: bytes
    deleted: bool
    patient: UUID | None


_FROM = """SELECT r.id, r.type, r.fhir_id, v.version, v.at, v.body, v.deleted, p.id AS patient
FROM exchange_resource r JOIN exchange_version v ON v.resource_id = r.id {version}
LEFT JOIN exchange_resource p ON p.type = 'Patient' AND p.fhir_id = r.patient AND r.patient <> ''
WHERE r.type = %s AND r.fhir_id = %s"""
_READ = _FROM.format(version="AND v.version = r.version")
_VREAD = _FROM.format(version="AND v.version = %s")
_HISTORY = _FROM.format(version="") + " AND v.version < %s ORDER BY v.version DESC LIMIT %s"


def kept(row: tuple[Any, ...]) -> Kept:
    """The columns of _FROM as a value."""
    key, kind, name, version, at, body, deleted, patient = row[:8]
    return Kept(key, kind, name, version, at, bytes(body), deleted, patient)


def read(kind: str, name: str) -> Kept | None:
    """The current version of one resource."""
    row = prepared.row(_READ, [kind, name])
    return kept(row) if row else None


_BY_KEY = _READ.replace("r.type = %s AND r.fhir_id = %s", "r.type = %s AND r.id = %s")


def by_key(kind: str, key: UUID) -> Kept | None:
    """The current version of one resource by the house's own key."""
    row = prepared.row(_BY_KEY, [kind, key])
    return kept(row) if row else None


def vread(kind: str, name: str, version: int) -> Kept | None:
    """One version of one resource."""
    with connection.cursor() as cursor:
        cursor.execute(_VREAD, [version, kind, name])
        row = cursor.fetchone()
    return kept(row) if row else None


def history(kind: str, name: str, below: int = 2**31 - 1, most: int = 50) -> list[Kept]:
    """The versions of one resource before a version, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(_HISTORY, [kind, name, below, most])
        return [kept(row) for row in cursor.fetchall()]


def totals() -> dict[str, int]:
    """How many resources of each type there are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT type, count(*) FROM exchange_resource WHERE NOT deleted GROUP BY type ORDER BY type")
        return dict(cursor.fetchall())


# ------------------------------------------------------------------------------------------------ what was received
def received(sender: UUID, via: str, control: str, content: bytes) -> Received | None:
    """What this sender sent before under this name with the same bytes."""
    return Received.objects.filter(
        sender_id=sender, via=via, control=control, sha256=sha256(content).digest()
    ).first()  # fmt: skip


def sent_before(sender: UUID, via: str, control: str) -> bool:
    """Whether this sender used this name before, with whatever bytes."""
    return Received.objects.filter(sender_id=sender, via=via, control=control).exists()


def named(sender: UUID, via: str, controls: Iterable[str]) -> dict[str, set[UUID]]:
    """What this sender sent under each of these names, whatever the bytes."""
    rows = Received.objects.filter(sender_id=sender, via=via, control__in=set(controls)).values_list("control", "pk")
    found: dict[str, set[UUID]] = {}
    for control, pk in rows:
        found.setdefault(control, set()).add(pk)
    return found


def answered(arrived: UUID) -> Outcome | None:
    """What came of something received, when it is known."""
    return answers([arrived]).get(arrived)


def answers(arrived: Iterable[UUID]) -> dict[UUID, Outcome]:
    """What came of things received, of those of which it is known."""
    return {one.received_id: one for one in Outcome.objects.filter(received__in=list(arrived)).order_by("id")}


def content(arrived: UUID) -> bytes | None:
    """The bytes that were received; None once they are forgotten."""
    row = ReceivedBytes.objects.filter(received_id=arrived).first()
    return bytes(row.content) if row else None


def refused_before(moment: datetime):
    """The bytes of refused requests from before a moment."""
    refused = Outcome.objects.filter(outcome__in=("refused", "invalid"), received__via="fhir", at__lt=moment)
    return ReceivedBytes.objects.filter(received_id__in=refused.values("received_id"))


# ------------------------------------------------------------------------------------------------ tokens
@dataclass(frozen=True, slots=True)
class Client:
    """Who stands behind a token, and what it may."""

    token: UUID
    actor: UUID
    name: str
    scopes: tuple[str, ...]
    site: UUID | None


_CLIENT = """SELECT t.id, a.id, a.name, t.scopes, t.site FROM exchange_token t JOIN kernel_actor a ON a.id = t.actor_id
WHERE t.hash = %s AND a.active AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > %s)"""


_OPENED = f"""SELECT t.id, a.id, a.name, t.scopes, t.site, k.*
FROM exchange_token t JOIN kernel_actor a ON a.id = t.actor_id LEFT JOIN LATERAL ({_READ}) k ON true
WHERE t.hash = %s AND a.active AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > %s)"""


def client_and_resource(token: str, kind: str, name: str) -> tuple[Client | None, Kept | None]:
    """Whose token this is, and the resource that is asked for: what a read needs, in one statement."""
    row = prepared.row(_OPENED, [kind, name, sha256(token.encode()).digest(), clock.now()])
    if row is None:
        return None, None
    return Client(row[0], row[1], row[2], tuple(row[3]), row[4]), kept(row[5:]) if row[5] else None


def client(token: str) -> Client | None:
    """Whose token this is; None when it is unknown, taken back or past its time."""
    row = prepared.row(_CLIENT, [sha256(token.encode()).digest(), clock.now()])
    return Client(row[0], row[1], row[2], tuple(row[3]), row[4]) if row else None
