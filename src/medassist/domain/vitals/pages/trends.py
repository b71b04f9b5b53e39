"""Signs over time: one as columns for a chart, all of them on one page, and both as a table for other programs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from medassist.domain.visits import queries as visits
from medassist.domain.vitals import queries
from medassist.domain.vitals.pages import trend_lines
from medassist.domain.vitals.pages.trend_lines import PERIODS, SIGNS, Points
from medassist.kernel.context import Context
from medassist.kernel.errors import Missing
from medassist.ui.pages import fragment, page, table_csv
from medassist.ui.shell import banner

POINTS = 400  # of one sign
VISITS = 200
COLUMNS = [("Taken", "at"), ("Sign", "label"), ("Value", "text"), ("Unit", "unit_shown"), ("Outside", "outside")]


@require_GET
@page(opens="patient/{patient}")
def trend(request: HttpRequest, ctx: Context, patient: UUID, sign: str) -> HttpResponse:
    """One sign over time: columns for the chart, as JSON; the same as a table where CSV is asked for."""
    if sign not in SIGNS:
        raise Missing("vital sign", sign)
    _, since = trend_lines.period(request.GET.get("period", ""))
    points = [one for one in queries.trend(patient, sign, since, most=POINTS) if one["value"] is not None]
    told = trend_lines.drawn(sign, points, queries.child(patient)["born"], visits.of_patient(patient, VISITS))
    rows = _rows([_shown(sign, points, told)])
    asked = request.GET.get("as") == "csv"
    return table_csv(request, f"trend-{sign}", COLUMNS, rows, anyway=asked) or JsonResponse(told)


@require_GET
@page(opens="patient/{patient}")
def trends(request: HttpRequest, ctx: Context, patient: UUID) -> HttpResponse:
    """Every sign of a patient over time, one below the other, each with its numbers."""
    key, since = trend_lines.period(request.GET.get("period", ""))
    child, here = queries.child(patient), visits.of_patient(patient, VISITS)
    found = queries.every_trend(patient, since, POINTS)
    signs = [
        _shown(sign, found[sign], trend_lines.drawn(sign, found[sign], child["born"], here))
        for sign in SIGNS
        if sign in found
    ]
    asked = request.GET.get("as") == "csv"
    if sheet := table_csv(request, "trends", COLUMNS, _rows(signs), anyway=asked):
        return sheet
    periods = [{"label": words, "url": f"?period={one}", "on": one == key, "n": n}
               for n, (one, (words, _)) in enumerate(PERIODS.items(), 1)]  # fmt: skip
    told = {
        "banner": banner(patient), "patient": patient, "periods": periods, "period": key, "any": bool(signs),
        "signs": [one for one in signs if len(one["rows"]) > 1], "said": PERIODS[key][0].lower(),
        "once": [one for one in signs if len(one["rows"]) == 1],
        "grows": child["years"] is not None and child["years"] < queries.GROWN,
    }  # fmt: skip
    return fragment(request, "vitals/trends.html", told)


def _shown(sign: str, points: Points, told: dict[str, Any]) -> dict[str, Any]:
    """One sign as the page shows it: the columns of its chart, and its lines of the table, newest first."""
    out = [any(flags) for flags in zip(*(line["out"] for line in told["lines"]), strict=True)]
    rows = [{**one, "outside": "outside" if flag else ""} for one, flag in zip(points, out, strict=True)][::-1]
    has_range = any(line["bands"] for line in told["lines"])
    return {"sign": sign, "label": told["label"], "unit": told["unit"], "rows": rows, "columns": json.dumps(told),
            "outside": sum(out), "range": has_range, "events": len(told["events"])}  # fmt: skip


def _rows(signs: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    for one in signs:
        for row in one["rows"]:
            yield {**row, "label": one["label"], "unit_shown": one["unit"]}
