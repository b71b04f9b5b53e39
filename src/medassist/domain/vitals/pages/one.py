"""One set of vital signs on screen: seeing it, taking one outside a visit, confirming it, putting a reading right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from medassist.domain.vitals import actions, inputs, queries
from medassist.kernel.context import Context
from medassist.kernel.errors import Invalid, Missing
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, leave, page, say, submit
from medassist.ui.shell import banner


@require_GET
@page(opens="patient/{patient}")
def one_set(request: HttpRequest, ctx: Context, patient: UUID, set: UUID) -> HttpResponse:
    """One set with what was corrected in it."""
    told = {"one": queries.with_calls([_set(patient, set)])[0], "patient": patient, "banner": banner(patient)}
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
