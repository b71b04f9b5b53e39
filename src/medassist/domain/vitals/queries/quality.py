"""How well vital signs are taken, as sums of one site and period: in all, and by who roomed. One statement."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from medassist.domain.office import queries as office
from medassist.domain.vitals import rules
from medassist.domain.vitals.queries.critical import CALL

if TYPE_CHECKING:
    from medassist.domain.office.models import Site

# Each part is grouped twice at once: for the whole site (ma is null) and for each who began rooming. From the visits
# on, everything is reached by an index of a table, and no two results are joined but the few lines at the end: where
# PostgreSQL has no statistics yet (after an import, a restore), the work still grows as the visits do.
QUALITY = """
WITH roomed AS MATERIALIZED (
  SELECT v.id, v.patient_id, r.by AS ma, r.begin_at AS began, t.code AS type, p.birth_date AS born,
         (v.started_at AT TIME ZONE %(zone)s)::date AS day
    FROM visits_visit v JOIN people_patient p ON p.id = v.patient_id
    JOIN LATERAL (
      SELECT s.by, s.begin_at FROM visits_step s
       WHERE s.visit_id = v.id AND s.kind = 'rooming' AND s.undone_at IS NULL
       ORDER BY s.begin_at, s.id LIMIT 1) r ON true
    LEFT JOIN scheduling_appointment a ON a.id = v.appointment_id
    LEFT JOIN scheduling_appointmenttype t ON t.id = a.type_id
   WHERE v.site_id = %(site)s AND v.started_at >= %(since)s AND v.started_at < %(until)s
     AND v.step <> 'entered-in-error'),
readings AS (
  SELECT r.sign, v.id AS visit, v.ma, v.born, v.day, v.type, v.began, s.recorded_at,
         ARRAY[extract(epoch FROM s.taken_at), extract(epoch FROM s.recorded_at), r.ordinal, r.standard] AS place,
         n.id IS NULL AND (r.value IS NOT NULL OR r.on IS NOT NULL OR r.coded <> '') AS stands,
         r.replaces_id IS NULL AND r.method <> 'computed' AS counts,
         s.instrument_id IS NOT NULL OR s.device <> '' AS machine,
         n.id IS NOT NULL AND (n.value IS DISTINCT FROM r.value OR n.unit <> r.unit OR n.on IS DISTINCT FROM r.on
                               OR n.coded <> r.coded) AS corrected
    FROM roomed v LEFT JOIN vitals_vitalset s ON s.visit_id = v.id AND NOT s.received
    LEFT JOIN vitals_reading r ON r.of_id = s.id LEFT JOIN vitals_reading n ON n.replaces_id = r.id),
measured AS (
  SELECT visit, ma, born, day, type, extract(epoch FROM min(recorded_at) - began) AS spent,
         array_agg(sign::text) FILTER (WHERE stands) AS signs,
         count(*) FILTER (WHERE stands AND sign = 'systolic') AS pressures,
         (min(place) FILTER (WHERE stands AND sign = 'systolic'))[4] AS upper,
         (min(place) FILTER (WHERE stands AND sign = 'diastolic'))[4] AS lower,
         count(*) FILTER (WHERE counts) AS readings, count(*) FILTER (WHERE counts AND machine) AS machine,
         count(*) FILTER (WHERE counts AND corrected) AS corrected
    FROM readings GROUP BY visit, ma, born, day, type, began),
each_visit AS (
  SELECT m.*, cardinality(e.signs) > 0 AS counts, e.signs <@ m.signs AS complete,
         born + make_interval(years => %(years)s) <= day AND (upper >= %(upper)s OR lower >= %(lower)s) AS raised,
         NOT EXISTS (SELECT FROM vitals_series z
                      WHERE z.visit_id = m.visit AND z.protocol = %(repeat)s AND z.early > 0) AS rested
    FROM measured m LEFT JOIN LATERAL (
      SELECT x.signs FROM jsonb_to_recordset(%(expected)s::jsonb)
               AS x(rank int, types jsonb, from_years int, to_years int, signs text[])
       WHERE (x.types IS NULL OR x.types = 'null' OR x.types ? m.type)
         AND m.born + make_interval(years => x.from_years) <= m.day
         AND m.born + make_interval(years => x.to_years) > m.day
       ORDER BY x.rank LIMIT 1) e ON true),
