"""What was typed, kept as typed, with what is wrong or doubtful beside each field."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, QueryDict

from medassist.kernel.errors import Invalid
from medassist.kernel.identifiers import uuid7, uuid_or_none
from medassist.kernel.inputs import Inputs

OURS = ("csrfmiddlewaretoken", "form_key", "confirmed")
RESERVED = ("whole", "told", "asked", "fine", "sent", "key", "faults", "doubts")
MANY = (list, tuple, set, frozenset)


@dataclass(frozen=True)
class Field:
    """One field as a template shows it."""

    name: str
    value: Any
    faults: list[str]
    doubts: list[str]
    confirmed: bool
    form: str = "f"

    @property
    def id(self) -> str:
        """The element's id."""
        return f"{self.form}-{self.name.replace('.', '-')}"

    @property
    def told(self) -> str:
        """The ids of what is said about it, for aria-describedby."""
        said = [("fault", self.faults), ("doubt", self.doubts)]
        return " ".join(f"{self.id}-{kind}" for kind, texts in said if texts)


@dataclass
class Form:
    """A form's state. `sent` is whether somebody sent it; `initial` is what stands in it before.

    `name` begins the ids of its fields, where a page has several forms with a field of the same name.
    """

    posted: QueryDict | None = None
    initial: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, list[str]] = field(default_factory=dict)
    doubts: dict[str, list[str]] = field(default_factory=dict)
    name: str = "f"

    @classmethod
    def of(cls, request: HttpRequest, **initial: Any) -> Form:
        """The form of this request; it counts as sent when it was posted."""
        return cls(request.POST if request.method == "POST" else None, initial)

    def __post_init__(self) -> None:
        # the same key until it succeeds: a form sent twice is done once
        self.key = (self.posted and uuid_or_none(self.posted.get("form_key"))) or uuid7()

    @property
    def sent(self) -> bool:
        """Whether somebody sent it."""
        return self.posted is not None

    @property
    def confirmed(self) -> frozenset[str]:
        """The fields whose doubts somebody has looked at."""
        return frozenset(self.posted.getlist("confirmed")) if self.posted is not None else frozenset()

    def value(self, name: str) -> Any:
        """What stands in a field now."""
        if self.posted is not None and name in self.posted:
            return self.posted.get(name)
        return self.initial.get(name, "") if self.posted is None else ""

    def __getitem__(self, name: str) -> Field:
        # a template asks here first: form.birth_date is a field, form.whole what is said of all of them
        if name in RESERVED:
            raise KeyError(name)
        faults, doubts = self.faults.get(name, []), self.doubts.get(name, [])
        return Field(name, self.value(name), faults, doubts, name in self.confirmed, self.name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.posted if self.posted is not None else self.initial)

    def __bool__(self) -> bool:
        return True

    @property
    def whole(self) -> list[str]:
        """What is wrong with the whole, not with one field."""
        return self.faults.get("", [])

    @property
    def told(self) -> list[tuple[str, list[str]]]:
        """Everything that is wrong, by field."""
        return list(self.faults.items())

    @property
    def asked(self) -> list[tuple[str, list[str]]]:
        """Everything that is doubtful, by field."""
        return list(self.doubts.items())

    @property
    def fine(self) -> bool:
        """Whether nothing is wrong and nothing is asked."""
        return not self.faults and not self.doubts

    @property
    def status(self) -> int:
        """The status of an answer that shows this form."""
        return 200 if self.fine else 422

    def given(self, inputs: type[Inputs]) -> dict[str, Any]:
        """What was filled in, nested by dots, as the inputs class takes it; an empty box counts as not given."""
        assert self.posted is not None
        found: dict[str, Any] = {}
        for name in self.posted:
            head = name.split(".")[0]
            if name in OURS or head not in inputs.model_fields:
                continue
            many = "." not in name and takes_many(inputs.model_fields[name].annotation)
            values = [value for value in self.posted.getlist(name) if value.strip()]
            if values:
                _put(found, name.split("."), values if many else values[-1])
        return _lists(found)

    def note(self, error: Invalid) -> None:
        """Keep what an action said about the fields."""
        for mine, theirs in ((self.faults, error.faults), (self.doubts, error.doubts)):
            for name, texts in theirs.items():
                mine.setdefault(name, []).extend(text for text in texts if text not in mine.get(name, []))


def takes_many(annotation: Any) -> bool:
    """Whether a field of an inputs class holds several values."""
    origin = typing.get_origin(annotation)
    if origin in (typing.Union, types.UnionType):
        return any(takes_many(part) for part in typing.get_args(annotation))
    return annotation in MANY or origin in MANY


def _put(into: dict[str, Any], path: list[str], value: Any) -> None:
    for step in path[:-1]:
        into = into.setdefault(step, {})
    into[path[-1]] = value


def _lists(found: Any) -> Any:
    """Turn {"0": a, "1": b} into [a, b], at every depth."""
    if not isinstance(found, Mapping):
        return found
    inner = {name: _lists(value) for name, value in found.items()}
    if inner and all(name.isdigit() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner
