"""The action: the only way to write, whoever asks and by whichever interface."""

from __future__ import annotations

import functools
import hashlib
import inspect
import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import orjson
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from medassist.kernel import authority, done, doorway, trail
from medassist.kernel.context import Context
from medassist.kernel.doorway import Doorway
from medassist.kernel.errors import Conflict, Refused
from medassist.kernel.inputs import Inputs
from medassist.kernel.ruling import Act

Result = TypeVar("Result")
Facts = Callable[[Context, Any], dict[str, Any]]

BEGIN = """SELECT set_config('medassist.action', %s, true)"""
BEGIN_WITH_KEY = """SELECT set_config('medassist.action', %s, true), a.body, a.result
FROM (SELECT 1) one LEFT JOIN kernel_answer a ON a.action = %s AND a.sender = %s AND a.key = %s"""


@dataclass(frozen=True, slots=True)
class Info:
    """What is known of an action: for the guide, for agents' tools, and for the tests that walk the house."""

    name: str
    emits: str | None
    shows: tuple[str, ...] | None
    facts: Facts | None
    undo: str | None
    body: Callable[[Context, Any], Any]

    @property
    def doc(self) -> str:
        """The first line of its docstring: written for people and agents."""
        return (inspect.getdoc(self.body) or "").partition("\n")[0]

    @property
    def inputs(self) -> type[Inputs]:
        """The class of its inputs."""
        hints = typing.get_type_hints(self.body, vars(inspect.getmodule(self.body)))
        return hints[list(inspect.signature(self.body).parameters)[1]]


ACTIONS: dict[str, Info] = {}


def action(
    name: str,
    *,
    emits: str | None = None,
    shows: tuple[str, ...] | None,
    facts: Facts | None = None,
    undo: str | None = None,
) -> Callable[[Callable[..., Result]], Callable[[Context, Any], Result]]:
    """Make a body the one way to do one write: asked, done, told and kept in one transaction.

    `emits` names the event; `shows` the FHIR types its wire puts into the exchange, or None; `facts(ctx, given)`
    fetches what the ruling must know; `undo` names the action that takes it back.
    """

    def wrap(body: Callable[..., Result]) -> Callable[[Context, Any], Result]:
        info = Info(name, emits, shows, facts, undo, body)
        if name in ACTIONS and ACTIONS[name].body.__qualname__ != body.__qualname__:
            raise RuntimeError(f"two actions are called {name}")
        ACTIONS[name] = info

        @functools.wraps(body)
        def act(ctx: Context, given: Any) -> Result:
            if (open_one := doorway.current()) is not None:
                return _perform(open_one, info, ctx, given)
            return _outermost(info, ctx, given)

        act.info = info  # type: ignore[attr-defined]
        return act

    return wrap


def _outermost(info: Info, ctx: Context, given: Inputs) -> Any:
    body = _body_hash(given) if ctx.key else b""
    try:
        return _transact(info, ctx, given, body)
    except Refused as no:
        keep_refusal(no)
        raise
    except IntegrityError as error:
        # the same sender sent the same key twice at once: the other one won, and its answer is there now
        if "one_answer_a_key" not in str(error):
            raise
        return _transact(info, ctx, given, body)


def _transact(info: Info, ctx: Context, given: Inputs, body: bytes) -> Any:
    with doorway.opened(Doorway(info.name, ctx)) as house, transaction.atomic(durable=True):
        earlier = _begin(info, ctx)
        if earlier is not None:
            return _as_before(earlier, body, info)
        result = _perform(house, info, ctx, given)
        answer = None
        if ctx.key:
            answer = trail.Given(info.name, ctx.actor.id, ctx.key, body, _reference(result), ctx.at)
        doorway.close(house, answer)
        return result


def _begin(info: Info, ctx: Context) -> tuple[bytes, str] | None:
    """Open the house in the database too; the answer given earlier under this key, if any."""
    with connection.cursor() as cursor:
        if not ctx.key:
            cursor.execute(BEGIN, [info.name])
            return None
        cursor.execute(BEGIN_WITH_KEY, [info.name, info.name, ctx.actor.id, ctx.key])
        _, body, result = cursor.fetchone()
        return None if result is None else (bytes(body), result)


def _perform(house: Doorway, info: Info, ctx: Context, given: Inputs) -> Any:
    act = given.act
    entry = trail.Entry(
        ctx, info.name, act.name, given.subject, getattr(given, "patient", None), given=_given(given)
    )  # fmt: skip
    house.stack.append(entry)
    if info.facts:
        facts = info.facts(ctx, given)
        entry.patient = entry.patient or facts.get("patient")
        act = Act(act.name, {**act.facts, **facts})
    entry.ruling = ruling = authority.rule(ctx, act, entry.subject)
    if not ruling.allowed:
        entry.outcome, entry.wrote = "refused", []
        raise Refused(ruling, entry)
    result = info.body(ctx, given)
    if info.emits:
        for show in done.of(info.emits):
            show(ctx, result)
        house.events.append(
            trail.Told(ctx, info.emits, info.name, act.name, entry.subject, entry.patient, _reference(result))
        )
    house.entries.append(entry)
    house.stack.pop()
    return result


def keep_refusal(no: Refused) -> None:
    """Keep a refusal in the trail, after the transaction that it ended."""
    if no.entry is not None:
        waited = doorway.waiting() or []
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(BEGIN, ["refused"])
            trail.write(connection, [*waited, no.entry], [], None)
        waited.clear()


def _given(given: Inputs) -> str:
    # an empty `confirmed` says nothing; leave it out of the trail
    return given.model_dump_json(exclude_none=True, exclude=None if given.confirmed else {"confirmed"})


def _body_hash(given: Inputs) -> bytes:
    return hashlib.sha256(f"{type(given).__name__}\n{given.model_dump_json()}".encode()).digest()


def _reference(result: Any) -> str:
    """A result as a reference by which it can be found again: label/pk, or a plain value."""
    if isinstance(result, models.Model):
        return f"{result._meta.label}/{result.pk}"
    if isinstance(result, list | tuple):
        return orjson.dumps([_reference(one) for one in result]).decode()
    if result is None or isinstance(result, bool | int | str | UUID):
        return f"={orjson.dumps(result, default=str).decode()}"
    return "=null"


def _as_before(earlier: tuple[bytes, str], body: bytes, info: Info) -> Any:
    kept, reference = earlier
    if kept != body:
        raise Conflict(f"This request was sent before with another content ({info.name}).")
    return _found(reference)


def _found(reference: str) -> Any:
    if reference.startswith("="):
        return orjson.loads(reference[1:])
    if reference.startswith("["):
        return [_found(one) for one in orjson.loads(reference)]
    label, _, pk = reference.partition("/")
    return apps.get_model(label)._base_manager.get(pk=pk)
