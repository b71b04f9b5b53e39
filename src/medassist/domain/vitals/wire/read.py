"""FHIR Observations read as inputs: what another system reports, and what it puts right."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from medassist.domain.visits import queries as visits
from medassist.domain.vitals.inputs import AmendObservation, Found, ReceiveVitals, TakeVitals
from medassist.domain.vitals.models import Reading, VitalSet
from medassist.domain.vitals.rules import observation
from medassist.domain.vitals.wire.show import observations
from medassist.kernel.errors import Invalid, Missing
from medassist.kernel.identifiers import uuid_or_none

Resource = dict[str, Any]
ELSEWHERE = "another system"
OURS = {"resourceType", "id", "text", "status", "subject"}
"""What of an Observation that came by itself is ours to say; its narrative told of another status."""
NOTHING = "This Observation holds no vital sign with a value that is known here."
LIST_ONLY = "This panel only lists others. Send the Observations that it lists."
WHY = "Say in a new note why it is changed."
ELEMENTS = {"patient": "subject", "taken_at": "effective", "visit": "encounter", "device": "device", "on": "value"}
"""A field of the inputs to the element that told it."""


def mine(resource: Resource) -> bool:
    """Whether this Observation is a vital sign that this domain can read."""
    return observation.read(resource) is not None


def from_fhir(*resources: Resource, take: bool = False, **more: Any) -> ReceiveVitals | TakeVitals:
    """One Observation, a panel, or several of one patient and time, as inputs; references hold our keys.

    What a system sends is received; `take` is for a person who measured and sends it by a program of their own.
    """
    resources = tuple(one for one in resources if not _lists(one)) or resources
    seen = [one for one in map(observation.read, resources) if one is not None]
    if not seen or len(seen) != len(resources):
        raise Invalid({"code": [LIST_ONLY if _lists(resources[0]) else NOTHING]})
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


def _lists(resource: Resource) -> bool:
    """Whether an Observation only lists others, as the panel of a set does."""
    return "hasMember" in resource and observation.read(resource) is None


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
        for number, part in enumerate(one.readings):
            times[part.sign] = times.get(part.sign, 0) + 1
            yield Found(
                sign=part.sign, value=part.value, unit=part.unit, on=part.on, ordinal=times[part.sign],
                body_site=part.body_site, method=part.method, position=part.position, qualifiers=part.qualifiers,
                sent=None if number else sent,
            )  # fmt: skip


# -- putting right


def change_from_fhir(resource: Resource, key: UUID) -> AmendObservation:
    """An Observation sent again: with other values, or as entered in error; a note that is new says why."""
    seen = observation.read(resource)
    if seen is None:
        raise Invalid({"code": [NOTHING]})
    now = next(iter(observations([key])), None)
    if now is None:
        raise Missing("Observation", key)
    _same_frame(seen, now)
    found = () if seen.wrong else tuple(_found([seen], (resource,)))
    return AmendObservation.of(observation=key, found=found, reason=_reason(resource, now))


def _same_frame(seen: observation.Seen, now: Resource) -> None:
    """Whose it is and when it was measured can't be put right: that is another Observation."""
    was = observation.read(now)
    for name, element in (("patient", "subject"), ("at", "effective")):
        if was is not None and getattr(was, name) != getattr(seen, name):
            raise Invalid({element: ["This can't be changed. Take it back (entered-in-error) and send it anew."]})


def _reason(resource: Resource, now: Resource) -> str:
    """The first note that did not stand there before."""
    before = {note.get("text") for note in now.get("note", ())}
    told = (note.get("text") for note in resource.get("note", ()) if isinstance(note, dict))
    found = next((text for text in told if text and text not in before), None)
    if found is None:
        raise Invalid({"note": [WHY]})
    return str(found)[:500]


# -- what is said about it


def place(resource: Resource, field: str) -> str:
    """The element of an Observation that told a field of the inputs: Observation.component[1].value."""
    name = field.partition(".")[0]
    for number, part in enumerate(resource.get("component") or ()):
        if isinstance(part, dict) and observation.sign_of(part.get("code")) == name:
            return f"Observation.component[{number}].value"
    known = observation.sign_of(resource.get("code")) == name
    return f"Observation.{'value' if known else ELEMENTS.get(name, name)}"


def doubted(made: Any) -> dict[str, list[str]]:
    """What was doubtful about a set that was received, by field; somebody of the office is asked about it."""
    if not isinstance(made, VitalSet):
        return {}
    rows = Reading.objects.filter(of=made).exclude(doubts=[]).values_list("sign", "ordinal", "doubts")
    return {sign if ordinal == 1 else f"{sign}.{ordinal}": why for sign, ordinal, why in rows}
