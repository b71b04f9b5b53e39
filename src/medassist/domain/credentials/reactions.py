"""What credentials do when they hear an event: work done in the house is evidence of the one who did it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from medassist.domain.credentials import actions, queries
from medassist.domain.credentials.inputs import HearOfWork
from medassist.domain.office import queries as office
from medassist.kernel.context import Context
from medassist.kernel.events import reacts
from medassist.kernel.models import Event


@reacts("vitals.taken")
def keep_evidence(ctx: Context, event: Event) -> None:
    """Somebody of the staff took vital signs: one line of their log, under the event's own key."""
    person = office.staff_by_actor(event.actor)
    if person is None or event.site is None or queries.LEARNING.isdisjoint(person.roles):
        return
    on = event.at.astimezone(ZoneInfo(office.site(event.site).timezone)).date()
    actions.hear_of_work(ctx, HearOfWork(staff=person.pk, work=event.act, event=event.pk, on=on))
