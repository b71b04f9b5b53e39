"""Search: the request taken apart, one audit entry with the patients shown, and a bundle of stored bytes."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from medassist.codecs import fhir
from medassist.codecs.fhir import parameters, query
from medassist.exchange import search as index
from medassist.exchange.queries import Kept
from medassist.interfaces.fhir import answers, sealed
from medassist.interfaces.fhir.answers import Problem
from medassist.interfaces.fhir.client import Caller
from medassist.kernel import reading

PAGE, LARGEST_PAGE = 50, 1000
LONGEST_QUERY = 100_000
LISTS = {"Patient", "Appointment", "AppointmentResponse", "Schedule", "Group", "Person", "RelatedPerson"}


def search(request: HttpRequest, who: Caller, kind: str) -> HttpResponse:
    """GET Patient?name=… or POST Patient/_search."""
    who.must(kind, "s")
    pairs = _pairs(request)
    if len(pairs) > 100:
        raise Problem(400, "too-costly", "more than 100 parameters")
    state = _state(kind, pairs)
    pairs = [tuple(p) for p in state["pairs"]]
    asked = query.read(kind, _relative(pairs, answers.base(request)))
    _known(request, asked)
    for other in _others(asked):
        who.must(other, "s")
    if asked.summary == "count" or asked.count == 0:
        return _counted(request, who, asked, pairs)
    return _page(request, who, asked, pairs, state)


def _pairs(request: HttpRequest) -> list[tuple[str, str]]:
    text = request.META.get("QUERY_STRING", "")
    if request.method == "POST":
        if "form-urlencoded" not in request.META.get("CONTENT_TYPE", ""):
            raise Problem(415, "not-supported", "_search takes application/x-www-form-urlencoded")
        text = f"{text}&{request.body[:LONGEST_QUERY].decode('utf-8', 'replace')}"
    if len(text) > LONGEST_QUERY:
        raise Problem(414, "too-long", "the search is too long")
    return parse_qsl(text, keep_blank_values=True)


def _state(kind: str, pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """The search, and where its page begins: from the cursor when there is one."""
    cursor = dict(pairs).get("_cursor")
    if not cursor:
        return {"pairs": pairs, "after": None, "total": None}
    state = sealed.unseal(cursor)
    if state is None or state.get("kind") != kind:
        raise Problem(400, "invalid", "this page link is not one of ours; begin the search again")
    return state


def _relative(pairs: list[tuple[str, str]], base: str) -> list[tuple[str, str]]:
    """Our own absolute addresses as Type/id."""
    return [(name, value.replace(f"{base}/", "")) for name, value in pairs]


def _known(request: HttpRequest, asked: query.Asked) -> None:
    if asked.unknown and "handling=lenient" not in request.META.get("HTTP_PREFER", ""):
        names = ", ".join(name[:60] for name in asked.unknown[:5])
        raise Problem(400, "not-supported", f"{asked.kind} can't be searched by {names}")


def _others(asked: query.Asked) -> set[str]:
    """The types that a search looks into beside its own: by _include, _revinclude, chains and _has."""
    found = {kind for kind, _, _ in (*asked.include, *asked.revinclude)} - {asked.kind}
    waiting = list(asked.criteria)
    while waiting:
        one = waiting.pop()
        if one.chain:
            found.add(one.chain[0])
            waiting.append(one.chain[1])
        if one.reverse:
            found.add(one.reverse[0])
            waiting.append(one.reverse[2])
    return found


def _act(kind: str) -> str:
    """Finding people and their appointments is seeing a list; anything else about patients is their charts' content."""
    return "house.open_chart" if parameters.compartment(kind) and kind not in LISTS else "house.list"


def _filters(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """What the trail says was asked for."""
    found: dict[str, str] = {}
    for name, value in pairs[:20]:
        found[name[:60]] = f"{found[name[:60]]} & {value[:100]}" if name[:60] in found else value[:100]
    return found


def _counted(request: HttpRequest, who: Caller, asked: query.Asked, pairs: list[tuple[str, str]]) -> HttpResponse:
    total = index.count(asked)
    reading.listing(who.ctx, asked.kind, _filters(pairs), (), _act(asked.kind))
    links = {"self": _self(request, asked.kind, pairs)}
    return answers.answer(answers.bundle("searchset", links, (), who.ctx.at.isoformat(), total))


def _page(
    request: HttpRequest, who: Caller, asked: query.Asked, pairs: list[tuple[str, str]], state: dict[str, Any]
) -> HttpResponse:
    size = min(asked.count or PAGE, LARGEST_PAGE)
    after = UUID(state["after"]) if state["after"] else None
    page = index.page(asked, size, after, counted=state["total"] is None and asked.total != "none")
    total = page.total if state["total"] is None else state["total"]
    more = index.included(asked, page.found) if asked.include or asked.revinclude else []
    shown = dict.fromkeys(k.patient for k in (*page.found, *more) if k.patient)
    act = "house.open_chart" if any(_act(k.type) == "house.open_chart" for k in more) else _act(asked.kind)
    reading.listing(who.ctx, asked.kind, _filters(pairs), shown, act)
    links = {"self": _self(request, asked.kind, pairs)}
    if page.more:
        cursor = sealed.seal({"kind": asked.kind, "pairs": pairs, "after": str(page.found[-1].key), "total": total})
        links["next"] = f"{answers.base(request)}/{asked.kind}?_cursor={cursor}"
    base = answers.base(request)
    entries: list[tuple[dict[str, Any], Kept | None]] = [(_beside(base, k, "match"), k) for k in page.found]
    entries += [(_beside(base, k, "include"), k) for k in more]
    if asked.unknown:
        entries.append(_ignored(asked))
    return answers.answer(answers.bundle("searchset", links, entries, who.ctx.at.isoformat(), total))


def _beside(base: str, kept: Kept, mode: str) -> dict[str, Any]:
    return {"fullUrl": f"{base}/{kept.type}/{kept.id}", "search": {"mode": mode}}


def _ignored(asked: query.Asked) -> tuple[dict[str, Any], None]:
    issues = [fhir.issue("not-supported", f"{n[:60]} was ignored", severity="warning") for n in asked.unknown]
    return {"resource": fhir.outcome(*issues), "search": {"mode": "outcome"}}, None


def _self(request: HttpRequest, kind: str, pairs: list[tuple[str, str]]) -> str:
    """What was searched. A search sent in a body, or by a cursor, is not repeated in a link."""
    if request.method == "POST" or "_cursor" in request.GET:
        return f"{answers.base(request)}/{kind}"
    return f"{answers.base(request)}/{kind}{'?' if pairs else ''}{urlencode(pairs)}"
