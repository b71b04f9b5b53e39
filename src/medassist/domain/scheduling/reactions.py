"""What the schedule does when it hears of the office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medassist.domain.office import queries as office
from medassist.domain.scheduling import actions, queries
from medassist.domain.scheduling.inputs import FollowAbsence, RollSlots, TakeProfileTypes
from medassist.kernel.events import reacts

if TYPE_CHECKING:
    from medassist.kernel.context import Context
    from medassist.kernel.models import Event


@reacts("office.set_up")
@reacts("office.site_added")
def give_types(ctx: Context, event: Event) -> None:
    """A new site can book what sites of its kind usually book."""
    for site in office.sites():
        actions.take_profile_types(ctx.but(key=f"{event.id} {site.pk}"), TakeProfileTypes(site=site.pk))


@reacts("office.hours_set")
@reacts("office.days_closed")
@reacts("office.closure_withdrawn")
@reacts("office.settings_changed")
def open_and_close(ctx: Context, event: Event) -> None:
    """Slots follow the days on which the office is open."""
    actions.roll_slots(ctx, RollSlots())


@reacts("office.absence_recorded")
@reacts("office.absence_withdrawn")
def follow_absence(ctx: Context, event: Event) -> None:
    """A provider's slots follow who is there, and somebody moves what is booked when nobody is."""
    for schedule in queries.schedules(provider=office.absence(event.made).staff_id):
        here = ctx.but(site=schedule.site_id, key=f"{event.id} {schedule.pk}")
        actions.follow_absence(here, FollowAbsence(absence=event.made, site=schedule.site_id))
