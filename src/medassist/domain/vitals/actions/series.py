"""Series of readings: begun by a raised pressure or by choice, moved on by each set, ended when done or stopped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from medassist.domain.office import queries as office
from medassist.domain.visits import queries as visits
from medassist.domain.vitals import queries, rules
from medassist.domain.vitals.actions import derived
from medassist.domain.vitals.inputs import BeginSeries, CloseSeries, ReceiveVitals, StopSeries
from medassist.domain.vitals.inputs.asked import Signs
from medassist.domain.vitals.models import Reading, Series, VitalSet
from medassist.domain.vitals.queries.base import local_day, standing
from medassist.domain.vitals.rules.protocols import REPEAT
from medassist.kernel import events, identifiers
from medassist.kernel.action import action
from medassist.kernel.clash import clash
from medassist.kernel.context import Context
from medassist.kernel.errors import Conflict, Invalid, Missing

if TYPE_CHECKING:
    from medassist.domain.people.models import Patient

PRESSURES = ("systolic", "diastolic")
AGAIN = "Somebody recorded this reading a moment ago. Look at what stands there now."
ENDED = "This series ended a moment ago."


@dataclass(frozen=True, slots=True)
class Part:
    """The place of a set in a series: what it takes from the step, and by how much its pressures count on."""

    series: Series
    position: str = ""
    method: str = ""
    shift: int = 0


@action(
    "vitals.begin_series", emits="vitals.series_begun", shows=None, facts=lambda ctx, given: visits.where(given.visit)
)  # fmt: skip
def begin_series(ctx: Context, given: BeginSeries) -> Series:
    """Begin a series of readings, lying and standing or alone, for a patient who is here."""
    visit = visits.visit(given.visit)
    if visit.patient_id != given.patient:
        raise Invalid({"visit": ["This visit is another patient's."]})
    if visit.ended_at:
        raise Conflict("This visit is over.")
    made = _made(ctx, given.protocol, visit.patient_id, visit.pk, visit.site_id, ctx.at)
    made.due_at = _due(made, [])
    with clash({"one_open_series_a_protocol": "This series is running already."}):
        made.save(force_insert=True)
    return made


@action(
    "vitals.stop_series", emits="vitals.series_ended", shows=None,
    facts=lambda ctx, given: queries.where_series(given.series),
)  # fmt: skip
def stop_series(ctx: Context, given: StopSeries) -> Series:
    """Stop a series of readings before its end, with the reason."""
    return _ended(ctx, _open(given.series), "stopped", given.reason)


@action(
    "vitals.close_series", emits="vitals.series_closed", shows=None, facts=lambda ctx, given: visits.where(given.visit)
)  # fmt: skip
def close_series(ctx: Context, given: CloseSeries) -> list[Series]:
    """End what was still to be measured at a visit that is over."""
    if not visits.visit(given.visit).ended_at:
        raise Conflict("This visit goes on.")
    rows = Series.objects.select_for_update().filter(visit=given.visit, ended_at=None)
    return [_ended(ctx, one, "stopped", rules.protocols.over()) for one in rows]


# --- a set as a step


def joined(ctx: Context, given: Signs, patient: Patient) -> Part | None:
    """The place of a set in a series, which moves on by it; a raised pressure of a visit begins one."""
    if given.series is not None:
        return _step(ctx, _of_patient(given), given)
    if given.visit is None or not _ordinals(given):
        return None
    # whoever comes second waits here, and sees what the first one did
    running = {one.protocol: one for one in Series.objects.select_for_update().filter(visit=given.visit, ended_at=None)}
    if isinstance(given, ReceiveVitals) and (own := next((one for key, one in running.items() if key != REPEAT), None)):
        return _step(ctx, own, given)
    if (again := running.get(REPEAT)) is not None:
        return _counted(ctx, again, given)
    _not_twice(given)
    return None if running or not _raised(given, patient) else _asked(ctx, given)


def mean(ctx: Context, part: Part | None, rows: list[Reading]) -> list[Reading]:
    """The mean pressure of the series that a set with these rows ends."""
    if part is None or part.series.outcome != "done" or _protocol(part.series).average != "mean":
        return []
    before = standing().filter(of__series=part.series, sign__in=PRESSURES).select_related("of", "patient")
    return derived.mean(ctx, [*before, *(row for row in rows if row.sign in PRESSURES)])


def _protocol(series: Series) -> rules.protocols.Protocol:
    return rules.protocols.protocols()[series.protocol]


def _of_patient(given: Signs) -> Series:
    assert given.series is not None
    found = _open(given.series)
    if found.patient_id != given.patient:
        raise Invalid({"series": ["This series is another patient's."]})
    return found


def _open(series: UUID) -> Series:
    if (found := Series.objects.select_for_update().filter(pk=series).first()) is None:
        raise Missing("series of readings", series)
    if found.ended_at:
        raise Conflict(ENDED)
    return found


def _step(ctx: Context, series: Series, given: Signs) -> Part:
    """One step of a series that a person began."""
    if given.step is not None and given.step != series.step:
        raise Conflict(AGAIN)
    if not {"systolic", "diastolic"} <= {one.sign for one in given.found}:
        raise Invalid({"systolic": ["This step needs both pressures."]})
    protocol = _protocol(series)
    step = protocol.steps[series.step]
    _moved(ctx, series, [given.taken_at])
    return Part(series, step.position, protocol.method)


def _asked(ctx: Context, given: Signs) -> Part | None:
    """The series that a raised pressure asks for, unless the visit is over."""
    assert given.visit is not None
    visit = visits.visit(given.visit)
    if visit.ended_at:
        return None
    made = _made(ctx, REPEAT, given.patient, visit.pk, visit.site_id, given.taken_at)
    # two who measure at once: one of them begins it, for the other it is the next reading
    Series.objects.bulk_create([made], ignore_conflicts=True)
    running = Series.objects.select_for_update().get(patient=given.patient, protocol=REPEAT, ended_at=None)
    if running.pk == made.pk:
        events.emit("vitals.series_begun", f"patient/{given.patient}", f"{made._meta.label}/{made.pk}")
    return _counted(ctx, running, given) if running.visit_id == given.visit else None


def _counted(ctx: Context, series: Series, given: Signs) -> Part:
    """One reading, or several told together, of the pressure that is measured again."""
    numbers = _ordinals(given)
    if 1 < numbers[0] <= series.step:
        raise Conflict(AGAIN)
    shift = max(series.step + 1 - numbers[0], 0)
    assert series.due_at is not None  # it is open
    series.early = max(series.early, rules.protocols.short_by(series.due_at, given.taken_at))
    _moved(ctx, series, [given.taken_at] * len(numbers))
    return Part(series, shift=shift)


def _moved(ctx: Context, series: Series, times: list[datetime]) -> None:
    """The next step is due, or the series is done."""
    measured = [*VitalSet.objects.filter(series=series).order_by("taken_at").values_list("taken_at", flat=True), *times]
    series.step = min(series.step + len(times), len(_protocol(series).steps))
    series.due_at = _due(series, measured)
    if series.due_at is None:
        _ended(ctx, series, "done")
        return
    series.save(update_fields=["step", "due_at", "early"])
    events.emit("vitals.series_moved", f"patient/{series.patient_id}", f"{series._meta.label}/{series.pk}")


def _ended(ctx: Context, series: Series, outcome: str, reason: str = "") -> Series:
    series.ended_at, series.ended_by, series.due_at = max(ctx.at, series.begun_at), ctx.actor.id, None
    series.outcome, series.reason = outcome, reason
    series.save(update_fields=["step", "early", "ended_at", "ended_by", "due_at", "outcome", "reason"])
    if outcome == "done":
        events.emit("vitals.series_ended", f"patient/{series.patient_id}", f"{series._meta.label}/{series.pk}")
    return series


def _due(series: Series, measured: list[datetime]) -> datetime | None:
    return _protocol(series).due(series.step, series.begun_at, measured, office.settings(series.site_id))


def _made(ctx: Context, protocol: str, patient: UUID, visit: UUID, site: UUID, at: datetime) -> Series:
    return Series(
        id=identifiers.uuid7(), protocol=protocol, patient_id=patient, visit_id=visit, site_id=site, begun_at=at,
        begun_by=ctx.actor.id, due_at=at,
    )  # fmt: skip


# --- what a set tells of the pressure


def _ordinals(given: Signs) -> list[int]:
    """The numbers of its pressures, in order."""
    return sorted({one.ordinal for one in given.found if one.sign in PRESSURES})


def _raised(given: Signs, patient: Patient) -> bool:
    """Whether the first of its pressures is to be measured again."""
    first = _ordinals(given)[0]
    found: dict[str, Decimal | None] = {
        one.sign: one.standard for one in given.found if one.sign in PRESSURES and one.ordinal == first
    }
    years = rules.years(patient.birth_date, local_day(given.taken_at))
    return rules.repeat_pressure(found.get("systolic"), found.get("diastolic"), years)


def _not_twice(given: Signs) -> None:
    """A second reading that stands there already was recorded by somebody who was faster."""
    first = _ordinals(given)[0]
    kept: Any = standing().filter(of__visit=given.visit, sign__in=PRESSURES, ordinal=first)
    if first > 1 and kept.exclude(of__series__protocol__in=rules.protocols.apart()).exists():
        raise Conflict(AGAIN)
