"""The board as a browser gets it, sign-in, authority and trail on, beside a bare Django page of 100 rows."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.test import Client, RequestFactory

from medassist.demo import make
from medassist.interfaces.web.access import demo
from medassist.kernel.models import AuditEntry

ROUNDS, EACH = 7, 20
ROWS = Engine().from_string(
    "<html><body><h1>Day</h1><table>{% for r in rows %}<tr><td>{{ r.at|date:'H:i' }}</td><td>{{ r.action }}</td>"
    "<td>{{ r.act }}</td><td>{{ r.subject }}</td><td>{{ r.outcome }}</td></tr>{% endfor %}</table></body></html>"
)


def _bare(request: HttpRequest) -> HttpResponse:
    """One query for a hundred rows, one template with a loop, nothing else."""
    return HttpResponse(ROWS.render(Context({"rows": AuditEntry.objects.order_by("pk")[:100]})))


def _took(work: Callable[[], Any]) -> list[float]:
    took = []
    for _ in range(EACH):
        begun = time.perf_counter()
        work()
        took.append((time.perf_counter() - begun) * 1e3)
    return took


def run() -> list[dict[str, Any]]:
    """The whole page again and again, and again after something changed, in turns with the bare page."""
    make.ready(lambda said: None)
    Path(settings.MEDASSIST_HOME, make.MADE).touch()
    browser, request = Client(HTTP_HOST="127.0.0.1"), RequestFactory().get("/")
    path, _ = demo.path("medical-assistant")
    entered = browser.post(path) if browser.get(path).status_code == 200 else None
    page = browser.get("/")
    if page.status_code != 200:
        raise RuntimeError(f"the board answered {page.status_code} after signing in ({entered})")

    def board() -> None:
        assert browser.get("/").status_code == 200

    took: dict[str, list[float]] = {"bare": [], "same": []}
    for _ in range(ROUNDS):
        took["bare"] += _took(lambda: _bare(request))
        took["same"] += _took(board)
    floor = statistics.median(took["bare"])
    same = sorted(took["same"])
    median = statistics.median(same)
    return [
        {
            "what": f"the board, {len(page.content) // 1024} kB", "n": len(same), "throughput": round(1e3 / median),
            "unit": "a second", "p50_ms": round(median, 2), "p95_ms": round(same[int(len(same) * 0.95)], 2),
            "ratio": round(floor / median, 2), "peer": "bare page of 100 rows",
        }
    ]  # fmt: skip
