"""What a resource can be found by: its search values, found along paths that are compiled to Python once a type."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from functools import cache
from typing import Any

from medassist.codecs.fhir import moments, parameters, references

LONGEST = 250  # characters of a text that are searched
LARGEST = Decimal("1e30")  # beyond it a quantity is kept but not searched
_SPACE = re.compile(r"\s+")


@dataclass(slots=True)
class Found:
    """The search values of one resource. A token is written as it is searched: `code=system|code`, `code=code`, …"""

    zone: tzinfo = UTC
    tokens: set[str] = field(default_factory=set)
    dates: list[tuple[str, datetime, datetime]] = field(default_factory=list)
    texts: list[tuple[str, str, str]] = field(default_factory=list)
    """(parameter, as it is compared, as it stands)"""
    quantities: list[tuple[str, Decimal, str, str, str]] = field(default_factory=list)
    """(parameter, value, system, code, unit)"""
    patient: str = ""
    """the FHIR id of the patient in whose compartment it is"""


def plain(text: str) -> str:
    """A text as it is compared: without case, accents, punctuation and doubled blanks."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    kept = "".join(c if c.isalnum() else " " if c.isspace() or c in "-/" else "" for c in text.casefold())
    return _SPACE.sub(" ", kept).strip()[:LONGEST]


def find(resource: dict, zone: tzinfo = UTC) -> Found:
    """All search values of a resource. Dates without a zone are read in `zone`."""
    found = Found(zone)
    kind = resource["resourceType"]
    routes, silent = _compiled(kind)
    for key, value in resource.items():
        for code, walk, take in routes.get(key, ()):
            for one in walk(value):
                take(found, code, one)
    for code, token in silent:
        if token not in found.tokens:
            found.tokens.update((f"{code}=false", f"{code}?"))
    found.patient = resource.get("id", "") if kind == "Patient" else _patient(kind, resource)
    return found


def references_of(resource: dict, code: str) -> list[str]:
    """The references that one parameter finds, as Type/id where they are local."""
    found = Found()
    for key, value in resource.items():
        for name, walk, take in _compiled(resource["resourceType"])[0].get(key, ()):
            if name == code:
                for one in walk(value):
                    take(found, code, one)
    head = f"{code}="
    return sorted(t.removeprefix(head) for t in found.tokens if t.startswith(head))


def _patient(kind: str, resource: dict) -> str:
    """The patient whose chart this belongs to, by the parameters of the Patient compartment."""
    for walk in _compartment(kind):
        for one in walk(resource):
            named = references.local(one.get("reference")) if isinstance(one, dict) else None
            if named and named[0] == "Patient":
                return named[1]
    return ""


@cache
def _compartment(kind: str) -> tuple[Callable, ...]:
    known = parameters.of(kind)
    return tuple(
        _walker(tuple(path["steps"]))
        for code in parameters.compartment(kind)
        if code in known
        for path in known[code].paths
        if path["as"] == "Reference"
    )


# ------------------------------------------------------------------------------------------------ paths to Python
Walk = Callable[[Any], Iterator[Any]]


@cache
def _compiled(kind: str) -> tuple[dict[str, list[tuple[str, Walk, Callable]]], list[tuple[str, str]]]:
    """By first element the (parameter, walk, take) that begin there; and the parameters that are false when silent."""
    routes: dict[str, list] = {}
    silent = []
    for code, p in (parameters.everywhere() | parameters.of(kind)).items():
        if code in ("_id", "_lastUpdated"):  # columns of the exchange's own
            continue
        for path in p.paths:
            first, *rest = path["steps"]
            if path["as"] == "exists":
                silent.append((code, f"{code}=true"))
            routes.setdefault(first, []).append((code, _after(tuple(map(_frozen, rest))), _taker(p.type, path)))
    return routes, sorted(set(silent))


def _frozen(step):
    return step if isinstance(step, str) else tuple(step.items())[0]


def _flat(value) -> Iterator:
    return iter(value) if isinstance(value, list) else iter((value,))


@cache
def _after(steps: tuple) -> Walk:
    """What is found from an element's value on."""
    if not steps:
        return _flat

    def walk(value):
        values = value if isinstance(value, list) else [value]
        for step in steps:
            values = _step(values, step)
        return iter(values)

    return walk


def _step(values: list, step) -> list:
    if isinstance(step, tuple):
        return [v for v in values if _fits(v, *step)]
    found = []
    for v in values:
        inner = v.get(step) if isinstance(v, dict) else None
        if isinstance(inner, list):
            found.extend(inner)
        elif inner is not None:
            found.append(inner)
    return found


def _fits(value, field: str, wanted: str) -> bool:
    if not isinstance(value, dict):
        return False
    if field != "->":
        return value.get(field) == wanted
    named = references.local(value.get("reference"))
    return named[0] == wanted if named else value.get("type") == wanted


def _walker(steps: tuple) -> Walk:
    first, *rest = steps
    after = _after(tuple(map(_frozen, rest)))
    return lambda resource: after(resource[first]) if first in resource else iter(())