by_visit AS (
  SELECT ma, count(*) AS visits, count(*) FILTER (WHERE counts) AS expected,
         count(*) FILTER (WHERE counts AND complete) AS complete, count(*) FILTER (WHERE raised) AS raised,
         count(*) FILTER (WHERE raised AND pressures > 1) AS again,
         count(*) FILTER (WHERE raised AND pressures > 1 AND rested) AS rested,
         count(*) FILTER (WHERE spent >= 0) AS timed,
         percentile_cont(0.5) WITHIN GROUP (ORDER BY spent) FILTER (WHERE spent >= 0) AS spent,
         percentile_cont(0.9) WITHIN GROUP (ORDER BY spent) FILTER (WHERE spent >= 0) AS spent_90,
         sum(readings)::bigint AS readings, sum(machine)::bigint AS machine, sum(corrected)::bigint AS corrected
    FROM each_visit GROUP BY GROUPING SETS ((), (ma))),
by_set AS (
  SELECT ma, count(*) AS sets, percentile_cont(0.5) WITHIN GROUP (ORDER BY late) AS late,
         percentile_cont(0.9) WITHIN GROUP (ORDER BY late) AS late_90
    FROM (SELECT v.ma, extract(epoch FROM s.recorded_at - s.taken_at) AS late
            FROM roomed v JOIN vitals_vitalset s ON s.visit_id = v.id WHERE NOT s.received) s
   GROUP BY GROUPING SETS ((), (ma))),
by_call AS (
  SELECT v.ma, count(*) AS calls, count(*) FILTER (WHERE k.ended_at IS NOT NULL AND k.ended_at <= k.due_at) AS in_time,
         percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM k.ended_at - k.added_at)) AS answered
    FROM worklist_task k JOIN roomed v ON v.id = k.visit AND v.patient_id = k.patient_id
   WHERE k.kind = %(call)s AND k.status <> 'cancelled' GROUP BY GROUPING SETS ((), (v.ma)))
SELECT v.ma, visits, expected, complete, raised, again, rested, timed, spent, spent_90, coalesce(sets, 0), late,
       late_90, coalesce(readings, 0), coalesce(machine, 0), coalesce(corrected, 0), coalesce(calls, 0),
       coalesce(in_time, 0), answered
  FROM by_visit v LEFT JOIN by_set s ON s.ma IS NOT DISTINCT FROM v.ma
  LEFT JOIN by_call c ON c.ma IS NOT DISTINCT FROM v.ma
"""
KEYS = (
    "ma", "visits", "expected", "complete", "raised", "again", "rested", "timed", "spent", "spent_90", "sets", "late",
    "late_90", "readings", "machine", "corrected", "calls", "in_time", "answered",
)  # fmt: skip


raised = rules.raised
"""The age and the pressures from which the office measures a second time."""


def quality(site: Site, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """The sums of the visits that began in a period and were roomed: the site first, then each who roomed by name.

    Times are seconds. `ma` is the identity and `name` the person; both are empty for the site. Two statements.
    """
    given: dict[str, Any] = {
        "zone": site.timezone, "site": site.pk, "since": since, "until": until, "call": CALL, **rules.raised(),
        "repeat": rules.protocols.REPEAT, "expected": json.dumps(rules.expected(site.profile)),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(QUALITY, given)
        rows = [dict(zip(KEYS, row, strict=True)) for row in cursor.fetchall()]
    names = office.names({row["ma"] for row in rows if row["ma"]})
    told = [{**row, "name": _named(row["ma"], names)} for row in rows]
    return sorted(told, key=lambda row: (row["ma"] is not None, row["name"]))


def _named(ma: UUID | None, names: dict[UUID, str]) -> str:
    return names.get(ma, "Not of the staff") if ma else ""
