"""What can be done with visits: from arriving to leaving, and one step back."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from medassist.domain.office import queries as office
from medassist.domain.people import queries as people
from medassist.domain.scheduling import actions as scheduling
from medassist.domain.scheduling import queries as schedule
from medassist.domain.scheduling.inputs import FollowVisit
from medassist.domain.visits import queries, rules
from medassist.domain.visits.inputs import (
    Arrive,
    AskToDo,
    CheckIdentity,
    CheckOut,
    Delegate,
    DoToDo,
    Leave,
    MoveRoom,
    OfToDo,
    OfVisit,
    Ready,
    SetReason,
    StartProvider,
    StartRooming,
    StepBack,
    WalkIn,
    WithdrawToDo,
)
from medassist.domain.visits.models import IdentityCheck, Step, ToDo, Visit
from medassist.kernel import doorway
from medassist.kernel.action import action
from medassist.kernel.clash import clash
from medassist.kernel.context import Context
from medassist.kernel.errors import Conflict, Invalid, Missing
from medassist.ui import human

SHOWN = ("Encounter",)
UNDO = "visits.step_back"
TAKEN = {
    "one_open_visit_a_patient_and_site": "This patient is here already: there is an open visit.",
    "one_visit_an_appointment": "The patient of this appointment has arrived already.",
    "one_visit_a_room": "This room was taken a moment ago.",
    "one_open_step_a_visit": "Somebody moved this visit at the same moment.",
}


def _booked(ctx: Context, given: Arrive) -> dict[str, Any]:
    return schedule.where(given.appointment)


def _there(ctx: Context, given: WalkIn) -> dict[str, Any]:
    return {"site": given.site}


def _facts(ctx: Context, given: OfVisit) -> dict[str, Any]:
    return queries.where(given.visit)


def _facts_of_to_do(ctx: Context, given: OfToDo) -> dict[str, Any]:
    return queries.where_to_do(given.to_do)


@action("visits.arrive", emits="visits.arrived", shows=SHOWN, facts=_booked, undo=UNDO)
def arrive(ctx: Context, given: Arrive) -> Visit:
    """Note that the patient of an appointment has come."""
    booked = schedule.appointment(given.appointment)
    _same_day(ctx, given, booked)
    with clash(TAKEN):
        visit = _begun(
            ctx, patient_id=booked.patient_id, appointment=booked, site=booked.site, provider=booked.provider,
            reason=booked.reason,
        )  # fmt: skip
    scheduling.follow_visit(ctx, FollowVisit(appointment=booked.pk, status="arrived"))
    return visit


@action("visits.walk_in", emits="visits.arrived", shows=SHOWN, facts=_there, undo=UNDO)
def walk_in(ctx: Context, given: WalkIn) -> Visit:
    """Note that a patient has come without an appointment."""
    patient, site = people.patient(given.patient), office.site(given.site)
    provider = _provider(given.provider, site, ctx)
    with clash(TAKEN):
        return _begun(ctx, patient_id=patient.pk, site=site, provider=provider, reason=given.reason)


@action("visits.room", emits="visits.rooming", shows=SHOWN, facts=_facts, undo=UNDO)
def room(ctx: Context, given: StartRooming) -> Visit:
    """Take the patient in: rooming begins, in a room."""
    visit = _locked(given.visit)
    visit.room = _free_room(given.room, visit) if given.room else visit.room
    return _step(ctx, visit, "rooming")


@action("visits.move_room", emits="visits.room_moved", shows=SHOWN, facts=_facts, undo=UNDO)
def move_room(ctx: Context, given: MoveRoom) -> Visit:
    """Move a visit to another room; the step it is at goes on."""
    visit = _locked(given.visit)
    if visit.ended_at or visit.step == "arrived":
        raise Conflict(f"There is no room to move from. {rules.cannot(visit.step, '')}")
    if visit.room and visit.room_id == given.room:
        raise Conflict(f"The visit is in room {visit.room.name} already.")
    visit.room = _free_room(given.room, visit)
    return _open_step(ctx, visit, visit.step)


@action("visits.check_identity", emits="visits.identity_checked", shows=None, facts=_facts)
def check_identity(ctx: Context, given: CheckIdentity) -> IdentityCheck:
    """Record which two identifiers, or more, were asked for and found right."""
    visit = _locked(given.visit)
    _still_open(visit)
    return IdentityCheck.objects.create(visit=visit, identifiers=sorted(given.identifiers), by=ctx.actor.id, at=ctx.at)


@action("visits.set_reason", emits="visits.reason_set", shows=SHOWN, facts=_facts)
def set_reason(ctx: Context, given: SetReason) -> Visit:
    """Record why the patient has come, in the patient's words."""
    visit = _locked(given.visit)
    _still_open(visit)
    visit.reason = given.reason
    visit.save(update_fields=["reason"])
    return visit


