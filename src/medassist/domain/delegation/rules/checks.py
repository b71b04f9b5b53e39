"""Whether a state's file can be taken: what is wrong in it, with line and column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from medassist.codecs.places import Fault, parse, place
from medassist.domain.delegation.rules.book import acts, states
from medassist.domain.delegation.rules.entries import KIND_ORDER
from medassist.domain.delegation.rules.values import LEVELS

Path = Sequence[str | int]
Wrong = Iterator[tuple[Path, str]]
WHEN = re.compile(r"^\d{4}(-\d{2}(-\d{2})?)?$")
KINDS = ("statute", "regulation", "board-guidance", "association", "secondary")
RULES = ("allowed", "conditional", "prohibited")
ORDERS = ("patient_specific", "standing", "either")
SUPERVISION = (*(name for name in LEVELS if name not in ("", "none")), "unknown")
TOP = (
    "jurisdiction", "name", "certification", "title_protection", "supervision_default", "acts", "silent", "sources",
    "confidence", "last_researched",
)  # fmt: skip
CONDITIONS = (
    "delegators", "supervision", "order", "certification_any_of", "training_hours", "demonstrations",
    "credential_rules", "other",
)  # fmt: skip


def faults_of(name: str, given: bytes, called: str = "") -> list[Fault]:
    """What is wrong in a file XX.json, or in a text for it that is called otherwise; nothing when it can be taken."""
    code = name.removesuffix(".json")
    if f"US-{code}" not in states():
        return [Fault(name, 1, 1, f"there is no state {code}.")]
    text, data, broken = parse(called or name, given)
    if broken:
        return broken
    return [Fault(called or name, *place(text, path), why) for path, why in _file(code, data, called)]


def _file(code: str, data: Any, called: str) -> Wrong:
    if missing := [key for key in TOP if not isinstance(data, dict) or key not in data]:
        yield (), f"a state's file has {', '.join(TOP)}; missing: {', '.join(missing)}."
        return
    if (its := data["jurisdiction"]) != f"US-{code}":
        told = (
            f"this text is of {its}; it is wanted for US-{code}"
            if called
            else f"the file is called {code}.json, but it is of {its}"
        )
        yield ("jurisdiction",), f"{told}."
    if data["confidence"] not in ("high", "medium", "low"):
        yield ("confidence",), f"confidence is high, medium or low; {data['confidence']} is not."
    if not isinstance(data["silent"], bool):
        yield ("silent",), "silent is true or false."
    looked = _day(data["last_researched"])
    if looked is None:
        yield ("last_researched",), "the day of the last look is missing, or no day."
    yield from _effective(data.get("effective") or {})
    for index, source in enumerate(data["sources"]):
        yield from _source(("sources", index), source, looked)
    yield from _acts(data, looked)


def _effective(said: Mapping[str, Any]) -> Wrong:
    """From when to when the text holds: days of the calendar, in order."""
    for name in ("from", "to"):
        if said.get(name) is not None and _day(said[name]) is None:
            yield ("effective", name), f"{said[name]} is not a day of the calendar."
    begin, end = _day(said.get("from")), _day(said.get("to"))
    if begin and end and end < begin:
        yield ("effective", "to"), f"reversed: it ends on {end}, before it begins on {begin}."


def _source(path: Path, source: Mapping[str, Any], looked: date | None) -> Wrong:
    if missing := {"title", "citation", "url", "kind", "as_of"} - source.keys():
        yield path, f"of the source is missing: {', '.join(sorted(missing))}."
        return
    if source["kind"] not in KINDS:
        yield (*path, "kind"), f"kind is one of {', '.join(KINDS)}; {source['kind']} is not."
    if not re.match(r"https?://\S+$", str(source["url"])):
        yield (*path, "url"), f"{source['url']} is no address."
    yield from _date((*path, "as_of"), source["as_of"], looked)


def _date(path: Path, text: Any, looked: date | None) -> Wrong:
    """A date of a text: real, and not after the day on which it was read."""
    if text is None:
        return
    day = _day(f"{text}-01-01"[:10] if len(str(text)) == 4 else f"{text}-01"[:10]) if WHEN.match(str(text)) else None
    if day is None:
        yield path, f"{text} is no date: YYYY, YYYY-MM or YYYY-MM-DD."
    elif looked and day > looked:
        yield path, f"{text} is later than the last look, {looked}."


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return None


def _acts(data: Mapping[str, Any], looked: date | None) -> Wrong:
    book, seen = acts(), set()
    for index, act in enumerate(data["acts"]):
        path = ("acts", index)
        if missing := {"act", "rule", "conditions", "sources", "as_of"} - act.keys():
            yield path, f"of the act is missing: {', '.join(sorted(missing))}."
            continue
        if act["act"] not in book.clinical and act["act"] not in book.administrative:
            yield (*path, "act"), f"no act is called {act['act']}."
        if act["act"] in seen:
            yield (*path, "act"), f"{act['act']} is there twice."
        seen.add(act["act"])
        if not act["sources"] or not all(_index(one, len(data["sources"])) for one in act["sources"]):
            yield (*path, "sources"), "an act names at least one source, by its place in the list."
        if act["rule"] == "conditional" and not act["conditions"]:
            yield (*path, "rule"), "conditional without a condition."
        yield from _date((*path, "as_of"), act["as_of"], looked)
        yield from _rule(path, act)


def _index(value: Any, count: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < count


def _rule(path: Path, one: Mapping[str, Any]) -> Wrong:
    """The rule and its conditions, of an act or of one credential's row."""
    if one["rule"] not in RULES:
        yield (*path, "rule"), f"rule is one of {', '.join(RULES)}; {one['rule']} is not."
    said, spot = one["conditions"], (*path, "conditions")
    for name in said:
        if name not in CONDITIONS:
            yield (*spot, name), f"no condition is called {name}."
    for name, words in (("supervision", SUPERVISION), ("order", ORDERS)):
        if name in said and said[name] not in words:
            yield (*spot, name), f"{name} is one of {', '.join(words)}; {said[name]} is not."
    for kind in said.get("delegators", ()):
        if kind not in KIND_ORDER:
            yield (*spot, "delegators"), f"nobody is called {kind}; known are {', '.join(KIND_ORDER)}."
    for name in ("training_hours", "demonstrations"):
        if name in said and (not isinstance(said[name], int) or said[name] <= 0):
            yield (*spot, name), f"{name} is a whole number above zero."
    for index, row in enumerate(said.get("credential_rules", ())):
        yield from _rule((*spot, "credential_rules", index), row)
