"""What waits in the demo office beside its visits: tasks of the day, and alerts on some charts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import cycle
from uuid import UUID

from medassist.demo.office import Practice, plan
from medassist.domain.people import actions as people
from medassist.domain.people import queries as patients
from medassist.domain.people.inputs import AddAlert
from medassist.domain.worklist import actions as worklist
from medassist.domain.worklist.inputs import Add


def tasks(practice: Practice, now: datetime, whom: Sequence[UUID]) -> None:
    """The tasks of the plan, due around now; those about a patient are about one of `whom`."""
    concerned = cycle(whom)
    for number, task in enumerate(plan()["tasks"]):
        due = now + timedelta(minutes=task["due"])
        ctx = practice.acting(practice.of_role("front-desk")[0], min(now, due) - timedelta(hours=1))
        owner = practice.people[task["owner"]].pk if "owner" in task else None
        worklist.add(
            ctx.but(key=f"demo:{now:%Y-%m-%d}:task:{number}"),
            Add(
                kind=task["kind"], title=task["title"], site=practice.site.pk, owner=owner, due_at=due,
                patient=next(concerned) if task.get("with_patient") else None,
            ),
        )  # fmt: skip


def alerts(practice: Practice, at: datetime, whom: Sequence[UUID]) -> None:
    """One alert of each kind, on the first patient who is old enough for it and has none yet."""
    ctx = practice.acting(practice.of_role("nurse")[0], at)
    free = [(one, born) for one, born in patients.living(len(whom) * 2) if one in set(whom)]
    taken = {one for one, there in patients.alerts(whom).items() if there}
    for alert in plan()["alerts"]:
        old_enough = (one for one, born in free if one not in taken and at.year - born.year > alert["older_than"])
        if (patient := next(old_enough, None)) is None:
            continue
        taken.add(patient)
        people.add_alert(ctx, AddAlert(patient=patient, kind=alert["kind"], text=alert["text"]))
