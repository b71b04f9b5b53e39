"""Vital signs in other people's words: FHIR Observation (US Core vital signs)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from medassist.codecs import units
from medassist.codecs.fhir import text
from medassist.domain.office import queries as office
from medassist.domain.visits import queries as visits
from medassist.domain.vitals import rules
from medassist.domain.vitals.inputs import Found, ReceiveVitals, TakeVitals
from medassist.domain.vitals.models import Confirmation, Reading, VitalSet
from medassist.domain.vitals.queries.base import local_day
from medassist.domain.vitals.rules import observation
from medassist.domain.vitals.rules.observation import LOINC, POSITION, SNOMED, UCUM
from medassist.domain.vitals.rules.signs import qualifier
from medassist.exchange.shows import shows
from medassist.kernel.errors import Invalid, Missing
from medassist.kernel.identifiers import uuid_or_none

Resource = dict[str, Any]
BASE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-vital-signs"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
CATEGORIES = {"vital-signs": "Vital Signs", "survey": "Survey", "exam": "Exam"}
CUFF = {"system": LOINC, "code": "8358-4", "display": "Blood pressure device Cuff size"}
ELSEWHERE = "another system"
OURS = {"resourceType", "id", "text", "status", "subject"}
"""What of an Observation that came by itself is ours to say; its narrative told of another status."""


# ---------------------------------------------------------------------------------------------------- in
def mine(resource: Resource) -> bool:
    """Whether this Observation is a vital sign that this domain can read."""
    return observation.read(resource) is not None


def from_fhir(*resources: Resource, take: bool = False, **more: Any) -> ReceiveVitals | TakeVitals:
    """One Observation, a panel, or several of one patient and time, as inputs; references hold our keys.

    What a system sends is received; `take` is for a person who measured and sends it by a program of their own.
    """
    seen = [one for one in map(observation.read, resources) if one is not None]
    if not seen or len(seen) != len(resources):
        raise Invalid({"code": ["This Observation holds no vital sign with a value that is known here."]})
    first = seen[0]
    if any((one.patient, one.at) != (first.patient, first.at) for one in seen):
        raise Invalid({"effective": ["One set has one patient and one time."]})
    if any(one.wrong for one in seen):
        raise Invalid({"status": ["This was entered in error; there is nothing to take in."]})
    given = {"patient": first.patient, "taken_at": first.at, "found": list(_found(seen, resources)), **more}
    if (visit := _visit(first)) is not None:
        given.setdefault("visit", visit)
    if take:
        return TakeVitals.of(**given)
    return ReceiveVitals.of(**{"device": first.device or ELSEWHERE, **given})


def _visit(seen: observation.Seen) -> UUID | None:
    """The visit of ours that the Observation names, if it is this patient's."""
    visit = uuid_or_none(seen.encounter)
    try:
        return visit if visit and str(visits.where(visit)["patient"]) == seen.patient else None
    except Missing:
        return None


def _found(seen: list[observation.Seen], resources: tuple[Resource, ...]) -> Iterable[Found]:
    """What each Observation tells; a sign told twice is measured twice."""
    times: dict[str, int] = {}
    for one, resource in zip(seen, resources, strict=True):
        sent = {name: value for name, value in resource.items() if name not in OURS}
        for place, part in enumerate(one.readings):
            times[part.sign] = times.get(part.sign, 0) + 1
            yield Found(
                sign=part.sign, value=part.value, unit=part.unit, on=part.on, ordinal=times[part.sign],
                body_site=part.body_site, method=part.method, position=part.position, qualifiers=part.qualifiers,
                sent=None if place else sent,
            )  # fmt: skip


# ---------------------------------------------------------------------------------------------------- out
@shows("vitals.taken", "vitals.received", "vitals.confirmed")
def to_fhir(taken: VitalSet) -> list[Resource]:
    """A set as US Core Observations, one a sign, the two pressures in one."""
    return [_ours(one, foreign) for one, foreign in _observations(Reading.objects.filter(of=taken))]


@shows("vitals.corrected")
def corrected_to_fhir(made: list[Reading]) -> list[Resource]:
    """What was wrong as entered in error, and what stands in its place."""
    touched = {id for row in made for id in (row.observation, row.replaces and row.replaces.observation) if id}
    return [_ours(one, foreign) for one, foreign in _observations(Reading.objects.filter(observation__in=touched))]


