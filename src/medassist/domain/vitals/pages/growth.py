"""Growth on screen and on paper: the charts that paediatricians know, with the same in numbers beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from medassist.domain.vitals.pages import growth_chart
from medassist.kernel.context import Context
from medassist.kernel.errors import Missing
from medassist.ui import human, paper
from medassist.ui.pages import fragment, page, table_csv
from medassist.ui.shell import banner

SHEET = "domain/vitals/paper/growth.typ"
COLUMNS = [
    ("Date", "day"), ("Age", "age"), ("Corrected age", "corrected"), ("Measure", "measure"), ("Value", "text"),
    ("Unit", "unit"), ("In the office's unit", "office"), ("Office's unit", "office_unit"),
    ("Percentile", "share_below"), ("z", "score"), ("Percent of the 95th percentile", "share"),
    ("Reference", "reference"),
]  # fmt: skip


@require_GET
@page(opens="patient/{patient}")
def growth(request: HttpRequest, ctx: Context, patient: UUID) -> HttpResponse:
    """One growth chart of a child: curves, the child's own points, and the same in numbers."""
    told = growth_chart.told(patient, request.GET)
    if sheet := table_csv(request, "growth", COLUMNS, told["rows"], anyway=request.GET.get("as") == "csv"):
        return sheet
    return fragment(request, "vitals/growth.html", told | {"banner": banner(patient)})


@require_GET
@page(opens="patient/{patient}")
def growth_pdf(request: HttpRequest, ctx: Context, patient: UUID) -> HttpResponse:
    """The same chart as a sheet of paper."""
    told = growth_chart.told(patient, request.GET)
    if told["why"]:
        raise Missing("growth chart", patient)
    picture = render_to_string("vitals/growth_paper.svg", told)
    made = paper.pdf(SHEET, on_paper(told, banner(patient), ctx.actor.name), picture)
    answer = HttpResponse(made, content_type="application/pdf")
    # no name of a patient in a file's name: it outlives the place it was meant for
    answer.headers["Content-Disposition"] = f'inline; filename="growth-{told["chart"].tab}.pdf"'
    return answer


def on_paper(told: Mapping[str, Any], about: Mapping[str, Any], who: str) -> dict[str, Any]:
    """What the sheet says: the child, who printed it, the chart in one sentence, and the same in numbers."""
    rows = [{**row, "day": human.birth(row["day"])} for row in told["rows"]]
    return {
        "patient": paper.of_patient(about), "printed": paper.printed(who), "label": told["label"], "rows": rows,
        "title": f"{told['chart'].title}, {told['children']}, {told['ages'].lower()}",
        "last": next((row for row in rows if row["drawn"]), None), "reference": told["reference"],
        "source": told["source"]["text"], "url": told["source"]["url"], "severe": told["severe"],
        "early": told["early"],
    }  # fmt: skip
