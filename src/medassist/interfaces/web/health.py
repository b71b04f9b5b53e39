"""Is the house alive, can it be used, and what do its gauges say: for watchers, never for people's data."""

from __future__ import annotations

import hmac
import ipaddress
import json
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.cache import never_cache

from medassist.host import heartbeat

# parts of the worker, and what would not be served without them
PARTS = {"reactions": "jobs", "schedule": "jobs", "sealer": "trail", "hl7": "messages"}
SILENT = 10.0  # seconds after which a part counts as stopped


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 only when a request, a message and a job would be served."""
    home = Path(settings.MEDASSIST_HOME)
    found = {"database": _database()}
    found |= {part: "ok" if heartbeat.silent_for(home, part) < SILENT else "silent" for part in PARTS}
    found["house"] = heartbeat.why_not_ready(home) or "ok"
    ready = all(said == "ok" for said in found.values())
    answer = JsonResponse({"ready": ready, **found}, status=200 if ready else 503)
    vars(answer)["_has_been_logged"] = True  # a watcher asks every few seconds; that is no error of a request
    return answer


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM kernel_audit LIMIT 1")
    except DatabaseError as error:
        return type(error).__name__
    return "ok"


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Gauges in Prometheus' words, for this machine or the holder of the token."""
    if not _may_measure(request):
        return HttpResponse("Only from this machine, or with the token of MEDASSIST_METRICS_TOKEN.\n", status=403)
    home = Path(settings.MEDASSIST_HOME)
    lines = ["# TYPE medassist_part_silent_seconds gauge"]
    for part in PARTS:
        lines.append(f'medassist_part_silent_seconds{{part="{part}"}} {heartbeat.silent_for(home, part):.1f}')
    for name, value in _gauges(home).items():
        lines += [f"# TYPE medassist_{name} gauge", f"medassist_{name} {value}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")


def _gauges(home: Path) -> dict[str, float]:
    """What the worker measured last."""
    try:
        return json.loads((heartbeat.folder(home) / "gauges.json").read_text())
    except (FileNotFoundError, ValueError):
        return {}


def _may_measure(request: HttpRequest) -> bool:
    token = settings.MEDASSIST_METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and hmac.compare_digest(token.encode(), given.encode()):
        return True
    # a proxy on this machine makes everybody look local, but it says for whom it asks
    forwarded = "Forwarded" in request.headers or "X-Forwarded-For" in request.headers
    return not forwarded and _loopback(request.META.get("REMOTE_ADDR", ""))


def _loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]
