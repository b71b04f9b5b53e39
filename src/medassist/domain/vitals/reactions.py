"""What vital signs do when they hear an event: somebody looks at what a machine sent, as it could not be asked."""

from __future__ import annotations

from uuid import UUID

from medassist.domain.office import queries as office
from medassist.domain.vitals import actions, queries
from medassist.domain.vitals.inputs import CloseSeries
from medassist.domain.worklist import actions as worklist
from medassist.domain.worklist import queries as tasks
from medassist.domain.worklist.inputs import Add, Done
from medassist.kernel.context import Context
from medassist.kernel.events import reacts
from medassist.kernel.models import Event


def _set(event: Event) -> UUID:
    """The key of the row of which the event tells."""
    return UUID(event.result.rpartition("/")[2])


@reacts("vitals.doubted")
def ask_somebody(ctx: Context, event: Event) -> None:
    """Unlikely values came from a machine: a medical assistant looks at them."""
    found = queries.one_set(_set(event))
    site = found["site"] or office.sites()[0].pk
    asked = [f"{one['label']}: {why}" for one in found["readings"] for why in one["doubts"]]
    told = Add(
        kind="confirm-received", title="Confirm vital signs that a machine sent", details="\n".join(asked), site=site,
        patient=found["patient"], visit=found["visit"], about=f"vitals/{found['id']}", once=True,
    )  # fmt: skip
    worklist.add(ctx.but(site=site), told)


@reacts("vitals.confirmed")
def nobody_needs_to_ask(ctx: Context, event: Event) -> None:
    """The set was confirmed: the task about it is done."""
    for task in tasks.about(f"vitals/{_set(event)}"):
        if task["status"] == "open":
            worklist.done(ctx.but(site=task["site"], key=f"{ctx.key} {task['id']}"), Done(task=task["id"]))


@reacts("visits.checked_out")
def nothing_more_is_measured(ctx: Context, event: Event) -> None:
    """The visit is over: a series that was still open ends, and says so."""
    visit = _set(event)
    if queries.open_of([visit]):
        actions.close_series(ctx, CloseSeries(visit=visit))


@reacts("visits.left")
def somebody_looks_after_who_left(ctx: Context, event: Event) -> None:
    """The patient left before a raised pressure was measured again: somebody must know."""
    visit = _set(event)
    waiting = queries.open_of([visit]).get(visit, [])
    if not waiting:
        return
    [closed, *_] = actions.close_series(ctx, CloseSeries(visit=visit))
    told = Add(
        kind="message", title=f"Left before it was measured: {waiting[0]['short']}",
        details="The pressure was to be measured again. Tell the provider.", site=closed.site_id,
        patient=closed.patient_id, visit=visit, about=f"series/{closed.pk}", once=True,
    )  # fmt: skip
    worklist.add(ctx.but(site=closed.site_id, key=f"{ctx.key} task"), told)
