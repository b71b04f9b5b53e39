"""Writes of the web interface itself: accounts, as the office manager opens, closes and resets them."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db.models import F

from medassist.domain.office import queries as office
from medassist.interfaces.web.access import factors, pin, settled
from medassist.interfaces.web.inputs import (
    CloseAccount,
    EndWorkstation,
    EnrolWorkstation,
    OpenAccount,
    RenewLink,
    ReopenAccount,
    ResetSecond,
    SetRules,
    Tidy,
)
from medassist.interfaces.web.models import Account, Rules, Sitting, Ticket, Workstation
from medassist.kernel import clock
from medassist.kernel.action import action
from medassist.kernel.context import Context
from medassist.kernel.errors import Conflict, Invalid, Missing

KEPT = timedelta(days=90)  # so long what is over can still be looked at; the trail keeps it for good


@action("accounts.open", emits="accounts.opened", shows=None)
def open_account(ctx: Context, given: OpenAccount) -> Account:
    """Open an account for a person of the staff; the person sets the password by a link that works once."""
    person = office.staff(given.staff)
    if not person.active:
        raise Conflict(f"{person.name} does not work here any more.")
    if Account.objects.filter(actor=person.actor_id).exists():
        raise Conflict(f"{person.name} has an account already.")
    if Account.objects.filter(username=given.username).exists():
        raise Invalid({"username": ["Another account has this name. Take another."]})
    email = given.username if "@" in given.username else ""
    return Account.objects.create_user(given.username, actor_id=person.actor_id, email=email)


@action("accounts.close", emits="accounts.closed", shows=None)
def close_account(ctx: Context, given: CloseAccount) -> Account:
    """Close an account: nobody signs in to it, and where somebody was, the stay ends."""
    account = _account(given.account)
    if account.actor_id == ctx.actor.id:
        raise Conflict("Nobody closes the account they are using. Ask another manager.")
    account.is_active = False
    account.save(update_fields=["is_active"])
    _end_stays(account)
    return account


@action("accounts.reopen", emits="accounts.reopened", shows=None)
def reopen_account(ctx: Context, given: ReopenAccount) -> Account:
    """Open a closed account again, with no password until its person sets one by a new link."""
    account = _account(given.account)
    account.is_active = True
    account.set_unusable_password()
    account.save(update_fields=["is_active", "password"])
    return account


@action("accounts.renew_link", emits="accounts.link_renewed", shows=None)
def renew_link(ctx: Context, given: RenewLink) -> Account:
    """Give a person who can't sign in a new link; the password holds until the link is used."""
    account = _account(given.account)
    if not account.is_active:
        raise Conflict("This account is closed. Open it again first.")
    return account


@action("accounts.reset_second", emits="accounts.second_reset", shows=None)
def reset_second(ctx: Context, given: ResetSecond) -> Account:
    """Take a person's second factors and PIN away, for one who lost them; every stay ends."""
    account = _account(given.account)
    factors.reset(account)
    pin.drop(account)
    _end_stays(account)
    return account


@action("accounts.set_rules", emits="accounts.rules_set", shows=None)
def set_rules(ctx: Context, given: SetRules) -> UUID | None:
    """Settle when screens lock, how long a sign-in holds, and whether everyone needs a second factor."""
    Rules.objects.update_or_create(pk=1, defaults=given.model_dump(exclude={"confirmed"}))
    settled.forget()
    return None


@action("accounts.enrol_workstation", emits="accounts.workstation_enrolled", shows=None)
def enrol_workstation(ctx: Context, given: EnrolWorkstation) -> Workstation:
    """Make the browser in use a shared workstation of a site, on which colleagues take over by PIN."""
    by = Account.objects.filter(actor=ctx.actor.id).first()
    if by is None:
        raise Conflict("Only a person with an account enrols a workstation.")
    site = office.site(given.site)
    return Workstation.objects.create(name=given.name, site=site.pk, digest=given.digest, made_by=by)


@action("accounts.end_workstation", emits="accounts.workstation_ended", shows=None)
def end_workstation(ctx: Context, given: EndWorkstation) -> UUID:
    """End a workstation: from now on it is any other browser."""
    if not Workstation.objects.filter(pk=given.workstation, ended_at=None).update(ended_at=clock.now()):
        raise Missing("workstation", given.workstation)
    return given.workstation


@action("accounts.tidy", emits=None, shows=None)
def tidy(ctx: Context, given: Tidy) -> int:
    """Clear away sessions, links and counts of tries that are over; how many rows went."""
    old = ctx.at - KEPT
    over = (
        Session.objects.filter(expire_date__lt=ctx.at),
        AccessAttempt.objects.filter(attempt_time__lt=ctx.at - timedelta(days=1)),
        Ticket.objects.filter(until_at__lt=old),
        Sitting.objects.filter(ended_at__lt=old),
        # a stay whose browser never came back
        Sitting.objects.filter(ended_at=None, seen_at__lt=old),
    )
    return sum(rows.delete()[0] for rows in over)


def _account(which: UUID) -> Account:
    found = Account.objects.select_related("actor").filter(pk=which).first()
    if found is None:
        raise Missing("account", which)
    return found


def _end_stays(account: Account) -> None:
    Account.objects.filter(pk=account.pk).update(epoch=F("epoch") + 1)
    account.sittings.filter(ended_at=None).update(ended_at=clock.now())
    account.tickets.filter(used_at=None).update(used_at=clock.now())
