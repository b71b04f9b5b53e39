"""The FHIR R4 server: takes the path apart, finds who asks, and turns every error into an OperationOutcome."""

from __future__ import annotations

import logging

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse

from medassist.codecs import fhir
from medassist.codecs.fhir.query import Unfit
from medassist.interfaces.fhir import answers, capability, reading, searching, writing
from medassist.interfaces.fhir.answers import Problem
from medassist.interfaces.fhir.client import caller
from medassist.kernel.errors import HouseError

log = logging.getLogger(__name__)
FORMATS = ("json", "*/*", "application/*")


def serve(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Answer one request, whatever happens."""
    try:
        return answered(request, rest)
    except Exception:
        # what went wrong may name a patient: it stays in the log
        log.exception("a FHIR request failed")
        return answers.outcome(500, fhir.issue("exception", "something went wrong here; it was noted"))


def answered(request: HttpRequest, rest: str) -> HttpResponse:
    """The answer, an OperationOutcome for every error that a request can make; other errors are raised."""
    try:
        return _dispatch(request, rest)
    except (Problem, HouseError) as error:
        return answers.of(error)
    except Unfit as error:
        return answers.outcome(400, fhir.issue(error.code, str(error)))
    except fhir.Unreadable as error:
        return answers.outcome(400, fhir.issue("structure", str(error)))
    except RequestDataTooBig:
        return answers.outcome(413, fhir.issue("too-long", "the request is larger than 10 MB"))
    except SuspiciousOperation:
        return answers.outcome(400, fhir.issue("security", "this server is not known under that name"))


# a token is no cookie: no other site's form can send it
serve.csrf_exempt = True  # type: ignore[attr-defined]
serve.open_because = "a bearer token is asked for, and every read is audited"  # type: ignore[attr-defined]


def _dispatch(request: HttpRequest, rest: str) -> HttpResponse:
    path = rest.strip("/").split("/") if rest.strip("/") else []
    method = "GET" if request.method == "HEAD" else request.method
    _acceptable(request)
    if method == "GET" and path == ["metadata"]:
        return answers.answer(capability.statement(answers.base(request)))
    if method == "GET" and path == [".well-known", "smart-configuration"]:
        return HttpResponse(capability.smart(answers.base(request)), content_type="application/json")
    if method == "GET" and len(path) == 2 and path[0] in capability.KEPT and not path[1].startswith("_"):
        return reading.read(request, *path)
    who = caller(request)
    if not path:
        raise Problem(405, "not-supported", "send one resource at a time; bundles are taken in by `medassist import`")
    kind, *more = path
    if kind not in capability.KEPT:
        raise Problem(404, "not-supported", f"{kind[:64]} is not a resource type that is kept here")
    match (method, more):
        case ("GET", []):
            return searching.search(request, who, kind)
        case ("POST", ["_search"]):
            return searching.search(request, who, kind)
        case ("GET", [name, "_history"]):
            return reading.history(request, who, kind, name)
        case ("GET", [name, "_history", number]):
            return reading.vread(request, who, kind, name, number)
        case ("POST", []):
            return writing.create(request, who, kind)
        case ("PUT", [name]):
            return writing.update(request, who, kind, name)
    raise Problem(405, "not-supported", f"{method} of {'/'.join(path)[:100]} is not done here")


def _acceptable(request: HttpRequest) -> None:
    wanted = request.GET.get("_format") or request.META.get("HTTP_ACCEPT", "*/*")
    if wanted and not any(f in wanted for f in FORMATS):
        raise Problem(406, "not-supported", "this server speaks JSON: application/fhir+json")
