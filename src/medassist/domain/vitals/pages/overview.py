"""Everything measured on a patient: one sign over time, and the newest sets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from medassist.domain.vitals import queries
from medassist.domain.vitals.pages.trend_lines import PRESSURE, SIGNS, unit
from medassist.kernel.context import Context
from medassist.ui.pages import fragment, page, table_csv
from medassist.ui.shell import banner

SHOWN = 20  # sets on the overview
EXPORTED = 2000  # sets in a table for other programs
POINTS = 400
COLUMNS = [
    ("Taken", "taken_at"), ("Sign", "label"), ("Value", "value"), ("Unit", "unit"), ("In the office's unit", "text"),
    ("How", "how"), ("Judged", "judged"), ("Standing", "standing"),
]  # fmt: skip


@require_GET
@page(opens="patient/{patient}")
def overview(request: HttpRequest, ctx: Context, patient: UUID) -> HttpResponse:
    """Everything measured on a patient: one sign over time, and the newest sets."""
    if answer := table_csv(request, "vital-signs", COLUMNS, _rows(patient)):
        return answer
    known = [one["sign"] for one in queries.signs_of(patient)]
    choices = [(PRESSURE, SIGNS[PRESSURE])] if "systolic" in known else []
    choices += [(name, SIGNS[name]) for name in known if name in SIGNS]
    sign = request.GET.get("sign", "")
    sign = sign if sign in dict(choices) else choices[0][0] if choices else ""
    told = {
        "banner": banner(patient), "patient": patient, "choices": choices, "sign": sign, "label": SIGNS.get(sign, ""),
        "unit": unit(sign), "points": _points(patient, sign)[::-1] if sign else [],
        "sets": queries.with_calls(queries.latest(patient, SHOWN)), "grows": queries.grows(patient),
    }  # fmt: skip
    return fragment(request, "vitals/overview.html", told)


def _rows(patient: UUID) -> Iterator[dict[str, Any]]:
    """Every reading as a line, corrected ones too, in its own unit and the office's."""
    for one in queries.latest(patient, EXPORTED):
        for row in [*one["readings"], *one["replaced"]]:
            judged = row["judged"]["word"] if row["judged"] else ""
            standing = f"entered in error: {row['replaced_why']}" if row["replaced_why"] else "standing"
            if one["preliminary"] and not row["replaced_why"]:
                standing = "preliminary"
            told = {"value": row["on"] or row["value"], "how": ", ".join(row["hows"])}
            yield {**row, **told, "judged": judged, "standing": standing}


def _points(patient: UUID, sign: str) -> list[dict[str, Any]]:
    return [one for one in queries.trend(patient, sign, most=POINTS) if one["value"] is not None]
