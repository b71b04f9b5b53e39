"""Names as they are compared: folded to plain letters, cut into words; which words sound or mean the same."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

LONGEST_PART = 300  # letters of one part of a name; the longest real ones stay far below
MOST_WORDS = 12
DATA = Path(__file__).parent.parent / "data"

# letters that decomposition leaves whole
_LETTERS = str.maketrans({
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŋ": "n", "ŧ": "t",
    "ə": "a", "ß": "ss", "ﬁ": "fi", "ﬂ": "fl",
})  # fmt: skip
_APOSTROPHES = re.compile(r"['’‘ʼʻ`´ʹʾʿ＇′]")
# accents of Latin, Greek and Cyrillic, Hebrew points, Arabic vowel signs: left out when people type a name
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]")
_BETWEEN = re.compile(r"[^\w]+|_+")
_TAIL = re.compile(r"\d+$")
_CONTROLS = re.compile("[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]")
# signs that steer the direction of writing or take no room: a name that carries them can pass for another
_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)


def fold(text: str) -> str:
    """A text as it is compared: lower case, without accents, apostrophes and hidden signs; hyphens stay."""
    text = text.casefold() if text.isascii() else _fold_marks(text)
    return _APOSTROPHES.sub("", text)


def _fold_marks(text: str) -> str:
    # decomposing can bring new capitals, and folding new compositions: both, twice
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text.casefold()).casefold())
    text = _HIDDEN.sub("", text).replace("\u200c", "").replace("\u200d", "")
    return unicodedata.normalize("NFC", _MARKS.sub("", text).translate(_LETTERS))


def shown(text: str) -> str:
    """A text as it may stand on a screen: without signs that hide or turn it, on one line."""
    return " ".join(_HIDDEN.sub("", _CONTROLS.sub(" ", text)).split())


def hidden(text: str) -> bool:
    """Whether a text carries signs that cannot be seen (writing direction, zero width) or controls."""
    return bool(_HIDDEN.search(text) or _CONTROLS.search(text))


def split(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return [word for word in _BETWEEN.split(fold(text)) if word]


def words(names: Iterable[Mapping[str, Any]]) -> list[str]:
    """All words by which somebody of these names (HumanName) may be called, without repetition, at most twelve."""
    found: dict[str, None] = {}
    for name in names:
        parts = [name.get("family"), *(name.get("given") or [])]
        if not any(parts) and name.get("text"):
            parts = [name["text"]]
        for part in parts:
            if isinstance(part, str):
                found.update(dict.fromkeys(_of_part(part[:LONGEST_PART])))
    return list(found)[:MOST_WORDS]


def _of_part(part: str) -> list[str]:
    """The words of one part; a compound one also in one piece (Smith-Jones, De La Cruz, Mc Donald)."""
    cut = split(part)
    made = [bare for word in cut if (bare := _TAIL.sub("", word)) and bare != word]
    joined = ["".join(cut)] if 1 < len(cut) <= 4 else []
    return [*cut, *joined, *made]


def soundex(word: str) -> str:
    """How a word sounds, by the American Soundex of the National Archives; "" for other scripts."""
    if not word.isascii() or not word[:1].isalpha():
        return ""
    code, last = word[0], _SOUND.get(word[0], "")
    for letter in word[1:]:
        sound = _SOUND.get(letter, "")
        if sound and sound != last:
            code += sound
        if letter not in "hw":  # h and w do not part two letters of one sound
            last = sound
    return (code + "000")[:4]


_SOUND = {letter: digit for digit, letters in {
    "1": "bfpv", "2": "cgjkqsxz", "3": "dt", "4": "l", "5": "mn", "6": "r",
}.items() for letter in letters}  # fmt: skip


def near(word: str) -> list[str]:
    """By what a slip of one letter is found: the word, the word without each letter, its sound."""
    short = {word[:at] + word[at + 1 :] for at in range(min(len(word), 24))} if len(word) > 2 else set()
    sound = soundex(word)
    return [word, *sorted(short - {word}), *(["~" + sound] if sound and len(word) > 2 else [])]


@cache
def _nicknames() -> dict[str, frozenset[str]]:
    same: dict[str, set[str]] = {}
    for file in ("nicknames.json", "nicknames-spanish.json"):
        for name, short in json.loads((DATA / file).read_text("utf-8"))["names"].items():
            for other in short:
                one, two = fold(name), fold(other)
                same.setdefault(one, set()).add(two)
                same.setdefault(two, set()).add(one)
    return {name: frozenset(others) for name, others in same.items()}


def called(word: str) -> frozenset[str]:
    """Other names that somebody of this given name may go by, either way (Robert, Bob)."""
    return _nicknames().get(word, frozenset())


def usual(names: list[dict[str, Any]]) -> dict[str, Any]:
    """The name a person goes by in the record: official before usual before any other that is in use."""
    order = {"official": 0, "usual": 1, None: 2, "": 2, "temp": 3, "nickname": 4, "anonymous": 5, "maiden": 6, "old": 7}
    return min(names, key=lambda name: order.get(name.get("use"), 2), default={})


def family_of(name: Mapping[str, Any]) -> str:
    """The family name as it may be shown; of a name that came as one text, all of it."""
    return shown(str(name.get("family") or (name.get("text", "") if not name.get("given") else "")))


def given_of(name: Mapping[str, Any]) -> str:
    """The given names as they may be shown."""
    return shown(" ".join(part for part in name.get("given") or [] if isinstance(part, str)))


def full(name: Mapping[str, Any]) -> str:
    """A name as it is said: prefix, given, family, suffix."""
    parts = [*(name.get("prefix") or []), given_of(name), name.get("family") or "", *(name.get("suffix") or [])]
    return shown(" ".join(part for part in parts if part)) or shown(str(name.get("text") or ""))


def faults(names: list[dict[str, Any]]) -> list[str]:
    """What cannot be a name."""
    why = []
    for name in names:
        if not isinstance(name, dict):
            return ["A name is an object with family and given."]
        given = name.get("given") or []
        if not isinstance(given, list) or any(part is not None and not isinstance(part, str) for part in given):
            return ["Given names are a list of texts."]
        parts = [name.get("family"), name.get("text"), *given]
        if any(part is not None and not isinstance(part, str) for part in parts):
            return ["A part of a name is a text."]
        if too_long := max((len(part) for part in parts if part), default=0):
            if too_long > LONGEST_PART:
                why.append(f"A part of the name has {too_long:,} letters; up to {LONGEST_PART} can be kept.")
    return why


def doubts(names: list[dict[str, Any]]) -> list[str]:
    """What is hardly a name, and asked about."""
    why = []
    for name in names:
        said = full(name)
        if said and not any(letter.isalpha() for letter in said):
            why.append(f"“{said}” has no letters. Keep it as the name?")
        elif any(hidden(str(part)) for part in [name.get("family") or "", *(name.get("given") or [])]):
            why.append(f"The name “{said}” carries signs that cannot be seen. Keep them?")
    return why
