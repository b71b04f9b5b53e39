"""Questions in other people's words: Moodle XML."""

from __future__ import annotations

import re
from typing import Any

from medassist.codecs import moodle
from medassist.domain.study import queries, rules

ABOVE = "$course$/top/medassist/"
"""Of a topic's category, as Moodle names where it lies."""
SOURCE = re.compile(r"\n*Source: (.*) \| (.*) \| (\S+) \| (\S+)\s*$", re.DOTALL)
READ, SOURCE_TAG = "read", "source-"
OWN = rules.OWN


def to_moodle(one: rules.Item) -> moodle.Question:
    """A question as Moodle takes it: rationale and source are its feedback, what else we know its tags."""
    source = one.source
    cited = " | ".join(source[name] for name in ("title", "publisher", "url", "as_of"))
    return moodle.Question(
        name=one.id,
        text=one.stem,
        answers=tuple((text, 100.0 if at == one.key else 0.0) for at, text in enumerate(one.options)),
        feedback=f"{one.rationale}\n\nSource: {cited}",
        number=one.id,
        category=ABOVE + one.topic,
        tags=(f"difficulty:{one.difficulty:g}", f"written:{one.written}", *_source_tags(one), *_read_tags(one)),
    )


def _source_tags(one: rules.Item) -> list[str]:
    """Where the fact was read: on the page itself, or in a copy of it."""
    return [f"{SOURCE_TAG}{name}:{one.source[name]}" for name in ("seen", "copy") if name in one.source]


def _read_tags(one: rules.Item) -> list[str]:
    if not one.read:
        return []
    return [
        f"{READ}-on:{one.read['on']}",
        f"{READ}-how:{one.read['how']}",
        *([f"{READ}-answered:{str(one.read['answered']).lower()}"] if "answered" in one.read else []),
        *(f"{READ}-change:{text}" for text in one.read["changes"]),
    ]


def from_moodle(one: moodle.Question) -> dict[str, Any]:
    """A question as a file of the bank says it; what Moodle does not know stays empty, and the checker names it."""
    marks = [(name, value) for name, _, value in (tag.partition(":") for tag in one.tags)]
    known = dict(marks)
    said = SOURCE.search(one.feedback)
    right = [at for at, (_, percent) in enumerate(one.answers) if percent == 100]
    plain = one.kind == moodle.CHOICE and one.single and len(right) == 1
    return {
        "id": one.number,
        "topic": one.category.rstrip("/").rpartition("/")[2],
        "stem": one.text,
        "options": [text for text, _ in one.answers],
        "key": right[0] if plain else None,
        "rationale": SOURCE.sub("", one.feedback).strip(),
        "source": _source(said, known),
        "difficulty": _number(known.get("difficulty", "0")),
        "written": known.get("written", ""),
        "read": _read(marks),
    }


def _source(said: re.Match[str] | None, known: dict[str, str]) -> dict[str, str]:
    if said is None:
        return {}
    more = {name: known[SOURCE_TAG + name] for name in ("seen", "copy") if SOURCE_TAG + name in known}
    return {**dict(zip(("title", "publisher", "url", "as_of"), said.groups(), strict=True)), **more}


def own(data: bytes) -> list[tuple[int, dict[str, Any], list[str]]]:
    """The questions of a file for the practice's own: the line of each, the question, and what keeps it from that."""
    found = []
    for one in moodle.decode(data):
        said = from_moodle(one)
        said["id"] = said["id"] if said["id"].startswith(OWN) or not said["id"] else OWN + said["id"]
        found.append((one.line, said, why_not(one)))
    return found


def why_not(one: moodle.Question) -> list[str]:
    """Why this is no question of the kind that the bank holds."""
    if one.kind != moodle.CHOICE or not one.single:
        return [f"only questions with one right answer of four are taken, and this is {one.kind}"]
    if sum(1 for _, percent in one.answers if percent == 100) != 1:
        return ["not exactly one answer has 100 % of the mark"]
    return [] if one.number else ["it has no ID number, by which it would be known"]


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _read(marks: list[tuple[str, str]]) -> dict[str, Any] | None:
    known = dict(marks)
    if f"{READ}-on" not in known:
        return None
    changes = [value for name, value in marks if name == f"{READ}-change"]
    answered = known.get(f"{READ}-answered")
    more = {} if answered is None else {"answered": answered == "true"}
    return {"on": known[f"{READ}-on"], "how": known.get(f"{READ}-how", ""), **more, "changes": changes}


def export(only_own: bool = False) -> bytes:
    """The bank, or only the practice's own questions, as a Moodle XML file."""
    items = queries.own_questions() if only_own else queries.bank().items.values()
    return moodle.encode(to_moodle(one) for one in sorted(items, key=lambda one: (one.topic, one.id)))
