"""Vital signs on screen: a patient's sets and trends, one set, taking one outside a visit, putting a reading right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from medassist.domain.vitals import actions, inputs, queries, rules
from medassist.kernel.context import Context
from medassist.kernel.errors import Invalid, Missing
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, leave, page, say, submit, table_csv
from medassist.ui.shell import banner

PRESSURE = "blood_pressure"
SHOWN = 20  # sets on the overview
EXPORTED = 2000  # sets in a table for other programs
POINTS = 400
SIGNS = {PRESSURE: "Blood pressure"} | {
    name: one.label
    for name, one in rules.SIGNS.items()
    if name not in ("systolic", "diastolic") and not (one.date or one.coded)
}
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
        "unit": _unit(sign), "points": _points(patient, sign)[::-1] if sign else [],
        "sets": _with_calls(queries.latest(patient, SHOWN)),
    }  # fmt: skip
    return fragment(request, "vitals/overview.html", told)


def _with_calls(sets: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sets, each with whom its critical values were told to."""
    told = queries.told(one["id"] for one in sets)
    return [{**one, "calls": told[one["id"]]} for one in sets]


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


def _unit(sign: str) -> str:
    return rules.sign("systolic" if sign == PRESSURE else sign).shown_unit if sign else ""


def _points(patient: UUID, sign: str) -> list[dict[str, Any]]:
    return [one for one in queries.trend(patient, sign, most=POINTS) if one["value"] is not None]


@require_GET
@page(opens="patient/{patient}")
def trend(request: HttpRequest, ctx: Context, patient: UUID, sign: str) -> HttpResponse:
    """One sign over time: columns for the chart, as JSON; times are seconds since 1970."""
    if sign not in SIGNS:
        raise Missing("vital sign", sign)
    points = _points(patient, sign)
    lines = [{"label": "Upper" if sign == PRESSURE else SIGNS[sign], "values": [float(p["value"]) for p in points]}]
    if sign == PRESSURE:
        lines.append({"label": "Lower", "values": [None if p["lower"] is None else float(p["lower"]) for p in points]})
    at = [int(point["at"].timestamp()) for point in points]
    made = {"sign": sign, "label": SIGNS[sign], "unit": _unit(sign), "at": at, "lines": lines}
    return JsonResponse(made)


@require_GET
@page(opens="patient/{patient}")
def one_set(request: HttpRequest, ctx: Context, patient: UUID, set: UUID) -> HttpResponse:
    """One set with what was corrected in it."""
    told = {"one": _with_calls([_set(patient, set)])[0], "patient": patient, "banner": banner(patient)}
    return fragment(request, "vitals/set_page.html", told)


def _set(patient: UUID, set: UUID) -> dict[str, Any]:
    found = queries.one_set(set)
    if found["patient"] != patient:
        raise Missing("set of vital signs", set)
    return found


@require_POST
@page(opens="patient/{patient}")
def confirm(request: HttpRequest, ctx: Context, patient: UUID, set: UUID) -> HttpResponse:
    """Somebody looked at what a device reported."""
    _set(patient, set)
    form = Form.of(request)
    if not submit(form, ctx, actions.confirm, inputs.ConfirmVitals, set=set):
        raise Invalid(form.faults, form.doubts)
    return say(request, leave(request, reverse("vitals:overview", args=[patient])), "Vital signs confirmed.")


@page(opens="patient/{patient}")
def take(request: HttpRequest, ctx: Context, patient: UUID) -> HttpResponse:
    """Take vital signs outside a visit."""
    form = Form.of(request)
    made = _send(
        request, form, lambda: actions.take(_keyed(ctx, form), inputs.from_form(request.POST, patient=patient))
    )
    if made:
        return say(request, leave(request, reverse("vitals:overview", args=[patient])), "Vital signs recorded.")
    lines = [_line(line, form) for line in queries.grid(patient) if not line["computed"]]
    told = {"banner": banner(patient), "patient": patient, "form": form, "lines": lines, "days": _days(lines)}
    return fragment(request, "vitals/take.html", told, form.status)


def _keyed(ctx: Context, form: Form) -> Context:
    return ctx.but(key=str(form.key))


def _send(request: HttpRequest, form: Form, act: Callable[[], Any]) -> Any:
    """Do it when the form was sent; what is wrong or doubtful is put on the form."""
    if not form.sent:
        return None
    try:
        return act()
    except Invalid as error:
        form.note(error)
        return None


def _line(line: dict[str, Any], form: Form) -> dict[str, Any]:
    """A line of the grid with what is typed in it, and what is said of that."""
    boxes = [{**box, "of": form[box["name"]]} for box in [*line["boxes"], *line["also"]]]
    hows = [
        (f"{line['key']}.{kind}", kind.replace("_", " "), list(words.items())) for kind, words in line["hows"].items()
    ]
    return {**line, "boxes": boxes, "choices": [(form[name], word.capitalize(), o) for name, word, o in hows]}


def _days(lines: list[dict[str, Any]]) -> list[Any]:
    return [day for day, _ in lines[0]["previous"]] if lines else []


@page(opens="patient/{patient}")
def correct(request: HttpRequest, ctx: Context, patient: UUID, reading: UUID) -> HttpResponse:
    """Put a reading right that was entered in error; the old value stays to be seen."""
    found = queries.reading(reading)
    if found["set"]["patient"] != patient:
        raise Missing("reading", reading)
    form = Form.of(request, value=found["text"])
    sign = found["sign"]
    made = _send(
        request, form,
        lambda: actions.correct(_keyed(ctx, form), inputs.correction_from_form(request.POST, reading, sign)),
    )  # fmt: skip
    if made:
        answer = leave(request, reverse("vitals:set", args=[patient, found["set"]["id"]]))
        return say(request, answer, f"{found['label']} put right. The old value stays to be seen.")
    told = {"banner": banner(patient), "patient": patient, "one": found, "form": form}
    return fragment(request, "vitals/correct.html", told, form.status)
