"""Signing off a skill: what the state asks for this act, what is on record, what was seen today."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from medassist.domain.credentials import actions, inputs
from medassist.domain.credentials import queries as credentials
from medassist.domain.delegation import queries, rules
from medassist.domain.office import queries as office
from medassist.kernel.context import Context
from medassist.kernel.errors import Missing
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, leave, page, say, submit

ROUTES = (
    ("", "Not by route"),
    ("intramuscular", "Muscle"),
    ("subcutaneous", "Under the skin"),
    ("intradermal", "Skin"),
)


@page(act="house.sign_off")
def sign_off(request: HttpRequest, ctx: Context, staff: UUID, act_name: str) -> HttpResponse:
    """Sign that this person was trained in an act and seen to do it well."""
    if act_name not in rules.acts().clinical:
        raise Missing("clinical act", act_name)
    person, form = office.staff(staff), Form.of(request, hours="0", demonstrations="0")
    if submit(form, ctx, actions.sign_off, inputs.SignOffSkill, staff=staff, skill=act_name):
        text = f"Signed for {person.name}: {rules.acts().name(act_name)}."
        return say(request, leave(request, reverse("may-staff", args=[staff])), text)
    return _skill(request, ctx, person, act_name, form)


@require_POST
@page(act="house.sign_off")
def withdraw(request: HttpRequest, ctx: Context, sign_off: UUID) -> HttpResponse:
    """Take a sign-off back, and say why."""
    found, back = credentials.sign_off(sign_off), Form.of(request)
    if submit(back, ctx, actions.withdraw_sign_off, inputs.WithdrawSignOff, sign_off=sign_off):
        url = reverse("skill-sign", args=[found.staff_id, found.act])
        return say(request, leave(request, url), "The sign-off no longer counts.")
    return _skill(request, ctx, office.staff(found.staff_id), found.act, Form(), back, sign_off)


def _skill(
    request: HttpRequest, ctx: Context, person: Any, act: str, form: Form, back: Form | None = None, at: Any = None
) -> HttpResponse:
    """The form to sign, what the state asks, and every sign-off of the person; `back` is the form that withdraws."""
    state = queries.shelf(office.site(ctx.site).state).on(credentials.office_day()) if ctx.site else None
    signed, back = credentials.skills(person.pk), back or Form()
    told = {
        "form": form, "back": back, "at": at, "person": person, "act": act, "name": rules.acts().name(act),
        "clause": state.entry(act).clause if state else None, "state": state,
        "routes": ROUTES if act == "immunization.administer" else (),
        "hows": [("", "Choose, where you saw it done"), *credentials.HOW.items()],
        "done": credentials.done_by_act(person.pk).get(act),
        "signed": [one for one in signed if one.act == act and not one.revoked_on], "skills": list(map(_row, signed)),
    }  # fmt: skip
    return fragment(request, "delegation/skill.html", told, form.status if back.fine else back.status)


def _row(one: Any) -> dict[str, Any]:
    """A sign-off in the list of all, with the word that matters now."""
    state, word = credentials.skill_state(one, credentials.office_day())
    url = reverse("skill-sign", args=[one.staff_id, one.act]) if one.act in rules.acts().clinical else ""
    return {"skill": one, "name": rules.acts().name(one.act), "state": state, "word": word, "url": url}
