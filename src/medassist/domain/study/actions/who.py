"""Whose study it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medassist.domain.office import queries as office
from medassist.kernel.context import Context
from medassist.kernel.errors import Invalid

if TYPE_CHECKING:
    from medassist.domain.office.models import Staff


def learner(ctx: Context) -> Staff:
    """The person of the staff who asks; nobody studies for another."""
    if (person := office.staff_by_actor(ctx.actor.id)) is None:
        raise Invalid({"": ["Study is kept for people of the staff."]})
    return person
