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

# Each part is grouped twice at once: for the whole site (ma is null) and for each who began rooming. The signs of a
# visit are bits of one number, and each part starts from the tables themselves, whose sizes the planner knows.
QUALITY = """
WITH came AS NOT MATERIALIZED (
  SELECT v.* FROM visits_visit v
   WHERE v.site_id = %(site)s AND v.started_at >= %(since)s AND v.started_at < %(until)s
     AND v.step <> 'entered-in-error'),
roomed AS MATERIALIZED (
  SELECT v.id, v.patient_id, r.by AS ma, r.begin_at AS began, t.code AS type, p.birth_date AS born,
         (v.started_at AT TIME ZONE %(zone)s)::date AS day
    FROM came v JOIN people_patient p ON p.id = v.patient_id
    JOIN (SELECT DISTINCT ON (s.visit_id) s.visit_id, s.by, s.begin_at
            FROM visits_step s JOIN came ON came.id = s.visit_id
           WHERE s.kind = 'rooming' AND s.undone_at IS NULL
           ORDER BY s.visit_id, s.begin_at, s.id) r ON r.visit_id = v.id
    LEFT JOIN scheduling_appointment a ON a.id = v.appointment_id
    LEFT JOIN scheduling_appointmenttype t ON t.id = a.type_id),
sets AS MATERIALIZED (
  SELECT s.id, s.visit_id, s.taken_at, s.recorded_at
    FROM vitals_vitalset s JOIN came ON came.id = s.visit_id WHERE NOT s.received),
signs AS (SELECT * FROM jsonb_to_recordset(%(signs)s::jsonb) AS x(sign text, bit bigint)),
readings AS MATERIALIZED (
  SELECT r.sign, r.ordinal, r.standard, r.replaces_id, s.visit_id, s.taken_at, s.recorded_at, r.method,
         s.instrument_id IS NOT NULL OR s.device <> '' AS machine,
         n.id IS NULL AND (r.value IS NOT NULL OR r.on IS NOT NULL OR r.coded <> '') AS stands,
         n.id IS NOT NULL AND (n.value IS DISTINCT FROM r.value OR n.unit <> r.unit OR n.on IS DISTINCT FROM r.on
                               OR n.coded <> r.coded) AS corrected
    FROM vitals_reading r JOIN vitals_vitalset s ON s.id = r.of_id JOIN came ON came.id = s.visit_id
    LEFT JOIN (SELECT * FROM vitals_reading WHERE replaces_id IS NOT NULL OFFSET 0) n ON n.replaces_id = r.id
   WHERE NOT s.received),
measured AS (
  SELECT visit_id, bit_or(g.bit) AS signs, count(*) FILTER (WHERE r.sign = 'systolic') AS pressures
    FROM readings r JOIN signs g ON g.sign = r.sign WHERE stands GROUP BY visit_id),
pressed AS (
  SELECT visit_id,
         (array_agg(standard ORDER BY taken_at, recorded_at, ordinal) FILTER (WHERE sign = 'systolic'))[1] AS upper,
         (array_agg(standard ORDER BY taken_at, recorded_at, ordinal) FILTER (WHERE sign = 'diastolic'))[1] AS lower
    FROM readings WHERE stands AND sign IN ('systolic', 'diastolic') GROUP BY visit_id),
begun AS (SELECT visit_id, min(recorded_at) AS at FROM sets GROUP BY visit_id),
wanted AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset(%(expected)s::jsonb)
                  AS x(rank int, types jsonb, from_years int, to_years int, bits bigint)),
each_visit AS (
  SELECT v.ma, e.bits <> 0 AS counts, coalesce(m.signs, 0) & e.bits = e.bits AS complete,
         v.born + make_interval(years => %(years)s) <= v.day
           AND (f.upper >= %(upper)s OR f.lower >= %(lower)s) AS raised, m.pressures > 1 AS again,
         CASE WHEN b.at >= v.began THEN extract(epoch FROM b.at - v.began) END AS spent
    FROM roomed v LEFT JOIN measured m ON m.visit_id = v.id LEFT JOIN begun b ON b.visit_id = v.id
    LEFT JOIN pressed f ON f.visit_id = v.id
    LEFT JOIN LATERAL (
      SELECT x.bits FROM wanted x
       WHERE (x.types IS NULL OR x.types = 'null' OR x.types ? v.type)
         AND v.born + make_interval(years => x.from_years) <= v.day
         AND v.born + make_interval(years => x.to_years) > v.day
       ORDER BY x.rank LIMIT 1) e ON true),
by_visit AS (
  SELECT ma, count(*) AS visits, count(*) FILTER (WHERE counts) AS expected,
         count(*) FILTER (WHERE counts AND complete) AS complete, count(*) FILTER (WHERE raised) AS raised,
         count(*) FILTER (WHERE raised AND again) AS again, count(spent) AS timed,
         percentile_cont(0.5) WITHIN GROUP (ORDER BY spent) AS spent,
         percentile_cont(0.9) WITHIN GROUP (ORDER BY spent) AS spent_90
    FROM each_visit GROUP BY GROUPING SETS ((), (ma))),
by_set AS (
  SELECT ma, count(*) AS sets, percentile_cont(0.5) WITHIN GROUP (ORDER BY late) AS late,
         percentile_cont(0.9) WITHIN GROUP (ORDER BY late) AS late_90
    FROM (SELECT v.ma, extract(epoch FROM s.recorded_at - s.taken_at) AS late
            FROM sets s JOIN roomed v ON v.id = s.visit_id) s
   GROUP BY GROUPING SETS ((), (ma))),
by_reading AS (
  SELECT ma, count(*) AS readings, count(*) FILTER (WHERE machine) AS machine,
         count(*) FILTER (WHERE corrected) AS corrected
    FROM readings r JOIN roomed v ON v.id = r.visit_id
   WHERE replaces_id IS NULL AND method <> 'computed' GROUP BY GROUPING SETS ((), (ma))),
by_call AS (
  SELECT v.ma, count(*) AS calls, count(*) FILTER (WHERE k.ended_at IS NOT NULL AND k.ended_at <= k.due_at) AS in_time,
         percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM k.ended_at - k.added_at)) AS answered
    FROM worklist_task k JOIN roomed v ON v.id = k.visit AND v.patient_id = k.patient_id
   WHERE k.kind = %(call)s AND k.status <> 'cancelled' GROUP BY GROUPING SETS ((), (v.ma)))
SELECT v.ma, visits, expected, complete, raised, again, timed, spent, spent_90, coalesce(sets, 0), late, late_90,
       coalesce(readings, 0), coalesce(machine, 0), coalesce(corrected, 0), coalesce(calls, 0), coalesce(in_time, 0),
       answered
  FROM by_visit v LEFT JOIN by_set s ON s.ma IS NOT DISTINCT FROM v.ma
  LEFT JOIN by_reading r ON r.ma IS NOT DISTINCT FROM v.ma LEFT JOIN by_call c ON c.ma IS NOT DISTINCT FROM v.ma
"""
KEYS = (
    "ma", "visits", "expected", "complete", "raised", "again", "timed", "spent", "spent_90", "sets", "late", "late_90",
    "readings", "machine", "corrected", "calls", "in_time", "answered",
)  # fmt: skip


raised = rules.raised
"""The age and the pressures from which the office measures a second time."""


def quality(site: Site, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """The sums of the visits that began in a period and were roomed: the site first, then each who roomed by name.

    Times are seconds. `ma` is the identity and `name` the person; both are empty for the site. Two statements.
    """
    bits = {sign: 1 << n for n, sign in enumerate(rules.SIGNS)}
    wanted = [{**rule, "bits": sum(bits[sign] for sign in rule["signs"])} for rule in rules.expected(site.profile)]
    given = {
        "zone": site.timezone, "site": site.pk, "since": since, "until": until, "call": CALL, **rules.raised(),
        "expected": json.dumps(wanted), "signs": json.dumps([{"sign": sign, "bit": bit} for sign, bit in bits.items()]),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(QUALITY, given)
        rows = [dict(zip(KEYS, row, strict=True)) for row in cursor.fetchall()]
    names = office.names({row["ma"] for row in rows if row["ma"]})
    told = [{**row, "name": _named(row["ma"], names)} for row in rows]
    return sorted(told, key=lambda row: (row["ma"] is not None, row["name"]))


def _named(ma: UUID | None, names: dict[UUID, str]) -> str:
    return names.get(ma, "Not of the staff") if ma else ""
