"""Signing off a skill: what the state asks for this act, what is on record, what was seen today."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

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
    state = queries.shelf(office.site(ctx.site).state).on(credentials.office_day()) if ctx.site else None
    told = {
        "form": form,
        "person": person,
        "act": act_name,
        "name": rules.acts().name(act_name),
        "clause": state.entry(act_name).clause if state else None,
        "state": state,
        "routes": ROUTES if act_name == "immunization.administer" else (),
        "hows": [("", "Not said"), *credentials.HOW.items()],
        "done": credentials.done_by_act(staff).get(act_name),
        "signed": [one for one in credentials.skills(staff) if one.act == act_name and not one.revoked_on],
    }
    return fragment(request, "delegation/skill.html", told, form.status)
