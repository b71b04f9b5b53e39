"""What can be read of what a person holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, TypedDict
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, Min, OuterRef, Q
from django.utils.module_loading import import_string

from medassist.domain.credentials import rules
from medassist.domain.credentials.models import Credential, Revocation, SavedPlan, SignOff, Verification
from medassist.domain.office import queries as office
from medassist.kernel import clock
from medassist.kernel.errors import Missing

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class Revoked(TypedDict):
        """When a sign-off stops to count, if it does."""

        revoked_on: date | None
        revoked_why: str | None


SOON = 60
"""What ends within so many days is shown as running out."""
KINDS = rules.KINDS
LICENCES = rules.LICENCES
EDUCATION = rules.EDUCATION
Person = rules.Person
Survey = rules.Survey
Way = rules.Way
read = rules.read
texts = rules.texts
plain = rules.plain
book = rules.book
document = rules.document
programs = rules.programs
opened = rules.opened
offers = rules.offers
source_of = rules.source_of
told_of = rules.told_of
stands_on = rules.stands_on
program_name = rules.program_name
_named = cache(import_string)
begins_with_program = rules.begins_with_program
day_faults = rules.day_faults
called = rules.called
Entry = rules.Entry
Directory = rules.Directory


def office_day(at: datetime | None = None) -> date:
    """The calendar day it is by the westernmost clock of the office: what begins that day has begun at every site."""
    return wall(at or clock.now()).date()


def wall(at: datetime, site: UUID | None = None) -> datetime:
    """A moment as the clock on the wall of a site shows it; without one, the westernmost of the office."""
    zones = [one.timezone for one in ([office.site(site)] if site else office.sites())]
    return min((at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for zone in zones), default=at.replace(tzinfo=None))


def act_name(act: str) -> str:
    """An act in words. Their names belong to delegation, above; a setting names its function."""
    return str(_named(settings.MEDASSIST_ACT_NAME)(act))


def credential(credential: UUID) -> Credential:
    """One credential."""
    if (found := Credential.objects.filter(pk=credential).first()) is None:
        raise Missing("credential", credential)
    return found


def verifications(credential: UUID) -> list[Verification]:
    """When somebody saw a credential in its issuer's own register, the first first."""
    rows = Verification.objects.filter(credential=credential).select_related("credential")
    return list(rows.order_by("id"))


def revocation(credential: UUID) -> Revocation | None:
    """What ends a credential before its time, the earliest if several do."""
    return Revocation.objects.filter(credential=credential).order_by("from_on", "id").first()


def sign_off(sign_off: UUID) -> SignOff:
    """One sign-off of a skill."""
    if (found := SignOff.objects.filter(pk=sign_off).first()) is None:
        raise Missing("sign-off", sign_off)
    return found


def wallet(staff: UUID) -> list[dict[str, Any]]:
    """All that a person holds or held, newest first: credential, verified_at, revoked_on, good (today)."""
    return wallets([staff]).get(staff, [])


