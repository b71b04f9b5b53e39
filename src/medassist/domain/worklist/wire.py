"""Tasks in FHIR R4."""

from __future__ import annotations

from typing import Any

from medassist.domain.worklist import queries, rules
from medassist.domain.worklist.models import Task
from medassist.exchange.anew import anew
from medassist.exchange.shows import shows

Resource = dict[str, Any]
FOCUS = {"visit": "Encounter", "appointment": "Appointment", "patient": "Patient", "order": "ServiceRequest"}
"""What a task can be about and is shown to other systems under its own id."""


@anew(Task, "Task")
@shows(
    "worklist.added", "worklist.taken", "worklist.assigned", "worklist.reassigned", "worklist.done", "worklist.closed",
    "worklist.reopened", "worklist.noted", "worklist.planned", "worklist.escalated", "worklist.acknowledged",
    "worklist.withdrawn",
)  # fmt: skip
def to_fhir(task: Task) -> Resource:
    """One task as it stands."""
    made: Resource = {
        "resourceType": "Task",
        "id": str(task.pk),
        "status": _status(task),
        "statusReason": {"text": task.reason} if task.reason else None,
        "businessStatus": {"text": "Overdue, passed on"} if task.escalated_at and task.status == "open" else None,
        "intent": "order",
        "priority": task.priority,
        "code": {"text": rules.kind_name(task.kind)},
        "description": task.title,
        "focus": _focus(task),
        "for": _reference("Patient", task.patient_id),
        "encounter": _reference("Encounter", task.visit),
        "authoredOn": task.added_at.isoformat(),
        "lastModified": (task.ended_at or task.escalated_at or task.added_at).isoformat(),
        "performerType": [{"text": rules.pools()[task.pool]["name"]}] if task.pool in rules.pools() else None,
        "owner": _reference("Practitioner", task.owner_id),
        "location": _reference("Location", task.site_id),
        "note": [{"time": one["at"].isoformat(), "text": one["text"]} for one in queries.notes(task.pk)],
        "restriction": {"period": {"end": task.due_at.isoformat()}} if task.due_at else None,
        "output": [{"type": {"text": "Outcome"}, "valueString": task.outcome}] if task.outcome else None,
    }
    return {name: value for name, value in made.items() if value not in (None, [])}


def _status(task: Task) -> str:
    if task.status == "open":
        return "accepted" if task.owner_id else "requested"
    return {"done": "completed", "cancelled": "cancelled"}[task.status]


def _focus(task: Task) -> Resource | None:
    kind, _, which = task.about.partition("/")
    return _reference(FOCUS[kind], which) if kind in FOCUS else None


def _reference(kind: str, which: Any) -> Resource | None:
    return {"reference": f"{kind}/{which}"} if which else None
