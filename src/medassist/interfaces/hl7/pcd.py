"""Devices that measure: ORU^R01 by IHE PCD-01 becomes reports of vital signs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from uuid import UUID

from medassist.codecs.hl7v2 import Fault, Message
from medassist.domain.office import queries as office
from medassist.domain.people import queries as people
from medassist.domain.vitals import actions
from medassist.domain.vitals.inputs import ReportVitals, Sent
from medassist.domain.vitals.wire import pcd
from medassist.interfaces.hl7.routes import Kept, Reply, handles, unhandled
from medassist.kernel.context import Context

if TYPE_CHECKING:
    from medassist.domain.vitals.models import Report

NOTHING = "No vital sign known here stands in this message; it was kept."
SAID = {"charted": "charted", "held": "held: the chart has such values of a moment ago"}


@handles("ORU", "R01")
def results(ctx: Context, kept: list[Kept]) -> list[Reply]:
    """Take in what devices measured; results of another kind are nobody's here."""
    read = [_read(message, received) for message, received in kept]
    sent = tuple(one for one in read if isinstance(one, Sent))
    made = iter(actions.report(ctx, ReportVitals(messages=sent)) if sent else ())
    return [one if isinstance(one, Reply) else _told(next(made)) for one in read]


def _read(message: Message, received: UUID) -> Sent | Reply:
    """What a message tells of vital signs; or the answer, where it tells none."""
    if not pcd.mine(message) and office.device_by_identifier(pcd.names(message)) is None:
        return unhandled(message)
    if message.guessed:  # names and units would be a guess: nothing is charted by guess
        return Reply("AE", (Fault("103", f"{message.guessed} Nothing was charted.", ("MSH", 1, 18)),))
    try:
        return pcd.read(message, received, _own) or Reply("AA", text=NOTHING)
    except pcd.Unreadable as error:
        return Reply("AE", error.faults)


def _told(made: list[Report]) -> Reply:
    told = Counter(SAID.get(one.status, f"waits for a person: {one.why}") for one in made)
    return Reply("AA", text="; ".join(f"{count} {what}" for what, count in told.items())[:200])


def _own() -> frozenset[str]:
    """The names under which this office gives numbers."""
    practice = office.organization()
    names = {practice.name, people.own_system()} if practice else {people.own_system()}
    return frozenset(one.casefold() for one in (*names, *(name.removeprefix("urn:oid:") for name in names)))
