"""The quality page's sums over a week, four weeks and a year of an office with 60 visits a day.

The year is drawn from a seed and loaded in bulk (the house is opened by name, and the trail says so) into a copy of the
database, which is dropped at the end: each visit with its appointment and steps, ten readings, a second pressure in one
of five, a corrected reading in one of 50, a call for a critical value in one of 100.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from benchmarks.patients import Names, own_database
from benchmarks.patients import fill as fill_patients
from medassist.demo import make
from medassist.domain.office import queries as office
from medassist.domain.vitals import queries
from medassist.domain.vitals.queries import CALL
from medassist.kernel import clock, guard
from medassist.kernel.identifiers import uuid7

DAYS, A_DAY, STAFF, SEED = 365, 60, 8, 20261127
PERIODS = {"a week": (7, 15), "four weeks": (28, 9), "a year": (DAYS, 5)}
SIGNS = {"systolic": (126, 14, "mm[Hg]"), "diastolic": (78, 9, "mm[Hg]"), "pulse": (76, 9, "/min"),
         "respirations": (16, 2, "/min"), "temperature": (36.9, 0.3, "Cel"), "oxygen_saturation": (97, 1, "%"),
         "weight": (82, 14, "kg"), "height": (170, 9, "cm"), "bmi": (28, 4, "kg/m2"),
         "pain": (2, 1, "{score}")}  # fmt: skip
NOTHING = ("", "", "", "", "{}", "[]", "")  # coded, site, method, position, qualifiers, doubts, sent
TABLES = {
    "scheduling_appointment": "id, patient_id, type_id, site_id, start_at, end_at, status, reason, note,"
    " status_reason, status_code, booked_by, booked_at",
    "visits_visit": "id, patient_id, appointment_id, site_id, reason, step, step_at, started_at, ended_at, left_reason",
    "visits_step": "id, visit_id, kind, begin_at, end_at, by",
    "vitals_vitalset": "id, patient_id, visit_id, site_id, taken_at, recorded_at, by, device, status, position, note,"
    " received",
    "vitals_reading": 'id, of_id, patient_id, taken_at, sign, ordinal, value, unit, standard, coded, body_site,'
    " method, position, qualifiers, doubts, sent, replaces_id, reason, by, recorded_at",
    "worklist_task": "id, kind, title, details, site_id, patient_id, visit, about, pool, priority, due_at, status,"
    " outcome, reason, added_by, added_at, ended_at, escalated_to, rung",
}  # fmt: skip
Rows = Iterator[tuple[str, tuple[Any, ...]]]


class Year:
    """Visits of a year, each as rows of the tables."""

    def __init__(self, site: Any, patients: list[UUID], types: list[UUID]):
        self.site, self.patients, self.types = site, patients, types
        self.random = random.Random(SEED)
        self.staff = [uuid7() for _ in range(STAFF)]

    def rows(self, end: datetime) -> Rows:
        """(table, row) of every visit, the oldest first."""
        for day in range(DAYS, 0, -1):
            for n in range(A_DAY):
                yield from self._visit(end - timedelta(days=day) + timedelta(minutes=9 * n))

    def _visit(self, at: datetime) -> Rows:
        draw, visit, booked = self.random, uuid7(), uuid7()
        patient, by = draw.choice(self.patients), draw.choice(self.staff)
        ends = [at + timedelta(minutes=m) for m in (8, 16, 22, 45)]
        yield "scheduling_appointment", (booked, patient, draw.choice(self.types), self.site.pk, at, ends[-1],
                                         "fulfilled", "", "", "", "", by, at - timedelta(days=5))  # fmt: skip
        yield "visits_visit", (visit, patient, booked, self.site.pk, "", "checked-out", ends[-1], at, ends[-1], "")
        steps = zip(("arrived", "rooming", "ready", "with-provider"), [at, *ends[:-1]], ends, strict=True)
        for kind, begin, end in steps:
            yield "visits_step", (uuid7(), visit, kind, begin, end, by)
        yield from self._sets(visit, patient, by, ends[0])

    def _sets(self, visit: UUID, patient: UUID, by: UUID, at: datetime) -> Rows:
        draw = self.random
        yield from self._set(visit, patient, by, at + timedelta(seconds=draw.randint(60, 400)), list(SIGNS))
        if draw.random() < 0.2:
            yield from self._set(visit, patient, by, at + timedelta(minutes=7), ["systolic", "diastolic"], 2)
        if draw.random() < 0.01:
            done = at + timedelta(minutes=draw.randint(1, 9))
            yield "worklist_task", (uuid7(), CALL, "BP", "", self.site.pk, patient, visit, "", "providers", "stat",
                                    at + timedelta(minutes=5), "done", "Seen", "", by, at, done, "", 0)  # fmt: skip

    def _set(self, visit: UUID, patient: UUID, by: UUID, at: datetime, signs: list[str], ordinal: int = 1) -> Rows:
        draw, made = self.random, uuid7()
        told, device = at + timedelta(seconds=draw.randint(0, 90)), draw.choice(("", "", "Monitor"))
        yield "vitals_vitalset", (made, patient, visit, self.site.pk, at, told, by, device, "final", "", "", False)
        for sign in signs:
            first = uuid7()
            yield self._reading(first, made, patient, by, at, sign, ordinal)
            if draw.random() < 0.02:
                yield self._reading(uuid7(), made, patient, by, at, sign, ordinal, first)

    def _reading(
        self, key: UUID, of: UUID, patient: UUID, by: UUID, at: datetime, sign: str, ordinal: int,
        replaces: UUID | None = None,
    ) -> tuple[str, tuple[Any, ...]]:  # fmt: skip
        middle, spread, unit = SIGNS[sign]
        value = round(self.random.gauss(middle, spread), 1)
        coded, place, _, *rest = NOTHING
        return "vitals_reading", (key, of, patient, at, sign, ordinal, value, unit, value, coded, place,
                                  "computed" if sign == "bmi" else "", *rest, replaces,
                                  "Typed wrong" if replaces else "", by, at)  # fmt: skip


def fill(year: Year, end: datetime) -> int:
    """Load the year, and let PostgreSQL know what it has; how many readings there are."""
    rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in TABLES}
    for table, row in year.rows(end):
        rows[table].append(row)
    with guard.open_house("bulk load"), connection.cursor() as cursor:
        for table, columns in TABLES.items():
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows[table]:
                    copy.write_row(row)
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("VACUUM ANALYZE")
    return len(rows["vitals_reading"])


def _column(sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [row[0] for row in cursor.fetchall()]


def _took(site: Any, days: int, end: datetime, times: int) -> list[float]:
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        found = queries.quality(site, end - timedelta(days=days), end)
        took.append((time.perf_counter() - begun) * 1e3)
        if found[0]["visits"] != days * A_DAY:
            raise RuntimeError(f"{found[0]['visits']} visits in {days} days")
    return sorted(took)


def run() -> list[dict[str, Any]]:
    """The rows of `medassist bench quality`."""
    make.ready(lambda said: None)
    with own_database("medassist_quality"):
        fill_patients(10_000, Names(SEED), step=10_000)
        site = office.sites()[0]
        end = clock.now().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
        patients = _column("SELECT id FROM people_patient")
        year = Year(site, patients, _column("SELECT id FROM scheduling_appointmenttype"))
        readings = fill(year, end)
        return [_row(what, readings, _took(site, days, end, times)) for what, (days, times) in PERIODS.items()]


def _row(what: str, readings: int, took: list[float]) -> dict[str, Any]:
    middle = took[len(took) // 2]
    return {
        "what": f"quality of {what}, {readings:,} readings kept", "n": len(took), "throughput": round(1e3 / middle, 1),
        "unit": "a second", "p50_ms": round(middle, 1), "p95_ms": round(took[-1], 1),
    }  # fmt: skip
