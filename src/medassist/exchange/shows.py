"""How a domain puts what it did into the record: `@shows("vitals.taken")` over a function of its wire.

Where one domain looks after a resource and another, above it, knows more of it, the first says `@makes`, the other
`@adds`, and shows it `again` when what it adds has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from medassist.exchange import store
from medassist.kernel import doorway
from medassist.kernel.context import Context
from medassist.kernel.done import on_done

Show = Callable[[Any], "Sequence[dict[str, Any] | Gone] | dict[str, Any] | Gone | None"]
Work = TypeVar("Work", bound=Show)
Make = Callable[[UUID], dict[str, Any]]
Making = TypeVar("Making", bound=Make)


@dataclass(frozen=True, slots=True)
class Gone:
    """Shown instead of a resource that is no longer there (a slot that was withdrawn)."""

    type: str
    id: UUID


@dataclass(slots=True)
class Watch:
    """One request of another system while it is carried out: its bytes, and what it led to show."""

    kind: str
    sent: bytes
    shown: list[tuple[str, UUID]] = field(default_factory=list)


_expected: ContextVar[dict[tuple[str, str], int]] = ContextVar("expected", default={})  # noqa: B039
_watched: ContextVar[Watch | None] = ContextVar("watched", default=None)
SHOWN: dict[str, list[Show]] = {}
MADE: dict[str, Make] = {}
ADDED: dict[str, list[Make]] = {}


def shows(*events: str) -> Callable[[Work], Work]:
    """Have a function called with the result of every action that emits one of these events.

    It gives FHIR resources (or Gone) with our keys as ids and in references; the exchange gives them their version,
    meta and, for what came from elsewhere, their FHIR ids.
    """

    def wrap(work: Work) -> Work:
        for event in events:
            SHOWN.setdefault(event, []).append(work)
            on_done(event, lambda ctx, result: show(ctx, work(result)))
        return work

    return wrap


def makes(kind: str) -> Callable[[Making], Making]:
    """Have a function make the resource of a type from our key, when another domain has to show it again."""

    def wrap(work: Making) -> Making:
        MADE[kind] = work
        return work

    return wrap


def adds(kind: str) -> Callable[[Making], Making]:
    """Have what a function gives for our key stand in every resource of a type that is shown: elements of its own."""

    def wrap(work: Making) -> Making:
        ADDED.setdefault(kind, []).append(work)
        return work

    return wrap


def again(kind: str, key: UUID) -> dict[str, Any]:
    """The resource as the domain that looks after it makes it now."""
    return MADE[kind](key)


def show(ctx: Context, resources: Any) -> None:
    """Show these with the action that is open."""
    found = showings(ctx, resources)
    store.gather(found)
    if found and (watch := _watched.get()) is not None:
        _watch(watch, found)


def showings(ctx: Context, resources: Any) -> list[store.Showing]:
    """These as the action that is open shows them."""
    if resources is None:
        return []
    action = doorway.required().stack[-1].action
    if isinstance(resources, dict | Gone):
        resources = [resources]
    return [_showing(ctx, action, one) for one in resources]


def _watch(watch: Watch, found: list[store.Showing]) -> None:
    """Note what is shown; the first of the kind that was sent keeps the bytes as they were sent."""
    for one in found:
        if one.type == watch.kind and watch.kind not in (kind for kind, _ in watch.shown):
            one.sent = watch.sent
        watch.shown.append((one.type, one.id))


def _showing(ctx: Context, action: str, one: dict[str, Any] | Gone) -> store.Showing:
    if isinstance(one, Gone):
        value = {"resourceType": one.type, "id": str(one.id)}
        return store.Showing(one.id, one.type, str(one.id), value, action, ctx.at, deleted=True)
    kind, key = one["resourceType"], UUID(str(one["id"]))
    value = dict(one)
    for more in ADDED.get(kind, ()):
        value.update(more(key))
    expected = _expected.get().get((kind, str(key)))
    return store.Showing(key, kind, str(key), value, action, ctx.at, expected=expected)


def as_received(ctx: Context, key: UUID, resource: dict[str, Any]) -> store.Showing:
    """What came from elsewhere under the id it had there, for our `key`. What a domain shows of it lies over it."""
    kind, action = resource["resourceType"], doorway.required().stack[-1].action
    return store.Showing(key, kind, resource["id"], resource, action, ctx.at, received=resource, adopted=True)


@contextmanager
def watching(kind: str, sent: bytes) -> Iterator[list[tuple[str, UUID]]]:
    """What is shown while this holds: (type, our key), in order. `sent` is kept with the version that it makes."""
    watch = Watch(kind, sent)
    before = _watched.set(watch)
    try:
        yield watch.shown
    finally:
        _watched.reset(before)


@contextmanager
def expecting(kind: str, key: UUID, version: int) -> Iterator[None]:
    """While this holds, a new version of the resource is a Conflict unless it follows the one the sender had seen."""
    before = _expected.set({(kind, str(key)): version})
    try:
        yield
    finally:
        _expected.reset(before)
