"""Whether a chart is restricted, and to whom it stands open."""

from __future__ import annotations

from uuid import UUID

from medassist.domain.people.inputs import GLASS_REASONS
from medassist.domain.people.models import Opening, Restriction
from medassist.kernel import reading
from medassist.kernel.context import Context
from medassist.kernel.errors import Missing
from medassist.kernel.prepared import Prepared
from medassist.kernel.ruling import Need, Reason, Ruling

CLOSED = Ruling(
    "needs",
    "house/restricted",
    (Reason("This chart is restricted. It opens to those who care for the patient, and to others with a reason."),),
    (Need("break-glass", "A reason, which is kept and which the manager reads."),),
)


_in_force = Prepared(
    lambda patient: Restriction.objects.filter(patient=patient, lifted_at=None).order_by("pk")[:1], UUID(int=1)
)


@reading.second_lock
def lock(ctx: Context, patient: UUID) -> Ruling | None:
    """The second lock on a chart: None where it stands open to this person."""
    found = restriction(patient)
    if found is None or ctx.actor.id in found.open_to:
        return None
    broken = Opening.objects.filter(patient=patient, actor=ctx.actor.id, until_at__gt=ctx.at).exists()
    return None if broken else CLOSED


def restricted(patient: UUID) -> bool:
    """Whether a chart is restricted now."""
    return Restriction.objects.filter(patient=patient, lifted_at=None).exists()


def restriction(patient: UUID) -> Restriction | None:
    """The restriction in force on a chart, or None."""
    return _in_force.first(patient)


def opening(id: UUID) -> Opening:
    """One breaking of the glass."""
    if (found := Opening.objects.filter(pk=id).first()) is None:
        raise Missing("opening", id)
    return found


def glass_reason(kind: str) -> str:
    """A reason in the words that people choose from."""
    return GLASS_REASONS[kind]
