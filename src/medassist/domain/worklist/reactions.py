"""What the worklist does when it hears an event."""

from __future__ import annotations

from medassist.domain.office import queries as office
from medassist.domain.people import queries as people
from medassist.domain.worklist import actions
from medassist.domain.worklist.inputs import Add
from medassist.kernel.context import Context
from medassist.kernel.events import reacts
from medassist.kernel.models import Event


@reacts("people.glass_broken")
def tell_the_manager(ctx: Context, event: Event) -> None:
    """A restricted chart was opened with a reason: a manager reads it."""
    opening = people.opening(event.made)
    who = office.names([opening.actor]).get(opening.actor, "Somebody")
    site = opening.site or office.sites()[0].pk
    details = f"{who}: {people.glass_reason(opening.kind)}.\n{opening.reason}\nLook at who opened this chart, and ask."
    asked = Add(
        kind="privacy", pool="managers", title=f"{who} opened a restricted chart", details=details, site=site,
        patient=opening.patient_id, about=f"opening/{opening.pk}", once=True,
    )  # fmt: skip
    actions.add(ctx.but(site=site), asked)
