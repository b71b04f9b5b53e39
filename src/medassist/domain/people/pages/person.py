"""The page of who a patient is: demographics, photo, alerts, consent, earlier versions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from medassist.domain.people import actions, queries
from medassist.domain.people.inputs import AddAlert, ChangeDemographics, EndAlert, SetConsentToText, SetPhoto
from medassist.domain.people.models import Alert, Patient
from medassist.domain.people.pages.forms import beside, chart, choices, said, typed, wrong
from medassist.domain.people.rules import ALERT_CODES, boxes, names, numbers, phones, us_core
from medassist.kernel.context import Context
from medassist.kernel.errors import Missing
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, leave, page, say, submit
from medassist.ui.shell import banner

CHART = "patient/{patient}"


@page(opens=CHART)
def person(request: HttpRequest, ctx: Context, patient: UUID) -> HttpResponse:
    """Who somebody is."""
    return _person(request, patient, Form())


def _person(request: HttpRequest, patient: UUID, form: Form) -> HttpResponse:
    one = queries.patient(patient)
    told = {
        "patient": one, "banner": banner(patient), "form": form, "names": _names(one),
        "reached": _reached(one), "addresses": [_address(a) for a in one.addresses], "contacts": queries.contacts(one),
        "alerts": queries.alerts(patient)[patient], "kinds": Alert.KINDS,
        "codes": list(ALERT_CODES.items()), "numbers": _numbers(patient),
        "facts": _facts(one), "versions": queries.versions(patient), "chart": chart(patient),
        "wrong": [text for texts in form.faults.values() for text in texts],
    }  # fmt: skip
    return fragment(request, "people/person.html", told, form.status)


def _names(one: Patient) -> list[dict[str, str]]:
    return [{"name": names.full(name), "use": str(name.get("use") or "")} for name in one.names]


def _reached(one: Patient) -> list[dict[str, str]]:
    return [
        {"kind": str(t.get("system") or ""), "use": str(t.get("use") or ""),
         "value": phones.shown(t["value"]) if t.get("system") in ("phone", "sms", "fax") else names.shown(t["value"])}
        for t in one.telecoms if isinstance(t.get("value"), str)
    ]  # fmt: skip


def _address(one: dict[str, Any]) -> str:
    lines = ", ".join(line for line in one.get("line") or [] if isinstance(line, str))
    place = " ".join(filter(None, (one.get("state"), one.get("postalCode"))))
    return names.shown(", ".join(filter(None, (lines, one.get("city"), place)))) or names.shown(one.get("text") or "")


def _numbers(patient: UUID) -> list[dict[str, str]]:
    """Numbers of others; a Social Security number shows its end only."""
    found = []
    for one in queries.identifiers(patient):
        kind = us_core.concept_text(one.get("type") or {}) or str(one.get("system") or "")
        value = str(one.get("value") or "")
        secret = "ssn" in str(one.get("system")) or "SS" in str((one.get("type") or {}).get("coding"))
        found.append({"kind": kind, "value": numbers.masked(value) if secret else names.shown(value)})
    return found


def _facts(one: Patient) -> list[tuple[str, str]]:
    """Further demographics in words."""
    record = one.record
    race = ", ".join(c.get("display") or c.get("code", "") for c in us_core.chosen(record, us_core.RACE))
    ethnicity = us_core.chosen(record, us_core.ETHNICITY)
    told = [
        ("Sex recorded at birth", us_core.answers("birth_sex")["codes"].get(one.birth_sex, one.birth_sex)),
        ("Gender identity", us_core.gender_identity(record)),
        ("Pronouns", one.pronouns),
        ("Race", race),
        ("Ethnicity", ", ".join(c.get("display") or c.get("code", "") for c in ethnicity)),
        ("Language", us_core.language_name(one.language) if one.language else ""),
        ("Interpreter", {True: "Needed", False: "Not needed", None: ""}[one.interpreter]),
        ("Marital status", _marital(record)),
    ]
    return [(label, value) for label, value in told if value]


def _marital(record: dict[str, Any]) -> str:
    told = record.get("maritalStatus") or {}
    code = boxes.first_code(told.get("coding") or [])
    return us_core.answers("marital_status")["codes"].get(code) or us_core.concept_text(told)


@page(opens=CHART, act="records.manage")
def change(request: HttpRequest, ctx: Context, patient: UUID) -> HttpResponse:
    """The form for changing who somebody is."""
    one = queries.patient(patient)
    form = Form.of(request, version=one.version, **boxes.filled(one.record))
    if form.sent:
        told, faults = boxes.read(typed(request), one.record, queries.today())
        if not wrong(form, faults):
            fixed = {**said(told), "patient": patient}
            if submit(form, ctx, actions.change_demographics, ChangeDemographics, **fixed):
                return say(request, leave(request, reverse("people:person", args=[patient])), "Kept.")
        beside(form)
    context = {"form": form, "patient": one, "banner": banner(patient), **choices()}
    race = request.POST.getlist("race") if form.sent else form.initial["race"]
    return fragment(request, "people/change.html", {**context, "race": race}, form.status)


@page(opens=CHART)
def photo(request: HttpRequest, ctx: Context, patient: UUID) -> HttpResponse:
    """The newest photo; its address carries the digest, so a browser may keep it for itself."""
    found = queries.photo(patient)
    if found is None:
        raise Missing("photo", patient)
    answer = HttpResponse(bytes(found.content), content_type=found.media_type)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


@require_POST
@page(opens=CHART)
def set_photo(request: HttpRequest, ctx: Context, patient: UUID) -> HttpResponse:
    """Keep a picture that was chosen or taken."""
    file = request.FILES.get("content")
    return _done(
        request, ctx, patient, actions.set_photo, SetPhoto, "The photo is kept.", content=file.read() if file else b""
    )


@require_POST
@page(opens=CHART)
def add_alert(request: HttpRequest, ctx: Context, patient: UUID) -> HttpResponse:
    """Add an alert."""
    return _done(request, ctx, patient, actions.add_alert, AddAlert, "The alert shows on every page of this patient.")


@require_POST
@page(opens=CHART)
def end_alert(request: HttpRequest, ctx: Context, patient: UUID, alert: UUID) -> HttpResponse:
    """End an alert."""
    return _done(request, ctx, patient, actions.end_alert, EndAlert, "The alert is ended.", alert=alert)


@require_POST
@page(opens=CHART)
def consent(request: HttpRequest, ctx: Context, patient: UUID) -> HttpResponse:
    """Record whether text messages may be sent."""
    said = "Text messages may be sent." if request.POST.get("consent") == "true" else "No text messages are sent."
    return _done(request, ctx, patient, actions.set_consent_to_text, SetConsentToText, said)


def _done(
    request: HttpRequest, ctx: Context, patient: UUID, action: Any, asked: Any, text: str, **fixed: Any
) -> HttpResponse:
    form = Form.of(request)
    if submit(form, ctx, action, asked, patient=patient, **fixed):
        return say(request, leave(request, reverse("people:person", args=[patient])), text)
    return _person(request, patient, form)
