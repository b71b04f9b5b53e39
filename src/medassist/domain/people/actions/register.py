"""Registering a patient."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from medassist.domain.people import queries
from medassist.domain.people.actions import rows
from medassist.domain.people.inputs import RegisterPatient
from medassist.domain.people.models import SSN, Identifier, Patient
from medassist.domain.people.queries.numbers import next_mrns, own_system
from medassist.domain.people.queries.patients import today
from medassist.domain.people.rules import dates, names, numbers
from medassist.kernel.action import action
from medassist.kernel.clash import clash
from medassist.kernel.context import Context
from medassist.kernel.doorway import concerns
from medassist.kernel.errors import Conflict, Invalid, ask
from medassist.kernel.identifiers import uuid7

TAKEN = {
    "one_patient_a_number": "Another patient was just registered with one of these numbers. Look them up.",
    "people_patient_pkey": "There is a patient of this identity already.",
}


@action("people.register", emits="people.registered", shows=("Patient",))
def register(ctx: Context, given: RegisterPatient) -> Patient:
    """Register a new patient; asks first when somebody very like is known."""
    told = theirs(given.identifiers or [])
    shared = _asked(given, told)
    made = Patient(id=given.as_id or uuid7(), mrn=next_mrns()[0], registered_at=ctx.at)
    told_words = made.draw(given.record)
    if given.consent_to_text is not None:
        made.text_consent, made.text_consent_at, made.text_consent_by = given.consent_to_text, ctx.at, ctx.actor.id
    concerns(made.id)
    with clash(TAKEN):
        rows.insert(made, identifier_rows(made.id, told, shared), told_words)
    made.told = told
    return made


def doubts(record: dict[str, Any], told: list[dict[str, Any]]) -> dict[str, list[str]]:
    """What is unlikely about somebody, by field."""
    born = record.get("birthDate") or ""
    ssn = [why for one in told if one.get("system") == SSN for why in numbers.ssn_doubts(str(one.get("value") or ""))]
    return {
        "names": names.doubts(record.get("name") or []),
        "birth_date": dates.doubts(born, today()) if born else [],
        "identifiers": ssn,
    }


def theirs(told: list[dict[str, Any]], mrn: str = "") -> list[dict[str, Any]]:
    """Identifiers without our own number, which the house gives itself."""
    kept = []
    for one in told:
        if one.get("system") != own_system():
            kept.append(one)
        elif one.get("value") != mrn:
            raise Invalid(
                {"identifiers": [f"{one.get('value')} reads as a number of this office, which only it gives."]}
            )
    return kept


def _asked(given: RegisterPatient, told: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """Ask what is unlikely and who is very like; the numbers that somebody else has, once this is another for sure."""
    unlikely = doubts(given.record, told)
    if all(field in given.confirmed for field, why in [*unlikely.items(), ("duplicate", True)] if why):
        return taken_numbers(told)
    likely = [one for one in queries.duplicates(given.record, told) if one["likely"]]
    ask({**unlikely, "duplicate": [same_as(one) for one in likely[:5]]}, given.confirmed)
    return set()


def same_as(one: dict[str, Any]) -> str:
    """One likely duplicate in words."""
    who = ", ".join(filter(None, [f"{one['name']}", one["born"] and f"born {one['born']}", f"MRN {one['mrn']}"]))
    return f"{who}. {'; '.join(one['reasons'])}."


def taken_numbers(told: list[dict[str, Any]], but: UUID | None = None) -> set[tuple[str, str]]:
    """Which of these numbers another patient has."""
    pairs = {(one.get("system") or "", one.get("value") or "") for one in told}
    pairs = {pair for pair in pairs if all(pair)}
    if not pairs:
        return set()
    held = Identifier.objects.filter(
        system__in={system for system, _ in pairs}, value__in={value for _, value in pairs}, until=None
    ).exclude(patient=but)
    return pairs & set(held.values_list("system", "value"))


def identifier_rows(
    patient: UUID, told: list[dict[str, Any]], shared: set[tuple[str, str]], first: int = 0
) -> list[Identifier]:
    """The rows of a patient's numbers; one that is told twice is kept once among those that must be unique."""
    made, seen = [], set()
    for at, one in enumerate(told, start=first):
        pair = (one.get("system") or "", one.get("value") or "")
        made.append(Identifier.of(patient, at, one, shared=pair in shared or pair in seen))
        seen.add(pair)
    return made


def must_be_free(version: int | None, now: int) -> None:
    """Refuse a change of something that was changed meanwhile."""
    if version is not None and version != now:
        raise Conflict(f"Somebody changed this patient meanwhile (version {now}). Look again, then change it.")