@action("visits.ready", emits="visits.ready", shows=SHOWN, facts=_facts, undo=UNDO)
def ready(ctx: Context, given: Ready) -> Visit:
    """The patient is ready for the provider."""
    return _step(ctx, _locked(given.visit), "ready")


@action("visits.start_provider", emits="visits.with_provider", shows=SHOWN, facts=_facts, undo=UNDO)
def start_provider(ctx: Context, given: StartProvider) -> Visit:
    """The provider is with the patient."""
    visit = _locked(given.visit)
    visit.provider = _provider(given.provider, visit.site, ctx) or visit.provider
    return _step(ctx, visit, "with-provider")


@action("visits.delegate", emits="visits.delegated", shows=None, facts=_facts)
def delegate(ctx: Context, given: Delegate) -> Visit:
    """Say that I delegate in this visit: what assistants do in it is asked of me, not of its provider."""
    visit = _locked(given.visit)
    _still_open(visit)
    me = office.staff_by_actor(ctx.actor.id)
    if me is None or not me.provider:
        raise Invalid({"": ["A provider delegates, and says so in person."]})
    if me.pk == (visit.delegator_id or visit.provider_id):
        raise Conflict("You delegate in this visit already.")
    visit.delegator = _provider(me.pk, visit.site, ctx)
    visit.save(update_fields=["delegator"])
    return visit


@action("visits.to_do", emits="visits.to_do_asked", shows=SHOWN, facts=_facts, undo=UNDO)
def to_do(ctx: Context, given: AskToDo) -> Visit:
    """Say what is to be done before the patient leaves."""
    visit = _locked(given.visit)
    if visit.step != "to-do-after":
        _step(ctx, visit, "to-do-after")
    ToDo.objects.bulk_create(
        ToDo(visit=visit, text=text, asked_by=ctx.actor.id, asked_at=ctx.at) for text in given.what
    )
    return visit


@action("visits.do", emits="visits.to_do_done", shows=None, facts=_facts_of_to_do)
def do(ctx: Context, given: DoToDo) -> ToDo:
    """Note that one thing to do is done."""
    found = _open_to_do(given.to_do)
    found.done_by, found.done_at = ctx.actor.id, ctx.at
    found.save(update_fields=["done_by", "done_at"])
    return found


@action("visits.withdraw_to_do", emits="visits.to_do_withdrawn", shows=None, facts=_facts_of_to_do)
def withdraw_to_do(ctx: Context, given: WithdrawToDo) -> ToDo:
    """Withdraw one thing to do, with the reason."""
    found = _open_to_do(given.to_do)
    found.withdrawn_at, found.withdrawn_reason = ctx.at, given.reason
    found.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    return found


@action("visits.check_out", emits="visits.checked_out", shows=SHOWN, facts=_facts, undo=UNDO)
def check_out(ctx: Context, given: CheckOut) -> Visit:
    """End a visit: the patient goes, the room is free."""
    visit = _locked(given.visit)
    waiting = list(ToDo.objects.filter(visit=visit, done_at=None, withdrawn_at=None).values_list("text", flat=True))
    if waiting and "to_do" not in given.confirmed:
        raise Invalid(doubts={"to_do": [f"Still to do: {', '.join(waiting)}. Check out all the same?"]})
    _step(ctx, visit, "checked-out")
    _follow(ctx, visit, "fulfilled")
    return visit


@action("visits.leave", emits="visits.left", shows=SHOWN, facts=_facts, undo=UNDO)
def leave(ctx: Context, given: Leave) -> Visit:
    """Note that the patient left without being seen, with the reason."""
    visit = _locked(given.visit)
    visit.left_reason = given.reason
    return _step(ctx, visit, "left")


@action("visits.step_back", emits="visits.stepped_back", shows=SHOWN, facts=_facts)
def step_back(ctx: Context, given: StepBack) -> Visit:
    """Take back the last step, within ten minutes, by whoever entered it."""
    visit = _locked(given.visit)
    *before, last = queries.steps(visit.pk)
    _may_undo(ctx, last)
    last.undone_at = ctx.at
    last.save(update_fields=["undone_at"])
    ToDo.objects.filter(visit=visit, asked_at__gte=last.begin_at, asked_by=ctx.actor.id, done_at=None).update(
        withdrawn_at=ctx.at, withdrawn_reason="The step was taken back"
    )
    with clash(TAKEN):
        return _reopened(ctx, visit, before, last) if before else _never_came(ctx, visit)


