"""Creating and changing through the API: the body checked, kept as received, and handed to the domain that owns it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from medassist.codecs import fhir
from medassist.codecs.fhir import query
from medassist.domain.office import queries as office
from medassist.domain.worklist import actions as worklist
from medassist.domain.worklist.inputs import Add
from medassist.exchange import actions as exchange
from medassist.exchange import names, queries
from medassist.exchange import search as index
from medassist.exchange.inputs import LARGEST, Conclude, Receive
from medassist.exchange.queries import Kept
from medassist.exchange.shows import expecting, watching
from medassist.interfaces.fhir import answers, scopes
from medassist.interfaces.fhir.answers import Problem
from medassist.interfaces.fhir.client import Caller
from medassist.kernel.errors import Conflict, HouseError, Invalid, Missing, Refused
from medassist.kernel.identifiers import uuid7
from medassist.kernel.inputs import Inputs

# type -> domain; its wire's from_fhir makes the inputs of one of its actions
OWNERS = {"Patient": "people", "Observation": "vitals", "Appointment": "scheduling"}
MOST_DOUBTS = 5
TAKEN = "taken as sent; somebody here will look at it"
CHANGES = {"Appointment": "scheduling", "Patient": "people", "Observation": "vitals"}


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a request: our key of what was made or changed, what is doubtful about it, and what stands in its
    place where it was put right; `asked` when the domain itself has somebody look at the doubts, `open` when the
    sender may read their words."""

    key: UUID
    doubts: dict[str, list[str]] = field(default_factory=dict)
    instead: UUID | None = None
    asked: bool = False
    open: bool = False


def interactions(kind: str) -> list[str]:
    """What of create and update is done for a type."""
    made = ["create"] if kind in OWNERS and _part(OWNERS[kind], "wire") else []
    return [*made, "update"] if kind in CHANGES and made else made


def profiles(kind: str) -> list[str]:
    """The profiles by which a type is written, as its domain says."""
    return sorted(getattr(_part(OWNERS[kind], "wire"), "PROFILES", ())) if kind in OWNERS else []


@cache
def _part(domain: str, part: str) -> Any:
    name = f"medassist.domain.{domain}.{part}"
    return import_module(name) if find_spec(f"medassist.domain.{domain}") and find_spec(name) else None


@cache
def _actions(domain: str) -> dict[type[Inputs], Callable[..., Any]]:
    """The actions of a domain by the class of their inputs."""
    found = (one for one in vars(_part(domain, "actions")).values() if hasattr(one, "info"))
    return {one.info.inputs: one for one in found}


def _body(request: HttpRequest) -> bytes:
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        raise Problem(413, "too-long", "the request is larger than 10 MB")
    given = request.META.get("CONTENT_TYPE", "")
    if given and "json" not in given:
        raise Problem(415, "not-supported", "send application/fhir+json")
    return request.body


def _checked(body: bytes, kind: str) -> dict[str, Any]:
    resource = fhir.loads(body)
    if resource["resourceType"] != kind:
        raise Problem(400, "invalid", f"a {resource['resourceType'][:64]} was sent to {kind}")
    if wrong := fhir.faults(resource):
        raise Faulty(wrong)
    return resource


class Faulty(Exception):
    """The resource is not valid R4."""

    def __init__(self, wrong: list[fhir.Fault]):
        self.wrong = wrong
        super().__init__("; ".join(f.why for f in wrong[:3]))


def create(request: HttpRequest, who: Caller, kind: str) -> HttpResponse:
    """POST Patient."""
    who.must(kind, "c")
    if "create" not in interactions(kind):
        raise Problem(405, "not-supported", f"{kind} is not created through this API")
    body = _body(request)
    if found := _already(request, who, kind):
        return found

    def work(resource: dict[str, Any]) -> Done:
        domain = OWNERS[kind]
        with watching(kind, body) as shown, _at_elements(domain, resource):
            result, doubts = _do(who, domain, _inputs(domain, names.inward(resource)))
        key = next(key for type, key in shown if type == kind)
        own = _doubted(domain, result)
        return Done(key, _placed(domain, resource, own or doubts), asked=bool(own), open=_readable(who, kind, own))

    return _handle(request, who, kind, body, work, 201)


