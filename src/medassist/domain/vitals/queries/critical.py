"""Critical values of a set, and what became of telling somebody about them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from medassist.domain.office import queries as office
from medassist.domain.vitals import rules
from medassist.domain.vitals.queries.score import score_at
from medassist.domain.worklist import queries as tasks
from medassist.kernel import clock

CALL = "critical-value"
"""The kind of task that tells of critical values."""
Set = Mapping[str, Any]


def critical(one: Set) -> list[rules.Critical]:
    """What in a set of signs, as a chart shows it, calls a provider; so does NEWS2, where the set makes it whole."""
    return rules.critical(map(_judged, filter(lambda row: row["judged"], one["rows"])), one["years"], score_at(one))


def _judged(row: Mapping[str, Any]) -> rules.Judged:
    how = row["judged"]
    pressure = row["sign"] in ("systolic", "diastolic")
    label = "BP" if pressure else row["label"]
    text = f"{label} {row['text']}" if pressure else f"{label} {row['text']} {row['shown_unit']}"
    words = f"{how['word']}, {how['note']}" if how["note"] else how["word"]
    return rules.Judged(row["sign"], text, how["code"], words, how["source"])


def told(sets: Iterable[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """For each set, the calls that it made: to whom, when, passed on, acknowledged by whom with what. Three queries."""
    found = tasks.covering(f"vitals/{one}" for one in sets)
    rows = _calls({row["id"]: row for rows in found.values() for row in rows if row["kind"] == CALL}.values())
    by_task = {row["task"]: row for row in rows}
    return {
        UUID(about.removeprefix("vitals/")): [by_task[row["id"]] for row in mine if row["id"] in by_task]
        for about, mine in found.items()
    }


def told_in(visit: UUID, patient: UUID) -> list[dict[str, Any]]:
    """The calls that the sets of one visit made. Two queries."""
    return _calls(tasks.of_visit(visit, patient, CALL))


def _calls(rows: Collection[Mapping[str, Any]]) -> list[dict[str, Any]]:
    names = office.names({row["ended_by"] for row in rows if row["ended_by"]}) if rows else {}
    return [_call(row, names) for row in rows]


def _call(row: Mapping[str, Any], names: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "task": row["id"], "title": row["title"], "to": row["owner_name"] or row["pool_name"].lower(),
        "at": row["added_at"], "passed_at": row["escalated_at"],
        "passed_to": tasks.pool_name(row["escalated_to"]).lower(), "open": row["status"] == "open",
        "minutes": int((clock.now() - row["added_at"]).total_seconds() // 60), "ended_at": row["ended_at"],
        "ended_by": names.get(row["ended_by"], ""), "outcome": row["outcome"], "reason": row["reason"],
        "state": "stop" if row["overdue"] else "act",
    }  # fmt: skip


def calls(subject: str) -> list[dict[str, Any]]:
    """The tasks that tell, or told, of a set ("vitals/<id>") or of a correction; the oldest first."""
    return [row for row in tasks.covering([subject])[subject] if row["kind"] == CALL]


def open_call(subject: str) -> dict[str, Any] | None:
    """The open one of these tasks, or None."""
    return next((row for row in calls(subject) if row["status"] == "open"), None)


def too_old(one: Set, at: datetime) -> bool:
    """Whether a set calls nobody any more, or came from elsewhere."""
    return one["received"] or rules.too_old(one["taken_at"], at)


def with_calls(sets: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sets, each with whom its critical values were told to."""
    found = told(one["id"] for one in sets)
    return [{**one, "calls": found[one["id"]]} for one in sets]