# --- how steps are entered and taken back


def _begun(ctx: Context, **parts: Any) -> Visit:
    visit = Visit.objects.create(**parts, step="arrived", step_at=ctx.at, started_at=ctx.at)
    doorway.concerns(visit.patient_id)
    Step.objects.create(visit=visit, kind="arrived", begin_at=ctx.at, by=ctx.actor.id)
    return visit


def _locked(visit: UUID) -> Visit:
    # locked alone: rows joined to a row that one waits for are those of before the wait
    if (found := Visit.objects.select_for_update().filter(pk=visit).first()) is None:
        raise Missing("visit", visit)
    doorway.concerns(found.patient_id)
    return found


def _step(ctx: Context, visit: Visit, kind: str) -> Visit:
    if why := rules.cannot(visit.step, kind):
        raise Conflict(why)
    return _open_step(ctx, visit, kind)


def _open_step(ctx: Context, visit: Visit, kind: str) -> Visit:
    """End the open step and begin the next; a last one begins and ends at once."""
    at = _now(ctx, visit)
    Step.objects.filter(visit=visit, end_at=None, undone_at=None).update(end_at=at)
    if kind != visit.step:
        visit.step, visit.step_at = kind, at
    visit.ended_at = at if kind in rules.LAST else None
    with clash(TAKEN):
        visit.save()
        Step.objects.create(
            visit=visit, kind=kind, begin_at=at, end_at=visit.ended_at, by=ctx.actor.id, room_id=visit.room_id
        )
    return visit


def _now(ctx: Context, visit: Visit) -> datetime:
    # clocks of two machines may differ by a moment; a step never ends before it began
    return max(ctx.at, visit.step_at)


def _may_undo(ctx: Context, last: Step) -> None:
    if last.by != ctx.actor.id:
        raise Conflict("Somebody else entered the last step; only that person can take it back.")
    if ctx.at - last.begin_at > rules.UNDO:
        raise Conflict("It was entered more than 10 minutes ago.")


def _reopened(ctx: Context, visit: Visit, before: list[Step], last: Step) -> Visit:
    earlier = before[-1]
    if visit.step == "checked-out":
        _follow(ctx, visit, "arrived")
    visit.step, visit.step_at = earlier.kind, rules.run_began(before)
    visit.room_id, visit.ended_at, visit.left_reason = earlier.room_id, None, ""
    earlier.end_at = None
    earlier.save(update_fields=["end_at"])
    visit.save()
    return visit


def _never_came(ctx: Context, visit: Visit) -> Visit:
    visit.step, visit.step_at, visit.ended_at = "entered-in-error", ctx.at, max(ctx.at, visit.started_at)
    visit.save()
    _follow(ctx, visit, "booked")
    return visit


def _follow(ctx: Context, visit: Visit, status: str) -> None:
    if visit.appointment_id:
        scheduling.follow_visit(ctx, FollowVisit(appointment=visit.appointment_id, status=status))


# --- what must hold


def _same_day(ctx: Context, given: Arrive, booked: Any) -> None:
    zone = ZoneInfo(booked.site.timezone)
    day, today = booked.start_at.astimezone(zone).date(), ctx.at.astimezone(zone).date()
    if day != today and "appointment" not in given.confirmed:
        raise Invalid(doubts={"appointment": [f"This appointment is for {human.planned(day)}. Arrive today?"]})


def _free_room(room: UUID, visit: Visit) -> Any:
    found = office.room(room)
    if found.site_id != visit.site_id or not found.active:
        raise Invalid({"room": [f"Room {found.name} is not a room of {visit.site.name} in use."]})
    if Visit.objects.filter(room=found, ended_at=None).exclude(pk=visit.pk).exists():
        raise Conflict(f"Room {found.name} is taken.")
    return found


def _provider(staff: UUID | None, site: Any, ctx: Context) -> Any:
    if staff is None:
        return None
    if (found := office.working(staff, site.pk, ctx.at.astimezone(ZoneInfo(site.timezone)).date())) is None:
        raise Invalid({"provider": [f"{office.staff(staff).name} holds no position at {site.name} today."]})
    return found


def _still_open(visit: Visit) -> None:
    if visit.ended_at:
        raise Conflict(rules.cannot(visit.step, ""))


def _open_to_do(to_do: UUID) -> ToDo:
    rows = ToDo.objects.select_for_update(of=("self",)).select_related("visit")
    if (found := rows.filter(pk=to_do).first()) is None:
        raise Missing("thing to do", to_do)
    doorway.concerns(found.visit.patient_id)
    if found.done_at or found.withdrawn_at:
        raise Conflict("It is done already." if found.done_at else "It was withdrawn.")
    return found
