"""What can be done with policies and grants."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from medassist.domain.credentials import queries as credentials
from medassist.domain.delegation import queries, rules
from medassist.domain.delegation.inputs import (
    AdoptFile,
    BeReachable,
    EndReach,
    GrantActs,
    KeepFile,
    RecordCheck,
    SignPolicy,
    WithdrawFile,
    WithdrawGrants,
    WithdrawPolicy,
)
from medassist.domain.delegation.models import Check, Grant, Policy, Reach, StateFile
from medassist.domain.office import queries as office
from medassist.kernel.action import action
from medassist.kernel.clash import clash
from medassist.kernel.context import Context
from medassist.kernel.errors import Conflict, Invalid
from medassist.kernel.models import ActorRow

SIGNED = {"delegation_policy_replaces_id_key": "Somebody signed a policy for this at the same moment. Look again."}
ADOPTED = {"one_text_of_a_state_a_day": "Another text is adopted from that day. Withdraw it, or choose another day."}
QUARTER, LONGEST = 15, timedelta(hours=14)  # minutes: what a ruling rests on is looked at anew each quarter of an hour
GRANTED = {"an_act_is_granted_once": "Somebody granted the same at the same moment. Look again."}


@action("delegation.sign_policy", emits="delegation.policy_signed", shows=None)
def sign_policy(ctx: Context, given: SignPolicy) -> list[Policy]:
    """Sign the practice's policy for one act or several, having read what the state's file says in words."""
    signer = _person(ctx, "A policy is signed by a person of the staff.")
    book = queries.book_of(given.state, given.hash)
    today = credentials.office_day(ctx.at)
    if book is None:
        raise Conflict(f"{queries.book(given.state).name}'s file has changed since it was read. Read it again.")
    if faults := _faults(given, book, today):
        raise Invalid(faults)
    site = office.site(given.site) if given.site else None
    approved_by = office.staff(given.approved_by) if given.approved_by else None
    signed: dict[str, Any] = {
        "state": given.state, "site": site, "hash": book.hash, "text": given.text, "authority": given.authority,
        "approved_by": approved_by, "narrows": given.narrows.plain(), "signer": signer, "signed_on": today,
        "review_on": given.review_on, "at": ctx.at,
    }  # fmt: skip
    with clash(SIGNED):
        return [_next_version(act, book, signed) for act in given.acts]


def _next_version(act: str, book: rules.State, signed: dict[str, Any]) -> Policy:
    """The policy for one act; one that is in force for the same place and text is replaced by it."""
    before = queries.newest(book.code, act, signed["site"] and signed["site"].pk, book.hash)
    version = before.version + 1 if before else 1
    read = list(queries.words(book.code, act, book))
    return Policy.objects.create(act=act, read=read, version=version, replaces=before, **signed)


def _person(ctx: Context, text: str) -> Any:
    if (found := office.staff_by_actor(ctx.actor.id)) is None:
        raise Invalid({"": [text]})
    return found


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
    if hasattr(found, "replaced_by"):
        raise Conflict("A newer version has replaced this policy. Withdraw that one.")
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


# --- the rules by date


@action("delegation.adopt", emits="delegation.adopted", shows=None)
def adopt(ctx: Context, given: AdoptFile) -> StateFile:
    """Adopt a newer text of a state's rules from a day on; until then the one before stays in force."""
    by = _person(ctx, "A text is adopted by a person of the staff.")
    book, faults = queries.read(given.state, given.text.encode(), "the text")
    if book is None:
        raise Invalid({"text": [str(fault) for fault in faults[:20]]})
    if told := _order(given, book, credentials.office_day(ctx.at)):
        raise Invalid({"from_on": [told]})
    with clash(ADOPTED):
        return StateFile.objects.create(
            state=given.state, hash=book.hash, text=given.text, from_on=given.from_on, adopted_by=by, at=ctx.at
        )


