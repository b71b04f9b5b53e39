"""Credentials in FHIR R4: Practitioner.qualification, and a VerificationResult of each look at a primary source."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from medassist.domain.credentials import queries
from medassist.domain.credentials.models import Credential, Revocation, Verification
from medassist.domain.office import queries as office
from medassist.exchange.anew import anew
from medassist.exchange.shows import adds, again, shows

Resource = dict[str, Any]
HL7 = "http://terminology.hl7.org/CodeSystem/"
LETTERS = {
    "MD": "Doctor of Medicine",
    "DO": "Doctor of Osteopathy",
    "NP": "Nurse Practitioner",
    "PA": "Physician Assistant",
    "RN": "Registered Nurse",
}
"""Licences that HL7's table 0360 has (version 2.7, as R4 carries it). LPN is not in it; its CMA and RMA name no
issuer, and a certificate here is nothing without its own: these stay text."""
UNSHOWN = ("tb", "immunity")
"""Proofs of a worker's own health are no qualification, and nobody else's business."""
SOURCES = {
    "licence": ("lic-board", "License Board"),
    "registration": ("reg-auth", "Registration Authority"),
    "certificate": ("issuer", "Issuing source"),
}


@adds("Practitioner")
def qualifications(staff: UUID) -> Resource:
    """What was verified of a person, the oldest first. FHIR has no word for an unverified one, so none is shown."""
    told = [_qualification(**card) for card in reversed(queries.wallet(staff)) if _counted(**card)]
    return {"qualification": told} if told else {}


@shows("credentials.verified")
def verified(one: Verification) -> list[Resource]:
    """The person with the qualification, and the look at the primary source."""
    return _shown(one.credential, [one])


@shows("credentials.revoked")
def revoked(one: Revocation) -> list[Resource]:
    """The person with the qualification that ends, and every look at its primary source."""
    held = one.credential
    return _shown(held, queries.verifications(held.pk)) if held else []


def _shown(credential: Credential, looks: list[Verification]) -> list[Resource]:
    if credential.kind in UNSHOWN or not looks:
        return []
    return [again("Practitioner", credential.staff_id), *map(result, looks)]


def _counted(credential: Credential, verified_at: datetime | None, revoked_on: date | None, **_: Any) -> bool:
    begun = not (revoked_on and credential.issued_on) or credential.issued_on < revoked_on
    return verified_at is not None and credential.kind not in UNSHOWN and begun


def _qualification(credential: Credential, revoked_on: date | None, **_: Any) -> Resource:
    issuer = {"display": name} if (name := _issuer(credential)) else None
    number = {"value": credential.number, "assigner": issuer} if credential.number else None
    return _plain(
        id=str(credential.pk), identifier=[_plain(**number)] if number else None, code=_code(credential),
        period=_period(credential, revoked_on), issuer=issuer,
    )  # fmt: skip


def _issuer(credential: Credential) -> str:
    """Who issued it: as it was recorded, else whom the certification's code stands for."""
    known = None if credential.issuer else queries.certification(credential)
    return known.issuer if known else credential.issuer


def _code(credential: Credential) -> Resource:
    """The name as the state's file writes it; of a licence its words, with the state that it holds in."""
    name = queries.LICENCES.get(credential.name, credential.name) if credential.kind == "licence" else credential.name
    told: Resource = {"text": f"{name}, {credential.state}" if credential.state else name}
    if credential.kind == "licence" and (words := LETTERS.get(credential.name)):
        told["coding"] = [{"system": f"{HL7}v2-0360", "version": "2.7", "code": credential.name, "display": words}]
    return told


def _period(credential: Credential, revoked_on: date | None) -> Resource:
    """The days on which it is valid: a revocation ends it on the day before."""
    ends = [day for day in (credential.expires_on, revoked_on and revoked_on - timedelta(days=1)) if day]
    return _plain(start=_day(credential.issued_on), end=_day(min(ends, default=None)))


@anew(Verification, "VerificationResult")
def looked_at(one: Verification) -> list[Resource]:
    """The look at the primary source, where it is shown at all."""
    return [] if one.credential.kind in UNSHOWN else [result(one)]


def result(one: Verification) -> Resource:
    """Somebody saw the primary source: which, when, for what, and whether it still stands."""
    held, ended = one.credential, queries.revocation(one.credential_id)
    status, since = _status(one, ended)
    return _plain(
        resourceType="VerificationResult", id=str(one.pk), status=status, statusDate=_moment(since),
        target=[{"reference": f"Practitioner/{held.staff_id}"}],
        targetLocation=[f"Practitioner.qualification.where(id = '{held.pk}')"],
        need=_coded("need", *(("periodic", "Periodic") if held.expires_on else ("initial", "Initial"))),
        validationType=_coded("validation-type", "primary", "Primary Source"),
        lastPerformed=_moment(one.at), nextScheduled=None if ended else _day(held.expires_on),
        primarySource=[_source(one)], attestation=_attestation(held), validator=_validator(),
    )  # fmt: skip


def _status(one: Verification, ended: Revocation | None) -> tuple[str, datetime]:
    """Where it stands, by what was done: an end that was only announced asks for another look."""
    if ended is None:
        return "validated", one.at
    return "reval-fail" if ended.from_on <= queries.office_day(ended.at) else "req-revalid", max(one.at, ended.at)


def _source(one: Verification) -> Resource:
    kind = SOURCES.get(one.credential.kind)
    return _plain(
        who={"display": one.source}, type=[_coded("primary-source-type", *kind)] if kind else None,
        validationStatus=_coded("validation-status", "successful", "Successful"), validationDate=_moment(one.at),
    )  # fmt: skip


def _attestation(held: Credential) -> Resource | None:
    """Who put it on record, when that is one of the staff."""
    who = office.staff_by_actor(held.by)
    told = {"who": {"reference": f"Practitioner/{who.pk}"}} if who else None
    return told and {**told, "date": _day(queries.office_day(held.at))}


def _validator() -> list[Resource] | None:
    practice = office.organization()
    return [{"organization": {"reference": f"Organization/{practice.pk}"}}] if practice else None


def _coded(system: str, code: str, text: str) -> Resource:
    return {"coding": [{"system": HL7 + system, "code": code, "display": text}]}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _plain(**elements: Any) -> Resource:
    """Elements without those that nothing is known of: FHIR knows no empty ones."""
    return {name: value for name, value in elements.items() if value not in (None, "", [], {})}