def observations(ids: Iterable[UUID]) -> list[Resource]:
    """Observations by their keys, as they stand now."""
    return [one for one, _ in _observations(Reading.objects.filter(observation__in=list(ids)))]


def _ours(one: Resource, foreign: bool) -> Resource:
    """What we say of an Observation: all of our own; of one that came from elsewhere only how sure it is now."""
    return {name: one[name] for name in ("resourceType", "id", "status")} if foreign else one


def _observations(rows: Any) -> list[tuple[Resource, bool]]:
    """Observations, each with whether it came from elsewhere."""
    rows = rows.filter(observation__isnull=False)
    rows = list(rows.select_related("of", "of__patient", "replaced_by").order_by("recorded_at", "id"))
    groups: dict[UUID, list[Reading]] = {}
    for row in rows:
        if not row.taken_back:
            groups.setdefault(row.observation, []).append(row)
    sets = {row.of_id for row in rows}
    confirmed = set(Confirmation.objects.filter(of__in=sets).values_list("of_id", flat=True))
    who = {by: _performer(by) for by in {row.of.by for row in rows if not row.of.received}}
    return [(_observation(id, _last(group), confirmed, who), _foreign(group)) for id, group in groups.items()]


def _foreign(group: list[Reading]) -> bool:
    # what we put in place of a foreign one is our own; all of its rows replace something
    return group[0].of.received and any(row.replaces_id is None for row in group)


def _last(group: list[Reading]) -> list[Reading]:
    """The newest row of each sign of one Observation: an adopted one keeps its key through its sender's changes."""
    newest = {row.sign: row for row in group}
    order = list(rules.SIGNS)
    return sorted(newest.values(), key=lambda row: order.index(row.sign))


def _performer(actor: UUID) -> Resource | None:
    person = office.staff_by_actor(actor)
    return {"reference": f"Practitioner/{person.pk}", "display": person.name} if person else None


def _observation(id: UUID, rows: list[Reading], confirmed: set[UUID], who: dict[UUID, Resource | None]) -> Resource:
    first, of = rows[0], rows[0].of
    sign = rules.sign(first.sign)
    if sent := next((row.sent for row in rows if row.sent), None):
        told = text.value(sent.encode())
        return {"resourceType": "Observation", "id": str(id), **told, "status": _status(rows, confirmed),
                "subject": {"reference": f"Patient/{of.patient_id}"}}  # fmt: skip
    by = who.get(of.by)
    made: Resource = {
        "resourceType": "Observation",
        "id": str(id),
        "meta": {"profile": _profiles(sign)} if sign.category == "vital-signs" else None,
        "extension": _position(first),
        "status": _status(rows, confirmed),
        "category": [{"coding": [_coded(CATEGORY, sign.category, CATEGORIES[sign.category])]}],
        "code": _code(first),
        "subject": {"reference": f"Patient/{of.patient_id}"},
        "encounter": {"reference": f"Encounter/{of.visit_id}"} if of.visit_id else None,
        "effectiveDateTime": first.taken_at.isoformat(),
        "issued": first.recorded_at.isoformat(),
        "performer": [by] if by else None,
        "interpretation": _judged(rows),
        "note": _notes(rows),
        "bodySite": _concept("site", first.body_site),
        "method": _concept("method", first.method),
        "device": {"display": of.device} if of.device else None,
        "derivedFrom": [{"reference": f"Observation/{one}"} for one in first.qualifiers.get("from", ())],
        **_values(rows),
    }
    return {name: value for name, value in made.items() if value not in (None, [])}


def _profiles(sign: rules.Sign) -> list[str]:
    own = sign.profile or rules.PANELS.get(sign.panel, {}).get("profile", "")
    return [one for one in (own, BASE) if one]


def _status(rows: list[Reading], confirmed: set[UUID]) -> str:
    """Entered in error when something replaced it; amended when it replaces something; else as sure as its set."""
    of = rows[0].of
    if any(hasattr(row, "replaced_by") for row in rows):
        return "entered-in-error"
    if of.status == "preliminary" and of.pk not in confirmed:
        return "preliminary"
    return "amended" if any(row.replaces_id for row in rows) else "final"


