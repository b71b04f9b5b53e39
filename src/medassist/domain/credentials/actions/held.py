"""What can be done with what a person holds."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from medassist.domain.credentials import queries, rules
from medassist.domain.credentials.inputs import (
    RecordCredential,
    RevokeCredential,
    SavePlan,
    SignOffSkill,
    TakeBackCredential,
    VerifyCredential,
    WithdrawSignOff,
)
from medassist.domain.credentials.models import Credential, Revocation, SavedPlan, SignOff, Verification
from medassist.domain.office import queries as office
from medassist.kernel.action import action
from medassist.kernel.clash import clash
from medassist.kernel.context import Context
from medassist.kernel.errors import Conflict, Invalid, Missing, ask

if TYPE_CHECKING:
    from medassist.domain.office.models import Staff

SHOWN = ("Practitioner", "VerificationResult")
TWICE = {"a_credential_is_recorded_once": "This credential is on record already."}


@action("credentials.record", emits="credentials.recorded", shows=None)
def record(ctx: Context, given: RecordCredential) -> Credential:
    """Record what a person holds, oneself unless a person is named; it counts once it is verified."""
    person = office.staff(given.staff) if given.staff else own(ctx)
    possible(ctx, **_days(given))
    code = rules.code_of(given.name, given.issuer, rules.book())[0] if given.kind == "certificate" else ""
    _beside_others(given, person, code)
    kept = given.model_dump(exclude={"staff", "confirmed", "counts_as"})
    with clash(TWICE):
        return Credential.objects.create(
            staff=person, code=code, counts_as=list(given.counts_as), by=ctx.actor.id, **kept
        )  # fmt: skip


def possible(ctx: Context, **days: dict[str, date | None]) -> None:
    """Refuse days that cannot be, each beside its field: `been` has happened, `ahead` may be still to come."""
    if wrong := rules.day_faults(queries.office_day(ctx.at), **days):
        raise Invalid(wrong)


def own(ctx: Context) -> Staff:
    """The person who acts; who is none of the staff holds nothing here."""
    if (person := office.staff_by_actor(ctx.actor.id)) is None:
        raise Invalid({"": ["This is for people of the staff."]})
    return person


def _days(given: RecordCredential) -> dict[str, dict[str, date | None]]:
    """The day of a test, a dose or a training has been; what is held may begin later."""
    begins, ends = {"issued_on": given.issued_on}, {"expires_on": given.expires_on}
    return {"been": begins, "ahead": ends} if given.kind in rules.DONE else {"ahead": {**begins, **ends}}


def _beside_others(given: RecordCredential, person: Staff, code: str) -> None:
    """Ask about a number that is on record elsewhere, and about days that the same certificate covers already."""
    held = list(Credential.objects.filter(staff=person, revocations=None))
    ask({"number": _numbers(given, person, code, held), "issued_on": _overlaps(given, code, held)}, given.confirmed)


def _numbers(given: RecordCredential, person: Staff, code: str, held: list[Credential]) -> list[str]:
    """What is asked of a number: it is another certificate's, or another person's for the same one."""
    rows = [{"name": row.name, "number": row.number, "code": row.code or row.name} for row in held]
    asked = []
    if other := rules.number_elsewhere(given.number, code or given.name, rows):
        asked += [f"{given.number} is on record as the number of {other}. Is it this one's too?"]
    if theirs := _of_another(given, person, code):
        # whose it is, is told to who keeps everybody's credentials alone
        whose = theirs.staff.name if given.staff else "another person"
        asked += [f"{given.number} is on record as {whose}'s number. Is it this person's?"]
    return asked


def _of_another(given: RecordCredential, person: Staff, code: str) -> Credential | None:
    if not given.number:
        return None
    rows = Credential.objects.exclude(staff=person).filter(number__iexact=given.number, revocations=None)
    return next((row for row in rows.select_related("staff") if _key(row) == _key(given, code)), None)


def _key(one: Credential | RecordCredential, code: str = "") -> tuple[str, str, str]:
    """What makes two credentials the same one: kind, certification or name, state."""
    return one.kind, code or getattr(one, "code", "") or one.name, one.state


def _overlaps(given: RecordCredential, code: str, held: list[Credential]) -> list[str]:
    """What is asked of days that the same one covers already; with its very number they cannot end before it does."""
    if given.kind in rules.DONE:
        return []
    # what is on record to the letter is refused as such; one of the very number comes first
    told = (given.name, given.number, given.issued_on)
    same = [row for row in held if _key(row) == _key(given, code) and (row.name, row.number, row.issued_on) != told]
    for row in sorted(same, key=lambda row: row.number != given.number):
        if rules.overlap(given.issued_on, given.expires_on, [(row.issued_on, row.expires_on)]):
            return [_overlapping(given, row)]
    return []


def _overlapping(given: RecordCredential, row: Credential) -> str:
    said = f"The same one is on record {rules.span(row.issued_on, row.expires_on)}"
    if row.number != given.number:
        return f"{said}, number {row.number or 'not known'}; these days overlap. Is this its renewal?"
    if not rules.outlasts(given.expires_on, row.expires_on):
        raise Invalid({"issued_on": [f"{said}; these days overlap and end no later."]})
    return f"{said}; these days overlap. Was it renewed before its end?"


@action("credentials.verify", emits="credentials.verified", shows=SHOWN)
def verify(ctx: Context, given: VerifyCredential) -> Verification:
    """Keep that somebody saw a credential in its issuer's own register, and where."""
    found = _locked(given.credential)
    if found.void:
        raise Conflict(f"{found.name} was taken back by its holder.")
    return Verification.objects.create(credential=found, source=given.source, by=ctx.actor.id, at=ctx.at)


