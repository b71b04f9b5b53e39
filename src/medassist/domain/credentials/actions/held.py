"""What can be done with what a person holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medassist.domain.credentials import queries, rules
from medassist.domain.credentials.inputs import (
    RecordCredential,
    RevokeCredential,
    SavePlan,
    SignOffSkill,
    VerifyCredential,
    WithdrawSignOff,
)
from medassist.domain.credentials.models import Credential, Revocation, SavedPlan, SignOff, Verification
from medassist.domain.office import queries as office
from medassist.kernel.action import action
from medassist.kernel.clash import clash
from medassist.kernel.context import Context
from medassist.kernel.errors import Conflict, Invalid, ask

if TYPE_CHECKING:
    from medassist.domain.office.models import Staff

SHOWN = ("Practitioner", "VerificationResult")
TWICE = {"a_credential_is_recorded_once": "This credential is on record already."}


@action("credentials.record", emits="credentials.recorded", shows=None)
def record(ctx: Context, given: RecordCredential) -> Credential:
    """Record what a person holds, oneself unless a person is named; it counts once it is verified."""
    person = office.staff(given.staff) if given.staff else own(ctx)
    code = rules.code_of(given.name, given.issuer, rules.book())[0] if given.kind == "certificate" else ""
    _beside_others(given, person, code)
    kept = given.model_dump(exclude={"staff", "confirmed", "counts_as"})
    with clash(TWICE):
        return Credential.objects.create(
            staff=person, code=code, counts_as=list(given.counts_as), by=ctx.actor.id, **kept
        )  # fmt: skip


def own(ctx: Context) -> Staff:
    """The person who acts; who is none of the staff holds nothing here."""
    if (person := office.staff_by_actor(ctx.actor.id)) is None:
        raise Invalid({"": ["This is for people of the staff."]})
    return person


def _beside_others(given: RecordCredential, person: Staff, code: str) -> None:
    """Ask about a number that another certificate has; refuse days that the same certificate covers already."""
    held = list(Credential.objects.filter(staff=person, revocations=None))
    numbers = [{"name": row.name, "number": row.number, "code": row.code or row.name} for row in held]
    other = rules.number_elsewhere(given.number, code or given.name, numbers)
    doubts: dict[str, list[str]] = {}
    if other:
        doubts["number"] = [f"{given.number} is on record as the number of {other}. Is it this one's too?"]
    same = [
        (row.issued_on, row.expires_on)
        for row in held
        if (row.kind, row.name, row.number, row.state) == (given.kind, given.name, given.number, given.state)
        and row.issued_on != given.issued_on
    ]
    if there := rules.overlap(given.issued_on, given.expires_on, same):
        said = f"The same one is on record {rules.span(*there)}; these days overlap"
        if not rules.outlasts(given.expires_on, there[1]):
            raise Invalid({"issued_on": [f"{said} and end no later."]})
        doubts["issued_on"] = [f"{said}. Was it renewed before its end?"]
    ask(doubts, given.confirmed)


@action("credentials.verify", emits="credentials.verified", shows=SHOWN)
def verify(ctx: Context, given: VerifyCredential) -> Verification:
    """Keep that somebody saw a credential in its issuer's own register, and where."""
    found = queries.credential(given.credential)
    return Verification.objects.create(credential=found, source=given.source, by=ctx.actor.id, at=ctx.at)


@action("credentials.revoke", emits="credentials.revoked", shows=SHOWN)
def revoke(ctx: Context, given: RevokeCredential) -> Revocation:
    """End a credential from a day on, and keep why."""
    found = queries.credential(given.credential)
    from_on = given.from_on or queries.office_day(ctx.at)
    return Revocation.objects.create(credential=found, from_on=from_on, reason=given.reason, by=ctx.actor.id, at=ctx.at)


@action("credentials.save_plan", emits="credentials.plan_saved", shows=None)
def save_plan(ctx: Context, given: SavePlan) -> SavedPlan:
    """Keep one's own ways to certification as they stand today."""
    person = own(ctx)
    book, on = rules.book(), queries.office_day(ctx.at)
    directory = queries.read_programs(queries.programs_now())
    who, wrong = rules.read(given.said(), book, on, directory)
    if wrong:
        raise Invalid(wrong)
    short = [
        {"credential": way.credential, "route": way.route, "open": way.open,
         "earliest": way.earliest and way.earliest.isoformat(), "closes": way.closes and way.closes.on.isoformat(),
         **({"program": way.program.key} if way.program else {})}
        for way in rules.plan(who, book, on, directory.chosen(who.programs))
    ]  # fmt: skip
    data = rules.stands_on(book, directory, who.programs)
    return SavedPlan.objects.create(staff=person, said=rules.texts(who), on=on, data=data, ways=short, at=ctx.at)


@action("credentials.sign_off", emits="credentials.signed_off", shows=None)
def sign_off(ctx: Context, given: SignOffSkill) -> SignOff:
    """Sign that a person was trained in an act and seen to do it well."""
    person, signer = office.staff(given.staff), office.staff_by_actor(ctx.actor.id)
    if signer is None:
        raise Invalid({"": ["A skill is signed off by a person of the staff."]})
    if signer.pk == person.pk:
        raise Invalid({"staff": ["Nobody signs off their own skill."]})
    signed_on = given.signed_on or queries.office_day(ctx.at)
    if signed_on > ctx.at.date():
        raise Invalid({"signed_on": ["That day is not there yet."]})
    kept = given.model_dump(include={"route", "hours", "demonstrations", "how", "expires_on", "note"})
    return SignOff.objects.create(staff=person, act=given.skill, signer=signer, signed_on=signed_on, at=ctx.at, **kept)


@action("credentials.withdraw_sign_off", emits="credentials.sign_off_withdrawn", shows=None)
def withdraw_sign_off(ctx: Context, given: WithdrawSignOff) -> Revocation:
    """Take a sign-off back from a day on, and keep why."""
    found = queries.sign_off(given.sign_off)
    if found.revocations.exists():
        raise Conflict("This sign-off is withdrawn already.")
    from_on = given.from_on or queries.office_day(ctx.at)
    return Revocation.objects.create(sign_off=found, from_on=from_on, reason=given.reason, by=ctx.actor.id, at=ctx.at)
