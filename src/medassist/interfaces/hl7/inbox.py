"""What happens to messages: kept, acted upon, committed, answered; sent again, one gets the same answer."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Iterator
from functools import cache
from uuid import UUID

from django.db import InterfaceError, OperationalError

from medassist.codecs.hl7v2 import Code, Fault, Malformed, Message, acknowledge, parse
from medassist.domain.delegation import actions as delegation
from medassist.domain.delegation.inputs import GrantActs
from medassist.exchange import actions as exchange
from medassist.exchange import queries as exchanged
from medassist.exchange.inputs import Conclude, ConcludeAll, EnrolClient, Receive, ReceiveAll
from medassist.exchange.models import Outcome
from medassist.interfaces.hl7 import pcd  # noqa: F401 - what it handles is registered as it is read
from medassist.interfaces.hl7.routes import Handler, Kept, Reply, handler_of, unhandled
from medassist.kernel import clock
from medassist.kernel.action import action
from medassist.kernel.context import Actor, Context, system_context
from medassist.kernel.doorway import attempt
from medassist.kernel.errors import Conflict, HouseError, Invalid, Missing, Refused
from medassist.kernel.identifiers import uuid7

log = logging.getLogger(__name__)
_enrolling = threading.Lock()
CLIENT = "hl7"  # the account of the port: who sent what stands in MSH-3 and MSH-4
ACCEPTS: dict[str, Code] = {"AA": "CA", "AE": "CE", "AR": "CR"}
LONGEST_NAME = 180  # characters; with the digest of the content it is a key of 200
OUTCOMES = {"AA": "accepted", "AE": "invalid", "AR": "refused"}


def account() -> Actor:
    """The interface account of the HL7 port, enrolled at the first use and granted what a device may."""
    with _enrolling:  # several threads ask for it at the start
        return _enrolled()


@cache
def _enrolled() -> Actor:
    row = exchange.enrol(system_context("hl7"), EnrolClient(client=CLIENT))
    # under a key: once in the office's life, so that what a manager withdraws stays withdrawn
    delegation.grant(system_context("hl7", key=f"grant:{CLIENT}"), GrantActs(actor=row.pk, profile="device"))
    return Actor(row.pk, "interface", row.name)


def answer(content: bytes) -> bytes | None:
    """The answer to a message, once what it says is committed; None when the sender wants none."""
    return answers([content])[0]


def answers(contents: list[bytes]) -> list[bytes | None]:
    """The answers to messages that wait together, once all that they say is committed: one transaction for all."""
    read = [_read(one) for one in contents]
    try:
        given = ReceiveAll(items=tuple(_received(c, m) for c, (m, _) in zip(contents, read, strict=True)))
        outcomes = take(Context(account(), "hl7", clock.now()), given)
        return [bytes(one.answer) if one.answer is not None else None for one in outcomes]
    except (OperationalError, InterfaceError):
        raise  # no database: the caller says "not now"
    except HouseError as error:
        log.warning("Messages were not kept: %s", error)
        return [acknowledge(m, "AR", _control(), clock.now(), [_fault(error)]) for m, _ in read]


def not_now(content: bytes) -> bytes:
    """The answer when nothing can be kept: the sender is to send it again."""
    message, _ = _read(content)
    fault = Fault("207", "This can't be kept just now; send it again later.")
    return acknowledge(message, "AR", _control(), clock.now(), [fault])


def _read(content: bytes) -> tuple[Message | None, Fault | None]:
    try:
        return parse(content), None
    except Malformed as error:
        return None, Fault("100", f"This is no HL7 v2 message: {error}.")


def _received(content: bytes, message: Message | None) -> Receive:
    kind = "^".join(part for part in message.kind if part) if message else ""
    return Receive(via="hl7", control=_name(message, content), kind=kind[:80], content=content)


@action("hl7.take", emits=None, shows=None)
def take(ctx: Context, given: ReceiveAll) -> list[Outcome]:
    """Keep messages, act upon them and keep their answers: all of it or nothing, in one commit."""
    names = [one.control for one in given.items]
    before = exchanged.named(ctx.actor.id, "hl7", names)
    arrived = [one.pk for one in exchange.receive_all(ctx, given)]
    fresh: dict[UUID, Receive] = {}
    used: set[UUID] = set()
    for pk, name, one in zip(arrived, names, given.items, strict=True):
        under = before.setdefault(name, set())
        if under - {pk}:
            used.add(pk)
        under.add(pk)
        fresh[pk] = one
    outcomes = exchanged.answers(arrived)
    fresh = {pk: one for pk, one in fresh.items() if pk not in outcomes}
    for made in exchange.conclude_all(ctx, ConcludeAll(items=tuple(_concluded(ctx, fresh, used)))):
        outcomes[made.received_id] = made
    return [outcomes[pk] for pk in arrived]


def _concluded(ctx: Context, fresh: dict[UUID, Receive], used: set[UUID]) -> Iterator[Conclude]:
    """What comes of each message that was not answered before."""
    read = {pk: _read(one.content) for pk, one in fresh.items()}
    replies: dict[UUID, Reply] = {}
    handled: dict[Handler, list[Kept]] = {}
    for pk, (message, fault) in read.items():
        if (reply := _at_once(message, fault, pk in used)) is not None:
            replies[pk] = reply
        else:
            assert message
            handled.setdefault(handler_of(message) or _nobody, []).append((message, pk))
    for handler, kept in handled.items():
        replies |= zip((pk for _, pk in kept), _acted(ctx, handler, kept), strict=True)
    for pk, (message, _) in read.items():
        why = "; ".join(one.text for one in replies[pk].faults)
        answer = _said(message, replies[pk])
        yield Conclude(received=pk, outcome=OUTCOMES[replies[pk].code], why=why, answer=answer)


def _at_once(message: Message | None, fault: Fault | None, used: bool) -> Reply | None:
    """The answer to what nobody need act upon."""
    if message is None or fault is not None:
        return Reply("AR", (fault,) if fault else ())
    if not message.control:
        return Reply("AE", (Fault("101", "MSH-10, the message's control id, is missing.", ("MSH", 1, 10)),))
    if used:
        said = "Another message came under this control id before; this one was kept but not acted upon."
        return Reply("AE", (Fault("205", said, ("MSH", 1, 10)),))
    return None


def _nobody(ctx: Context, kept: list[Kept]) -> list[Reply]:
    return [unhandled(message) for message, _ in kept]


def _acted(ctx: Context, handler: Handler, kept: list[Kept]) -> list[Reply]:
    """What a handler answers; what goes wrong leaves nothing behind but the message, and spoils no other."""
    try:
        with attempt():
            return handler(ctx, kept)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        if len(kept) > 1:
            return [_acted(ctx, handler, [one])[0] for one in kept]
        if isinstance(error, HouseError):
            return [Reply("AE", (_fault(error),))]
        [(message, _)] = kept
        log.exception("A message of kind %s could not be acted upon", "^".join(message.kind))
        said = "This could not be acted upon here; it was kept, and the office will look."
        return [Reply("AE", (Fault("207", said),))]


def _fault(error: HouseError) -> Fault:
    """The house's errors in the words of table 0357."""
    match error:
        case Missing():
            return Fault("204", str(error))
        case Conflict():
            return Fault("205", str(error))
        case Refused():
            return Fault("207", str(error))
        case Invalid():
            return Fault("102", "; ".join(f"{f}: {', '.join(w)}" for f, w in error.faults.items()) or str(error))
    return Fault("207", str(error))


