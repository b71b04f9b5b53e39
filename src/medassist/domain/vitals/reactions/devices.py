"""What a device sent and nobody knows whose it is becomes a task; a wrong clock becomes one too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medassist.domain.vitals import queries
from medassist.domain.worklist import actions as worklist
from medassist.domain.worklist import queries as tasks
from medassist.domain.worklist.inputs import Add, Done
from medassist.kernel.context import Context
from medassist.kernel.events import reacts
from medassist.kernel.models import Event

if TYPE_CHECKING:
    from medassist.domain.vitals.models import Report


@reacts("vitals.report_waiting")
def ask_whose(ctx: Context, event: Event) -> None:
    """A device sent signs, and it is not certain whose: one task a device, however much it sends."""
    row = queries.report(event.made)
    name = row.device.name if row.device else row.device_said or "an unknown device"
    told = Add(
        kind="unmatched", pool="medical-assistants", title=f"Say whose the signs of {name} are"[:200],
        details=row.why, site=row.site_id, about=_sender(row), once=True,
    )  # fmt: skip
    worklist.add(ctx.but(site=row.site_id), told)


@reacts("vitals.report_settled")
def nothing_waits(ctx: Context, event: Event) -> None:
    """Somebody said whose they are: when nothing of the device waits any more, its task is done."""
    row = queries.report(event.made)
    if queries.open_about(row):
        return
    for task in tasks.about(_sender(row)):
        if task["status"] == "open" and task["kind"] == "unmatched":
            worklist.done(ctx.but(site=task["site"], key=f"{ctx.key} {task['id']}"), Done(task=task["id"]))


@reacts("vitals.clock_wrong")
def ask_to_set_the_clock(ctx: Context, event: Event) -> None:
    """A device's clock is wrong: somebody sets it."""
    row = queries.report(event.made)
    if row.device is None:
        return
    off = f"It is {queries.off(row.drift)}. " if row.drift else ""
    told = Add(
        kind="equipment-fault", title=f"Set the clock of {row.device.name}"[:200], details=f"{off}{row.note}",
        site=row.site_id, about=f"clock/{row.device_id}", priority="routine", once=True,
    )  # fmt: skip
    worklist.add(ctx.but(site=row.site_id), told)


def _sender(row: Report) -> str:
    """What a task about a device's signs is about."""
    return f"device/{row.device_id}" if row.device_id else f"sender/{'_'.join(row.device_said.split())[:100] or '-'}"
