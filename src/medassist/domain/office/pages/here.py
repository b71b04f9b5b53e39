"""Who is in the building, for everybody."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from medassist.domain.office import actions, inputs, queries, rules
from medassist.kernel.context import Context
from medassist.kernel.errors import Missing
from medassist.ui.pages import fragment, leave, page, say

OWN = "house.own"
"""What the pages ask: whether I may check in is asked by the action, which knows that it is me."""


def _me(ctx: Context) -> Any:
    if (found := queries.staff_by_actor(ctx.actor.id)) is None:
        raise Missing("person of the staff")
    return found


@page(act=OWN)
def here(request: HttpRequest, ctx: Context) -> HttpResponse:
    """Who is in the building now, and my own checking in and out."""
    if ctx.site is None:
        return leave(request, "/site")
    team = queries.team(ctx.site)
    for one in team:
        one["held"] = ", ".join(rules.ROLES[role] for role in one["roles"])
    me = queries.staff_by_actor(ctx.actor.id)
    told = {
        "site": queries.site(ctx.site), "here": [one for one in team if one["present"]],
        "away": [one for one in team if not one["present"]], "mine": queries.presence(me.pk) if me else None,
        "person": me,
    }  # fmt: skip
    return fragment(request, "office/here.html", told)


@require_POST
@page(act=OWN)
def check_in(request: HttpRequest, ctx: Context) -> HttpResponse:
    """I am here."""
    actions.check_in(ctx, inputs.CheckIn.of(staff=_me(ctx).pk, site=ctx.site))
    return say(request, leave(request, reverse("office:here")), "You are checked in.")


@require_POST
@page(act=OWN)
def check_out(request: HttpRequest, ctx: Context) -> HttpResponse:
    """I leave."""
    actions.check_out(ctx, inputs.CheckOut.of(staff=_me(ctx).pk))
    return say(request, leave(request, reverse("office:here")), "You are checked out.")
