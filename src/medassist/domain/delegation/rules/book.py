"""The states' files and the classes of acts, read once and laid out for quick answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from medassist.domain.delegation.rules.entries import Entry, lay_out

DATA = Path(__file__).resolve().parent.parent / "data"


class State:
    """One state's file: its entries are laid out when they are first asked for."""

    def __init__(self, code: str, raw: bytes):
        self.code = code
        self.hash = hashlib.sha256(raw).hexdigest()
        self.text = raw.decode()
        self.data: dict[str, Any] = json.loads(raw)
        self.name: str = self.data["name"]
        told = self.data.get("effective") or {}
        self.effective, self.until = day(told.get("from")), day(told.get("to"))
        named = {who for act in self.data["acts"] for who in act["conditions"].get("delegators", ())}
        self.nurses = not {"RN", "LPN"}.isdisjoint(named | set(self.data["supervision_default"]["by"]))
        """Whether a nurse delegates or supervises anything here."""
        self._raw = {act["act"]: act for act in self.data["acts"]}
        self._entries: dict[str, Entry] = {}

    def __contains__(self, act: str) -> bool:
        return act in self._raw

    def outside(self, on: date) -> str:
        """Why the text does not hold on a day, by its own dates; empty when it does (rule 9)."""
        if self.effective and on < self.effective:
            return f"The text is in force from {self.effective} only."
        return f"The text was in force until {self.until} only." if self.until and on > self.until else ""

    def entry(self, act: str) -> Entry:
        """What the file says of this act."""
        found = self._entries.get(act)
        if found is None:
            found = self._entries[act] = lay_out(self, act, self._raw.get(act))
        return found


@cache
def states() -> tuple[str, ...]:
    """The jurisdictions that have a file, as US-XX."""
    return tuple(sorted(f"US-{path.stem}" for path in (DATA / "states").glob("??.json")))


def day(text: str | None) -> date | None:
    """A full date of a file, or None where it has none."""
    return date.fromisoformat(text) if text else None


@dataclass(frozen=True, slots=True)
class Clinical:
    """A clinical act: state files decide for assistants, `licensed` (role to what it takes) for licensed roles."""

    name: str
    hands_on: bool
    licensed: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Tabled:
    """An administrative act or one of the house: decided by roles."""

    name: str
    roles: frozenset[str]
    anywhere: bool = False
    licensed: bool = False


@dataclass(frozen=True, slots=True)
class Acts:
    """All acts by class; an act of no class is refused."""

    clinical: Mapping[str, Clinical]
    administrative: Mapping[str, Tabled]
    house: Mapping[str, Tabled]
    roles: Mapping[str, str]
    licences: Mapping[str, tuple[str, ...]]
    unlicensed: frozenset[str]
    system: frozenset[str]
    grants: Mapping[str, tuple[str, ...]]

    def name(self, act: str) -> str:
        """An act in plain words; its code when it has no class."""
        for kind in (self.clinical, self.administrative, self.house):
            if act in kind:
                return kind[act].name
        return act

    def by_licence(self, kind: str, held: Collection[str]) -> str:
        """What a provider (MD, NP …) is by the licences held: `kind`, else another of its role; empty without one."""
        alike = next((names for names in self.licences.values() if kind in names), ())
        return next((name for name in (kind, *alike) if name in held), "")

    def __contains__(self, act: str) -> bool:
        return act in self.clinical or act in self.administrative or act in self.house


@cache
def acts() -> Acts:
    """The classes of acts."""
    book = json.loads((DATA / "acts.json").read_bytes())
    tables = {name: {r: dict(t) for r, t in table.items()} for name, table in book["licensed"].items()}
    return Acts(
        clinical={k: Clinical(v["name"], v["hands_on"], tables[v["licensed"]]) for k, v in book["clinical"].items()},
        administrative={k: _tabled(v) for k, v in book["administrative"].items()},
        house={k: _tabled(v) for k, v in book["house"].items()},
        roles=book["roles"],
        licences={k: tuple(v) for k, v in book["licences"].items()},
        unlicensed=frozenset(book["unlicensed"]),
        system=frozenset(book["system"]),
        grants={k: tuple(v) for k, v in book["grants"].items()},
    )


def _tabled(row: Mapping[str, Any]) -> Tabled:
    return Tabled(row["name"], frozenset(row["roles"]), row.get("anywhere", False), row.get("licensed", False))
