"""R4's official search parameters, by resource type (data made by scripts/fhirdata)."""

import gzip
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Parameter:
    """One search parameter of one type. `paths` are the routes to its values, `parts` those of a composite."""

    code: str
    type: str
    url: str
    target: tuple[str, ...] = ()
    paths: tuple[Any, ...] = ()
    parts: tuple[str, ...] = ()


@cache
def _published() -> dict:
    return json.loads(gzip.decompress((files(__package__) / "data" / "search.json.gz").read_bytes()))


@cache
def of(kind: str) -> dict[str, Parameter]:
    """The parameters of a resource type by code, without those that every type has."""
    return {code: _parameter(code, p) for code, p in _published()["parameters"].get(kind, {}).items()}


@cache
def everywhere() -> dict[str, Parameter]:
    """The parameters that every type has: _id, _lastUpdated, _tag …"""
    return of("Resource")


def find(kind: str, code: str) -> Parameter | None:
    """One parameter, or None."""
    return of(kind).get(code) or everywhere().get(code)


@cache
def compartment(kind: str) -> tuple[str, ...]:
    """The parameters that put a resource into a patient's compartment, the surest first."""
    first = {"patient": 0, "subject": 1, "beneficiary": 2, "actor": 3}
    return tuple(sorted(_published()["compartment"].get(kind, ()), key=lambda p: first.get(p, 9)))


def _parameter(code: str, p: dict) -> Parameter:
    return Parameter(code, p["type"], p["url"], _target(p), tuple(p.get("paths", ())), tuple(p.get("parts", ())))


def _target(p: dict) -> tuple[str, ...]:
    """The types it can lead to: those that its paths ask for (`where(resolve() is Patient)`), else those it lists."""
    asked = [[s["->"] for s in path["steps"] if isinstance(s, dict) and "->" in s] for path in p.get("paths", ())]
    if asked and all(asked):
        return tuple(dict.fromkeys(t for one in asked for t in one))
    return tuple(p.get("target", ()))
