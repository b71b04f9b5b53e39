"""The patient page: what matters of one patient on one screen, and the ways on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET, require_POST

from medassist.domain.office import queries as office
from medassist.domain.records import queries as records
from medassist.domain.scheduling import queries as schedule
from medassist.domain.visits import actions, inputs
from medassist.domain.visits import queries as visits
from medassist.domain.vitals import queries as vitals
from medassist.domain.worklist import queries as worklist
from medassist.interfaces.web.board.cards import LANES
from medassist.interfaces.web.patient.banner import banner
from medassist.kernel import clock, reading
from medassist.kernel.context import Context
from medassist.kernel.errors import Invalid
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, leave, page, say, submit, table_csv

VISITS, TASKS = 12, 8
# tabs: label, address by name, act that the authority is asked (none: whoever may open the chart)
TABS = (
    ("Overview", "patient", ""),
    ("Vital signs", "vitals:overview", ""),
    ("Growth", "vitals:growth", ""),
    ("Lists", "records:lists", ""),
    ("Person", "people:person", ""),
    ("Who looked", "audit-patient", "house.view_audit"),
)
COLUMNS = [("Sign", "label"), ("Value", "now"), ("Unit", "unit"), ("Judged", "judged"), ("Taken", "taken_at")]


@require_GET
@page(opens="patient/{patient}")
def patient(request: HttpRequest, ctx: Context, patient: UUID) -> HttpResponse:
    """One patient: signs, lists, visits, what is open, and where the patient is now."""
    newest = _newest(patient)
    if sheet := table_csv(request, "vital-signs", COLUMNS, newest["rows"]):
        return sheet
    told = {
        "banner": banner(patient), "patient": patient, "tabs": tabs(ctx, patient, "patient"), "newest": newest,
        "lists": _lists(patient), "visits": _visits(patient), "tasks": worklist.of_patient(patient, TASKS),
        "coming": _coming(patient), "here": _here(ctx, patient),
    }  # fmt: skip
    return fragment(request, "web/patient/page.html", told)


def tabs(ctx: Context, patient: UUID, on: str) -> list[dict[str, Any]]:
    """The pages of one patient that this office has and this person may open."""
    found = []
    for label, name, act in TABS:
        if act and not reading.may(ctx, act, f"patient/{patient}").allowed:
            continue
        if name == "vitals:growth" and not vitals.grows(patient):
            continue
        try:
            found.append({"label": label, "url": reverse(name, args=[patient]), "on": name == on, "count": None})
        except NoReverseMatch:
            continue
    return found


def _newest(patient: UUID) -> dict[str, Any]:
    """The newest value of each sign beside the earlier ones, and which has a line worth drawing."""
    sets = vitals.latest(patient, 1)
    lines = [line for line in vitals.grid(patient) if any(text for _, text in line["previous"]) or line["spark"]]
    days = [day for day, _ in lines[0]["previous"]] if lines else []
    judged = {row["label"]: row["judged"] for one in sets for row in one["rows"]}
    rows = [
        {**line, "judged": judged.get(line["label"]), "now": _first(line), "taken_at": _day(line)} for line in lines
    ]
    known = {one["sign"] for one in vitals.signs_of(patient)}
    return {"rows": rows, "days": days, "sets": sets, "pressure": "systolic" in known}


def _first(line: dict[str, Any]) -> str:
    return next((text for _, text in line["previous"] if text), "")


def _day(line: dict[str, Any]) -> Any:
    return next((day for day, text in line["previous"] if text), None)


def _lists(patient: UUID) -> dict[str, Any]:
    return {
        "problems": records.problems(patient), "medications": records.medications(patient),
        "allergies": records.allergies(patient), "none_known": patient in records.none_known([patient]),
        "reviews": records.reviews(patient),
    }  # fmt: skip


def _visits(patient: UUID) -> list[dict[str, Any]]:
    return [
        {"visit": one, "step": LANES.get(one.step, visits.STEPS.get(one.step, one.step)), "open": one.ended_at is None}
        for one in visits.of_patient(patient, VISITS)
    ]


def _coming(patient: UUID) -> list[Any]:
    now = clock.now()
    found = schedule.of_patient(patient, now - timedelta(hours=12), now + timedelta(days=400))
    return [one for one in found if one.status in schedule.WAITING]


def _here(ctx: Context, patient: UUID) -> dict[str, Any]:
    """Where the patient is now; or what is needed to note the arrival."""
    visit = visits.open_visit(patient)
    if visit or ctx.site is None:
        return {"visit": visit, "step": LANES.get(visit.step, "") if visit else "", "providers": []}
    return {"visit": None, "providers": office.providers(ctx.site)}


@require_POST
@page(opens="patient/{patient}")
def arrive(request: HttpRequest, ctx: Context, patient: UUID) -> HttpResponse:
    """The patient has come: for an appointment, or without one."""
    form = Form.of(request)
    if request.POST.get("appointment"):
        made = submit(form, ctx, actions.arrive, inputs.Arrive)
    else:
        made = submit(form, ctx, actions.walk_in, inputs.WalkIn, patient=patient, site=ctx.site)
    if not made:
        raise Invalid(form.faults, form.doubts)
    answer = leave(request, reverse("board"))
    return say(request, answer, "Noted: the patient is here.", undo=reverse("board-undo", args=[made.pk]))
