"""What can be done with the logs of work and practicum: heard of, entered, taken back, signed. Rows are only added."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from medassist.domain.credentials import queries, rules
from medassist.domain.credentials.actions.held import own, possible
from medassist.domain.credentials.inputs import EnterPracticum, EnterWork, HearOfWork, SignLog, TakeBackEntry
from medassist.domain.credentials.models import PracticumDay, Signature, Signed, Work
from medassist.domain.office import queries as office
from medassist.kernel.action import action
from medassist.kernel.clash import clash
from medassist.kernel.context import Context
from medassist.kernel.errors import Conflict, Invalid, Missing

if TYPE_CHECKING:
    from medassist.domain.office.models import Staff

CHANGED = "This line was corrected meanwhile; look again."
REPLACED = {"credentials_work_replaces_id_key": CHANGED, "credentials_practicumday_replaces_id_key": CHANGED}


@action("credentials.hear_of_work", emits="credentials.work_heard_of", shows=None)
def hear_of_work(ctx: Context, given: HearOfWork) -> Work:
    """Keep as evidence what the house tells that somebody did; one event is one line, however often it is told."""
    person = office.staff(given.staff)
    line = Work(staff=person, act=given.work, on=given.on, how="patient", event=given.event, at=ctx.at)
    # two who tell of it at once both come through: the second waits for the first and adds nothing
    Work.objects.bulk_create([line], ignore_conflicts=True)
    return Work.objects.get(event=given.event)


@action("credentials.enter_work", emits="credentials.work_entered", shows=None)
def enter_work(ctx: Context, given: EnterWork) -> Work:
    """Enter work of one's own that a supervisor saw and is to sign."""
    parts = _entry(ctx, given, Work)
    with clash(REPLACED):
        return Work.objects.create(act=given.work, count=given.count, how=given.how, **parts)


@action("credentials.enter_practicum", emits="credentials.practicum_entered", shows=None)
def enter_practicum(ctx: Context, given: EnterPracticum) -> PracticumDay:
    """Enter one's hours of practicum on a day, for the supervisor to sign."""
    parts = _entry(ctx, given, PracticumDay)
    if datetime.combine(given.on, given.ends) > queries.wall(ctx.at, ctx.site):
        raise Invalid({"ends": ["These hours are not over yet."]})
    for day in queries.days_on(parts["staff"].pk, given.on, but=given.replaces):
        if given.begins < day.ends and day.begins < given.ends:
            raise Invalid({"begins": [f"{day.begins:%H:%M} to {day.ends:%H:%M} of this day is in the log already."]})
    kept = given.model_dump(include={"place", "begins", "ends", "pause", "part"})
    with clash(REPLACED):
        return PracticumDay.objects.create(**kept, **parts)


def _entry(ctx: Context, given: EnterWork | EnterPracticum, model: type[Any]) -> dict[str, Any]:
    """What both logs keep: whose it is, who is to sign it, and the line that it replaces."""
    possible(ctx, been={"on": given.on})
    person, supervisor = own(ctx), office.staff(given.supervisor)
    if supervisor.pk == person.pk:
        raise Invalid({"supervisor": ["Nobody supervises their own work."]})
    if not queries.licences(supervisor.pk, given.on):
        raise Invalid({"supervisor": [f"{supervisor.name} has no license on record for that day and could not sign."]})
    before = _mine(given.replaces, person, model) if given.replaces else None
    return {
        "staff": person, "supervisor": supervisor, "on": given.on, "note": given.note, "replaces": before,
        "why": given.why if before else "", "at": ctx.at,
    }  # fmt: skip


def _mine(entry: UUID, person: Staff, model: type[Any] | None = None) -> Any:
    """One line of this person's own log that stands; what the house heard of itself is not corrected by hand."""
    found = queries.entry(entry)
    if found.staff_id != person.pk or (model and not isinstance(found, model)):
        raise Missing("entry", entry)
    if getattr(found, "event", None):
        raise Conflict("The house heard of this itself; it is corrected where it was done.")
    if found.void or hasattr(found, "replaced_by"):
        raise Conflict(CHANGED)
    return found


@action("credentials.take_back_entry", emits="credentials.entry_taken_back", shows=None)
def take_back_entry(ctx: Context, given: TakeBackEntry) -> Work | PracticumDay:
    """Take back a line of one's log that was none, and keep why."""
    found = _mine(given.entry, own(ctx))
    names = ("act", "count", "how") if isinstance(found, Work) else ("place", "begins", "ends", "pause", "part")
    kept = {name: getattr(found, name) for name in (*names, "staff_id", "supervisor_id", "on", "note")}
    with clash(REPLACED):
        made: Work | PracticumDay = type(found).objects.create(
            replaces=found, why=given.why, void=True, at=ctx.at, **kept
        )  # fmt: skip
    return made


@action("credentials.sign_log", emits="credentials.log_signed", shows=None)
def sign_log(ctx: Context, given: SignLog) -> Signature:
    """Sign what one saw of a person's work and practicum: exactly the lines that were shown."""
    person, signer = office.staff(given.staff), own(ctx)
    if signer.pk == person.pk:
        raise Invalid({"": ["Nobody signs their own log."]})
    rows = queries.unsigned(person.pk, signer.pk)
    if not rows:
        raise Conflict(f"Nothing of {person.name} waits for your signature.")
    if rules.digest(map(queries.line, rows)) != given.seen:
        raise Conflict("The log has changed since you looked: look again, then sign.")
    made = Signature.objects.create(staff=person, signer=signer, sha256=given.seen, rows=len(rows), at=ctx.at)
    Signed.objects.bulk_create(
        Signed(signature=made, **{"work" if isinstance(one, Work) else "day": one}) for one in rows
    )
    return made
