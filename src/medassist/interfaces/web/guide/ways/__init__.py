"""For everyone, without sign-in: the ways to certification that are open to one, side by side. Nobody is named."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token

from medassist.domain.credentials import queries as credentials
from medassist.interfaces.web.guide import render, views
from medassist.interfaces.web.guide.leaf import Leaf, Told
from medassist.interfaces.web.guide.ways import offered, question, rows
from medassist.interfaces.web.guide.words import words
from medassist.ui import shell
from medassist.ui.forms import Form
from medassist.ui.pages import page, table_csv

LEAF = Leaf("ways", "guide/ways.html", lambda lang, asked: {})


@page(public=True)
def ways(request: HttpRequest, ctx: Any, lang: str) -> HttpResponse:
    """The form, and below it every way for what was said in it; the address holds the whole question."""
    with credentials.pinned(credentials.programs_now()):
        form = question.form(request.GET)
        told = _plan(request, form, lang) if question.asked(request.GET) else {}
        if "rows" in told and (csv := table_csv(request, "ways", rows.columns(told), told["rows"])):
            return csv
        told |= _around(request, form, lang) | {"me": ctx is not None, "csrf_token": get_token(request) if ctx else ""}
        body = render.html(LEAF, lang, render.Served(), told).encode()
    answer = HttpResponse(render.at(body, views.base(request), shell.look(request)), status=form.status)
    views.keep(request, answer)
    return answer


def _plan(request: HttpRequest, form: Form, lang: str) -> Told:
    """What is answered; nothing where something in the form can't be."""
    on = credentials.office_day()
    person, faults = question.read(request.GET, on)
    office, wrong = question.office(request.GET, lang)
    chosen = credentials.programs_now().chosen(person.programs)
    named = [(one.key, credentials.program_name(one)) for one in chosen]
    if faults or wrong:
        form.faults = question.told_faults(faults, lang) | wrong
        return {"chosen_programs": named}
    said = credentials.texts(person)
    form.initial |= question.first(said)
    found = credentials.survey(person, on, chosen)
    sources = rows.Sources()
    every = [rows.row(way, person, office, sources, lang) for way in (*found.ways, *found.closed)]
    return {
        **question.kept(request.GET, said),
        **rows.answer(request.GET.getlist("compare"), person, every, lang),
        **offered.programs(found, person, question.seed(request.GET), sources, lang),
        "chosen_programs": named,
        "words": question.in_words(person, office, lang),
        "office": office,
        "found": found,
        "on": on,
        "rows": every,
        "sources": sources.rows(),
    }


def _around(request: HttpRequest, form: Form, lang: str) -> Told:
    t = words(lang)
    return {
        "title": t["nav"]["ways"],
        "about": t["ways"]["about"],
        "form": form,
        "query": request.GET.urlencode(),
        **question.options(lang),
    }
