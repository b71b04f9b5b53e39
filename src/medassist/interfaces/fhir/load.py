"""Taking in FHIR resources from files: checked, adopted by the domain that owns them, else kept as they came."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import unquote
from uuid import UUID

import psycopg
from django.db import DataError, IntegrityError, OperationalError
from pydantic import Field

from medassist.codecs import fhir
from medassist.codecs.fhir import query, references, text
from medassist.exchange import actions as exchange
from medassist.exchange import names, search, store
from medassist.exchange.inputs import Keep
from medassist.exchange.shows import as_received
from medassist.interfaces.fhir import files
from medassist.kernel.action import action
from medassist.kernel.context import Context
from medassist.kernel.doorway import attempt
from medassist.kernel.errors import Conflict, HouseError, Invalid, Missing
from medassist.kernel.identifiers import uuid7
from medassist.kernel.inputs import Inputs
from medassist.kernel.ruling import Act

NAMESPACE = uuid.UUID("6f1f3c3e-0e0b-5f0a-9d8e-5b1a0f3f7a11")  # ids for resources that came without one
ADOPTERS = {
    "Patient": "people", "AllergyIntolerance": "records", "Condition": "records", "MedicationRequest": "records",
    "MedicationStatement": "records", "Observation": "vitals", "Coverage": "billing",
}  # fmt: skip
# the driver's own errors too: they come as they are out of COPY
UNTAKEN = (DataError, IntegrityError, psycopg.DataError, psycopg.IntegrityError)
STOPPED = (OperationalError, psycopg.OperationalError)
NO_KEY = UUID(int=0)  # until it is known under which key it is kept
Keys = dict[tuple[str, str], UUID]
ORDER = ("Organization", "Location", "Practitioner", "PractitionerRole", "Patient")


@dataclass(slots=True)
class Bad:
    """One thing that was not taken in, or not wholly: where it stands and why."""

    file: str
    place: str
    why: str
    kept: bool = False
    """it is in the record, but no part of the office could read it"""


@dataclass(slots=True)
class Report:
    """What an import did. `totals` counts distinct resources by type, those of an earlier import included."""

    totals: Counter[str] = field(default_factory=Counter)
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    bad: list[Bad] = field(default_factory=list)
    broken: list[Bad] = field(default_factory=list)
    """files that could not be read, or not to their end"""
    seen: set[int] = field(default_factory=set, repr=False)

    def count(self, one: Entry) -> None:
        """Count a resource that is in the record now."""
        mark = hash((one.kind, one.name))
        if mark not in self.seen:
            self.seen.add(mark)
            self.totals[one.kind] += 1
        if one.standing is None:
            self.new += 1
        elif one.fresh:
            self.changed += 1
        else:
            self.unchanged += 1


@dataclass(slots=True)
class Entry:
    """One resource on its way in."""

    place: str
    kind: str
    name: str
    resource: dict[str, Any]
    url: str
    key: UUID = NO_KEY
    standing: names.Standing | None = None
    digest: bytes = b""
    fresh: bool = True
    why: str = ""


def load(ctx: Context, paths: list[Path], progress: Callable[[int], None] = lambda size: None) -> Report:
    """Take in files and folders. What is wrong is listed, the rest is taken in; the same again changes nothing."""
    report = Report()
    for file in files.found(paths):
        try:
            for unit in files.units(file):
                take_in(ctx, unit, report)
                progress(unit.size)
        except files.Broken as e:
            report.broken.append(Bad(str(file), "", str(e)))
        except STOPPED as e:
            # the disk is full, or the server is gone: what follows would fail as well
            whole = "what was taken in before is whole, the rest is not in"
            report.broken.append(Bad(str(file), "", f"the database stopped the import: {_plainly(e)}; {whole}"))
            break
    return report


def _plainly(error: Exception) -> str:
    """What the database says, without the row, which may hold a patient's data."""
    told = getattr(getattr(error.__cause__ or error, "diag", None), "message_primary", None)
    return told or str(error).partition("\n")[0]


def take_in(ctx: Context, unit: files.Unit, report: Report) -> None:
    """One unit, in one transaction for each round of distinct resources."""
    for place, why in unit.wrong:
        report.bad.append(Bad(str(unit.file), place, why))
    entries: list[Entry] = []
    for item in unit.items:
        try:
            entries.extend(_entries(item))
        except text.Unreadable as e:
            report.bad.append(Bad(str(unit.file), item.place, str(e)))
    _link(entries)
    sound = []
    for one in entries:
        if why := _faults(one):
            report.bad.append(Bad(str(unit.file), one.place, f"{one.kind}/{one.name}: {why}"))
        else:
            sound.append(one)
    for part in _rounds(sound):
        _one_round(ctx, unit, part, report)


