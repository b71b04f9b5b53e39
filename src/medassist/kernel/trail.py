"""The trail as it is written: entries and events gathered in memory, one INSERT at the end of the transaction."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from django.conf import settings

from medassist.kernel.identifiers import uuid7

if TYPE_CHECKING:
    from medassist.kernel.context import Context

LONGEST_DETAIL = 20_000  # characters of inputs kept in an entry; larger ones are kept as hash and size
BETWEEN = "\x1f"  # the separator of columns under the mark
ENTRY_COLUMNS = (
    "id, at, actor, kind, on_behalf_of, site, via, action, act, subject, patient, outcome, ruling, detail, mac"
)
EVENT_COLUMNS = "id, name, action, act, actor, on_behalf_of, site, subject, patient, result, at"
ANSWER_COLUMNS = "id, action, sender, key, body, result, at"


@dataclass(slots=True)
class Entry:
    """One line of the trail before it is written."""

    ctx: Context
    action: str
    act: str
    subject: str
    patient: UUID | None = None
    outcome: str = "done"
    ruling: Any = None
    given: str = ""
    wrote: list[Any] = field(default_factory=list)
    detail: dict[str, Any] = field(default_factory=dict)

    def row(self) -> tuple[Any, ...]:
        """The columns in the order of ENTRY_COLUMNS, `mac` last."""
        ctx = self.ctx
        columns = (
            uuid7(), ctx.at, ctx.actor.id, ctx.actor.kind, ctx.on_behalf_of, ctx.site, ctx.via[:12], self.action,
            self.act, self.subject[:120], self.patient, self.outcome, self._ruling(), self._detail(),
        )  # fmt: skip
        return (*columns, mac(columns))

    def _ruling(self) -> str:
        ruling = self.ruling
        if ruling is None:
            return ""
        if ruling.decision == "allow":
            return ruling.rule
        return orjson.dumps(ruling.as_dict(), default=str).decode()

    def _detail(self) -> str:
        told = dict(self.detail)
        if self.wrote:
            told["wrote"] = self.wrote
        head = orjson.dumps(told, default=str).decode()
        if not self.given or self.given == "{}":
            return head
        given = self.given
        if len(given) > LONGEST_DETAIL:
            given = orjson.dumps({"sha256": hashlib.sha256(given.encode()).hexdigest(), "size": len(given)}).decode()
        return f'{{"given":{given}{"," if told else ""}{head[1:]}'


@dataclass(slots=True)
class Told:
    """One event before it is written."""

    ctx: Context
    name: str
    action: str
    act: str
    subject: str
    patient: UUID | None
    result: str
    id: UUID = field(default_factory=uuid7)

    def row(self) -> tuple[Any, ...]:
        """The columns in the order of EVENT_COLUMNS."""
        ctx = self.ctx
        return (
            self.id, self.name, self.action, self.act, ctx.actor.id, ctx.on_behalf_of, ctx.site, self.subject[:120],
            self.patient, self.result[:120], ctx.at,
        )  # fmt: skip


@dataclass(slots=True)
class Given:
    """An answer that is remembered under the sender's key."""

    action: str
    sender: UUID
    key: str
    body: bytes
    result: str
    at: datetime

    def row(self) -> tuple[Any, ...]:
        """The columns in the order of ANSWER_COLUMNS."""
        return uuid7(), self.action, self.sender, self.key, self.body, self.result, self.at


@cache
def _key() -> bytes:
    return settings.MEDASSIST_AUDIT_KEY


def mac(columns: tuple[Any, ...]) -> bytes:
    """The mark of this house over an entry's columns (those of ENTRY_COLUMNS but the last)."""
    return hmac.digest(_key(), canonical(columns), "sha256")


def canonical(columns: tuple[Any, ...]) -> bytes:
    """The columns as bytes, the same before the row is written and after it is read."""
    return BETWEEN.join(_text(value) for value in columns).encode("utf-8", "surrogatepass")


def _text(value: Any) -> str:
    if value is None:
        return "\x00"
    if isinstance(value, datetime):
        return str(round(value.timestamp() * 1_000_000))
    return str(value)


def write(connection: Any, entries: list[Entry], events: list[Told], answer: Given | None, before: str = "") -> None:
    """One statement, last in the transaction: the rows of the trail, the events (a trigger notifies), the answer.

    `before` is SQL that is sent in the same message.
    """
    parts: list[str] = []
    values: list[Any] = []
    answers = [answer] if answer else []
    for table, columns, rows in (
        ("kernel_audit", ENTRY_COLUMNS, entries),
        ("kernel_event", EVENT_COLUMNS, events),
        ("kernel_answer", ANSWER_COLUMNS, answers),
    ):
        if not rows:
            continue
        width = columns.count(",") + 1
        marks = ",".join(["(" + ",".join(["%s"] * width) + ")"] * len(rows))
        parts.append(f"INSERT INTO {table} ({columns}) VALUES {marks}")
        for row in rows:
            values.extend(row.row())
    if not parts:
        return
    *first, last = parts
    head = "WITH " + ", ".join(f"w{n} AS ({part} RETURNING 1)" for n, part in enumerate(first)) + " " if first else ""
    with connection.cursor() as cursor:
        cursor.execute(before + head + last, values)
