"""What waits for one person, as the board's side shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.template import loader
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from medassist.domain.worklist import queries as worklist
from medassist.kernel import clock
from medassist.ui import human

SOON = 600  # seconds before its time at which a task asks to be looked at
MOST = 9  # rows beside the lanes; the rest is one link away


def draw(actor: UUID, site: UUID, names: Mapping[UUID, str], roles: Iterable[str] = ()) -> str:
    """The panel of a person's own tasks; `names` are the patients whom the board knows."""
    return loader.render_to_string("web/board/tasks.html", {"tasks": waiting(actor, site, names, roles)})


def waiting(actor: UUID, site: UUID, names: Mapping[UUID, str], roles: Iterable[str] = ()) -> dict[str, Any]:
    """The rows, how many there are, how many are overdue; apart, what is to be acknowledged. One query."""
    found = worklist.mine(actor, site, roles=roles)
    rows = [_row(task, names) for task in found if not task["ends_with"]]
    return {
        "count": len(found), "overdue": sum(row["state"] == "act" for row in rows), "rows": rows[:MOST],
        "more": max(len(rows) - MOST, 0), "url": address("worklist:mine"),
        "calls": [_call(task, names) for task in found if task["ends_with"]],
    }  # fmt: skip


def _call(task: Mapping[str, Any], names: Mapping[UUID, str]) -> dict[str, Any]:
    """What waits to be acknowledged, and for how long; once its time is over it is a stop."""
    row = _row(task, names)
    return {**row, "state": "stop" if task["overdue"] else "act", "since": human.wait(clock.now() - task["added_at"])}


def _row(task: Mapping[str, Any], names: Mapping[UUID, str]) -> dict[str, Any]:
    now, due = clock.now(), task["due_at"]
    left = (due - now).total_seconds() if due else SOON
    state = "act" if left < 0 else "watch" if left < SOON else "none"
    return {
        "title": task["title"], "sub": names.get(task["patient"]) or task["kind_name"], "state": state,
        "due": human.due(timezone.localtime(due), timezone.localtime(now)) if due else "",
        "url": address("worklist:task", task["id"]),
    }  # fmt: skip


def address(name: str, *parts: Any) -> str:
    """Where a page lies; nothing where there is none."""
    try:
        return reverse(name, args=parts)
    except NoReverseMatch:
        return ""
