"""What can be done with a wallet: documents kept, courses recorded, people reminded. Rows are only added."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from medassist.domain.credentials import queries, rules
from medassist.domain.credentials.actions.held import own, possible
from medassist.domain.credentials.inputs import KeepDocument, RecordCourse, Remind, RemindAll, TakeBackCourse
from medassist.domain.credentials.models import Course, Credential, Credit, Document, Reminder
from medassist.domain.office import queries as office
from medassist.kernel.action import action
from medassist.kernel.clash import clash
from medassist.kernel.context import Context
from medassist.kernel.errors import Conflict, Invalid, Missing

if TYPE_CHECKING:
    from medassist.domain.office.models import Staff

KEPT = "This file is kept already."
TWICE = {"a_credential_has_a_document_once": KEPT, "a_course_has_a_document_once": KEPT}
CHANGED = "This course was corrected meanwhile; look again."
REPLACED = {"credentials_course_replaces_id_key": CHANGED}


@action("credentials.keep_document", emits="credentials.document_kept", shows=None)
def keep_document(ctx: Context, given: KeepDocument) -> Document:
    """Keep the file of a credential or a course, as it was handed in."""
    person = office.staff(given.staff) if given.staff else own(ctx)
    proves = {"credential": _credential(given.credential, person)} if given.credential else {
        "course": _course(given.course, person)
    }  # fmt: skip
    with clash(TWICE):
        return Document.objects.create(
            staff=person, sha256=sha256(given.content).hexdigest(), media_type=rules.media_type(given.content),
            size=len(given.content), content=given.content, by=ctx.actor.id, at=ctx.at, **proves,
        )  # fmt: skip


def _credential(credential: UUID, person: Staff) -> Credential:
    """This person's own credential; another one's is not there."""
    found = queries.credential(credential)
    if found.staff_id != person.pk:
        raise Missing("credential", credential)
    return found


def _course(course: UUID | None, person: Staff) -> Course:
    found = queries.course(course) if course else None
    if found is None or found.staff_id != person.pk:
        raise Missing("course", course)
    return found


@action("credentials.record_course", emits="credentials.course_recorded", shows=None)
def record_course(ctx: Context, given: RecordCourse) -> Course:
    """Record a course that one finished, and what it counts for each of one's credentials."""
    person = own(ctx)
    possible(ctx, been={"on": given.on})
    before = _course(given.replaces, person) if given.replaces else None
    counted = [_credit(one, person) for one in given.counts]
    with clash(REPLACED):
        made = Course.objects.create(
            staff=person, title=given.title, provider=given.provider, on=given.on, replaces=before,
            why=given.why if before else "", by=ctx.actor.id, at=ctx.at,
        )  # fmt: skip
    Credit.objects.bulk_create(Credit(course=made, **one) for one in counted)
    return made


def _credit(one: Any, person: Staff) -> dict[str, Any]:
    """What a course counts for one credential, in a category that its issuer knows."""
    row = _credential(one.credential, person)
    known = queries.certification(row)
    if known is None:
        raise Invalid({"counts": [f"Nothing is known of continuing education for {row.name}: name its issuer first."]})
    categories = rules.categories_of(known, row.name)
    if one.category and one.category not in categories:
        allowed = f"one of {', '.join(categories)}" if categories else "no category"
        raise Invalid({"counts": [f"For {row.name} a course counts in {allowed}, not in {one.category}."]})
    if categories and not one.category:
        raise Invalid({"counts": [f"Choose a category for {row.name}: {', '.join(categories)}."]})
    return {"credential": row, "points": one.points, "category": one.category, "from_issuer": one.from_issuer}


@action("credentials.take_back_course", emits="credentials.course_taken_back", shows=None)
def take_back_course(ctx: Context, given: TakeBackCourse) -> Course:
    """Take back a course that was none, and keep why."""
    found = _course(given.course, own(ctx))
    with clash(REPLACED):
        return Course.objects.create(
            staff_id=found.staff_id, title=found.title, provider=found.provider, on=found.on, replaces=found,
            why=given.why, void=True, by=ctx.actor.id, at=ctx.at,
        )  # fmt: skip


@action("credentials.remind_all", emits=None, shows=None)
def remind_all(ctx: Context, given: RemindAll) -> int:
    """Remind everybody whose credentials or sign-offs end soon, and their managers; how many reminders that were."""
    count = 0
    for site in office.sites():
        today = ctx.at.astimezone(ZoneInfo(site.timezone)).date()
        staff = [one["id"] for one in office.team(site.pk, today)]
        for row, step in queries.to_remind(staff, today):
            which = "credential" if isinstance(row, Credential) else "sign_off"
            remind(ctx.but(site=site.pk), Remind(step=step, site=site.pk, **{which: row.pk}))
            count += 1
    return count


@action("credentials.remind", emits="credentials.reminded", shows=None)
def remind(ctx: Context, given: Remind) -> Reminder:
    """Remind a person and the managers that a credential or a sign-off ends in so many days; once a step."""
    site, which = office.site(given.site), _ending(given)
    if given.step not in rules.STEPS:
        raise Invalid({"step": [f"Reminders come {', '.join(map(str, rules.STEPS))} days before the end."]})
    if Reminder.objects.filter(step=given.step, **which).exists():
        raise Conflict("This reminder was given already.")
    return Reminder.objects.create(step=given.step, site=site, at=ctx.at, **which)


def _ending(given: Remind) -> dict[str, Any]:
    """What the reminder is of, by its field."""
    if given.credential:
        return {"credential": queries.credential(given.credential)}
    return {"sign_off": queries.sign_off(given.sign_off)} if given.sign_off else {}
