"""Whether a resource is valid R4: HL7's schema, tightened by the StructureDefinitions, and invariants."""

import gzip
import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import jsonschema_rs

from medassist.codecs.fhir import invariants


class Fault(NamedTuple):
    """One thing wrong: where (Patient.contact[0].name), FHIR's IssueType, and why."""

    at: str
    code: str
    why: str


@cache
def _published() -> dict:
    return json.loads(gzip.decompress((files(__package__) / "data" / "schema.json.gz").read_bytes()))


@cache
def resource_types() -> frozenset[str]:
    """The names of all R4 resource types."""
    return frozenset(_published()["resources"])


@cache
def _refers() -> dict[str, set[str]]:
    return {n: set(re.findall(r"#/definitions/(\w+)", json.dumps(s))) for n, s in _published()["definitions"].items()}


@cache
def _validator(name: str):
    """One validator a type, from the definitions it reaches: the schema of all types gives useless messages."""
    reached, waiting = set(), [name]
    while waiting:
        if (one := waiting.pop()) not in reached:
            reached.add(one)
            waiting += _refers()[one]
    definitions = {n: _published()["definitions"][n] for n in reached}
    return jsonschema_rs.Draft7Validator(
        {"$ref": f"#/definitions/{name}", "definitions": definitions}, pattern_options=jsonschema_rs.RegexOptions()
    )


def faults(resource: dict, most: int = 20, beside: frozenset[str] = frozenset()) -> list[Fault]:
    """What is wrong with it, at most so many; an empty list: valid. `beside`: ids of what is contained around it."""
    kind = resource.get("resourceType")
    if not isinstance(kind, str) or kind not in resource_types():
        return [Fault("", "not-supported", f"{str(kind)[:64]!r} is not a resource type of FHIR R4")]
    validator = _validator(kind)
    if not validator.is_valid(resource):
        spoken = _without_fillers(resource)
        if spoken is resource or not validator.is_valid(spoken):
            return _told(validator, spoken, kind, most)
    found = [Fault(at, "invariant", why) for at, why in invariants.broken(resource, beside)]
    return (found + list(_contained(resource, kind)))[:most]


def _contained(resource: dict, kind: str) -> Iterator[Fault]:
    beside = frozenset(invariants.contained_ids(resource))
    for n, inner in enumerate(resource.get("contained", ())):
        place = f"{kind}.contained[{n}]"
        for rule, why in (
            ("contained", "a contained resource can't contain another"),
            ("id", "a contained resource needs an id"),
        ):
            if (rule in inner) == (rule == "contained"):
                yield Fault(place, "invariant", why)
        for f in faults(inner, beside=beside):
            yield f._replace(at=place + f.at.removeprefix(str(inner.get("resourceType"))))


def _without_fillers(value):
    """JSON writes null in a list of primitives where only the extension beside it says something: leave these out."""
    if isinstance(value, list):
        new = [_without_fillers(v) for v in value]
        return value if all(a is b for a, b in zip(new, value, strict=True)) else new
    if not isinstance(value, dict):
        return value
    new = {}
    for k, v in value.items():
        beside = value.get(k[1:] if k.startswith("_") else f"_{k}")
        if isinstance(v, list) and None in v and isinstance(beside, list) and len(v) == len(beside):
            v = [x for x in v if x is not None]
            if not v:
                continue
        new[k] = _without_fillers(v)
    return value if len(new) == len(value) and all(new[k] is value[k] for k in new) else new


# ---------------------------------------------------------------------------------------------- words for the faults
def _told(validator, resource: dict, kind: str, most: int) -> list[Fault]:
    found = []
    for error in validator.iter_errors(resource):
        found.append(_fault(error, kind))
        if len(found) >= most:
            break
    return sorted(set(found), key=found.index)


def path(kind: str, steps) -> str:
    """Patient.contact[0].name of ['contact', 0, 'name']."""
    return kind + "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in steps)


def _fault(error, kind: str) -> Fault:
    why = type(error.kind).__name__.rsplit("_", 1)[-1]
    tell = _TELL.get(why)
    code, text = tell(error) if tell else ("invalid", f"this does not fit: {error.message[:200]}")
    return Fault(path(kind, error.instance_path), code, text)


def _needed(error) -> tuple[str, str]:
    asked = {e.kind.property for part in error.kind.context for e in part if type(e.kind).__name__.endswith("Required")}
    names = sorted(n for n in asked if not n.startswith("_"))
    if not names:
        return "invalid", "this fits none of the forms that FHIR allows here"
    return "required", f"{' or '.join(names)} is missing" if len(names) < 4 else f"one of {', '.join(names)} is missing"


def _name(error) -> tuple[str, str]:
    name = getattr(getattr(error.kind, "error", None), "instance", "")
    other = error.schema_path[-2] if len(error.schema_path) > 1 else "the other"
    return "structure", f"{name} can't stand beside {other}"


def _pattern(error) -> tuple[str, str]:
    return "value", f"{str(error.instance)[:60]!r} is not written as FHIR writes this"


_TELL = {
    "Required": lambda e: ("required", f"{e.kind.property} is missing"),
    "AdditionalProperties": lambda e: ("structure", f"{', '.join(map(str, e.kind.unexpected))} is not an element here"),
    "Enum": lambda e: ("code-invalid", f"{str(e.instance)[:60]!r} is not one of the codes allowed here"),
    "Contains": lambda e: ("code-invalid", "none of the codings is from the value set that is required here"),
    "Constant": lambda e: ("value", f"{str(e.instance)[:60]!r} is not the value that belongs here"),
    "Type": lambda e: ("structure", f"{_kind_of(e.instance)} stands where {' or '.join(e.kind.types)} belongs"),
    "Pattern": _pattern,
    "AnyOf": _needed,
    "PropertyNames": _name,
    "MinItems": lambda e: ("structure", "a list can't be empty"),
    "MinProperties": lambda e: ("structure", "an element can't be empty"),
    "Minimum": lambda e: ("value", f"{e.instance} is too small"),
    "Maximum": lambda e: ("value", f"{e.instance} is too large"),
}


def _kind_of(value) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