def update(request: HttpRequest, who: Caller, kind: str, name: str) -> HttpResponse:
    """PUT Appointment/123; If-Match guards against what was changed meanwhile."""
    who.must(kind, "u")
    if "update" not in interactions(kind):
        raise Problem(405, "not-supported", f"{kind} is not changed through this API")
    body = _body(request)
    now = queries.read(kind, name)
    if now is None or now.deleted:
        raise Problem(404, "not-found", f"there is no {kind}/{name[:64]}; a new one is sent by POST")
    seen = _version_seen(request, now)

    def work(resource: dict[str, Any]) -> Done:
        if resource.get("id") != name:
            raise Problem(400, "invalid", "the id in the resource is not that of the address")
        domain, expected = CHANGES[kind], expecting(kind, now.key, seen) if seen else nullcontext()
        with watching(kind, body) as shown, expected, _at_elements(domain, resource):
            _, doubts = _do(who, domain, _inputs(domain, names.inward(resource), now.key))
        return Done(now.key, _placed(domain, resource, doubts), _instead(shown, kind, now.key))

    return _handle(request, who, kind, body, work, 200)


def _version_seen(request: HttpRequest, now: Kept) -> int | None:
    tag = request.META.get("HTTP_IF_MATCH")
    if not tag:
        return None
    number = tag.removeprefix("W/").strip('"')
    if not number.isdigit() or int(number) != now.version:
        raise Problem(
            412, "conflict", f"{now.type}/{now.id} is at version {now.version} by now", ETag=answers.etag(now.version)
        )
    return now.version


def _inputs(domain: str, resource: dict[str, Any], key: UUID | None = None) -> Inputs:
    wire = _part(domain, "wire")
    if key is None:
        return wire.from_fhir(resource)
    change = getattr(wire, "change_from_fhir", None)
    return change(resource, key) if change else wire.from_fhir(resource, key)


def _doubted(domain: str, result: Any) -> dict[str, list[str]]:
    """What a domain found doubtful about what it took in, where it has somebody look at that by itself."""
    found = getattr(_part(domain, "wire"), "doubted", None)
    return found(result) if found else {}


def _readable(who: Caller, kind: str, own: dict[str, list[str]]) -> bool:
    # a domain's own doubts are about this patient: they tell what a reader of the chart may know
    return bool(own) and scopes.allows(who.scopes, kind, "r")


def _placed(domain: str, resource: dict[str, Any], told: dict[str, list[str]]) -> dict[str, list[str]]:
    """What is said of fields of the inputs, said of the elements of the resource that told them."""
    place = getattr(_part(domain, "wire"), "place", None)
    return {place(resource, name): whys for name, whys in told.items()} if place else told


@contextmanager
def _at_elements(domain: str, resource: dict[str, Any]) -> Iterator[None]:
    try:
        yield
    except Invalid as wrong:
        raise Invalid(_placed(domain, resource, wrong.faults), _placed(domain, resource, wrong.doubts)) from wrong


def _instead(shown: list[tuple[str, UUID]], kind: str, key: UUID) -> UUID | None:
    """What stands in place of a resource that was put right: the next of its kind that came to be shown."""
    return next((other for type, other in shown if type == kind and other != key), None)


def _do(who: Caller, domain: str, given: Inputs) -> tuple[Any, dict[str, list[str]]]:
    """Do it, and tell what was doubtful about it.

    A doubt that a person would be asked about is taken as it was sent, since a system can't be asked; somebody of the
    office is, by a task.
    """
    act = _actions(domain)[type(given)]
    doubts: dict[str, list[str]] = {}
    for _ in range(MOST_DOUBTS):
        try:
            return act(who.ctx, given), doubts
        except Invalid as wrong:
            if wrong.faults or not wrong.doubts.keys() - given.confirmed:
                raise
            doubts |= wrong.doubts
            given = given.model_copy(update={"confirmed": given.confirmed | frozenset(wrong.doubts)})
    raise Invalid(doubts=doubts)


def _ask_somebody(who: Caller, kept: Kept, doubts: dict[str, list[str]]) -> None:
    """A task for the office: what another system sent, and what is doubtful about it."""
    site = who.ctx.site or next((one.pk for one in office.sites()), None)
    if site is None:
        return
    details = "\n".join(why for whys in doubts.values() for why in whys)
    worklist.add(who.ctx.but(key=None, site=site), Add(
        kind="confirm-received", title=f"Look at the {kept.type.lower()} that {who.ctx.actor.name} sent"[:200],
        details=details[:10_000], site=site, patient=kept.patient, about=f"{kept.type.lower()}/{kept.key}", once=True,
    ))  # fmt: skip


