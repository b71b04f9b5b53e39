"""Somebody looks at what a machine sent; a child is placed again by another birth date or other weeks at birth."""

from __future__ import annotations

from uuid import UUID

from medassist.domain.office import queries as office
from medassist.domain.vitals import actions, queries
from medassist.domain.vitals.inputs import PlaceAgain
from medassist.domain.worklist import actions as worklist
from medassist.domain.worklist import queries as tasks
from medassist.domain.worklist.inputs import Add, Done
from medassist.kernel.context import Context
from medassist.kernel.events import reacts
from medassist.kernel.models import Event


@reacts("vitals.doubted")
def ask_somebody(ctx: Context, event: Event) -> None:
    """Unlikely values came from a machine: a medical assistant looks at them."""
    found = queries.one_set(event.made)
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
    _done(ctx, UUID(str(event.made)))


@reacts("vitals.corrected")
def nothing_is_left_to_ask(ctx: Context, event: Event) -> None:
    """All that a machine sent was taken back: nobody needs to look at it."""
    found = queries.reading(UUID(event.subject.rpartition("/")[2]))["set"]
    if not found["readings"]:
        _done(ctx, found["id"])


def _done(ctx: Context, set: UUID) -> None:
    for task in tasks.about(f"vitals/{set}"):
        if task["kind"] == "confirm-received" and task["status"] == "open":
            worklist.done(ctx.but(site=task["site"], key=f"{ctx.key} {task['id']}"), Done(task=task["id"]))


@reacts("vitals.taken")
@reacts("vitals.received")
def place_by_weeks(ctx: Context, event: Event) -> None:
    """The weeks at birth were told: a child born early is placed by its corrected age, before as from now on."""
    if queries.tells_weeks(event.made):
        place_again(ctx, event)


@reacts("vitals.corrected")
def place_by_other_weeks(ctx: Context, event: Event) -> None:
    """The weeks at birth were put right."""
    if queries.reading(UUID(event.subject.rpartition("/")[2]))["sign"] == queries.GESTATION:
        place_again(ctx, event)


@reacts("people.demographics_changed")
def place_again(ctx: Context, event: Event) -> None:
    """Birth date or sex may be others now: a child's percentiles rest on both."""
    if event.patient is not None and queries.may_be_placed(event.patient):
        actions.place_again(ctx, PlaceAgain(patient=event.patient))
