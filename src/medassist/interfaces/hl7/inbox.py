"""What happens to one message: kept, acted upon, committed, answered; sent again, it gets the same answer."""

from __future__ import annotations

import hashlib
import logging
import threading
from functools import cache
from uuid import UUID

from django.db import InterfaceError, OperationalError

from medassist.codecs.hl7v2 import Code, Fault, Malformed, Message, acknowledge, parse
from medassist.domain.delegation import actions as delegation
from medassist.domain.delegation.inputs import GrantActs
from medassist.exchange import actions as exchange
from medassist.exchange import queries as exchanged
from medassist.exchange.inputs import Conclude, EnrolClient, Receive
from medassist.exchange.models import Outcome
from medassist.interfaces.hl7 import pcd  # noqa: F401 - what it handles is registered as it is read
from medassist.interfaces.hl7.routes import Reply, handler_of, unhandled
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
    message, _ = _read(content)
    try:
        return _kept(content, message)
    except (OperationalError, InterfaceError):
        raise  # no database: the caller says "not now"
    except HouseError as error:
        log.warning("A message was not kept: %s", error)
        return acknowledge(message, "AR", _control(), clock.now(), [_fault(error)])


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


def _kept(content: bytes, message: Message | None) -> bytes | None:
    name = _name(message, content)
    ctx = Context(account(), "hl7", clock.now(), key=f"{name}|{hashlib.sha256(content).hexdigest()[:16]}")
    kind = "^".join(part for part in message.kind if part) if message else ""
    done = take(ctx, Receive(via="hl7", control=name, kind=kind[:80], content=content))
    return bytes(done.answer) if done.answer is not None else None


@action("hl7.take", emits=None, shows=None)
def take(ctx: Context, given: Receive) -> Outcome:
    """Keep a message, act upon it and keep its answer: all of it or nothing, in one commit."""
    message, fault = _read(given.content)
    before = set(exchanged.named(ctx.actor.id, given.via, given.control))
    arrived = exchange.receive(ctx, given)
    if arrived.pk in before and (earlier := exchanged.answered(arrived.pk)) is not None:
        return earlier
    reply = _reply(ctx, message, fault, arrived.pk, bool(before - {arrived.pk}))
    why = "; ".join(one.text for one in reply.faults)
    return exchange.conclude(
        ctx, Conclude(received=arrived.pk, outcome=OUTCOMES[reply.code], why=why, answer=_said(message, reply))
    )


def _reply(ctx: Context, message: Message | None, fault: Fault | None, arrived: UUID, used: bool) -> Reply:
    if message is None or fault is not None:
        return Reply("AR", (fault,) if fault else ())
    if not message.control:
        return Reply("AE", (Fault("101", "MSH-10, the message's control id, is missing.", ("MSH", 1, 10)),))
    if used:
        said = "Another message came under this control id before; this one was kept but not acted upon."
        return Reply("AE", (Fault("205", said, ("MSH", 1, 10)),))
    handler = handler_of(message)
    if handler is None:
        return unhandled(message)
    try:
        with attempt():  # what goes wrong leaves nothing behind but the message
            return handler(ctx, message, arrived)
    except HouseError as error:
        return Reply("AE", (_fault(error),))
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("A message of kind %s could not be acted upon", "^".join(message.kind))
        return Reply("AE", (Fault("207", "This could not be acted upon here; it was kept, and the office will look."),))


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
