r"""Escape sequences: \F\ and its like, \.br\, \Xdd..\ ; HL7 v2.5.1, chapter 2, section 2.7."""

from __future__ import annotations

import re

_SEQUENCE = re.compile(r"\\([^\\]*)\\")
_BREAK = re.compile(r"\.(br|sp)\+?(\d*)$")


def unescaped(text: str, marks: str) -> str:
    """Text as people read it. `marks` are the message's separators in the order | ^ ~ \\ &."""
    escape = marks[3]
    if escape not in text:
        return text
    if escape != "\\":
        text = text.replace("\\", "\\E\\").replace(escape, "\\")
    return _SEQUENCE.sub(lambda match: _meaning(match[1], marks), text)


def _meaning(code: str, marks: str) -> str:
    field, component, repetition, escape, part = tuple(marks)
    single = {"F": field, "S": component, "T": part, "R": repetition, "E": escape, "H": "", "N": "", "P": ""}
    if code in single:
        return single[code]
    if found := _BREAK.match(code):
        return "\n" * int(found[2] or 1)
    if code[:1] == "X":
        return _hexadecimal(code[1:])
    return f"\\{code}\\"  # a sequence of somebody's own: kept as it came


def _hexadecimal(digits: str) -> str:
    try:
        return bytes.fromhex(digits).decode("utf-8", "replace")
    except ValueError:
        return f"\\X{digits}\\"


def escaped(text: str, marks: str) -> str:
    """Text made safe to stand in a field; line ends become \\.br\\."""
    field, component, repetition, escape, part = tuple(marks)
    if not any(mark in text for mark in (field, component, repetition, escape, part, "\r", "\n")):
        return text
    codes = {escape: "E", field: "F", component: "S", repetition: "R", part: "T"}
    out = "".join(f"{escape}{codes[one]}{escape}" if one in codes else one for one in text)
    return out.replace("\r\n", "\n").replace("\r", "\n").replace("\n", f"{escape}.br{escape}")
