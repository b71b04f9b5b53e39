"""Rules between elements that a schema can't say; named as FHIR R4 names them (hl7.org/fhir/R4)."""

from collections.abc import Iterator

from medassist.codecs.fhir import moments

Broken = Iterator[tuple[str, str]]


def contained_ids(resource: dict) -> set[str]:
    """The ids of the resources that it contains."""
    return {c["id"] for c in resource.get("contained", ()) if isinstance(c, dict) and isinstance(c.get("id"), str)}


def broken(resource: dict, beside: frozenset[str] = frozenset()) -> Broken:
    """(place, why) of every rule that it breaks."""
    kind = resource["resourceType"]
    known = contained_ids(resource) | beside
    yield from _everywhere(resource, kind, known)
    if rule := OF_TYPE.get(kind):
        yield from rule(resource)


def _everywhere(value: dict, place: str, known: set) -> Broken:
    if "reference" in value or "end" in value or "high" in value:
        yield from _element(value, place, known)
    for key, inner in value.items():
        if type(inner) is dict:
            yield from _everywhere(inner, f"{place}.{key}", known)
        elif type(inner) is list and key != "contained":
            for n, one in enumerate(inner):
                if type(one) is dict:
                    yield from _everywhere(one, f"{place}.{key}[{n}]", known)


def _element(value: dict, place: str, known: set) -> Broken:
    reference = value.get("reference")
    if type(reference) is str and len(reference) > 1 and reference[0] == "#" and reference[1:] not in known:
        yield place, f"ref-1: {reference[:70]} is not contained in this resource"
    start, end = value.get("start"), value.get("end")
    if type(start) is str and type(end) is str and moments.period(start)[0] >= moments.period(end)[1]:
        yield place, "per-1: it ends before it starts"
    low, high = value.get("low"), value.get("high")
    if type(low) is dict and type(high) is dict and low.get("code") == high.get("code"):
        a, b = low.get("value"), high.get("value")
        if a is not None and b is not None and a > b:
            yield place, "rng-2: its low is above its high"


def _codes(concept) -> set:
    return {c.get("code") for c in (concept or {}).get("coding", ())}


def _observation(r: dict) -> Broken:
    has_value = any(k.startswith("value") for k in r)
    mine = {(c.get("system"), c.get("code")) for c in r["code"].get("coding", ())}
    for c in r.get("component", ()) if has_value and mine else ():
        if mine == {(k.get("system"), k.get("code")) for k in c["code"].get("coding", ())}:
            yield "Observation.component", "obs-7: a component says again what the observation's own value says"


def _patient(r: dict) -> Broken:
    for n, c in enumerate(r.get("contact", ())):
        if not c.keys() & {"name", "telecom", "address", "organization"}:
            yield f"Patient.contact[{n}]", "pat-1: a contact needs a name, a telecom, an address or an organization"


def _allergy(r: dict) -> Broken:
    mistaken = "entered-in-error" in _codes(r.get("verificationStatus"))
    if mistaken and "clinicalStatus" in r:
        yield "AllergyIntolerance.clinicalStatus", "ait-2: what was entered in error has no clinical status"
    if not mistaken and "clinicalStatus" not in r:
        yield "AllergyIntolerance", "ait-1: clinicalStatus is missing"


def _condition(r: dict) -> Broken:
    status = _codes(r.get("clinicalStatus"))
    if any(k.startswith("abatement") for k in r) and not status & {"inactive", "resolved", "remission"}:
        yield "Condition.abatement", "con-4: an abated condition is inactive, resolved or in remission"
    if "entered-in-error" in _codes(r.get("verificationStatus")) and status:
        yield "Condition.clinicalStatus", "con-5: what was entered in error has no clinical status"


def _appointment(r: dict) -> Broken:
    for n, p in enumerate(r["participant"]):
        if not p.keys() & {"type", "actor"}:
            yield f"Appointment.participant[{n}]", "app-1: a participant needs a type or an actor"
    if ("start" in r) != ("end" in r):
        yield "Appointment", "app-2: start and end stand together or not at all"
    if "start" not in r and r.get("status") not in ("proposed", "cancelled", "waitlist"):
        yield "Appointment", "app-3: start and end are missing"
    if "cancelationReason" in r and r.get("status") not in ("cancelled", "noshow"):
        yield "Appointment.cancelationReason", "app-4: only what is cancelled or a no-show has such a reason"


OF_TYPE = {
    "Observation": _observation,
    "Patient": _patient,
    "AllergyIntolerance": _allergy,
    "Condition": _condition,
    "Appointment": _appointment,
}
