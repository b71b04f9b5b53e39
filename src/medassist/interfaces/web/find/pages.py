"""The answers behind Ctrl K. Asked by POST, so that no name stands in an address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.views.decorators.http import require_POST

from medassist.domain.people import queries as people
from medassist.domain.visits import queries as visits
from medassist.interfaces.web.access import sittings
from medassist.interfaces.web.board.cards import LANES, room_name
from medassist.interfaces.web.navigation import also, rooms
from medassist.kernel import reading
from medassist.kernel.context import Context
from medassist.ui.pages import fragment, listed, page

MOST = 8
SHORTEST = 2
# what can be done for a patient: label, icon, key, address by name, screen word, what the authority is asked
FOR_PATIENT = (
    ("Open the chart", "folders", "", "patient", ""),
    ("Take vital signs", "heartbeat", "V", "rooming-start", "vitals.measure"),
    ("Who opened this chart", "eye", "", "audit-patient", "house.view_audit"),
)


@require_POST
@page(lists="patients")
def find(request: HttpRequest, ctx: Context) -> HttpResponse:
    """Patients by anything known of them, and pages by their names."""
    text = request.POST.get("q", "").strip()[:200]
    lines = people.find(text, MOST).lines if len(text) >= SHORTEST else []
    listed(request, [line["id"] for line in lines], length=len(text))
    groups = {
        "patients": [_patient(line) for line in lines],
        "acts": _acts(ctx, lines[0]) if lines else [],
        "who": lines[0] if lines else None,
        "pages": _pages(request, text),
        "text": text,
        "new": _address("people:register"),
    }
    return fragment(request, "web/find.html", groups)


def _patient(line: Mapping[str, Any]) -> dict[str, Any]:
    visit = visits.open_visit(line["id"])
    where = f"{room_name(visit.room.name)}, {LANES[visit.step].lower()}" if visit and visit.room else ""
    where = where or (LANES.get(visit.step, "") if visit else "")
    return {**line, "where": where, "url": _address("rooming", visit.pk) if visit else _address("patient", line["id"])}


def _acts(ctx: Context, line: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What can be done for the first one found; what may not be done says why, and is not hidden."""
    found = []
    for label, icon, key, name, act in FOR_PATIENT:
        url = _address(name, line["id"])
        if url:
            ruling = reading.may(ctx, act, f"patient/{line['id']}") if act else None
            why = "" if ruling is None or ruling.allowed else _why(ruling)
            found.append({"label": label, "icon": icon, "key": key, "url": "" if why else url, "why": why})
    return found


def _why(ruling: Any) -> str:
    if ruling.needs:
        return "needs " + ruling.needs[0].text[:1].lower() + ruling.needs[0].text[1:]
    return ruling.reasons[0].text if ruling.reasons else "not allowed here"


def _pages(request: HttpRequest, text: str) -> list[dict[str, Any]]:
    place = request.session.get(sittings.PLACE, {})
    roles = place.get("roles", [])
    known: Iterable[dict[str, Any]] = [*rooms("", roles, place.get("screens")), *also(roles)]
    asked = text.casefold()
    return [room for room in known if any(word.startswith(asked) for word in _from_each_word(room["label"].casefold()))]


def _from_each_word(label: str) -> list[str]:
    """A label from each of its words on: "rules in force", "in force", "force"."""
    words = label.split()
    return [" ".join(words[n:]) for n in range(len(words))]


def _address(name: str, *parts: Any) -> str:
    try:
        url = reverse(name, args=parts)
        resolve(url)
    except (NoReverseMatch, Resolver404):
        return ""
    return url
