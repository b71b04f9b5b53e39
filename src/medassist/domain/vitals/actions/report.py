"""What a device's message becomes: a set in a chart, a value held beside it, or a line that waits for a person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from medassist.domain.visits import queries as visits
from medassist.domain.vitals import queries
from medassist.domain.vitals.actions.take import receive
from medassist.domain.vitals.inputs import (
    AssignedVitals,
    AssignReport,
    DismissReport,
    Found,
    OfReport,
    ReceiveVitals,
    ReportVitals,
)
from medassist.domain.vitals.models import Report, VitalSet
from medassist.domain.vitals.queries import senders
from medassist.domain.vitals.queries.senders import Heard, Known, Sender
from medassist.domain.vitals.rules import devices
from medassist.domain.vitals.rules.matching import Match
from medassist.kernel import doorway, events
from medassist.kernel.action import action
from medassist.kernel.context import Context
from medassist.kernel.errors import Conflict, Invalid, Missing


@action("vitals.report", emits=None, shows=None)
def report(ctx: Context, given: ReportVitals) -> list[list[Report]]:
    """Take in what devices measured: charted where it is certain whose it is, else kept for a person to say."""
    sets = senders.heard(given.messages, ctx.at)
    known = senders.known([one for of_message in sets for one in of_message])
    made = [[_taken_in(ctx, one, known) for one in of_message] for of_message in sets]
    rows = {row.pk: row for of_message in made for row in of_message}
    Report.objects.keep(rows.values())
    return made


def _taken_in(ctx: Context, one: Heard, known: Known) -> Report:
    of, at = one.of, one.at
    last = of.before[0] if of.before else None
    made = _row(ctx, one)
    if same := _same(of, made):
        return _heard(same, made)
    found = known.whose(one)
    row = _placed(ctx.but(site=of.site.pk, key=None), of, made, found) if found.visit else _waits(of, made, found)
    if row not in of.before:
        of.before.insert(0, row)
    if at.wrong and not (last and last.note):
        events.emit("vitals.clock_wrong", f"report/{row.pk}", f"{row._meta.label}/{row.pk}")
    return row


def _row(ctx: Context, one: Heard) -> Report:
    """The report as it would be kept, not yet kept."""
    of, message, given, told, at = one.of, one.message, one.group, one.told, one.at
    who = {"numbers": list(given.numbers), "strange": list(given.strange), "family": given.family,
           "given": given.given, "born": given.born.isoformat() if given.born else ""}  # fmt: skip
    said = told.said_at or message.sent_at
    return Report(
        received=message.received, part=told.part, site=of.site, device=of.device, device_said=given.device_said,
        patient_said={key: value for key, value in who.items() if value}, room_said=" ".join(given.room)[:80],
        measured_at=at.at, said_at=said.replace(tzinfo=of.zone) if said and said.tzinfo is None else said,
        arrived_at=ctx.at, heard_at=ctx.at, drift=at.drift, note=devices.note(at), status="waiting",
        found=[sign.model_dump(mode="json", exclude_defaults=True) for sign in told.found],
    )  # fmt: skip


def _same(of: Sender, made: Report) -> Report | None:
    """The same measurement, said before: a monitor repeats its last pressure for as long as it has no other."""
    said = ("said_at", "found", "patient_said", "room_said")
    return next(
        (one for one in of.before if made.said_at and all(getattr(one, n) == getattr(made, n) for n in said)), None
    )


def _heard(row: Report, again: Report) -> Report:
    """The same once more."""
    row.times, row.heard_at, row.drift = row.times + 1, again.heard_at, again.drift
    return row


NEWER = ("received", "part", "measured_at", "said_at", "heard_at", "drift", "note", "found")


def _newer(row: Report, made: Report, *also: str) -> Report:
    """A newer value in place of an older one that was not charted; the older message lies where all messages lie."""
    row.times += 1
    names = [*NEWER, *also] if made.measured_at >= row.measured_at else ["heard_at", "drift", *also]
    for name in names:
        setattr(row, name, getattr(made, name))
    return row


# -- whose is known


def _placed(ctx: Context, of: Sender, made: Report, found: Match) -> Report:
    """Charted, unless the chart has such a value of a moment ago: then held, and the newest is offered."""
    made.visit_id = found.visit
    signs = _signs(made)
    mine = [one for one in of.before if one.visit_id == found.visit]
    waits = next((one for one in mine if one.status == "held" and _signs(one) == signs), None)
    charted = [(_signs(one), one.measured_at) for one in mine if one.status == "charted"]
    if devices.due(charted, signs, made.measured_at, of.every):
        assert found.patient is not None
        made.set, made.status = _charted(ctx, made, found.patient, ReceiveVitals), "charted"
    else:
        made.status = "held"
    if waits and (made.set is None or made.measured_at >= waits.measured_at):
        return _newer(waits, made, *(("set", "status") if made.set else ()))
    return made


def _signs(row: Report) -> frozenset[str]:
    return frozenset(one["sign"] for one in row.found)


def _charted(ctx: Context, row: Report, patient: UUID, asked: type[ReceiveVitals]) -> VitalSet:
    told = asked.of(
        patient=patient, visit=row.visit_id, taken_at=row.measured_at, found=[Found(**one) for one in row.found],
        device=row.device.name if row.device else row.device_said or "A device of unknown name",
        instrument=row.device_id, note=row.note,
    )  # fmt: skip
    return receive(ctx, told)


# -- whose is not known


def _waits(of: Sender, made: Report, found: Match) -> Report:
    """Kept for a person. What sends for ever fills one line, and asks once."""
    made.why = found.why
    said = ("patient_said", "room_said", "why")
    for one in of.before:
        if one.status == "waiting" and all(getattr(one, n) == getattr(made, n) for n in said):
            if one.found == made.found or of.continuous and _signs(one) == _signs(made):
                return _newer(one, made)
    events.emit("vitals.report_waiting", f"report/{made.pk}", f"{made._meta.label}/{made.pk}")
    return made


def _there(ctx: Context, given: OfReport) -> dict[str, Any]:
    return queries.where_report(given.report)


@action("vitals.assign_report", emits="vitals.report_settled", shows=None, facts=_there)
def assign_report(ctx: Context, given: AssignReport) -> Report:
    """Say whose the signs are that a device sent; they go into the chart as measured by the device."""
    row = _open(given.report)
    visit = visits.visit(given.visit)
    if visit.site_id != row.site_id or visit.step == "entered-in-error":
        raise Invalid({"visit": ["This visit is not one at the site of the device."]})
    if row.measured_at < visit.started_at - devices.tolerance():
        raise Invalid({"visit": ["This was measured before the visit began."]})
    doorway.concerns(visit.patient_id)
    row.visit = visit
    row.set = _charted(ctx.but(site=row.site_id, key=None), row, visit.patient_id, AssignedVitals)
    return _settled(ctx, row, "charted", "visit", "set")


@action("vitals.dismiss_report", emits="vitals.report_settled", shows=None, facts=_there)
def dismiss_report(ctx: Context, given: DismissReport) -> Report:
    """Put aside signs that a device sent and that are nobody's, with the reason."""
    row = _open(given.report)
    row.reason = given.reason
    return _settled(ctx, row, "dismissed", "reason")


def _settled(ctx: Context, row: Report, status: str, *also: str) -> Report:
    row.status, row.settled_at, row.settled_by = status, ctx.at, ctx.actor.id
    row.save(update_fields=["status", "settled_at", "settled_by", *also])
    return row


def _open(report: UUID) -> Report:
    # locked alone: two people may press at once, and the second is told
    if (found := Report.objects.select_for_update().filter(pk=report).first()) is None:
        raise Missing("report", report)
    if found.status not in ("waiting", "held"):
        raise Conflict(f"This was {found.get_status_display().lower()} already.")
    return found
