"""Where a person may work: the sites at which they hold a position today, with what every page shows of the site."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from medassist.domain.office import queries as office
from medassist.kernel import clock


def of(actor: UUID) -> list[dict[str, Any]]:
    """The sites of this person today, by name, each as plain data that a session can keep."""
    person = office.staff_by_actor(actor)
    if person is None or not person.active:
        return []
    found: dict[UUID, dict[str, Any]] = {}
    for held in office.positions(person.pk):
        today = clock.today(held.site.timezone)
        if held.site.active and held.from_on <= today and (held.to_on is None or held.to_on >= today):
            found.setdefault(held.site_id, _place(held.site, person.pk))["roles"].append(held.role)
    return sorted(found.values(), key=lambda place: place["name"])


def _place(site: Any, staff: UUID) -> dict[str, Any]:
    settings = office.settings(site)
    return {
        "site": str(site.pk), "name": site.name, "timezone": site.timezone, "state": site.state,
        "screens": [name for name, on in settings["screens"].items() if on],
        "staff": str(staff), "roles": [],
    }  # fmt: skip


def practice() -> str:
    """What the practice is called; the product's name before it has one."""
    found = office.organization()
    return found.name if found else "medassist"


def entrance() -> dict[str, str]:
    """What the sign-in page says of the office: its name, a greeting and the day, by its own clock. No patient."""
    sites = office.sites()
    now = clock.now().astimezone(ZoneInfo(sites[0].timezone if sites else "UTC"))
    greeting = "Good morning" if now.hour < 12 else "Good afternoon" if now.hour < 18 else "Good evening"
    day = f"{now:%A}, {now:%B} {now.day}, {now.year}"
    return {"practice": practice(), "greeting": f"{greeting}. {day}." if sites else ""}
