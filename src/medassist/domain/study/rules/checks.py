"""The checker: what is wrong with one question, with the rates of a topic, and with the bank as a whole."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from medassist.domain.study.rules.bank import ITEMS, LETTERS, Item, item, read
from medassist.domain.study.rules.choices import chosen
from medassist.domain.study.rules.grams import alike, words
from medassist.domain.study.rules.outlines import outlines

ID = re.compile(r"[a-z][a-z0-9-]*-\d{3,}")
NEEDED = {"id": str, "topic": str, "stem": str, "options": list, "key": int, "rationale": str, "source": dict}
SOURCE = ("title", "publisher", "url", "as_of")
READ = ("on", "how", "changes")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where: a file or topic, an item where it is one item's, a line where that is known."""

    where: str
    item: str
    text: str
    line: int = 0

    def __str__(self) -> str:
        place = f"{self.where}:{self.line}" if self.line else self.where
        return f"{place}: {self.item}: {self.text}" if self.item else f"{place}: {self.text}"


@dataclass(frozen=True, slots=True)
class Report:
    """All faults, and the figures that people ask for."""

    faults: tuple[Fault, ...]
    items: int
    topics: Mapping[str, Mapping[str, Any]]
    parts: Mapping[str, float]
    read: int
    """How many passed a second, independent reading."""
    hash: str

    @property
    def unread(self) -> int:
        """How many say that they have had no second reading."""
        return self.items - self.read


def check(folder: Path | None = None) -> Report:
    """The whole bank: every file, every item, the rates of each topic and of all."""
    folder = folder or ITEMS
    faults: list[Fault] = []
    items: list[Item] = []
    for path in sorted(folder.glob("*.json")):
        mine = list(_of_file(path, faults))
        faults += [Fault(path.name, "", text) for text in rates(mine)]
        items += mine
    faults += repeated(items)
    faults += [Fault("all", "", text) for text in [*rates(items), *difficulties(items), *spread(items)]]
    by_topic = {topic: figures(rows) for topic, rows in _grouped(items).items()}
    twice = sum(1 for one in items if one.read)
    return Report(tuple(faults), len(items), by_topic, shares(items), twice, read(folder).hash if items else "")


def _of_file(path: Path, faults: list[Fault]) -> Iterator[Item]:
    """The items of a file that can be read; what is wrong with any goes into `faults`."""
    text = path.read_text()
    try:
        rows = json.loads(text)
    except json.JSONDecodeError as error:
        faults.append(Fault(path.name, "", f"column {error.colno}: {error.msg}", error.lineno))
        return
    for row in rows:
        name = row.get("id", "?") if isinstance(row, dict) else "?"
        wrong = faults_of(row)
        if isinstance(row, dict) and row.get("topic") != path.stem:
            wrong.append(f"its topic is {row.get('topic')!r}, the file's is {path.stem!r}")
        faults += [Fault(path.name, name, text_, _line(text, name)) for text_ in wrong]
        if not list(_shape(row)):
            yield item(row)
    names = [row["id"] for row in rows if isinstance(row, dict) and "id" in row]
    if names != sorted(names):
        faults.append(Fault(path.name, "", "the items are not in the order of their ids"))


def _line(text: str, name: str) -> int:
    at = text.find(f'"{name}"')
    return text.count("\n", 0, at) + 1 if at >= 0 else 0


def faults_of(row: Any) -> list[str]:
    """What is wrong with one item as its file says it; what needs its neighbours is not looked at."""
    if wrong := list(_shape(row)):
        return wrong
    one = item(row)
    return [*_texts(one), *_cues(one), *_provenance(row)]


def _shape(row: Any) -> Iterator[str]:
    """What must be there before anything else can be looked at."""
    if not isinstance(row, dict):
        yield "an item is an object"
        return
    for name, kind in NEEDED.items():
        if not isinstance(row.get(name), kind) or isinstance(row.get(name), bool):
            yield f"{name} is missing or of another kind"
    if not isinstance(row.get("difficulty"), int | float):
        yield "difficulty is missing or no number"
    options = row.get("options")
    if not isinstance(options, list) or len(options) != 4 or not all(isinstance(one, str) for one in options):
        yield "there are not four options"
    elif isinstance(row.get("key"), int) and not 0 <= row["key"] <= 3:
        yield "the key names none of the options"


def _texts(one: Item) -> Iterator[str]:
    if not ID.fullmatch(one.id):
        yield "the id is not of the form topic-001"
    if one.topic not in outlines().topics:
        yield f"no topic is called {one.topic}"
    if not -3 <= one.difficulty <= 3:
        yield "a difficulty lies between -3 and 3"
    if len({_flat(text) for text in one.options}) < 4:
        yield "two options say the same"
    if not one.rationale.strip():
        yield "there is no rationale"
    yield from _sizes(one)
    whole = [_flat(text) for text in one.options]
    if found := [text for text in chosen("check", "apart") if any(text in option for option in whole)]:
        yield f"an option is no answer of its own: {found[0]}"


def _sizes(one: Item) -> Iterator[str]:
    low, high = chosen("check", "stem")
    if not low <= len(one.stem.split()) <= high:
        yield f"the stem has {len(one.stem.split())} words, not {low} to {high}"
    low, high = chosen("check", "option")
    if any(not low <= len(text.split()) <= high for text in one.options):
        yield f"an option has not {low} to {high} words"


