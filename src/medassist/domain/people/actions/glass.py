"""Restricted charts: restricting one, lifting it, and breaking the glass with a reason that the manager reads."""

from __future__ import annotations

from datetime import timedelta

from medassist.domain.people.inputs import BreakGlass, LiftRestriction, RestrictChart
from medassist.domain.people.models import Opening, Restriction
from medassist.domain.people.queries import patient as one_patient
from medassist.kernel.action import action
from medassist.kernel.context import Context
from medassist.kernel.errors import Conflict

OPEN_FOR = timedelta(hours=1)


@action("people.restrict", emits="people.restricted", shows=None)
def restrict(ctx: Context, given: RestrictChart) -> Restriction:
    """Restrict a chart: it opens to those named, and to others only with a reason."""
    one_patient(given.patient)
    if Restriction.objects.filter(patient=given.patient, lifted_at=None).exists():
        raise Conflict("This chart is restricted already.")
    return Restriction.objects.create(
        patient_id=given.patient,
        reason=given.reason,
        open_to=sorted(given.open_to),
        made_at=ctx.at,
        made_by=ctx.actor.id,
    )


@action("people.lift_restriction", emits="people.restriction_lifted", shows=None)
def lift_restriction(ctx: Context, given: LiftRestriction) -> Restriction:
    """Lift a chart's restriction, with the reason."""
    found = Restriction.objects.filter(patient=given.patient, lifted_at=None).first()
    if found is None:
        raise Conflict("This chart is not restricted.")
    found.lifted_at, found.lifted_by, found.lift_reason = ctx.at, ctx.actor.id, given.reason
    found.save()
    return found


@action("people.break_glass", emits="people.glass_broken", shows=None)
def break_glass(ctx: Context, given: BreakGlass) -> Opening:
    """Open a restricted chart for an hour, saying why; the manager is told."""
    if not Restriction.objects.filter(patient=given.patient, lifted_at=None).exists():
        raise Conflict("This chart is not restricted: it opens without a reason.")
    return Opening.objects.create(
        patient_id=given.patient, actor=ctx.actor.id, kind=given.kind, reason=given.reason, at=ctx.at,
        until_at=ctx.at + OPEN_FOR, site=ctx.site,
    )  # fmt: skip
