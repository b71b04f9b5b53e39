"""Messages written: plain values in, escaped and separated text out."""

from __future__ import annotations

from collections.abc import Sequence

from medassist.codecs.hl7v2.escape import escaped
from medassist.codecs.hl7v2.message import USUAL

# A field is a text, a list of components (a component may be a list of parts), or a Repeated of such fields.
Component = str | Sequence[str]
Field = str | Sequence[Component]


class Repeated(tuple[Field, ...]):
    """A field that is there several times."""


def write(segments: Sequence[Sequence[Field | Repeated]], marks: str = USUAL) -> str:
    """A message from its segments, each begun by its name. MSH-1 and MSH-2 are put in: give MSH from MSH-3 on."""
    return "".join(_segment(one, marks) + "\r" for one in segments)


def _segment(fields: Sequence[Field | Repeated], marks: str) -> str:
    name, *rest = fields
    written = [_field(one, marks) for one in rest]
    while written and not written[-1]:
        written.pop()
    head = [f"MSH{marks[0]}{marks[1:]}"] if name == "MSH" else [str(name)]
    return marks[0].join(head + written)


def _field(field: Field | Repeated, marks: str) -> str:
    if isinstance(field, Repeated):
        return marks[2].join(_field(one, marks) for one in field)
    if isinstance(field, str):
        return escaped(field, marks)
    return _joined([_component(one, marks) for one in field], marks[1])


def _component(component: Component, marks: str) -> str:
    if isinstance(component, str):
        return escaped(component, marks)
    return _joined([escaped(part, marks) for part in component], marks[4])


def _joined(parts: list[str], separator: str) -> str:
    while parts and not parts[-1]:
        parts.pop()
    return separator.join(parts)
