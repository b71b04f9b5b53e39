"""A visit that is over waits for no reading; who left before one is somebody's task."""

from __future__ import annotations

from medassist.domain.vitals import actions, queries
from medassist.domain.vitals.inputs import CloseSeries
from medassist.domain.worklist import actions as worklist
from medassist.domain.worklist.inputs import Add
from medassist.kernel.context import Context
from medassist.kernel.events import reacts
from medassist.kernel.models import Event


@reacts("visits.checked_out")
def nothing_more_is_measured(ctx: Context, event: Event) -> None:
    """The visit is over: a series that was still open ends, and says so."""
    visit = event.made
    if queries.open_of([visit]):
        actions.close_series(ctx, CloseSeries(visit=visit))


@reacts("visits.left")
def somebody_looks_after_who_left(ctx: Context, event: Event) -> None:
    """The patient left before a raised pressure was measured again: somebody must know."""
    visit = event.made
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