def _order(given: AdoptFile, book: rules.State, today: date) -> str:
    """Why the text cannot hold from that day: dates that are past, reversed or overlap."""
    held = queries.shelf(given.state)
    before = held.on(given.from_on)
    latest = max((since for since, _ in held.adopted), default=None)
    if given.from_on < today:
        return "A text is adopted from today or a later day; what was ruled before stays ruled."
    if book.effective and given.from_on < book.effective:
        return f"Reversed: the text itself holds from {book.effective} only."
    if book.until and book.until < given.from_on:
        return f"Reversed: the text itself ends on {book.until}."
    if latest and given.from_on < latest:
        return f"Overlapping: another text is adopted from {latest}. Withdraw it first, or choose a later day."
    return "This is the text that holds that day already." if before and before.hash == book.hash else ""


@action("delegation.withdraw_file", emits="delegation.file_withdrawn", shows=None)
def withdraw_file(ctx: Context, given: WithdrawFile) -> StateFile:
    """Take back an adopted text of a state's rules, and keep why; the one before holds again."""
    found = queries.state_file(given.file)
    if found.withdrawn_at or found.adopted_by_id is None:
        raise Conflict("This text is withdrawn already." if found.withdrawn_at else "The house keeps this text itself.")
    found.withdrawn_at, found.withdrawn_why = ctx.at, given.reason
    found.save(update_fields=["withdrawn_at", "withdrawn_why"])
    return found


@action("delegation.keep", emits="delegation.kept", shows=None)
def keep(ctx: Context, given: KeepFile) -> StateFile | None:
    """Keep the package's text of a state's rules while it is sound, as the one that holds should it break."""
    lying, last = rules.state(given.state), queries.shelf(given.state).last
    if lying is None or (last and last.hash == lying.hash):
        return None
    return StateFile.objects.create(
        state=given.state, hash=lying.hash, text=lying.text, from_on=credentials.office_day(ctx.at), at=ctx.at
    )


@action("delegation.record_check", emits="delegation.checked", shows=None)
def record_check(ctx: Context, given: RecordCheck) -> Check:
    """Record who looked at a state's rules for the practice: name, profession, day, and which text."""
    by = _person(ctx, "This is recorded by a person of the staff.")
    if given.checked_on > credentials.office_day(ctx.at):
        raise Invalid({"checked_on": ["This day has not come yet."]})
    if queries.book_of(given.state, given.hash) is None:
        raise Conflict("The text has changed since this page was opened. Look which one was checked.")
    return Check.objects.create(**given.model_dump(exclude={"confirmed"}), recorded_by=by, at=ctx.at)


# --- supervising from afar


@action("delegation.be_reachable", emits="delegation.reachable", shows=None)
def be_reachable(ctx: Context, given: BeReachable) -> Reach:
    """Say that I can be reached by phone or video for a site until a time: supervision within reach, never more."""
    by = _person(ctx, "A provider says this of themselves.")
    until = given.until_at.replace(minute=given.until_at.minute // QUARTER * QUARTER, second=0, microsecond=0)
    if not ctx.at < until <= ctx.at + LONGEST:
        raise Invalid({"until_at": ["Until a later time today, in quarters of an hour, and at most 14 hours ahead."]})
    here = {one["id"]: one["kind"] for one in office.providers(given.site, credentials.office_day(ctx.at))}
    if by.pk not in here:
        raise Invalid({"site": ["You are no provider of this site today."]})
    if queries.reach_of(by.pk, given.site, ctx.at):
        raise Conflict("You can be reached for this site already. End that first to change it.")
    return Reach.objects.create(
        staff=by, site_id=given.site, how=given.how, kind=here[by.pk], from_at=ctx.at, until_at=until
    )


@action("delegation.end_reach", emits="delegation.reach_ended", shows=None)
def end_reach(ctx: Context, given: EndReach) -> Reach:
    """Say that I can no longer be reached for a site."""
    by = _person(ctx, "A provider says this of themselves.")
    if (found := queries.reach_of(by.pk, given.site, ctx.at)) is None:
        raise Conflict("You are not noted as reachable for this site.")
    found.until_at = max(ctx.at, found.from_at + timedelta(microseconds=1))
    found.save(update_fields=["until_at"])
    return found
