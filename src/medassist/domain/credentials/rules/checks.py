"""Whether a file on the way in can be taken: what is wrong in it, with line and column. Nothing half is taken."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from medassist.codecs.places import Fault, parse, place
from medassist.domain.credentials.rules.asks import KNOWN
from medassist.domain.credentials.rules.book import Program, raw
from medassist.domain.credentials.rules.facts import DAY, SURE, day_of
from medassist.domain.credentials.rules.person import STATES

Path = Sequence[str | int]
Wrong = Iterator[tuple[Path, str]]
NEEDED = ("code", "abbreviation", "name", "issuer", "level", "url", "eligibility")
COLUMNS = tuple(one.name for one in fields(Program) if one.name != "line")
WORDS = {
    "delivery": ("", "online", "hybrid", "on-site"),
    "evidence": ("school", "news", "state", "third-party"),
    "freshness": ("recent", "dated", "old", "unknown"),
}
ADDRESS = re.compile(r"(https?://|github:)\S")
NUMBERS = ("length_months", "tuition_usd", "unitid")


def faults_of(name: str, text: bytes) -> list[Fault]:
    """What is wrong in one file of this name; nothing when it can be taken."""
    if name not in CHECKS:
        return [Fault(name, 1, 1, f"no file is called so; known are {', '.join(CHECKS)}.")]
    return CHECKS[name](name, text)


def _json(check: Callable[[Any], Wrong]) -> Callable[[str, bytes], list[Fault]]:
    def checked(name: str, given: bytes) -> list[Fault]:
        text, data, broken = parse(name, given)
        if broken:
            return broken
        return [Fault(name, *place(text, path), why) for path, why in check(data)]

    return checked


@dataclass(frozen=True, slots=True)
class _File:
    """What every file of facts has."""

    ids: frozenset[str]
    compiled: date | None


def _document(data: Any) -> Wrong:
    """A file of facts: compiled on a day, with sources that are there, none dated after it."""
    if not isinstance(data, dict) or not isinstance(data.get("sources"), list):
        yield (), "a list of sources is missing."
        return
    compiled = _real(data.get("compiled"))
    if compiled is None:
        yield ("compiled",), "the day it was compiled is missing, or no day."
    for index, one in enumerate(data["sources"]):
        yield from _source(("sources", index), one, compiled)
    ids = [one.get("id") for one in data["sources"] if isinstance(one, dict)]
    for index, one in enumerate(ids):
        if one in ids[:index]:
            yield ("sources", index, "id"), f"the source {one} is there twice."
    yield from _cited((), data, _File(frozenset(map(str, ids)), compiled))


def _source(path: Path, one: Any, compiled: date | None) -> Wrong:
    if not isinstance(one, dict) or not {"id", "url", "as_of"} <= one.keys():
        yield path, "a source has an id, a url and a date of what was read (as_of)."
        return
    if not ADDRESS.match(str(one["url"])):
        yield (*path, "url"), f"{one['url']} is no address."
    if one["as_of"] is None:
        return
    if not isinstance(one["as_of"], str):
        yield (*path, "as_of"), "the date is a text."
    elif wrong := _no_day(one["as_of"]):
        yield (*path, "as_of"), f"{wrong} is not a day of the calendar."
    elif compiled and (day := day_of(one["as_of"])) and day > compiled:
        yield (*path, "as_of"), f"{day} is later than the day the file was compiled, {compiled}."


def _no_day(text: str) -> str:
    """A date in a text that no calendar has."""
    for year, month, day in DAY.findall(text):
        if day and _real(f"{year}-{month}-{day}") is None:
            return f"{year}-{month}-{day}"
    found = re.search(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)", text)
    return found.group() if found and _real(found.group()) is None else ""


def _real(text: Any) -> date | None:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return None


def _cited(path: Path, value: Any, file: _File) -> Wrong:
    """Every source that is named is in the list; every confidence is a word that is known."""
    if isinstance(value, list):
        for index, one in enumerate(value):
            yield from _cited((*path, index), one, file)
    elif isinstance(value, dict):
        for name, one in value.items():
            if name == "source" and str(one).partition(" ")[0] not in file.ids | {"none"}:
                yield (*path, name), f"the source {one} is not in the list of sources."
            elif name == "confidence" and str(one).partition(":")[0] not in SURE:
                yield (*path, name), f"confidence is one of {', '.join(SURE)}; {one} is not."
            elif name != "sources":
                yield from _cited((*path, name), one, file)


def _certifications(data: Any) -> Wrong:
    yield from _document(data)
    rows = data.get("certifications") if isinstance(data, dict) else None
    if not isinstance(rows, list) or not rows:
        yield (), "a list of certifications is missing."
        return
    read, seen = json.loads(raw("reading.json")), set()
    for index, one in enumerate(rows):
        path = ("certifications", index)
        if not isinstance(one, dict) or (missing := [name for name in NEEDED if name not in one]):
            yield path, f"a certification has {', '.join(NEEDED)}; missing: {', '.join(missing)}."
            continue
        if one["code"] in seen:
            yield (*path, "code"), f"{one['code']} is there twice."
        seen.add(one["code"])
        yield from _certification(path, one, read)


def _certification(path: Path, one: Mapping[str, Any], read: Mapping[str, Any]) -> Wrong:
    for index, state in enumerate(one.get("states", ())):
        if state not in STATES:
            yield (*path, "states", index), f"there is no state {state}."
    for index, fee in enumerate((one.get("exam") or {}).get("fees", ())):
        if not {"who", "usd", "source", "confidence"} <= fee.keys():
            yield (*path, "exam", "fees", index), "a fee says for whom, how much, by which source and how sure."
        elif isinstance(fee["usd"], int) and fee["usd"] < 0:
            yield (*path, "exam", "fees", index, "usd"), f"{fee['usd']} is no price."
    known = read["routes"].get(one["code"], {})
    for index, route in enumerate(one["eligibility"]):
        yield from _route((*path, "eligibility", index), route, known, read["kinds"])


def _route(path: Path, route: Mapping[str, Any], known: Mapping[str, Any], kinds: Mapping[str, str]) -> Wrong:
    if not {"code", "name", "requires", "source", "confidence"} <= route.keys():
        yield path, "a way has a code, a name, what it requires, a source and a confidence."
        return
    if known.get(route["code"], {}).get("kind") not in kinds:
        yield (*path, "code"), f"reading.json does not say what kind of way {route['code']} is."
    for name, value in route["requires"].items():
        if name not in KNOWN:
            yield (*path, "requires", name), f"the planner cannot read the requirement {name}."
        elif isinstance(value, int | float) and value < 0:
            yield (*path, "requires", name), f"{name} cannot be {value}."


def _programs(name: str, given: bytes) -> list[Fault]:
    """The table of programs: its columns, and in each row words, numbers and a state that can be."""
    try:
        text = given.decode("utf-8")
    except UnicodeDecodeError as error:
        return [Fault(name, given.count(b"\n", 0, error.start) + 1, 1, "this is no UTF-8 text.")]
    reader = csv.reader(io.StringIO(text, newline=""))
    head = next(reader, [])
    if tuple(head) != COLUMNS:
        changed = next((i for i, want in enumerate(COLUMNS) if i >= len(head) or head[i] != want), len(COLUMNS))
        want = COLUMNS[changed] if changed < len(COLUMNS) else "nothing more"
        return [Fault(name, 1, changed + 1, f"the columns have changed: here stands {want} by the layout.")]
    return [Fault(name, reader.line_num, column, why) for row in reader for column, why in row_faults(row)]


def row_faults(row: Sequence[str]) -> Iterator[tuple[int, str]]:
    """What is wrong in one row of programs, each with its column."""
    if len(row) != len(COLUMNS):
        yield min(len(row), len(COLUMNS)) + 1, f"a row has {len(COLUMNS)} columns; this one has {len(row)}."
        return
    said = dict(zip(COLUMNS, row, strict=True))
    for name, words in WORDS.items():
        if said[name] not in words:
            yield COLUMNS.index(name) + 1, f"{name} is one of {', '.join(filter(None, words))}; {said[name]} is not."
    for name in NUMBERS:
        if said[name] and not said[name].isdecimal():
            yield COLUMNS.index(name) + 1, f"{name} is a whole number or empty; {said[name]} is not."
    if said["state"] and said["state"] not in STATES:
        yield COLUMNS.index("state") + 1, f"there is no state {said['state']}."
    if not ADDRESS.match(said["source_url"]) or not said["school"]:
        yield COLUMNS.index("source_url") + 1, "a row names a school and the address where it was read."
    if wrong := _no_day(said["as_of"]):
        yield COLUMNS.index("as_of") + 1, f"{wrong} is not a day of the calendar."


def _words(name: str, given: bytes) -> list[Fault]:
    _, _, broken = parse(name, json.dumps("").encode() if _utf8(given) else given)
    return broken


def _utf8(given: bytes) -> bool:
    try:
        return bool(given.decode("utf-8"))
    except UnicodeDecodeError:
        return False


CHECKS: dict[str, Callable[[str, bytes], list[Fault]]] = {
    "certifications.json": _json(_certifications),
    "accreditors.json": _json(_document),
    "occupation.json": _json(_document),
    "programs.csv": _programs,
    "programs-sources.md": _words,
}
