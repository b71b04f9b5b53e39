"""Reading one resource, one version, or all versions: guarded, audited, and sent as stored."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from medassist.exchange import queries
from medassist.exchange.queries import Kept
from medassist.interfaces.fhir import answers, client, sealed
from medassist.interfaces.fhir.answers import Problem
from medassist.interfaces.fhir.client import Caller
from medassist.kernel import reading

PAGE = 50


def opened(who: Caller, kept: Kept) -> None:
    """Ask whether this may be seen, and leave the entry that says it was: the patient's chart, or the office's list."""
    if kept.patient is not None:
        reading.opening(who.ctx, f"patient/{kept.patient}", facts={"resource": f"{kept.type}/{kept.id}"})
    else:
        reading.opening(who.ctx, f"resource/{kept.type}/{kept.id}"[:120], act="house.list")


def _there(kept: Kept | None, kind: str, name: str) -> Kept:
    if kept is None:
        raise Problem(404, "not-found", f"there is no {kind}/{name[:64]}")
    return kept


def read(request: HttpRequest, kind: str, name: str) -> HttpResponse:
    """GET Patient/123: who asks and what is asked for come in one statement."""
    known, kept = queries.client_and_resource(client.token(request), kind, name)
    who = client.of(request, known)
    who.must(kind, "r")
    kept = _there(kept, kind, name)
    opened(who, kept)
    if kept.deleted:
        raise Problem(410, "deleted", f"{kind}/{name} was deleted", ETag=answers.etag(kept.version))
    if answers.etag(kept.version) in request.META.get("HTTP_IF_NONE_MATCH", ""):
        return answers.answer(b"", 304, ETag=answers.etag(kept.version))
    return answers.resource(kept)


def vread(request: HttpRequest, who: Caller, kind: str, name: str, number: str) -> HttpResponse:
    """GET Patient/123/_history/2."""
    who.must(kind, "r")
    version = int(number) if number.isdigit() and len(number) < 10 else 0
    kept = _there(queries.vread(kind, name, version), kind, f"{name}/_history/{number[:20]}")
    opened(who, kept)
    if kept.deleted:
        raise Problem(410, "deleted", f"{kind}/{name} was deleted with this version", ETag=answers.etag(kept.version))
    return answers.resource(kept)


def history(request: HttpRequest, who: Caller, kind: str, name: str) -> HttpResponse:
    """GET Patient/123/_history, newest first."""
    who.must(kind, "r")
    now = _there(queries.read(kind, name), kind, name)
    opened(who, now)
    asked = request.GET.get("_count", "")
    most = max(1, min(int(asked), 1000)) if asked.isdigit() and len(asked) < 9 else PAGE
    cursor = sealed.unseal(request.GET.get("_cursor", "")) or {}
    below = cursor["below"] if cursor.get("of") == f"{kind}/{name}" else 2**31 - 1
    versions = queries.history(kind, name, below, most + 1)
    address = f"{answers.base(request)}/{kind}/{name}"
    links = {"self": f"{address}/_history"}
    if len(versions) > most:
        versions = versions[:most]
        after = sealed.seal({"of": f"{kind}/{name}", "below": versions[-1].version})
        links["next"] = f"{address}/_history?_count={most}&_cursor={after}"
    entries = ((_entry(address, kind, v), None if v.deleted else v) for v in versions)
    body = answers.bundle("history", links, entries, who.ctx.at.isoformat(), now.version)
    return answers.answer(body)


def _entry(address: str, kind: str, v: Kept) -> dict:
    method = "DELETE" if v.deleted else "POST" if v.version == 1 else "PUT"
    request = {"method": method, "url": kind if method == "POST" else f"{kind}/{v.id}"}
    status = {"DELETE": "204", "POST": "201", "PUT": "200"}[method]
    return {"fullUrl": address, "request": request, "response": {
        "status": status, "etag": answers.etag(v.version), "lastModified": v.at.isoformat(timespec="milliseconds"),
    }}  # fmt: skip