def _code(row: Reading) -> Resource:
    """The code of a sign, or of the panel in which it is shown."""
    sign = rules.sign(row.sign)
    panel = rules.PANELS.get(sign.panel, {})
    if "code" in panel:
        return {"coding": [_coded(LOINC, panel["code"], panel["display"])], "text": "Blood pressure"}
    lying = row.sign == "height" and row.position in ("lying", "supine")
    codings = [
        _coded(LOINC, one["code"], one["display"])
        for one in sign.codes
        if one is sign.codes[0] or one.get("beside") or lying and one.get("written_when_lying")
    ]
    return {"coding": codings, "text": "Body length" if lying else sign.label}


def _coded(system: str, code: str, display: str) -> Resource:
    return {"system": system, "code": code, "display": display}


def _values(rows: list[Reading]) -> Resource:
    """The value of a sign, or the components of a panel."""
    first = rows[0]
    sign = rules.sign(first.sign)
    cuff = _cuff(first)
    if "code" in rules.PANELS.get(sign.panel, {}):
        return {"component": [*(_component(row) for row in rows), *cuff]}
    found = _value(first)
    more = [*(_component(row) for row in rows[1:]), *cuff]
    return {**found, "component": more} if more else found


def _component(row: Reading) -> Resource:
    sign = rules.sign(row.sign)
    return {"code": {"coding": [_coded(LOINC, sign.code, sign.display)], "text": sign.label}, **_value(row)}


def _value(row: Reading) -> Resource:
    if row.on is not None:
        return {"valueDateTime": row.on.isoformat()}
    if row.coded:
        return {"valueCodeableConcept": {"text": rules.answers(row.sign).get(row.coded, row.coded)}}
    quantity: Resource = {"value": _figure(row.value), "unit": units.shown(row.unit) or row.unit}
    if row.standard is not None:
        quantity |= {"system": UCUM, "code": row.unit}
    return {"valueQuantity": quantity}


def _figure(value: Decimal | None) -> Decimal | int | None:
    """A whole number without a point, as everybody writes it."""
    if value is not None and value == value.to_integral_value() and abs(value) < 10**15:
        return int(value)
    return value


def _judged(rows: list[Reading]) -> list[Resource] | None:
    """HL7's interpretation of what stands beside the value on our screens."""
    first = rows[0]
    years = rules.years(first.of.patient.birth_date, local_day(first.taken_at))
    by_sign = {row.sign: row.standard for row in rows}
    if first.sign in ("systolic", "diastolic"):
        return rules.interpretation(rules.judge_pressure(by_sign.get("systolic"), by_sign.get("diastolic"), years))
    if first.standard is None:
        return None
    oxygen = bool(by_sign.get("oxygen_flow"))
    standard = rules.sign(first.sign).standard
    return rules.interpretation(rules.judge(first.sign, first.standard, standard, years, oxygen=oxygen))


def _concept(kind: str, key: str) -> Resource | None:
    """A qualifier as a concept: with its SNOMED code where there is one, else in words."""
    if not key:
        return None
    found = qualifier(kind, key)
    if found is None:
        return {"text": key}
    coding = [_coded(SNOMED, found["code"], found["display"])] if "code" in found else []
    return {"coding": coding, "text": found["word"]} if coding else {"text": found["word"]}


def _position(row: Reading) -> list[Resource] | None:
    concept = _concept("position", row.position)
    return [{"url": POSITION, "valueCodeableConcept": concept}] if concept else None


def _cuff(row: Reading) -> list[Resource]:
    concept = _concept("cuff", row.qualifiers.get("cuff", ""))
    return [{"code": {"coding": [CUFF], "text": "Cuff"}, "valueCodeableConcept": concept}] if concept else []


def _notes(rows: list[Reading]) -> list[Resource] | None:
    """What has no element of its own: how it was taken, why it was corrected, what was asked about it."""
    first, of = rows[0], rows[0].of
    said = [
        rules.qualifier_word(kind, first.qualifiers[kind])
        for kind in ("rhythm", "oxygen", "clothing", "pain_scale", "note")
        if kind in first.qualifiers
    ]
    said += [f"Corrected: {row.reason}" for row in rows[:1] if row.replaces_id]
    said += [
        f"{'Reported as' if of.status == 'preliminary' else 'Confirmed'}: {why}" for row in rows for why in row.doubts
    ]
    said += [of.note] if of.note else []
    return [{"text": words} for words in said] or None
