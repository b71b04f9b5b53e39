"""FHIR: checking resources, and the API's reads, searches and writes beside a bare Django view that reads one row.

Token, authority and trail are on. Both sides run in this process through Django's WSGI handler, turn by turn, so that
the ratio holds on a busy machine as well.
"""

from __future__ import annotations

import gzip
import io
import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from benchmarks import importing
from benchmarks.patients import Names
from medassist.codecs import fhir
from medassist.codecs.fhir import text
from medassist.demo import office as demo
from medassist.interfaces.fhir import load
from medassist.interfaces.fhir.enrol import enrol
from medassist.interfaces.fhir.front import Front
from medassist.kernel import clock
from medassist.kernel.context import SYSTEM_ID, system_context
from medassist.kernel.identifiers import uuid7
from medassist.kernel.models import ActorRow

ROUNDS, EACH = 7, 150


def _bare(request: HttpRequest) -> HttpResponse:
    """What performance.md measures against: one ORM read to JSON, nothing else."""
    row = ActorRow.objects.get(pk=SYSTEM_ID)
    return JsonResponse({"id": row.id, "kind": row.kind, "name": row.name, "code": row.code, "at": row.at})


class Handler(WSGIHandler):
    """Django's handler with one thing behind it, as in production: the request's signals are sent."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]):
        self._answer = answer

    def get_response(self, request: HttpRequest) -> HttpResponse:
        """Answer without any further middleware."""
        answer = self._answer(request)
        answer._resource_closers.append(request.close)
        return answer


def _call(app: WSGIHandler, method: str, path: str, token: str, body: bytes = b"") -> bytes:
    path, _, search = path.partition("?")
    environ = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": search, "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000", "HTTP_HOST": "127.0.0.1", "HTTP_AUTHORIZATION": f"Bearer {token}",
        "CONTENT_TYPE": "application/fhir+json", "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http", "wsgi.errors": sys.stderr,
    }  # fmt: skip
    status: list[str] = []
    answer = app(environ, lambda line, headers: status.append(line))
    content = b"".join(answer)
    answer.close()
    if status[0][0] != "2":
        raise RuntimeError(f"{method} {path}: {status[0]} {content[:300]!r}")
    return content


def _turns(work: dict[str, Callable[[], Any]], each: int = EACH) -> dict[str, list[float]]:
    """Milliseconds of each, the kinds of work taking turns."""
    took: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(ROUNDS):
        for name, one in work.items():
            for _ in range(each):
                begun = time.perf_counter()
                one()
                took[name].append((time.perf_counter() - begun) * 1e3)
    return took


def _row(what: str, took: list[float], bare: float | None = None) -> dict[str, Any]:
    median, took = statistics.median(took), sorted(took)
    found = {
        "bench": "fhir", "what": what, "n": len(took), "throughput": round(1e3 / median), "unit": "a second",
        "p50_ms": round(median, 2), "p95_ms": round(took[int(len(took) * 0.95)], 2),
    }  # fmt: skip
    return {**found, "ratio": round(bare / median, 2), "peer": "bare ORM read"} if bare else found


def api() -> list[dict[str, Any]]:
    """Reads, searches and writes of one client, beside the bare view."""
    with tempfile.TemporaryDirectory() as folder:
        load.load(system_context("cli"), importing.copies(Path(folder), 12))
    practice = demo.found() or demo.make(clock.now())
    token = enrol(system_context("cli"), "bench", ("system/*.cruds",), practice.site.pk)
    ours, bare = Handler(Front(lambda request: HttpResponse(status=404))), Handler(_bare)
    found = fhir.loads(_call(ours, "GET", "/fhir/R4/Patient?_count=50&_sort=-_lastUpdated", token))
    ids = itertools.cycle([e["resource"]["id"] for e in found["entry"]])

    drawn = Names()

    def create() -> bytes:
        family, given, born, _ = drawn.one()
        return _call(ours, "POST", "/fhir/R4/Patient", token, fhir.dumps({
            "resourceType": "Patient", "name": [{"family": family, "given": [given]}], "gender": "female",
            "birthDate": born, "identifier": [{"system": "urn:bench", "value": str(uuid7())}],
        }))  # fmt: skip

    took = _turns({
        "bare": lambda: _call(bare, "GET", "/", token),
        "read": lambda: _call(ours, "GET", f"/fhir/R4/Patient/{next(ids)}", token),
        "search of one patient's weights": lambda: _call(
            ours, "GET", f"/fhir/R4/Observation?patient={next(ids)}&code=29463-7&_sort=-date&_count=20", token),
        "search by name": lambda: _call(ours, "GET", "/fhir/R4/Patient?name=an&_count=20", token),
    })  # fmt: skip
    made = _turns({"create patient": create}, 20)
    middle = statistics.median(took.pop("bare"))
    rows = [_row(what, times, middle) for what, times in took.items()]
    return [_row("bare ORM read", [middle]), *rows, _row("create patient", made["create patient"])]


def checking() -> list[dict[str, Any]]:
    """Resources of the demo's bundles read and checked in a second, beside reading alone."""
    contents = [
        bytes(entry.resource)
        for file in sorted(importing.DATA.glob("*.json.gz"))[:8]
        for entry in text.bundle(gzip.decompress(file.read_bytes())).entry
    ]

    def seconds(work: Callable[[bytes], Any]) -> float:
        spent = []
        for _ in range(5):
            begun = time.process_time()
            for one in contents:
                work(one)
            spent.append(time.process_time() - begun)
        return statistics.median(spent)

    read, checked = seconds(fhir.loads), seconds(lambda one: fhir.faults(fhir.loads(one)))
    return [{
        "bench": "fhir", "what": "read and checked", "n": len(contents), "throughput": round(len(contents) / checked),
        "unit": "resources/s", "ratio": round(read / checked, 2), "peer": "read alone",
    }]  # fmt: skip


def run() -> list[dict[str, Any]]:
    """The rows of `medassist bench fhir`."""
    connection.ensure_connection()
    return [*checking(), *api()]
