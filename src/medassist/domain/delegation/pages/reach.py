"""Supervising by phone or video: a provider says for themselves until when they can be reached for a site."""

from __future__ import annotations

from datetime import time

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from medassist.domain.delegation import actions, inputs
from medassist.domain.delegation.pages.may import mine_again
from medassist.domain.office import queries as office
from medassist.kernel import clock
from medassist.kernel.context import Context
from medassist.kernel.errors import Invalid, Missing
from medassist.ui.forms import Form
from medassist.ui.pages import leave, page, say, submit


@require_POST
@page(act="house.supervise")
def begin(request: HttpRequest, ctx: Context) -> HttpResponse:
    """I can be reached until a time of today."""
    if ctx.site is None:
        raise Missing("site")
    form = Form.of(request)
    site = office.site(ctx.site)
    until = _moment(str(form.value("until")), site.timezone)
    if submit(form, ctx, actions.be_reachable, inputs.BeReachable, site=site.pk, until_at=until):
        return say(request, leave(request, reverse("may-mine")), f"{site.name} can reach you.")
    return mine_again(request, ctx, form)


def _moment(text: str, zone: str) -> str:
    """A time of today where the site is, as the action takes it; what is no time goes on as it is and is refused."""
    try:
        at = time.fromisoformat(text)
    except ValueError:
        return text
    return str(office.moment(clock.today(zone), at, zone) or text)


@require_POST
@page(act="house.supervise")
def end(request: HttpRequest, ctx: Context) -> HttpResponse:
    """I can no longer be reached."""
    form = Form.of(request)
    if submit(form, ctx, actions.end_reach, inputs.EndReach, site=ctx.site):
        return say(request, leave(request, reverse("may-mine")), "You are noted as reachable no longer.")
    raise Invalid(form.faults)
