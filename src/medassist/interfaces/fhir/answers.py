"""What is sent back: stored bytes as they are, bundles around them, and OperationOutcome for each kind of error."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date

from medassist.codecs import fhir
from medassist.exchange.queries import Kept
from medassist.kernel.errors import Conflict, Invalid, Missing, Refused

JSON = "application/fhir+json; charset=utf-8"


class Problem(Exception):
    """A request that is answered with an error of HTTP."""

    def __init__(self, status: int, code: str, why: str, **headers: str):
        self.status, self.code, self.headers = status, code, headers
        super().__init__(why)


def base(request: HttpRequest) -> str:
    """The address of this API, as the client called it."""
    return f"{request.scheme}://{request.get_host()}/fhir/R4"


def answer(body: bytes, status: int = 200, **headers: str) -> HttpResponse:
    """FHIR JSON; never to be kept by a cache on the way."""
    made = HttpResponse(body, status=status, content_type=JSON)
    made.headers["Cache-Control"] = "no-store"
    for name, value in headers.items():
        made.headers[name.replace("_", "-")] = value
    return made


def etag(version: int) -> str:
    """The weak tag of a version."""
    return f'W/"{version}"'


def resource(kept: Kept, status: int = 200, **headers: str) -> HttpResponse:
    """One version of a resource, as it is stored."""
    return answer(kept.body, status, ETag=etag(kept.version), Last_Modified=http_date(kept.at.timestamp()), **headers)


def outcome(status: int, *issues: dict[str, Any], **headers: str) -> HttpResponse:
    """An OperationOutcome."""
    return answer(fhir.dumps(fhir.outcome(*issues)), status, **headers)


def bundle(
    kind: str,
    links: dict[str, str],
    entries: Iterable[tuple[dict[str, Any], Kept | None]],
    at: str,
    total: int | None = None,
) -> bytes:
    """A bundle around stored bytes; an entry is what stands beside the resource, and the resource."""
    made: dict[str, Any] = {"resourceType": "Bundle", "type": kind, "meta": {"lastUpdated": at}}
    if total is not None:
        made["total"] = total
    made["link"] = [{"relation": relation, "url": url} for relation, url in links.items()]
    shown = [_entry(beside, kept) for beside, kept in entries]
    if shown:
        made["entry"] = shown
    return fhir.dumps(made)


def _entry(beside: dict[str, Any], kept: Kept | None) -> dict[str, Any]:
    first = {"fullUrl": beside.pop("fullUrl")} if "fullUrl" in beside else {}
    return {**first, **({"resource": msgspec.Raw(kept.body)} if kept else {}), **beside}


# ------------------------------------------------------------------------------------------------ errors
def refused(no: Refused) -> HttpResponse:
    """403 with every reason, its source, and what would make it a yes."""
    reasons = [
        fhir.issue("forbidden", _sourced(r.text, r.citation, r.url), details=no.ruling.rule) for r in no.ruling.reasons
    ]
    needs = [
        fhir.issue("forbidden", f"Needed: {n.text}", severity="information", details=n.code) for n in no.ruling.needs
    ]
    return outcome(403, *(reasons + needs or [fhir.issue("forbidden", str(no))]))


def _sourced(text: str, citation: str, url: str) -> str:
    source = ", ".join(part for part in (citation, url) if part)
    return f"{text} ({source})" if source else text


def invalid(wrong: Invalid) -> HttpResponse:
    """422 with each fault at its field. The words of a doubt may name somebody else; they stay in the house."""
    issues = [fhir.issue("value", why, at=at) for at, whys in wrong.faults.items() for why in whys]
    issues += [fhir.issue("business-rule", "doubtful", severity="warning", at=at) for at in wrong.doubts]
    return outcome(422, *(issues or [fhir.issue("value", "this can't be so")]))


def of(error: Exception) -> HttpResponse:
    """The one table that translates the house's errors into FHIR's."""
    if isinstance(error, Problem):
        return outcome(error.status, fhir.issue(error.code, str(error)), **error.headers)
    if isinstance(error, Refused):
        return refused(error)
    if isinstance(error, Invalid):
        return invalid(error)
    if isinstance(error, Missing):
        return outcome(404, fhir.issue("not-found", str(error)))
    if isinstance(error, Conflict):
        return outcome(409, fhir.issue("conflict", error.why))
    raise error
