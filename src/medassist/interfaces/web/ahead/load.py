"""The coming days of a site, fetched: the same few queries however many visits are booked."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from medassist.domain.credentials import queries as credentials
from medassist.domain.delegation import queries as delegation
from medassist.domain.office import queries as office
from medassist.domain.orders import queries as orders
from medassist.domain.scheduling import queries as scheduling
from medassist.interfaces.web.ahead.world import Booked, Needed, Someone, World


def world(site: Any, first: date, last: date) -> World:
    """Who works at a site on some days, what each holds, which rules and policies hold."""
    everybody = people(site, first, last)
    signed = orders.standing_orders(site.pk, first)
    who = [*everybody, *(one.signer_id for one in signed)]
    return World(
        state=site.state,
        people=everybody,
        standing=credentials.standing_ahead(who, first, last),
        offered=scheduling.offered(site.pk, first, last, site.timezone),
        policies=delegation.policies_at(site.state, site.pk),
        shelf=delegation.shelf(site.state),
        standing_orders=[(one.act, one.kind, one.review_on, one.signer_id) for one in signed],
        shifts=office.on_shift(site.pk, first, last, site.timezone),
        gone=_gone(site, first, last),
    )


def _gone(site: Any, first: date, last: date) -> dict[UUID, list[tuple[datetime, datetime]]]:
    """Who is away when, by the site's clock."""
    zone = ZoneInfo(site.timezone)
    rows = office.away(office.span(first, site.timezone)[0], office.span(last, site.timezone)[1])
    return {who: [(a.start_at.astimezone(zone), a.end_at.astimezone(zone)) for a in away] for who, away in rows.items()}


def people(site: Any, first: date, last: date) -> dict[UUID, Someone]:
    """Who has a position at a site on some days; one query."""
    found: dict[UUID, Someone] = {}
    for row in office.staffed(site.pk, first, last):
        role = (row["role"], (row["from_on"], row["to_on"]))
        before = found.get(row["staff"])
        roles = (*before.roles, role) if before else (role,)
        kind = row["kind"] or (before.kind if before else "")
        found[row["staff"]] = Someone(row["staff"], row["name"], roles, kind)
    return found


def booked(site: Any, first: date, last: date) -> tuple[list[Booked], list[Needed]]:
    """What is booked on some days, by time, and the acts that it asks for; one query."""
    zone = ZoneInfo(site.timezone)
    visits, acts = [], []
    for one in scheduling.coming(site.pk, first, last, site.timezone):
        parts = (one["id"], one["start_at"].astimezone(zone), one["type"], one["provider"])
        visits.append(Booked(*parts))
        acts += [Needed(*parts, act) for act in one["acts"] or ()]
    return visits, acts
