"""What the forms of a patient have in common: the answers to choose from, and what was typed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from medassist.domain.people.inputs import Demographics
from medassist.domain.people.rules import boxes, us_core
from medassist.ui.forms import Form

NONE = ("", "–")
INTERPRETER = [NONE, ("yes", "Needed"), ("no", "Not needed")]


def _answers(of: str) -> list[tuple[str, str]]:
    return list(us_core.answers(of)["codes"].items())


def choices() -> dict[str, Any]:
    """The lists to choose from."""
    short = us_core.answers("pronouns")["short"]
    identity = [text for _, text in _answers("gender_identity")]
    return {
        "genders": [NONE, *_answers("gender")],
        "birth_sexes": [NONE, *_answers("birth_sex")],
        "pronouns": list(short.values()),
        "identities": identity,
        "races": _answers("race"),
        "ethnicities": [NONE, *_answers("ethnicity"), *_answers("not_told")],
        "languages": [NONE, *_answers("language")],
        "interpreter": INTERPRETER,
        "marital": [NONE, *_answers("marital_status")],
        "relations": [NONE, *_answers("relationship")],
    }


def typed(request: HttpRequest) -> dict[str, Any]:
    """What was typed, by box; a box that was not sent is not there."""
    found: dict[str, Any] = {}
    for name in boxes.filled({}):
        if name == "race":
            if "race" in request.POST or "race-asked" in request.POST:
                found[name] = [code for code in request.POST.getlist("race") if code]
        elif name in request.POST:
            found[name] = " ".join(request.POST.get(name, "").split())
    return found


def said(told: dict[str, Any]) -> dict[str, Any]:
    """What the boxes said, for an action; boxes that carry the name of an input say nothing by themselves."""
    return {**{name: None for name in boxes.filled({}) if name in Demographics.model_fields}, **told}


def wrong(form: Form, faults: dict[str, list[str]]) -> bool:
    """Put what is wrong beside its boxes; whether anything is."""
    for name, why in faults.items():
        form.faults.setdefault(name, []).extend(why)
    return bool(faults)


# where a fault of the action's inputs is told, when the box has another name
TOLD_AT = {
    "names": "family", "telecoms": "phone", "addresses": "line", "contacts": "contact_name", "languages": "language",
}  # fmt: skip


def beside(form: Form) -> None:
    """Move what an action said to the boxes that people see; doubts keep their names, as they are confirmed by them."""
    for name, box in TOLD_AT.items():
        if name in form.faults:
            form.faults.setdefault(box, []).extend(form.faults.pop(name))


def chart(patient: UUID) -> str:
    """The address of a patient's chart."""
    try:
        return reverse("patient", args=[patient])
    except NoReverseMatch:
        return reverse("people:person", args=[patient])
