"""What can be done with policies and grants."""

from __future__ import annotations

from datetime import date

from medassist.domain.credentials import queries as credentials
from medassist.domain.delegation import queries, rules
from medassist.domain.delegation.inputs import GrantActs, SignPolicy, WithdrawGrants, WithdrawPolicy
from medassist.domain.delegation.models import Grant, Policy
from medassist.domain.office import queries as office
from medassist.kernel.action import action
from medassist.kernel.clash import clash
from medassist.kernel.context import Context
from medassist.kernel.errors import Conflict, Invalid
from medassist.kernel.models import ActorRow

GRANTED = {"an_act_is_granted_once": "Somebody granted the same at the same moment. Look again."}


@action("delegation.sign_policy", emits="delegation.policy_signed", shows=None)
def sign_policy(ctx: Context, given: SignPolicy) -> list[Policy]:
    """Sign the practice's policy for one act or several, having read what the state's file says in words."""
    signer = office.staff_by_actor(ctx.actor.id)
    book = rules.known(given.state)
    today = credentials.office_day(ctx.at)
    if signer is None:
        raise Invalid({"": ["A policy is signed by a person of the staff."]})
    if given.hash != book.hash:
        raise Conflict(f"{book.name}'s file has changed since it was read. Read it again.")
    if faults := _faults(given, book, today):
        raise Invalid(faults)
    site = office.site(given.site) if given.site else None
    approved_by = office.staff(given.approved_by) if given.approved_by else None
    return [
        Policy.objects.create(
            act=act,
            state=given.state,
            site=site,
            hash=book.hash,
            read=list(queries.words(given.state, act)),
            text=given.text,
            authority=given.authority,
            approved_by=approved_by,
            narrows=given.narrows.plain(),
            signer=signer,
            signed_on=today,
            review_on=given.review_on,
            at=ctx.at,
        )
        for act in given.acts
    ]


def _faults(given: SignPolicy, book: rules.State, today: date) -> dict[str, list[str]]:
    """Why this policy cannot be signed, by field."""
    faults: dict[str, list[str]] = {}
    clinical = [act for act in given.acts if act in rules.acts().clinical]
    barred = [act for act in given.acts if book.entry(act).rule == "prohibited"]
    if barred:
        names = ", ".join(rules.acts().name(act) for act in barred)
        faults["acts"] = [f"{book.name} does not open this to medical assistants, and no policy can: {names}."]
    if given.review_on <= today:
        faults["review_on"] = ["The review lies after today."]
    if given.site and office.site(given.site).state != given.state:
        faults["site"] = [f"This site is not in {book.name}."]
    if clinical and (given.approved_by is None or not office.staff(given.approved_by).provider):
        faults["approved_by"] = ["A clinical act needs a provider who approves it. Name one."]
    if not given.authority and any(book.entry(act).rule == "absent" for act in clinical):
        faults["authority"] = [f"{book.name}'s file is silent on this act. Name the law, rule or advice it rests on."]
    return faults


@action("delegation.withdraw_policy", emits="delegation.policy_withdrawn", shows=None)
def withdraw_policy(ctx: Context, given: WithdrawPolicy) -> Policy:
    """Withdraw a policy of the practice, and keep why."""
    found = queries.policy(given.policy)
    if found.withdrawn_at:
        raise Conflict("This policy is withdrawn already.")
    found.withdrawn_at, found.withdrawn_why = ctx.at, given.reason
    found.save(update_fields=["withdrawn_at", "withdrawn_why"])
    return found


@action("delegation.grant", emits="delegation.granted", shows=None)
def grant(ctx: Context, given: GrantActs) -> list[Grant]:
    """Grant acts to an account of software; what it has already stays as it is."""
    actor = ActorRow.objects.filter(pk=given.actor).first()
    if actor is None or actor.kind not in ("interface", "agent"):
        raise Invalid({"actor": ["Grants are for accounts of software. People have roles."]})
    book = rules.acts()
    acts = given.acts or book.grants[given.profile]
    if hands := [act for act in acts if act in book.clinical and book.clinical[act].hands_on]:
        raise Invalid({"acts": [f"These take hands and are for people only: {', '.join(hands)}."]})
    as_role = given.as_role or ("medical-assistant" if given.profile == "medical-assistant" else "")
    had = {g.act: g for g in queries.grants(given.actor) if g.site_id == given.site}
    with clash(GRANTED):
        return [
            had.get(act)
            or Grant.objects.create(
                actor=actor, act=act, as_role=as_role, site_id=given.site, until=given.until, by=ctx.actor.id, at=ctx.at
            )
            for act in acts
        ]


@action("delegation.withdraw_grants", emits="delegation.grants_withdrawn", shows=None)
def withdraw_grants(ctx: Context, given: WithdrawGrants) -> list[Grant]:
    """Take acts away from an account of software, and keep why."""
    held = [g for g in queries.grants(given.actor) if not given.acts or g.act in given.acts]
    for one in held:
        one.withdrawn_at, one.withdrawn_why = ctx.at, given.reason
        one.save(update_fields=["withdrawn_at", "withdrawn_why"])
    return held
