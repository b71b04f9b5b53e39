"""What is said beside one value of a set, as plain data: the sign, its code, the words, how severe, by which source."""

from __future__ import annotations

from typing import Any

from medassist.domain.vitals.rules.judging import Judgement
from medassist.domain.vitals.rules.signs import SIGNS

Flag = dict[str, Any]
ENTRY_CHECK = {"title": "medassist entry check, not a clinical limit"}
"""The source of a flag that asks whether a value was entered right; a judgement names its own."""
KEYS = {name: one.code for name, one in SIGNS.items()}
"""The code by which others know a sign."""


def flag(name: str, kind: str, text: str, severity: str, source: Any = ENTRY_CHECK, **more: Any) -> Flag:
    """A flag of any kind."""
    return {"sign": name, "code": KEYS[name], "kind": kind, "text": text, "source": source,
            "severity": severity, **more}  # fmt: skip


def said(name: str, found: Judgement, kind: str = "judgement") -> Flag:
    """What a source says of a value."""
    text = f"{found.word}, {found.note}" if found.note else found.word
    return flag(name, kind, text, found.state, found.source, interpretation=found.code)
