"""What the worklist does when it hears an event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from medassist.domain.credentials import queries as credentials
from medassist.domain.office import queries as office
from medassist.domain.people import queries as people
from medassist.domain.worklist import actions, queries
from medassist.domain.worklist.inputs import Add, Done, Note, Plan, Withdraw
from medassist.kernel.context import Context
from medassist.kernel.events import reacts
from medassist.kernel.models import Event
from medassist.ui import human


@reacts("people.glass_broken")
def tell_the_manager(ctx: Context, event: Event) -> None:
    """A restricted chart was opened with a reason: a manager reads it."""
    opening = people.opening(event.made)
    who = office.names([opening.actor]).get(opening.actor, "Somebody")
    site = opening.site or office.sites()[0].pk
    details = f"{who}: {people.glass_reason(opening.kind)}.\n{opening.reason}\nLook at who opened this chart, and ask."
    asked = Add(
        kind="privacy", pool="managers", title=f"{who} opened a restricted chart", details=details, site=site,
        patient=opening.patient_id, about=f"opening/{opening.pk}", once=True,
    )  # fmt: skip
    actions.add(ctx.but(site=site), asked)


ENDING = "credential-ends"
PRESSING = {30: "urgent", 7: "asap"}
"""How pressing a reminder is so many days before the end; earlier ones are routine."""


@reacts("credentials.reminded")
def say_that_it_ends(ctx: Context, event: Event) -> None:
    """A credential or a sign-off ends soon: its holder and the managers have a task, which grows more pressing."""
    told = credentials.reminder(event.made)
    left = (told["ends"] - told["at"].astimezone(ZoneInfo(told["zone"])).date()).days
    words = f"{told['name']} ends {human.birth(told['ends'])}"
    way = "Have it seen and signed off anew." if told["skill"] else "Hand in the new one under Staff."
    details = f"{words}, in {left} days. What needs it stops at that midnight. {way}"
    there = {one["owner"] == told["staff"].pk: one for one in _open(told["about"], ENDING)}
    for own, title in ((True, f"Your {words}"), (False, f"{told['staff'].name}: {words}")):
        here = ctx.but(site=told["site"], key=f"{event.id} {'own' if own else 'managers'}")
        if task := there.get(own):
            actions.note(here, Note(task=task["id"], text=details))
            actions.plan(here, Plan(task=task["id"], priority=PRESSING.get(told["step"], "routine")))
        else:
            asked = Add(
                kind=ENDING, title=title[:200], details=details, site=told["site"],
                owner=told["staff"].pk if own else None, about=told["about"], priority=PRESSING.get(told["step"]),
            )  # fmt: skip
            actions.add(here, asked)


@reacts("credentials.verified")
def say_no_more_of_what_is_renewed(ctx: Context, event: Event) -> None:
    """The next one is verified: the tasks about the one that ends have no ground any more."""
    for earlier in credentials.renewed_by(UUID(event.subject.rpartition("/")[2])):
        _withdraw(ctx, f"credential/{earlier}", ENDING, "It was renewed.")


@reacts("credentials.signed_off")
def say_no_more_of_what_is_signed_anew(ctx: Context, event: Event) -> None:
    """The skill is signed off anew: the tasks about the sign-off that ends have no ground any more."""
    for earlier in credentials.signed_anew(event.made):
        _withdraw(ctx, f"sign-off/{earlier}", ENDING, "It was signed off anew.")


@reacts("credentials.revoked")
@reacts("credentials.sign_off_withdrawn")
def say_no_more_of_what_is_revoked(ctx: Context, event: Event) -> None:
    """It counts no more: nobody needs to be told that it ends."""
    _withdraw(ctx, event.subject, ENDING, "It no longer counts.")


TO_VERIFY = "credential-to-verify"


@reacts("credentials.recorded")
def ask_to_verify(ctx: Context, event: Event) -> None:
    """Somebody handed in a card: the managers see it in its issuer's register, unless that is over already."""
    if event.subject != "wallet" or (card := credentials.waiting_card(event.made)) is None:
        return
    site = event.site or office.sites()[0].pk
    details = (
        "It counts once somebody has seen it in its issuer's own register, or the card itself: say where, under Staff."
    )
    title = f"Verify {credentials.called(card.kind, card.name)} of {card.staff.name}"
    asked = Add(
        kind=TO_VERIFY, title=title[:200], details=details, site=site,
        about=f"credential/{card.pk}", once=True,
    )  # fmt: skip
    actions.add(ctx.but(site=site), asked)


@reacts("credentials.verified")
def note_that_it_is_verified(ctx: Context, event: Event) -> None:
    """Somebody verified what was handed in."""
    for task in _open(event.subject, TO_VERIFY):
        here = ctx.but(site=task["site"], key=f"{ctx.key} {task['id']}")
        actions.done(here, Done(task=task["id"], outcome="It is verified."))


@reacts("credentials.revoked")
@reacts("credentials.taken_back")
def ask_no_more_to_verify(ctx: Context, event: Event) -> None:
    """What was handed in was refused or taken back: there is nothing to verify."""
    _withdraw(ctx, event.subject, TO_VERIFY, "It no longer counts.")


TO_SIGN = "log-to-sign"


@reacts("credentials.work_entered")
@reacts("credentials.practicum_entered")
@reacts("credentials.entry_taken_back")
def keep_supervisors_asked(ctx: Context, event: Event) -> None:
    """A line was entered, corrected or taken back: whoever is to sign it, or was, has one task while any line waits."""
    for supervisor in credentials.supervisors_of(event.made):
        _ask_to_sign(ctx, event, supervisor)


@reacts("credentials.log_signed")
def note_that_it_is_signed(ctx: Context, event: Event) -> None:
    """A supervisor signed: the task ends unless other lines wait."""
    if signer := office.staff_by_actor(event.actor):
        _ask_to_sign(ctx, event, signer.pk)


def _ask_to_sign(ctx: Context, event: Event, supervisor: UUID) -> None:
    """One task of a supervisor, open while lines wait for the signature, whoever's they are."""
    about, site = f"signer/{supervisor}", event.site or office.sites()[0].pk
    if not credentials.waiting_for(supervisor):
        _withdraw(ctx, about, TO_SIGN, "Nothing waits for this signature any more.")
    elif not _open(about, TO_SIGN):
        details = (
            "Somebody entered work or practicum that you saw. Under Staff you find whose it is, see the lines and sign."
        )
        asked = Add(
            kind=TO_SIGN, title="Lines of a log wait for your signature", details=details, site=site, owner=supervisor,
            about=about, once=True,
        )  # fmt: skip
        actions.add(ctx.but(site=site, key=f"{ctx.key} {supervisor}"), asked)


def _open(about: str, kind: str) -> list[Mapping[str, Any]]:
    return [one for one in queries.about(about) if one["status"] == "open" and one["kind"] == kind]


def _withdraw(ctx: Context, about: str, kind: str, reason: str) -> None:
    for task in _open(about, kind):
        here = ctx.but(site=task["site"], key=f"{ctx.key} {task['id']}")
        actions.withdraw(here, Withdraw(task=task["id"], reason=reason))
