"""What the clock can't do by itself becomes a task for a person."""

from __future__ import annotations

from medassist.domain.office import queries as office
from medassist.domain.worklist import actions as worklist
from medassist.domain.worklist.inputs import Add
from medassist.interfaces.jobs import deliveries
from medassist.kernel.context import system_context
from medassist.kernel.models import Delivery


def given_up() -> int:
    """A task for every reaction that failed to the end; how many there are."""
    stuck = deliveries.stuck()
    for delivery in stuck:
        _report(delivery)
    return len(stuck)


def _report(delivery: Delivery) -> None:
    event = delivery.event
    site = event.site or next((one.id for one in office.sites()), None)
    if site is None:  # nobody works here yet who could do it
        return
    details = (
        f"After {event.name}, {delivery.reaction.rpartition('.')[2].replace('_', ' ')} was tried {delivery.tries} times"
        f" and did not go through: {delivery.error}"
    )
    task = Add(kind="system", site=site, patient=event.patient, about=f"event/{event.id}", details=details)
    # under a key of its own: asked every minute, added once
    worklist.add(system_context("jobs", site=site, key=f"given-up:{delivery.pk}"), task)
