"""A site's day as the domains tell it: eight queries, the person's own tasks included, however many visits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from medassist.domain.office import queries as office
from medassist.domain.people import queries as people
from medassist.domain.visits import queries as visits
from medassist.domain.vitals import queries as vitals
from medassist.domain.worklist import queries as worklist
from medassist.interfaces.web.board import cards as board
from medassist.interfaces.web.board.cards import LANES, NEXT, Card, Day, RoomNow
from medassist.interfaces.web.board.tasks import address
from medassist.interfaces.web.timer import timer
from medassist.kernel import clock
from medassist.ui import human

NEEDS = ("access", "safety", "communication", "clinical")  # kinds of alert that matter before the door is opened
LONGEST_TAG = 24
BEFORE = ("rooming", "ready")  # where a pressure that is due makes the card press; later the provider sees the mark
# where a kind of open task has a page of its own
PAGES = {"unmatched": "vitals:unmatched"}
UNKNOWN = {"family": "Unknown", "given": "", "age": "", "sex": "", "language": "", "interpreter": None}


def gather(site: UUID, at: datetime | None = None) -> Day:
    """The whole day of a site. Eight queries."""
    at = at or clock.now()
    rooms = office.rooms(site)
    place = rooms[0].site if rooms else office.site(site)
    settings = office.settings(place)
    rows = [row for row in visits.today(place) if row["step"] in LANES]
    ids = {row["patient"] for row in rows}
    who, alerts = people.brief(ids), people.alerts(ids)
    zone, loops = ZoneInfo(place.timezone), worklist.open_loops(site)
    signs = vitals.at_visits(row["id"] for row in rows if row["id"])
    now = Now(at, zone, settings["waiting"], who, alerts, _calls(loops, at), signs)
    cards = board.in_order([_card(row, now) for row in rows])
    providers = sorted({(row["provider"], row["provider_name"]) for row in rows if row["provider"]}, key=lambda p: p[1])
    return Day(
        cards,
        _rooms(rooms, cards),
        board.behind(cards, providers, at, settings["waiting"]),
        [_loop(one, at) for one in loops],
        providers=providers,
    )


class Now(NamedTuple):
    """What the cards of one moment are made of: by patient who they are and what to know, by visit what waits."""

    at: datetime
    zone: ZoneInfo
    waiting: Mapping[str, Any]
    who: Mapping[Any, Any]
    alerts: Mapping[Any, Any]
    calls: Mapping[str, list[dict[str, Any]]]
    signs: Mapping[Any, dict[str, Any]]


def _card(row: Mapping[str, Any], now: Now) -> Card:
    at, zone, waiting = now.at, now.zone, now.waiting
    person = {**UNKNOWN, **now.who.get(row["patient"], {})}
    signs = now.signs.get(row["id"], {})
    step, since = row["step"], row["since"] or row["start_at"]
    minutes = max(int((at - since).total_seconds() // 60), 0) if since else 0
    # who is booked and has not come is late by the same limits as who waits at the desk
    first = next(iter(signs.get("due", ())), None)
    soon = timer(first, at) if first else None
    limits = {**waiting, "booked": waiting.get("arrived", {"amber": 15, "red": 30})}
    return Card(
        key=str(row["id"] or row["appointment"]), step=step, family=person["family"], given=person["given"],
        patient=row["patient"], visit=row["id"], appointment=row["appointment"],
        reason=row["reason"] or row["type"] or "",
        minutes=minutes, since=since, timer=soon,
        state="none" if step == "checked-out" else board.worse(
            board.state(step, minutes, limits), soon.state if soon and step in BEFORE else "none"
        ),
        room=board.room_name(row["room_name"]) if row["id"] else "", room_id=row["room"] if row["id"] else None,
        age_sex=f"{person['age'].removesuffix(' y')} {person['sex']}".strip(), booked_at=local(row["start_at"], zone),
        ended_at=local(row["ended_at"], zone), provider=code(row["provider_name"]), provider_short=row["provider_name"],
        provider_id=row["provider"], by=row.get("by"), ma=human.initials(row.get("by_name") or ""),
        tags=tuple(_tags(row, person, now.alerts.get(row["patient"], ()), signs)), next=NEXT.get(step),
        missed=row["status"] == "noshow", calls=tuple(now.calls.get(str(row["id"]), ())),
    )  # fmt: skip


def _calls(loops: Iterable[Mapping[str, Any]], at: datetime) -> dict[str, list[dict[str, Any]]]:
    """By visit, what waits to be acknowledged: what it is, and for how long."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in (one for loop in loops for one in loop["pressing"]):
        since = human.wait(at - datetime.fromisoformat(one["since"]))
        told = {"title": one["title"], "since": since, "url": address("worklist:task", one["id"])}
        found.setdefault(one["visit"], []).append(told)
    return found


def local(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """A moment on the office's wall clock."""
    return moment.astimezone(zone) if moment else None


def code(name: str) -> str:
    """Three letters for a provider: Dr. Hale is HAL, Osei, NP is OSE."""
    words = name.removeprefix("Dr. ").partition(",")[0].split()
    return words[-1][:3].upper() if words else ""


def _tags(
    row: Mapping[str, Any], person: Mapping[str, Any], alerts: Iterable[Mapping[str, Any]], signs: Mapping[str, Any]
) -> Iterable[str]:
    if signs.get("unconfirmed"):
        yield "Confirm signs"
    if row["needs"]:
        yield f"{len(row['needs'])} to do"
    if person["interpreter"] or person["language"] not in ("", "English"):
        yield person["language"] or "Interpreter"
    for alert in alerts:
        if alert["kind"] in NEEDS and len(alert["text"]) <= LONGEST_TAG:
            yield alert["text"]


def _rooms(rooms: Iterable[Any], cards: Iterable[Card]) -> list[RoomNow]:
    inside = {card.room_id: card for card in cards if card.room_id and card.step in board.HERE}
    return [RoomNow(room.pk, room.name, room.kind, inside.get(room.pk)) for room in rooms]


def _loop(one: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """One kind of open task: how many, and what presses."""
    state = "act" if one["overdue"] else "watch" if one["unowned"] else "none"
    note = f"{one['overdue']} over time" if one["overdue"] else f"oldest {human.wait(at - one['oldest'])}"
    url = address(PAGES.get(one["kind"], "worklist:team"))
    return {"count": one["count"], "title": one["name"], "state": state, "note": note, "url": url}