def _entries(item: files.Item) -> Iterator[Entry]:
    """The resource of an item; those of a bundle when it is one."""
    resource = fhir.loads(item.content)
    if resource["resourceType"] == "Bundle" and isinstance(resource.get("entry"), list):
        for number, entry in enumerate(resource["entry"], 1):
            inner = entry.get("resource") if isinstance(entry, dict) else None
            if not isinstance(inner, dict) or not isinstance(inner.get("resourceType"), str):
                raise text.Unreadable(f"entry {number} of the bundle has no resource")
            yield _entry(f"{item.place}, entry {number}", inner, str(entry.get("fullUrl") or ""))
        return
    yield _entry(item.place, resource, item.url)


def _entry(place: str, resource: dict[str, Any], url: str) -> Entry:
    """Its id where it is valid; else one made of its address or content, so that the same again is the same."""
    name = resource.get("id")
    if not isinstance(name, str) or not references.ID.fullmatch(name):
        tail = url.rpartition(":")[2] if url.startswith("urn:uuid:") else ""
        made = uuid.uuid5(NAMESPACE, url or sha256(fhir.dumps(resource)).hexdigest())
        name = tail if references.ID.fullmatch(tail) else str(made)
        resource["id"] = name
    return Entry(place, resource["resourceType"], name, resource, url)


def _link(entries: list[Entry]) -> None:
    """References inside a bundle become Type/id."""
    known = {one.url: f"{one.kind}/{one.name}" for one in entries if one.url}
    for one in entries:
        fhir.rewrite(one.resource, lambda ref: known.get(ref) or ("?" in ref and _conditional(ref, entries)) or None)


def _conditional(ref: str, entries: list[Entry]) -> str | None:
    """`Practitioner?identifier=system|value` as Type/id: in this bundle, or else in the record when there is one."""
    kind, _, rest = ref.partition("?")
    if not rest.startswith("identifier="):
        return None
    system, bar, value = unquote(rest.removeprefix("identifier=")).rpartition("|")
    for one in entries:
        told = one.resource.get("identifier") if one.kind == kind else None
        for i in told if isinstance(told, list) else ():
            if isinstance(i, dict) and i.get("value") == value and (not bar or (i.get("system") or "") == system):
                return f"{kind}/{one.name}"
    try:
        found = search.page(query.read(kind, query.pairs(rest)), 2, counted=False).found
    except query.Unfit:
        return None
    return f"{kind}/{found[0].id}" if len(found) == 1 else None


def _faults(one: Entry) -> str:
    found = fhir.faults(one.resource)
    return "; ".join(f"{f.at}: {f.why}" if f.at else f.why for f in found[:3])


def _rounds(entries: list[Entry]) -> Iterator[list[Entry]]:
    """Parts in which no resource stands twice: a later state of the same one follows in the next."""
    while entries:
        part: list[Entry] = []
        rest: list[Entry] = []
        seen: set[tuple[str, str]] = set()
        for one in entries:
            (rest if (one.kind, one.name) in seen else part).append(one)
            seen.add((one.kind, one.name))
        yield part
        entries = rest


def _one_round(ctx: Context, unit: files.Unit, part: list[Entry], report: Report) -> None:
    part = [one for one in part if _stands(one, unit, report)] if _look_up(part) else part
    _take(ctx, unit, [one for one in part if one.fresh])
    for one in part:
        if one.why:
            report.bad.append(Bad(str(unit.file), one.place, f"{one.kind}/{one.name}: {one.why}", kept=one.fresh))
        if not one.why or one.fresh:
            report.count(one)


def _take(ctx: Context, unit: files.Unit, fresh: list[Entry]) -> None:
    """All in one transaction; when the database does not take them so, each in its own."""
    if not fresh:
        return
    try:
        _load(ctx, Load.of(source=unit.file.name, named=[f"{e.kind}/{e.name}" for e in fresh], entries=fresh))
    except UNTAKEN as e:
        if len(fresh) > 1:
            for one in fresh:
                _look_up([one])  # another import may have brought it meanwhile
                _take(ctx, unit, [one] if one.fresh else [])
            return
        fresh[0].fresh, fresh[0].why = False, f"the database did not take it: {_plainly(e)}"


def _look_up(part: list[Entry]) -> bool:
    """What is kept already of these, and which of them say nothing new.

    A content that came once is no news, even when another came since: a file read again changes nothing.
    """
    known = names.standing((one.kind, one.name) for one in part)
    other = []
    for one in part:
        one.standing = known.get((one.kind, one.name))
        one.key = one.standing.key if one.standing else uuid7()
        if one.standing:
            one.digest = store.digest(one.resource)
            one.fresh = one.digest not in (one.standing.arrival, one.standing.content)
            other += [one] if one.fresh else []
    if other:
        before = names.arrived(one.key for one in other)
        for one in other:
            one.fresh = (one.key, one.digest) not in before
    return bool(known)