# ------------------------------------------------------------------------------------------------ values of each kind
def _taker(kind: str, path: dict) -> Callable[[Found, str, Any], None]:
    if kind == "token":
        if path["as"] == "exists":
            return _take_exists
        if system := path.get("system"):
            return lambda found, code, value: _take_code(found, code, value, system)
        return _TOKENS.get(path["as"], _take_plain_token)
    if kind == "reference":
        return _take_reference if path["as"] == "Reference" else _take_canonical
    if kind == "date":
        return {"Period": _take_span, "Timing": _take_timing}.get(path["as"], _take_date)
    if kind == "quantity":
        return {"Money": _take_money, "Range": _take_range}.get(path["as"], _take_quantity)
    return {"string": _take_string, "number": _take_number, "uri": _take_uri}[kind]


def token(code: str, system: str | None, value: str | None) -> Iterator[str]:
    """The ways in which one coded value can be asked for."""
    system = system.casefold() if system else ""
    yield f"{code}?"
    if system:
        yield f"{code}={system}|"
    if value:
        value = value.casefold()
        yield f"{code}={value}"
        yield f"{code}={system}|{value}"


def _take_code(found: Found, code: str, value, system: str) -> None:
    if isinstance(value, str):
        found.tokens.update(token(code, system, value))


def _take_plain_token(found: Found, code: str, value) -> None:
    if isinstance(value, bool):
        value = "true" if value else "false"
    if isinstance(value, str):
        found.tokens.update(token(code, None, value))


def _take_exists(found: Found, code: str, value) -> None:
    if value is not False:
        found.tokens.update((f"{code}=true", f"{code}?"))


def _take_coding(found: Found, code: str, value) -> None:
    if isinstance(value, dict):
        found.tokens.update(token(code, value.get("system"), value.get("code")))


def _take_concept(found: Found, code: str, value) -> None:
    if isinstance(value, dict):
        for one in value.get("coding", ()):
            _take_coding(found, code, one)
        found.tokens.add(f"{code}?")


def _take_identifier(found: Found, code: str, value) -> None:
    if not isinstance(value, dict):
        return
    found.tokens.update(token(code, value.get("system"), value.get("value")))
    for kind in (value.get("type") or {}).get("coding", ()):
        if kind.get("code") and value.get("value"):
            of_type = f"{kind.get('system', '')}|{kind['code']}|{value['value']}"
            found.tokens.add(f"{code}:of-type={of_type.casefold()}")


def _take_contact(found: Found, code: str, value) -> None:
    if isinstance(value, dict) and value.get("value"):
        found.tokens.update(token(code, value.get("use"), value["value"]))


_TOKENS = {
    "Coding": _take_coding,
    "CodeableConcept": _take_concept,
    "Identifier": _take_identifier,
    "ContactPoint": _take_contact,
}


def _take_reference(found: Found, code: str, value) -> None:
    if not isinstance(value, dict):
        return
    text = value.get("reference")
    if text and text[0] != "#":
        named = references.local(text)
        found.tokens.update((f"{code}={'/'.join(named) if named else text}", f"{code}?"))
    if of := value.get("identifier"):
        if of.get("value"):
            system = (of.get("system") or "").casefold()
            found.tokens.add(f"{code}:identifier={system}|{of['value'].casefold()}")
        found.tokens.add(f"{code}?")


def _take_canonical(found: Found, code: str, value) -> None:
    if isinstance(value, str):
        found.tokens.update((f"{code}={value}", f"{code}={value.partition('|')[0]}", f"{code}?"))


def _take_uri(found: Found, code: str, value) -> None:
    if isinstance(value, str):
        found.tokens.update((f"{code}={value}", f"{code}?"))


def _take_date(found: Found, code: str, value) -> None:
    if isinstance(value, str):
        found.dates.append((code, *moments.period(value, found.zone)))


def _take_span(found: Found, code: str, value) -> None:
    if isinstance(value, dict) and ("start" in value or "end" in value):
        found.dates.append((code, *moments.span(value, found.zone)))


def _take_timing(found: Found, code: str, value) -> None:
    if isinstance(value, dict) and (limits := moments.timing(value, found.zone)):
        found.dates.append((code, *limits))


def _take_string(found: Found, code: str, value) -> None:
    if isinstance(value, str):
        if text := plain(value):
            found.texts.append((code, text, value[:LONGEST]))
    elif isinstance(value, dict):
        for part in (
            "text",
            "family",
            "given",
            "prefix",
            "suffix",
            "line",
            "city",
            "district",
            "state",
            "postalCode",
            "country",
        ):
            for one in _flat(value.get(part) or ()):
                _take_string(found, code, one)


def _number(value) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return None
    value = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    return value if value.is_finite() and abs(value) <= LARGEST and value.as_tuple().exponent > -30 else None


def _take_number(found: Found, code: str, value) -> None:
    if (number := _number(value)) is not None:
        found.quantities.append((code, number, "", "", ""))


def _take_quantity(found: Found, code: str, value) -> None:
    if isinstance(value, dict) and (number := _number(value.get("value"))) is not None:
        unit = (value.get("unit") or "")[:LONGEST]
        found.quantities.append((code, number, value.get("system") or "", value.get("code") or "", unit))


def _take_money(found: Found, code: str, value) -> None:
    if isinstance(value, dict) and (number := _number(value.get("value"))) is not None:
        found.quantities.append((code, number, "urn:iso:std:iso:4217", value.get("currency") or "", ""))


def _take_range(found: Found, code: str, value) -> None:
    if isinstance(value, dict):
        for end in ("low", "high"):
            _take_quantity(found, code, value.get(end))