def _said(message: Message | None, reply: Reply) -> bytes | None:
    """The answer that the sender wants: one that says what came of it, one that says it was taken, or none.

    MSH-16 asks for the first, MSH-15 for the second (HL7 v2.6, 2.9.3): devices often want the second alone, and send
    for ever when it does not come.
    """
    if _wanted(message, 16, reply):
        return reply.body or acknowledge(message, reply.code, _control(), clock.now(), reply.faults, reply.text)
    if message and message.head.get(15) and _wanted(message, 15, reply):
        code = ACCEPTS[reply.code]
        return acknowledge(message, code, _control(), clock.now(), reply.faults, reply.text)
    return None


def _wanted(message: Message | None, field: int, reply: Reply) -> bool:
    """Whether the sender wants this answer: always, never, on error or on success (table 0155)."""
    when = message.head.get(field) if message else "AL"
    if reply.code == "AA":
        return when not in {"NE", "ER"}
    return when not in {"NE", "SU"}


def _name(message: Message | None, content: bytes) -> str:
    """The sender's own name for it; what has none is named by its bytes.

    The sender is all of MSH-3 and MSH-4: devices of one model have the first component in common, and each counts its
    messages from one.
    """
    if message is None or not message.control:
        return f"sha256:{hashlib.sha256(content).hexdigest()}"
    name = f"{message.head.raw(3)}|{message.head.raw(4)}|{message.control}"
    # cut off, a long name would lose what tells two messages apart
    return name if len(name) <= LONGEST_NAME else f"sha256:{hashlib.sha256(name.encode()).hexdigest()}"


def _control() -> str:
    return uuid7().hex[:20]  # MSH-10 held 20 characters up to version 2.6
