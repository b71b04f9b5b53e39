"""The page of what a search found. Asked by POST, so that no name stands in an address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from medassist.domain.people import queries
from medassist.domain.people.pages.forms import chart
from medassist.kernel.context import Context
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, listed, page, table_csv

MOST = 50
COLUMNS = [("Family name", "family"), ("Given name", "given"), ("Born", "birth_date"), ("Age", "age"), ("Sex", "sex"),
           ("MRN", "mrn")]  # fmt: skip


@page(lists="patients")
def search(request: HttpRequest, ctx: Context) -> HttpResponse:
    """Patients by any part of any name, birth date, phone or number."""
    form = Form.of(request)
    text = str(form.value("q")).strip()
    found = queries.find(text, MOST) if text else None
    lines = [{**one, "url": chart(one["id"])} for one in found.lines] if found else []
    listed(request, [one["id"] for one in lines], length=len(text))
    if table := table_csv(request, "patients", COLUMNS, lines):
        return table
    told = {"form": form, "lines": lines, "more": bool(found and found.more), "text": text}
    return fragment(request, "people/found.html", told)