def _cues(one: Item) -> Iterator[str]:
    """What gives the key away without knowing the answer."""
    key, others = one.options[one.key], [text for at, text in enumerate(one.options) if at != one.key]
    if len(key) > 24 and len(key) > chosen("check", "stands_out") * max(map(len, others)):
        yield "the key is much longer than every other option"
    if clang := sorted(_long(one.stem) & _long(key) - set().union(*map(_long, others))):
        yield f"of the options only the key repeats the stem's {', '.join(clang)}"
    if re.search(r"\b(a|an)\s*[:_.…]*$", one.stem.lower()):
        yield "the stem ends with an article, which fits only some of the options"
    for name, kind in _KINDS.items():
        mine, theirs = kind(key), {kind(text) for text in others}
        if None not in {mine, *theirs} and len(theirs) == 1 and mine not in theirs:
            yield f"the key alone differs from the other options in its {name}"


_KINDS = {
    "first letter's case": lambda text: text[:1].islower() if text[:1].isalpha() else None,
    # of few words a full stop may belong to an abbreviation; a question among sentences may be the point
    "end: a sentence or a piece of one": lambda text: text[-1:] in ".!?" and len(text.split()) > 3,
    "kind: a number among words, or a word among numbers": lambda text: bool(re.match(r"[\d$<>≥≤]", text)),
}


def _provenance(row: Mapping[str, Any]) -> Iterator[str]:
    source = row["source"]
    if missing := [name for name in SOURCE if not str(source.get(name) or "").strip()]:
        yield f"the source lacks {', '.join(missing)}"
    elif not re.match(r"https?://[\w.-]+\.\w+(/|$)", str(source["url"])):
        yield "the source's url is no web address"
    elif not _day(source["as_of"]):
        yield "the source's as_of is no day"
    if not _day(row.get("written")):
        yield "written is no day"
    if "read" not in row:
        yield "read is missing: null says that nobody has read it a second time"
    elif (said := row["read"]) is not None:
        if not isinstance(said, dict) or any(name not in said for name in READ) or not _day(said.get("on")):
            yield f"a second reading says {', '.join(READ)}"


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def _flat(text: str) -> str:
    return " ".join(words(text))


def _long(text: str) -> set[str]:
    least, common = chosen("check", "clang"), set(chosen("check", "common"))
    return {word for word in words(text) if len(word) >= least and word.isalpha()} - common


def figures(items: Sequence[Item]) -> dict[str, Any]:
    """The rates of some items: key longest and shortest, places of the key, easy and hard, negative stems."""
    count = len(items) or 1
    places = Counter(one.key for one in items)
    return {
        "items": len(items),
        "longest": sum(map(_longest, items)) / count,
        "shortest": sum(map(_shortest, items)) / count,
        "places": [places[at] / count for at in range(4)],
        "easy": sum(1 for one in items if one.difficulty < chosen("check", "easy")[0]) / count,
        "hard": sum(1 for one in items if one.difficulty > chosen("check", "hard")[0]) / count,
        "not": sum(1 for one in items if re.search(r"\bNOT\b|\bEXCEPT\b", one.stem)) / count,
        "read": sum(1 for one in items if one.read),
    }


def _longest(one: Item) -> bool:
    return all(len(one.options[one.key]) > len(text) for at, text in enumerate(one.options) if at != one.key)


def _shortest(one: Item) -> bool:
    return all(len(one.options[one.key]) < len(text) for at, text in enumerate(one.options) if at != one.key)


def rates(items: Sequence[Item]) -> Iterator[str]:
    """Rates that give keys away; of few items a rate says nothing."""
    if len(items) < chosen("check", "enough"):
        return
    found = figures(items)
    for name, says in (("longest", "the longest option"), ("shortest", "the shortest option")):
        if found[name] > chosen("check", name):
            yield f"the key is {says} in {found[name]:.0%}, more than {chosen('check', name):.0%}"
    low, high = chosen("check", "position")
    for place, share in enumerate(found["places"]):
        if not low <= share <= high:
            yield f"the key is option {LETTERS[place]} in {share:.0%}, not {low:.0%} to {high:.0%}"
    if found["not"] > chosen("check", "not"):
        yield f"{found['not']:.0%} of the stems are negative, more than {chosen('check', 'not'):.0%}"


def difficulties(items: Sequence[Item]) -> Iterator[str]:
    """Whether the bank as a whole has easy and hard questions enough; a topic may be easier than another."""
    found = figures(items)
    for name in ("easy", "hard"):
        limit, low, high = chosen("check", name)
        if not low <= found[name] <= high:
            yield f"{found[name]:.0%} are {name} (beyond {limit}), not {low:.0%} to {high:.0%}"


def repeated(items: Sequence[Item]) -> Iterator[Fault]:
    """Ids that stand twice, and questions that are nearly the same."""
    for name, count in Counter(one.id for one in items).items():
        if count > 1:
            yield Fault("all", name, f"this id stands {count} times")
    texts = {one.id: f"{one.stem} {one.options[one.key]}" for one in items}
    for one, other, how in alike(texts.items(), chosen("check", "alike")):
        yield Fault("all", other, f"is nearly the same question as {one} ({how:.0%} of their 5-grams)")


def spread(items: Sequence[Item]) -> Iterator[str]:
    """Whether each part of the outlines has its share of the bank, and each topic has questions."""
    found = shares(items)
    for code, (name, (low, high)) in outlines().shares.items():
        if not low <= round(found.get(code, 0)) <= high:
            yield f"{name} is {found.get(code, 0):.1f} % of the bank, not {low} to {high} %"
    if bare := sorted(set(outlines().topics) - {one.topic for one in items}):
        yield f"no questions on {', '.join(bare)}"


def shares(items: Iterable[Item]) -> dict[str, float]:
    """How many percent of the items belong to each part."""
    counts = Counter(outlines().part_of.get(one.topic, "?") for one in items)
    total = sum(counts.values()) or 1
    return {code: 100 * counts[code] / total for code in outlines().shares}


def _grouped(items: Iterable[Item]) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for one in items:
        found.setdefault(one.topic, []).append(one)
    return found