@action("credentials.revoke", emits="credentials.revoked", shows=SHOWN)
def revoke(ctx: Context, given: RevokeCredential) -> Revocation:
    """End a credential from a day on, and keep why."""
    found = _locked(given.credential)
    possible(ctx, ahead={"from_on": given.from_on})
    from_on = given.from_on or queries.office_day(ctx.at)
    return Revocation.objects.create(credential=found, from_on=from_on, reason=given.reason, by=ctx.actor.id, at=ctx.at)


@action("credentials.take_back", emits="credentials.taken_back", shows=None)
def take_back(ctx: Context, given: TakeBackCredential) -> Revocation:
    """Take back what one handed in by mistake, while nobody has verified it, and keep why."""
    found = _locked(given.credential)
    if found.staff_id != own(ctx).pk:
        raise Missing("credential", given.credential)
    if found.verifications.exists():
        raise Conflict(f"{found.name} is verified: a manager ends it.")
    if found.revocations.exists():
        raise Conflict(f"{found.name} no longer counts already.")
    found.void = True
    found.save(update_fields=["void"])
    today = queries.office_day(ctx.at)
    return Revocation.objects.create(credential=found, from_on=today, reason=given.why, by=ctx.actor.id, at=ctx.at)


def _locked(credential: UUID) -> Credential:
    """One credential, while nobody else verifies it, ends it or takes it back."""
    if (found := Credential.objects.select_for_update().filter(pk=credential).first()) is None:
        raise Missing("credential", credential)
    return found


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
    possible(ctx, been={"signed_on": signed_on}, ahead={"expires_on": given.expires_on})
    if why := rules.dates_fault(signed_on, given.expires_on):
        raise Invalid({"expires_on": [why]})
    kept = given.model_dump(include={"route", "hours", "demonstrations", "how", "expires_on", "note"})
    return SignOff.objects.create(staff=person, act=given.skill, signer=signer, signed_on=signed_on, at=ctx.at, **kept)


@action("credentials.withdraw_sign_off", emits="credentials.sign_off_withdrawn", shows=None)
def withdraw_sign_off(ctx: Context, given: WithdrawSignOff) -> Revocation:
    """Take a sign-off back from a day on, and keep why."""
    found = queries.sign_off(given.sign_off)
    if found.revocations.exists():
        raise Conflict("This sign-off is withdrawn already.")
    possible(ctx, ahead={"from_on": given.from_on})
    from_on = given.from_on or queries.office_day(ctx.at)
    return Revocation.objects.create(sign_off=found, from_on=from_on, reason=given.reason, by=ctx.actor.id, at=ctx.at)
