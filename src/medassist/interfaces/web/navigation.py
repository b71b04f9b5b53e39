"""What stands around every page: the rooms of the product that this person and this kind of facility use."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import Resolver404, resolve

from medassist.domain.office import queries as office
from medassist.interfaces.web.access import drafts, settled, sittings
from medassist.kernel import clock
from medassist.ui import human

# address, label, icon, key after G, screen of the facility's profile ("" always), roles (none: everyone's)
EVERYONE: tuple[str, ...] = ()
MONEY = ("biller", "manager", "front-desk", "administrative-medical-assistant", *office.PROVIDERS)
ROOMS = (
    ("/", "Board", "layout-board", "B", "board", EVERYONE),
    ("/scheduling/", "Schedule", "calendar-event", "S", "schedule", EVERYONE),
    ("/people/", "Patients", "users", "A", "", EVERYONE),
    ("/phones/", "Phones", "phone", "P", "phones", EVERYONE),
    ("/labs/", "Labs", "test-pipe", "L", "labs", EVERYONE),
    ("/medications/", "Meds", "vaccine", "M", "medications", EVERYONE),
    ("/supplies/", "Supplies", "package", "U", "supplies", EVERYONE),
    ("/billing/", "Billing", "receipt-dollar", "I", "billing", MONEY),
    ("/records/", "Records", "folders", "R", "records", EVERYONE),
    ("/worklist/", "Tasks", "checklist", "T", "worklist", EVERYONE),
    ("/credentials/", "Staff", "certificate", "C", "credentials", EVERYONE),
    ("/office/", "Office", "settings", "", "", ("manager",)),
)
AHEAD = ("manager", "nurse", *office.PROVIDERS)
PUBLIC = (("/guide", "Guide"), ("/guide/states", "Rules by state"), ("/guide/ways", "Ways to certify"))
# pages that stand in no rail and are found by name: address, label, icon, roles
ALSO = (
    ("/study/", "Study for an examination", "book", EVERYONE),
    ("/vitals/unmatched", "Signs to match", "heartbeat", EVERYONE),
    ("/devices", "Devices", "heartbeat", ("manager",)),
    ("/office/here", "Who is here: check in and out", "door-enter", EVERYONE),
    ("/week", "The week: who works when", "calendar-event", EVERYONE),
    ("/what-if", "What if", "scale", AHEAD),
    ("/impact", "What a change would do", "arrows-exchange", AHEAD),
)
MANAGER = (
    ("/accounts", "Accounts", "users", ("manager",)),
    ("/delegation/policies", "Policies", "signature", ("manager", "physician")),
    ("/delegation/rules", "Rules in force", "gavel", ("manager", "physician")),
    ("/orders/standing", "Standing orders", "clipboard-list", EVERYONE),
    ("/coverage", "Coverage", "users", AHEAD),
    ("/devices", "Devices", "heartbeat", ("manager",)),
    ("/quality", "Vital signs, quality", "activity", ("manager", "medical-assistant", *office.PROVIDERS)),
    ("/audit/", "Who did what", "eye", ("manager", "privacy-officer")),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """For the page around the work. No query: what it shows of the site was put into the session when it was chosen."""
    here = getattr(request, "here", None)
    if here is None or here.locked:
        return {"office": {}, "rooms": [], "me": None, "public_rooms": _public(request)}
    place = request.session.get(sittings.PLACE, {})
    today = clock.today(place["timezone"]) if place else clock.now().date()
    return {
        "office": {"name": place.get("practice", ""), "place": place.get("name", ""), "today": human.planned(today)},
        "rooms": rooms(request.path, place.get("roles", []), place.get("screens")),
        "me": _me(here, place, request.session.get("sites", 1) > 1),
        "public_rooms": _public(request),
        "keeper": {
            "after": settled.rules().lock_minutes * 60,
            "script": static("web/keeper.js"),
            "draft": drafts.waits(request),
        },
    }


def rooms(path: str, roles: list[str], screens: list[str] | None) -> list[dict[str, Any]]:
    """The rail for these roles, at a facility with these screens (None: not known, all)."""
    found = []
    for url, label, icon, key, screen, mine in ROOMS:
        shown = not screen or screens is None or screen in screens
        if _there(url) and shown and (not mine or set(mine) & set(roles)):
            current = path == url if url == "/" else path.startswith(url)
            found.append({"url": url, "label": label, "icon": icon, "key": key, "current": current})
    return found


def also(roles: list[str]) -> list[dict[str, Any]]:
    """Pages beside the rail that these roles may want by name."""
    return [
        {"url": url, "label": label, "icon": icon, "key": "", "current": False}
        for url, label, icon, mine in dict.fromkeys((*ALSO, *MANAGER))
        if _there(url) and (not mine or set(mine) & set(roles))
    ]


def _me(here: sittings.Here, place: dict[str, Any], several: bool) -> dict[str, Any]:
    roles = place.get("roles", [])
    name = here.account.actor.name
    menu = [
        {"label": "Lock", "url": "/lock", "icon": "lock", "post": True, "id": "lock", "key": "Ctrl ."},
        {"label": "My account", "url": "/me", "icon": "user"},
        {"label": "Who is here", "url": "/office/here", "icon": "door-enter"},
        *([{"label": "Study", "url": "/study/", "icon": "book"}] if _there("/study/") else []),
        *([{"label": "Another site", "url": "/site", "icon": "map-pin"}] if several else []),
        *(
            {"label": label, "url": url, "icon": icon}
            for url, label, icon, mine in MANAGER
            if set(mine) & set(roles) and _there(url)
        ),
        {"label": "Sign out", "url": "/signout", "icon": "logout", "post": True},
    ]
    role = ", ".join(office.ROLES.get(one, one) for one in roles)
    return {"name": name, "initials": human.initials(name), "role": role, "lock": True, "menu": menu}


def _public(request: HttpRequest) -> list[dict[str, Any]]:
    known = ((url, label) for url, label in PUBLIC if _there(url))
    return [{"url": url, "label": label, "current": request.path == url} for url, label in known]


@cache
def _there(url: str) -> bool:
    """Whether this office has such a page; asked once."""
    try:
        return bool(resolve(url))
    except Resolver404:
        return False
