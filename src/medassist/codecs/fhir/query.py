"""FHIR search as it is written (`date=ge2026-01&code=8480-6,8462-4`) taken apart; hl7.org/fhir/R4/search.html."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import parse_qsl

from medassist.codecs.fhir import parameters
from medassist.codecs.fhir.parameters import Parameter

MODIFIERS = {
    "token": {"", "not", "missing", "of-type"},
    "reference": {"", "missing", "identifier"},
    "string": {"", "exact", "contains", "missing"},
    "date": {"", "missing"}, "quantity": {"", "missing"}, "number": {"", "missing"},
    "uri": {"", "missing"}, "composite": {""},
}  # fmt: skip
PREFIXES = ("eq", "ne", "gt", "ge", "lt", "le", "sa", "eb", "ap")
CONTROL = {
    "_sort",
    "_count",
    "_include",
    "_revinclude",
    "_summary",
    "_elements",
    "_total",
    "_format",
    "_pretty",
    "_cursor",
}
_NUMBER = re.compile(r"[+-]?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,3})?", re.ASCII)
LONGEST, MOST = 2000, 300  # characters of one value, values of one parameter


class Unfit(ValueError):
    """This search can't be done; the text says why. `code` is FHIR's IssueType."""

    def __init__(self, why: str, code: str = "invalid"):
        self.code = code
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One parameter of a search with its alternatives; `chain` is what the referred-to resource must fulfil."""

    parameter: Parameter
    modifier: str = ""
    values: tuple[str, ...] = ()
    chain: tuple[str, "Criterion"] | None = None
    """(type referred to, its criterion)"""
    reverse: tuple[str, str, "Criterion"] | None = None
    """_has: (type that refers to us, by which parameter, its criterion)"""


@dataclass(slots=True)
class Asked:
    """A whole search."""

    kind: str
    criteria: list[Criterion] = field(default_factory=list)
    sort: list[tuple[str, bool]] = field(default_factory=list)
    """(parameter, downwards)"""
    count: int | None = None
    include: list[tuple[str, str, str]] = field(default_factory=list)
    """(type, parameter, target type or "")"""
    revinclude: list[tuple[str, str, str]] = field(default_factory=list)
    summary: str = ""
    total: str = ""
    cursor: str = ""
    unknown: list[str] = field(default_factory=list)


def pairs(text: str) -> list[tuple[str, str]]:
    """(name, value) of a search as written in an address or a header."""
    return parse_qsl(text.lstrip("?"), keep_blank_values=True)


def read(kind: str, pairs: Iterable[tuple[str, str]]) -> Asked:
    """A search of one type from its (name, value) pairs. Unfit when it can't be done; unknown names are listed."""
    asked = Asked(kind)
    for name, value in pairs:
        if len(value) > LONGEST * 10:
            raise Unfit(f"{name}: the value is too long", "too-long")
        if name in CONTROL:
            _control(asked, name, value)
        elif value != "":
            try:
                asked.criteria.append(criterion(kind, name, value))
            except KeyError:
                asked.unknown.append(name)
    return asked


def criterion(kind: str, name: str, value: str, depth: int = 0) -> Criterion:
    """One criterion; KeyError when the type has no such parameter."""
    if name.startswith("_has:"):
        return _reverse(kind, name, value, depth)
    head, dot, rest = name.partition(".")
    code, _, modifier = head.partition(":")
    p = parameters.find(kind, code)
    if p is None:
        raise KeyError(name)
    if dot:
        return _chained(p, modifier, rest, value, depth)
    if p.type == "reference" and modifier in p.target:
        return Criterion(p, "", tuple(v if "/" in v else f"{modifier}/{v}" for v in alternatives(value)))
    if modifier not in MODIFIERS[p.type]:
        raise Unfit(f"{name}: the modifier :{modifier} is not supported here", "not-supported")
    if modifier == "missing" and value not in ("true", "false"):
        raise Unfit(f"{name} is true or false")
    values = tuple(v[:LONGEST] for v in alternatives(value))
    if len(values) > MOST:
        raise Unfit(f"{name}: more than {MOST} values", "too-costly")
    return Criterion(p, modifier, values)


def _chained(p: Parameter, modifier: str, rest: str, value: str, depth: int) -> Criterion:
    if p.type != "reference" or depth > 2:
        raise Unfit(f"{p.code}.{rest}: only references can be chained, up to three", "not-supported")
    targets = [modifier] if modifier else [t for t in p.target if parameters.find(t, re.split("[.:]", rest)[0])]
    if len(targets) != 1:
        raise Unfit(f"{p.code}.{rest}: name the type, as in {p.code}:Patient.{rest}", "not-supported")
    return Criterion(p, chain=(targets[0], criterion(targets[0], rest, value, depth + 1)))


def _reverse(kind: str, name: str, value: str, depth: int) -> Criterion:
    parts = name.split(":", 3)
    if len(parts) != 4 or depth > 1:
        raise Unfit(f"{name}: written as _has:Observation:patient:code", "invalid")
    _, other, code, rest = parts
    p = parameters.find(other, code)
    if p is None or p.type != "reference":
        raise Unfit(f"{name}: {other} has no reference parameter {code}", "invalid")
    return Criterion(parameters.everywhere()["_id"], reverse=(other, code, criterion(other, rest, value, depth + 1)))


def alternatives(text: str) -> list[str]:
    """The values between commas; \\, \\| \\$ and \\\\ stand for themselves (\\| and \\$ are left for later)."""
    found, now, escaped = [], "", False
    for c in text:
        if escaped:
            now += c if c in ",\\" else f"\\{c}"
            escaped = False
        elif c == "\\":
            escaped = True
        elif c == ",":
            found.append(now)
            now = ""
        else:
            now += c
    return [v for v in [*found, now] if v != ""]


def parts(text: str, by: str = "|") -> list[str]:
    """The parts of one value between | or $ that are not escaped."""
    return [re.sub(r"\\([|$])", r"\1", p) for p in re.split(rf"(?<!\\){re.escape(by)}", text)]


def prefixed(text: str) -> tuple[str, str]:
    """(prefix, rest) of a date or number; eq when none stands there."""
    return (text[:2], text[2:]) if text[:2] in PREFIXES else ("eq", text)


def number(text: str) -> tuple[Decimal, Decimal, Decimal]:
    """(value, low, high) of a number as written: 5.40 means 5.395 to 5.405."""
    value = Decimal(text) if _NUMBER.fullmatch(text) else Decimal("NaN")
    places = value.as_tuple().exponent
    if not isinstance(places, int) or not -30 < places < 30 or abs(value) > Decimal("1e30"):
        raise Unfit(f"{text[:40]!r} is not a number")
    half = Decimal(5).scaleb(places - 1)
    return value, value - half, value + half


def _control(asked: Asked, name: str, value: str) -> None:
    if name == "_count":
        if not value.isdigit():
            raise Unfit("_count is a number")
        asked.count = int(value[:9])
    elif name == "_sort":
        asked.sort += [(s.lstrip("-"), s.startswith("-")) for s in value.split(",") if s]
    elif name in ("_include", "_revinclude"):
        _include(asked.include if name == "_include" else asked.revinclude, name, value)
    elif name in ("_summary", "_total", "_cursor"):
        setattr(asked, name[1:], value)


def _include(into: list, name: str, value: str) -> None:
    kind, _, rest = value.partition(":")
    code, _, target = rest.partition(":")
    p = parameters.find(kind, code)
    if p is None or p.type != "reference":
        raise Unfit(f"{name}={value[:80]}: {kind} has no reference parameter {code}")
    into.append((kind, code, target))
