"""Restricted charts: restricting one, lifting it, and breaking the glass with a reason that the manager reads."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import StringConstraints

from medassist.domain.people.glass_models import Opening, Restriction
from medassist.domain.people.queries import patient as one_patient
from medassist.kernel import reading
from medassist.kernel.action import action
from medassist.kernel.authority import Act, Need, Reason, Ruling
from medassist.kernel.context import Context
from medassist.kernel.errors import Conflict
from medassist.kernel.inputs import Inputs

OPEN_FOR = timedelta(hours=1)
GLASS_REASONS = {
    "treatment": "I treat or room this patient now",
    "emergency": "Emergency",
    "asked": "The patient asks me to",
    "duty": "Billing, records or quality work that I was given",
    "other": "Something else",
}
Why = Annotated[str, StringConstraints(min_length=10, max_length=500)]


class OfPatient(Inputs):
    """What is asked of one chart."""

    patient: UUID

    @property
    def subject(self) -> str:
        """The chart."""
        return f"patient/{self.patient}"


class RestrictChart(OfPatient):
    """Close a chart to all but those named, unless they say why."""

    reason: Why
    open_to: frozenset[UUID] = frozenset()
    act: ClassVar[Act] = Act("house.restrict_chart")


class LiftRestriction(OfPatient):
    """Open a restricted chart again to everybody who may open charts."""

    reason: Why
    act: ClassVar[Act] = Act("house.restrict_chart")


class BreakGlass(OfPatient):
    """Why a restricted chart is opened all the same."""

    kind: Literal["treatment", "emergency", "asked", "duty", "other"]
    reason: Why
    act: ClassVar[Act] = Act("house.break_glass")


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


CLOSED = Ruling(
    "needs",
    "people/restricted",
    (Reason("This chart is restricted. It opens to those who care for the patient, and to others with a reason."),),
    (Need("break-glass", "A reason, which is kept and which the manager reads."),),
)


def lock(ctx: Context, patient: UUID) -> Ruling | None:
    """The second lock on a chart: None where it stands open to this person."""
    found = Restriction.objects.filter(patient=patient, lifted_at=None).values_list("open_to", flat=True).first()
    if found is None or ctx.actor.id in found:
        return None
    broken = Opening.objects.filter(patient=patient, actor=ctx.actor.id, until_at__gt=ctx.at).exists()
    return None if broken else CLOSED


def restricted(patient: UUID) -> bool:
    """Whether a chart is restricted now."""
    return Restriction.objects.filter(patient=patient, lifted_at=None).exists()


reading.second_lock(lock)
