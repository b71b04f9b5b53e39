"""A set of eight vital signs recorded through the web form, signed in, beside the bare insert and commit."""

from __future__ import annotations

import gc
import itertools
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from benchmarks.postgres import _connect, _insert, _lay_out
from medassist.demo import make
from medassist.domain.people import actions as people
from medassist.domain.people.inputs import RegisterPatient
from medassist.interfaces.web.access import demo
from medassist.kernel import clock
from medassist.kernel.context import Context
from medassist.kernel.identifiers import uuid7

ROUNDS, EACH, PATIENTS = 8, 15, 12
ADULT = {"systolic": "118", "diastolic": "76", "pulse": "72", "respirations": "16", "temperature": "98.4",
         "oxygen_saturation": "98", "weight": "187.6", "height": "64.5"}  # fmt: skip
CHILD = {"systolic": "98", "diastolic": "60", "pulse": "92", "respirations": "20", "temperature": "98.4",
         "oxygen_saturation": "98", "weight": "44.1", "height": "43.3"}  # fmt: skip
WHO = {"an adult": (44 * 365, ADULT), "a child, with percentiles": (5 * 365 + 200, CHILD)}


def _patient(ctx: Context, days: int) -> Any:
    born = clock.now().date() - timedelta(days=days)
    names = [{"family": "Bench", "given": [uuid7().hex[:8]]}]
    given = RegisterPatient.of(names=names, birth_date=born.isoformat(), gender="male", confirmed={"duplicate"})
    return people.register(ctx, given)


def _took(work: Callable[[], Any]) -> list[float]:
    took = []
    for _ in range(EACH):
        begun = time.perf_counter()
        work()
        took.append((time.perf_counter() - begun) * 1e3)
    return took


def run() -> list[dict[str, Any]]:
    """Sets of one patient after another, ten and more of each in the end, in turns with the bare insert."""
    practice = make.ready(lambda said: None)
    ctx = practice.acting(practice.of_role("medical-assistant")[0])
    Path(settings.MEDASSIST_HOME, make.MADE).touch()
    _lay_out()
    browser = Client(HTTP_HOST="127.0.0.1")
    path, _ = demo.path("medical-assistant")
    browser.get(path)
    browser.post(path)
    return [
        _row(browser, [_patient(ctx, days) for _ in range(PATIENTS)], who, signs) for who, (days, signs) in WHO.items()
    ]


def _row(browser: Client, patients: list[Any], who: str, signs: dict[str, str]) -> dict[str, Any]:
    turns = itertools.cycle(reverse("vitals:take", args=[patient.pk]) for patient in patients)

    def record() -> None:
        sent = urlencode({**signs, "form_key": str(uuid7()), "confirmed": list(signs)}, doseq=True)
        answer = browser.post(next(turns), sent, content_type="application/x-www-form-urlencoded")
        if answer.status_code not in (302, 303):
            raise RuntimeError(f"recording answered {answer.status_code}")
        browser.cookies.pop("said", None)  # the page that comes next takes it away

    record()
    asked: list[str] = []
    with connection.execute_wrapper(lambda execute, sql, *more: asked.append(sql) or execute(sql, *more)):
        record()
    gc.freeze()  # as the server does
    took: dict[str, list[float]] = {"bare": [], "set": []}
    with _connect() as line:
        for _ in range(ROUNDS):
            took["bare"] += _took(lambda: _insert(line, 0))
            took["set"] += _took(record)
    gc.unfreeze()
    found, floor = sorted(took["set"]), statistics.median(took["bare"])
    median = statistics.median(found)
    return {
        "what": f"eight signs of {who}, {PATIENTS} in turn, recorded by the web form, {len(asked)} statements",
        "n": len(found),
        "throughput": round(1e3 / median), "unit": "a second", "p50_ms": round(median, 2),
        "p95_ms": round(found[int(len(found) * 0.95)], 2), "ratio": round(floor / median, 3),
        "peer": "one insert and commit",
    }  # fmt: skip
