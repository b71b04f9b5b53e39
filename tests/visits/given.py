"""Visits made by their own actions."""

from __future__ import annotations

from typing import Any

from medassist.domain.scheduling.models import Appointment
from medassist.domain.visits import actions, inputs
from medassist.domain.visits.models import Visit
from medassist.kernel import clock
from medassist.kernel.context import Context
from medassist.kernel.testing import context
from tests.office.given import given_patient, given_provider, given_room, given_site
from tests.scheduling.given import given_appointment


def given_today(**parts: Any) -> Appointment:
    """An appointment for about now."""
    parts = {"start_at": clock.now(), "confirmed": {"at", "patient"}, **parts}
    return given_appointment(parts.pop("with_", None) or given_provider(), **parts)


def given_visit(ctx: Context | None = None, **parts: Any) -> Visit:
    """Somebody who has walked in."""
    patient = parts.pop("patient", None) or given_patient().pk
    return actions.walk_in(ctx or context(), inputs.WalkIn.of(patient=patient, site=given_site().pk, **parts))


def given_roomed(name: str = "1", ctx: Context | None = None, **parts: Any) -> Visit:
    """Somebody in a room."""
    visit, room = given_visit(ctx, **parts), given_room(name)
    return actions.room(ctx or context(), inputs.StartRooming.of(visit=visit.pk, room=room.pk))


def moved(visit: Visit, *steps: str, ctx: Context | None = None) -> Visit:
    """A visit moved on through some steps."""
    ways = {
        "room": (actions.room, inputs.StartRooming), "ready": (actions.ready, inputs.Ready),
        "start": (actions.start_provider, inputs.StartProvider), "out": (actions.check_out, inputs.CheckOut),
    }  # fmt: skip
    for step in steps:
        action, asked = ways[step]
        visit = action(ctx or context(), asked.of(visit=visit.pk))
    return visit
