"""For everyone, without sign-in: what a medical assistant may do, state by state."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from medassist.domain.delegation import queries, rules
from medassist.domain.delegation.pages import plan
from medassist.domain.delegation.pages.policies import RULES
from medassist.domain.delegation.pages.takes import SUPERVISION, takes_of
from medassist.kernel.errors import Missing
from medassist.ui.pages import fragment, page, table_csv

CERTIFICATION = {"yes": "required", "no": "not required", "conditional": "for some acts", "unknown": "not known"}
SURE = {"high": "good", "medium": "info", "low": "watch"}
RESTS = {"law": "good", "board guidance": "info", "secondary only": "watch"}
SHOWN = (
    ("", "All"),
    ("allowed", "Yes"),
    ("conditional", "With conditions"),
    ("prohibited", "No"),
    ("absent", "Not found"),
)
COLUMNS = (
    ("Act", "name"), ("Code", "act"), ("Rule", "word"), ("What it takes", "takes"), ("Source", "source"),
    ("As of", "as_of"), ("Resting on", "rests_on"),
)  # fmt: skip


@page(public=True)
def states(request: HttpRequest, ctx: Any) -> HttpResponse:
    """Every state with a file."""
    rows = [
        {**row, "asked": CERTIFICATION[row["certification"]], "sure": SURE[row["confidence"]]}
        for row in queries.states_table()
    ]
    columns = (("State", "name"), ("Code", "code"), ("Certification", "asked"), ("Confidence", "confidence"))
    return table_csv(request, "states", columns, rows) or fragment(request, "delegation/states.html", {"rows": rows})


@page(public=True)
def state(request: HttpRequest, ctx: Any, code: str) -> HttpResponse:
    """One state: every act with its rule, what it takes, its sources and their dates."""
    book = rules.state(code.upper())
    if book is None:
        raise Missing("state", code)
    rows = [_row(book, row) for row in queries.acts_of(book.code)]
    if csv := table_csv(request, book.code, COLUMNS, rows):
        return csv
    show, find = request.GET.get("show", ""), request.GET.get("find", "").strip().casefold()
    data = book.data
    told = {
        "book": book,
        "data": data,
        "rows": [r for r in rows if (not show or r["rule"] == show) and find in f"{r['name']} {r['act']}".casefold()],
        "count": len(rows),
        "find": request.GET.get("find", ""),
        "links": [{"url": f"?show={key}" if key else "?", "label": label, "on": key == show} for key, label in SHOWN],
        "certification": CERTIFICATION[data["certification"]["required_to_work"]],
        "supervision": SUPERVISION[data["supervision_default"]["level"]],
        "by": ", ".join(data["supervision_default"]["by"]) or "not known",
        "sure": SURE[data["confidence"]],
    }
    return fragment(request, "delegation/state.html", told)


def _row(book: rules.State, row: dict[str, Any]) -> dict[str, Any]:
    state, word = RULES[row["rule"]]
    entry = next((act for act in book.data["acts"] if act["act"] == row["act"]), None)
    sources = [(i + 1, book.data["sources"][i]) for i in entry["sources"]] if entry else []
    takes = takes_of(row["clause"]) if row["rule"] not in ("prohibited", "absent") else []
    return {
        **row,
        "state": state,
        "word": word,
        "parts": takes,
        "takes": "; ".join(takes),
        "others": row["clause"].others,
        "credentials": [{"name": r.credential, "word": RULES[r.rule], "others": r.others[:1]} for r in row["rows"]],
        "sources": sources,
        "source": "; ".join(source["citation"] for _, source in sources),
        "rests_state": RESTS.get(row["rests_on"], "none"),
    }


urlpatterns = [
    path("guide", states, name="guide"),
    path("guide/ways", plan.ways, name="guide-ways"),
    path("guide/states", states, name="guide-states"),
    path("guide/states/<str:code>", state, name="guide-state"),
]