def wallets(staff: Iterable[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """The wallets of many people, in one query."""
    rows = Credential.objects.filter(staff__in=list(staff)).annotate(
        verified_at=Min("verifications__at"), revoked_on=Min("revocations__from_on")
    )
    today = office_day()
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in rows.order_by("-id"):
        card = {
            "credential": row,
            "good": _good(row, today),
            "verified_at": row.verified_at,
            "revoked_on": row.revoked_on,
        }
        found.setdefault(row.staff_id, []).append(card)
    return found


def _good(row: Any, on: date) -> bool:
    begun = row.issued_on is None or row.issued_on <= on
    lasts = row.expires_on is None or on <= row.expires_on
    return row.verified_at is not None and begun and lasts and (row.revoked_on is None or on < row.revoked_on)


def survey(person: Person, on: date | None = None, programs: Sequence[Entry] = ()) -> Survey:
    """Every way to each certification for a person, and what is closed, not asked or not found."""
    return rules.survey(person, rules.book(), on or office_day(), programs)


def takes_program(way: Way) -> bool:
    """Whether a program of the directory may be chosen for a way."""
    return rules.takes_program(way, rules.book())


def plans(staff: UUID) -> list[SavedPlan]:
    """The plans that a person keeps, newest first."""
    return list(SavedPlan.objects.filter(staff=staff).order_by("-id"))


def skills(staff: UUID) -> list[WithAnnotations[SignOff, Revoked]]:
    """The sign-offs of a person, newest first; each with `revoked_on` and `revoked_why`."""
    rows = SignOff.objects.filter(staff=staff).select_related("signer")
    rows = rows.annotate(revoked_on=Min("revocations__from_on"), revoked_why=Min("revocations__reason"))
    return list(rows.order_by("-id"))


def skill_state(one: Any, on: date) -> tuple[str, str]:
    """How a sign-off of `skills` stands on a day: the state, and the word for it."""
    if one.revoked_on and one.revoked_on <= on:
        return "stop", "withdrawn"
    if one.expires_on and one.expires_on < on:
        return "stop", "over"
    soon = one.expires_on and (one.expires_on - on).days <= SOON
    return ("watch", "runs out") if soon else ("good", "in date")


def standing_of(staff: Iterable[UUID], on: date | None = None) -> dict[UUID, dict[str, Any]]:
    """What counts for each person on a day: `credentials`, `licences` as (name, since, until, state); `skills` by act.

    A skill is (hours, demonstrations, since, until); one learned by route has the key act/route. Two queries.
    """
    who, on = list(staff), on or office_day()
    found: dict[UUID, dict[str, Any]] = {one: {"credentials": [], "licences": [], "skills": {}} for one in who}
    for row in _counting(Credential, "credential", who, on).filter(Exists(_verified())):
        kept = found[row.staff_id]["licences" if row.kind == "licence" else "credentials"]
        kept += [(name, row.issued_on, row.expires_on, row.state) for name in wordings(row)]
    signed: dict[UUID, list[dict[str, Any]]] = {}
    for one in _counting(SignOff, "sign_off", who, on).filter(signed_on__lte=on).values():
        signed.setdefault(one["staff_id"], []).append(one)
    for person, rows in signed.items():
        found[person]["skills"] = {key: _skill(own) for key, own in rules.summed(rows).items()}
    return found


def wordings(row: Credential) -> list[str]:
    """What a credential counts as. A card, a test or a training is no certificate: it counts as what was read of it."""
    named = [row.name] if row.kind in rules.COUNTING else []
    return named if row.kind == "licence" else [*named, *row.counts_as]


def licences(staff: UUID, on: date | None = None) -> list[str]:
    """The letters of a person's licences in date: MD, NP, RN …"""
    return sorted({name for name, *_ in standing_of([staff], on)[staff]["licences"]})


def licensed(staff: Iterable[UUID], state: str, on: date | None = None) -> dict[UUID, frozenset[str]]:
    """The letters of each person's licences that hold in a state on a day; of any state where none is named."""
    held = standing_of(staff, on)
    return {
        who: frozenset(name for name, _, _, where in own["licences"] if not state or where in ("", state))
        for who, own in held.items()
    }


def _verified() -> Any:
    return Verification.objects.filter(credential=OuterRef("pk"))


def _counting(model: Any, name: str, staff: list[UUID], on: date) -> Any:
    """Rows of these persons that are in date and not revoked on a day."""
    revoked = Revocation.objects.filter(from_on__lte=on, **{name: OuterRef("pk")})
    rows = model.objects.filter(~Exists(revoked), staff__in=staff).order_by("id")
    return rows.filter(Q(expires_on=None) | Q(expires_on__gte=on))


def _skill(rows: list[Mapping[str, Any]]) -> tuple[int, int, date, date | None]:
    ends = [row["expires_on"] for row in rows if row["expires_on"]]
    return (
        sum(row["hours"] for row in rows),
        sum(row["demonstrations"] for row in rows),
        min(row["signed_on"] for row in rows),
        min(ends, default=None),
    )