def _stands(one: Entry, unit: files.Unit, report: Report) -> bool:
    """An import never changes what began in this office."""
    if one.standing and not one.standing.foreign and one.fresh:
        why = "is this office's own record and is not changed by an import"
        report.bad.append(Bad(str(unit.file), one.place, f"{one.kind}/{one.name} {why}"))
        return False
    return True


# ---------------------------------------------------------------------------------------------------- the action
class Load(Inputs):
    """Resources of one bundle or batch; the trail names each."""

    source: str
    named: tuple[str, ...]
    entries: Any = Field(exclude=True, repr=False)
    act: ClassVar = Act("records.import")

    @property
    def subject(self) -> str:
        return "import"


@action("fhir.load", emits="fhir.loaded", shows=None)
def _load(ctx: Context, given: Load) -> int:
    """Take in resources that another system exported."""
    kept: list[Entry] = []
    keys = _keys([one for one in given.entries if _owned(one)])
    keys.update(((one.kind, one.name), one.key) for one in given.entries)
    for kind, entries in _by_owner(given.entries):
        adopter = _adopter(ADOPTERS[kind]) if kind else None
        for start in range(0, len(entries), files.BATCH):
            some = entries[start : start + files.BATCH]
            kept += _adopt(ctx, adopter, some, keys) if adopter else some
    if kept:
        named = [f"{e.kind}/{e.name}" for e in kept]
        exchange.keep(ctx, Keep(named=named, ids=[e.key for e in kept], resources=[e.resource for e in kept]))
    return len(given.entries)


def _by_owner(entries: list[Entry]) -> list[tuple[str, list[Entry]]]:
    """Entries by the type that a domain owns ("" for what none does), the referred-to first."""
    groups: dict[str, list[Entry]] = {}
    for one in entries:
        groups.setdefault(one.kind if _owned(one) else "", []).append(one)
    rank = {kind: n for n, kind in enumerate(ORDER)}
    return sorted(groups.items(), key=lambda group: rank.get(group[0], 99))


def _owned(one: Entry) -> bool:
    """Whether a domain looks after this; of Observations, the vital signs that it can read."""
    if one.kind not in ADOPTERS:
        return False
    mine = _mine(ADOPTERS[one.kind])
    return mine is None or mine(one.resource)


@cache
def _mine(domain: str) -> Callable[[dict[str, Any]], bool] | None:
    """A domain's own word on which resources of its type it can read."""
    name = f"medassist.domain.{domain}"
    if find_spec(name) is None or find_spec(f"{name}.wire") is None:
        return None
    return getattr(import_module(f"{name}.wire"), "mine", None)


@cache
def _adopter(domain: str) -> Callable[[Context, Any], list[Any]] | None:
    """The action by which a domain takes over what began elsewhere, when it has one."""
    name = f"medassist.domain.{domain}"
    if find_spec(name) is None or find_spec(f"{name}.actions") is None:
        return None
    return getattr(import_module(f"{name}.actions"), "adopt", None)


def _adopt(ctx: Context, adopter: Any, entries: list[Entry], keys: Keys) -> list[Entry]:
    """Let a domain take these over, all at once or else one by one; what it can't read is returned, to be kept."""
    try:
        with attempt():
            _adopt_all(ctx, adopter, entries, keys)
        return []
    except (Invalid, Missing, Conflict) as no:
        if len(entries) == 1:
            return _not_adopted(entries[0], no)
    left = []
    for one in entries:
        try:
            with attempt():
                _adopt_all(ctx, adopter, [one], keys)
        except (Invalid, Missing, Conflict) as no:
            left += _not_adopted(one, no)
    return left


def _not_adopted(one: Entry, no: HouseError) -> list[Entry]:
    """Why a domain did not take it. A patient who can't be read is not taken in at all; the rest is kept as it came."""
    one.why = str(no)
    if one.kind == "Patient":
        one.fresh = False
        return []
    return [one]


def _adopt_all(ctx: Context, adopter: Any, entries: list[Entry], keys: Keys) -> None:
    """Hand them over in the house's own names: our key as id, and in references."""
    adopter(ctx, adopter.info.inputs.of(resources=[_ours(one, keys) for one in entries]))
    # the record shows all of them as they came; what the domain's wire shows of them lies over it
    store.gather([as_received(ctx, one.key, one.resource) for one in entries])


def _ours(one: Entry, keys: Keys) -> dict[str, Any]:
    copy = fhir.loads(fhir.dumps(one.resource))
    copy["id"] = str(one.key)

    def change(ref: str) -> str | None:
        pair = fhir.local(ref)
        return f"{pair[0]}/{keys[pair]}" if pair in keys else None

    return fhir.rewrite(copy, change)


def _keys(entries: list[Entry]) -> Keys:
    """Our keys of all that these refer to, and of themselves."""
    asked = {pair for one in entries for ref in fhir.referenced(one.resource) if (pair := fhir.local(ref))}
    mine = {(one.kind, one.name): one.key for one in entries}
    return {**names.keys_of(asked - mine.keys()), **mine}
