"""Continuing education on screen: recording a course, correcting it, taking it back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from medassist.domain.credentials import actions, inputs, queries
from medassist.domain.office import queries as office
from medassist.kernel.context import Context
from medassist.kernel.errors import Invalid, Missing
from medassist.ui import human
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, leave, page, say, submit


@page(act="house.own")
def new(request: HttpRequest, ctx: Context) -> HttpResponse:
    """Record a course that one finished."""
    return _course(request, ctx, Form.of(request))


@page(act="house.own")
def correct(request: HttpRequest, ctx: Context, course: UUID) -> HttpResponse:
    """Correct a course; the earlier row stays in the record."""
    found = _mine(ctx, course)
    counts = {one.credential_id: one for one in found.credits.all()}
    initial = {"title": found.title, "provider": found.provider, "on": found.on.isoformat()}
    for number, row in enumerate(_counting(found.staff_id)):
        if one := counts.get(row["credential"].pk):
            said = {
                "credential": str(one.credential_id), "points": human.number(one.points), "category": one.category,
                "from_issuer": "true" if one.from_issuer else "",
            }  # fmt: skip
            initial |= {f"counts.{number}.{name}": value for name, value in said.items()}
    return _course(request, ctx, Form.of(request, **initial), replaces=course)


@require_POST
@page(act="house.own")
def take_back(request: HttpRequest, ctx: Context, course: UUID) -> HttpResponse:
    """Take a course back, and say why."""
    form = Form.of(request)
    if submit(form, ctx, actions.take_back_course, inputs.TakeBackCourse, course=course):
        return say(request, leave(request, reverse("credentials")), "The course is taken back.")
    raise Invalid(form.faults)


def _course(request: HttpRequest, ctx: Context, form: Form, **fixed: Any) -> HttpResponse:
    if submit(form, ctx, actions.record_course, inputs.RecordCourse, **fixed):
        return say(request, leave(request, reverse("credentials")), "The course is on record.")
    person = office.staff_by_actor(ctx.actor.id)
    if person is None:
        raise Missing("person of the staff")
    rows = [_line(form, number, row) for number, row in enumerate(_counting(person.pk))]
    # what is wrong with one line of several is told above them
    wrong = [text for name, texts in form.faults.items() if name.startswith("counts") for text in texts]
    told = {"form": form, "rows": rows, "replaces": fixed.get("replaces"), "wrong": list(dict.fromkeys(wrong))}
    return fragment(request, "credentials/course.html", told, form.status)


def _counting(staff: UUID) -> list[dict[str, Any]]:
    """The certificates for which a course may count."""
    return queries.owed(staff)


def _line(form: Form, number: int, row: dict[str, Any]) -> dict[str, Any]:
    """One certificate in the form, with the categories of its issuer."""
    name, held = f"counts.{number}", row["credential"]
    categories = queries.categories_of(row["certification"], held.name)
    return {
        **row, "name": name, "ticked": form.value(f"{name}.credential") == str(held.pk),
        "points": form.value(f"{name}.points"), "issuer": bool(form.value(f"{name}.from_issuer")),
        "category": form.value(f"{name}.category"), "categories": categories,
    }  # fmt: skip


def _mine(ctx: Context, course: UUID) -> Any:
    """One of one's own courses; another person's is not there."""
    person = office.staff_by_actor(ctx.actor.id)
    found = next((one for one in queries.courses(person.pk) if one.pk == course), None) if person else None
    if found is None:
        raise Missing("course", course)
    return found
