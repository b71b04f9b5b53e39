"""Which room a patient is taken to when nobody chose one."""

from __future__ import annotations

from uuid import UUID

from medassist.domain.office import queries as office
from medassist.domain.visits import queries as visits


def free_room(visit: UUID) -> UUID | None:
    """The first exam room of the visit's site in which nobody is; None when all are taken."""
    site = visits.where(visit)["site"]
    taken = visits.taken_rooms(site)
    return next((room.pk for room in office.rooms(site) if room.kind == "exam" and room.pk not in taken), None)