# ------------------------------------------------------------------------------------------------ received, answered
def _handle(
    request: HttpRequest, who: Caller, kind: str, body: bytes, work: Callable[[dict[str, Any]], Done], status: int
) -> HttpResponse:
    """Do what was sent; its bytes are kept with the version that it makes, or, when it makes none, by themselves.

    A sender that names its request (X-Request-Id) gets the same answer to the same request again; for that it is kept
    before anything is made of it.
    """
    arrived = None
    if who.ctx.key:
        if found := _before(request, who, who.ctx.key, body, kind, status):
            return found
        arrived = _receive(request, who, kind, body)
    try:
        done = work(_checked(body, kind))
    except Exception as error:
        said, outcome = _wrong(error)
        arrived = arrived or _receive(request, who, kind, body)
        _conclude(who, arrived, outcome, f"{type(error).__name__} {said.status_code if said else ''}".strip())
        if said is None:
            raise
        return said
    kept = queries.by_key(kind, done.key)
    if kept is None:
        raise RuntimeError(f"{kind} was written but not shown to the exchange")
    if arrived:
        _conclude(who, arrived, "accepted", answer=f"{kept.id}/{kept.version}".encode())
    if done.doubts and not done.asked:
        _ask_somebody(who, kept, done.doubts)
    return _made(request, kept, status, done)


def _receive(request: HttpRequest, who: Caller, kind: str, body: bytes) -> UUID:
    control = who.ctx.key or str(uuid7())
    given = Receive(via="fhir", control=control, kind=f"{request.method} {kind}", content=body)
    return exchange.receive(who.ctx.but(key=None), given).pk


def _before(
    request: HttpRequest, who: Caller, control: str, body: bytes, kind: str, status: int
) -> HttpResponse | None:
    """The answer given to these bytes under this name; other bytes under the same name are a conflict."""
    arrived = queries.received(who.ctx.actor.id, "fhir", control, body)
    if arrived is None:
        if queries.sent_before(who.ctx.actor.id, "fhir", control):
            raise Conflict("Another request was sent under this X-Request-Id before.")
        return None
    outcome = queries.answered(arrived.pk)
    if outcome is None or outcome.answer is None:
        return None
    name, _, version = bytes(outcome.answer).decode().rpartition("/")
    kept = queries.vread(kind, name, int(version))
    return _made(request, kept, status) if kept else None


def _wrong(error: Exception) -> tuple[HttpResponse | None, str]:
    """The answer to what went wrong, and what is kept of it."""
    if isinstance(error, Faulty):
        issues = (fhir.issue(f.code, f.why, at=f.at) for f in error.wrong)
        return answers.outcome(422, *issues), "invalid"
    if isinstance(error, fhir.Unreadable):
        return answers.outcome(400, fhir.issue("structure", str(error))), "invalid"
    if isinstance(error, Missing):  # what the body refers to: the address itself was found
        return answers.outcome(422, fhir.issue("not-found", str(error))), "invalid"
    if isinstance(error, (Problem, HouseError)):
        return answers.of(error), "refused" if isinstance(error, (Refused, Conflict)) else "invalid"
    return None, "failed"


def _conclude(who: Caller, arrived: UUID, outcome: str, why: str = "", answer: bytes | None = None) -> None:
    given = Conclude(received=arrived, outcome=outcome, why=why, answer=answer)
    exchange.conclude(who.ctx.but(key=None), given)


def _made(request: HttpRequest, kept: Kept, status: int, done: Done | None = None) -> HttpResponse:
    """What was made, as the client prefers it. Of a doubt it hears the field alone, where the words may name others.

    What stands in place of what was put right is named as its successor (RFC 5829).
    """
    base = answers.base(request)
    made = answers.resource(kept, status, Location=f"{base}/{kept.type}/{kept.id}/_history/{kept.version}")
    prefer = request.META.get("HTTP_PREFER", "")
    told = _told(done) if done else []
    for at, _ in told[:1]:
        made.headers["Warning"] = f'199 medassist "{at}: {TAKEN}"'
    if done and done.instead and (other := queries.by_key(kept.type, done.instead)):
        made.headers["Link"] = f'<{base}/{other.type}/{other.id}>; rel="successor-version"'
    if "return=minimal" in prefer:
        made.content = b""
    elif "return=OperationOutcome" in prefer:
        issues = [fhir.issue("business-rule", text, severity="warning", at=at) for at, text in told]
        issues = issues or [fhir.issue("informational", "done", severity="information")]
        made.content = fhir.dumps(fhir.outcome(*issues))
    return made


def _told(done: Done) -> list[tuple[str, str]]:
    return [(at, why) for at, whys in done.doubts.items() for why in (whys if done.open else [TAKEN])]


def _already(request: HttpRequest, who: Caller, kind: str) -> HttpResponse | None:
    """If-None-Exist: what a search finds is not made again."""
    text = request.META.get("HTTP_IF_NONE_EXIST")
    if not text:
        return None
    asked = query.read(kind, query.pairs(text))
    if asked.unknown or not asked.criteria:
        raise Problem(400, "invalid", "If-None-Exist names parameters that can't be searched by")
    who.must(kind, "s")
    found = index.page(asked, 2).found
    if len(found) > 1:
        raise Problem(412, "multiple-matches", "more than one fulfils If-None-Exist")
    return answers.resource(found[0], 200) if found else None
