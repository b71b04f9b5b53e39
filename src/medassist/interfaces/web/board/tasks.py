"""What waits for one person, as the board's side shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.template import loader
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from medassist.kernel import clock
from medassist.ui import human

try:
    from medassist.domain.worklist import queries as worklist
except ImportError:
    worklist = None  # type: ignore[assignment]

MOST = 9  # rows beside the lanes; the rest is one link away


def draw(staff: UUID | None, site: UUID) -> str:
    """The panel of a person's own tasks and of its pools."""
    return loader.render_to_string("web/board/tasks.html", {"tasks": waiting(staff, site)})


def waiting(staff: UUID | None, site: UUID) -> dict[str, Any]:
    """The rows, how many there are, how many are overdue."""
    found = list(worklist.mine(staff, site)) if staff and worklist else []
    rows = [_row(task) for task in found]
    return {
        "count": len(rows), "overdue": sum(row["state"] == "act" for row in rows), "rows": rows[:MOST],
        "more": max(len(rows) - MOST, 0), "url": address("worklist:tasks"),
    }  # fmt: skip


def _row(task: Mapping[str, Any]) -> dict[str, Any]:
    now, due = clock.now(), task.get("due_at")
    state = "none"
    if due:
        left = (due - now).total_seconds()
        state = "act" if left < 0 else "watch" if left < 600 else "none"
    local = timezone.localtime(due) if due else None
    said = human.due(local, timezone.localtime(now)) if local else ""
    return {
        "title": task["title"], "sub": task.get("sub", ""), "state": state, "due": said,
        "url": address("worklist:task", task["id"]),
    }  # fmt: skip


def address(name: str, *parts: Any) -> str:
    """Where a page lies; nothing where there is none."""
    try:
        return reverse(name, args=parts)
    except NoReverseMatch:
        return ""
