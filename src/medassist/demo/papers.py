"""What lies in a wallet of the demo: a card that ends soon, a course that counts, a line that waits for a signature."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from medassist.domain.credentials import actions, queries
from medassist.domain.credentials.inputs import EnterWork, RecordCourse, RecordCredential, VerifyCredential
from medassist.kernel.context import Context

if TYPE_CHECKING:
    from medassist.demo.office import Practice


def make(practice: Practice, boss: Context, told: dict[str, Any]) -> None:
    """Hand in a card and a course, verify the card, and enter work for a supervisor to sign."""
    plan, today = told["wallet"], boss.at.date()
    own = practice.acting(plan["owner"], boss.at)
    card = RecordCredential(**plan["card"], issued_on=today, expires_on=today + timedelta(days=plan["ends_in"]))
    held = actions.record(own, card)
    actions.verify(boss, VerifyCredential(credential=held.pk, source="Demo: the card itself was seen."))
    staff = practice.people[plan["owner"]].pk
    certificate = next(one["credential"] for one in queries.owed(staff))
    counts = {"credential": certificate.pk, "points": plan["points"], "category": plan["category"]}
    actions.record_course(own, RecordCourse(**plan["course"], on=today - timedelta(days=1), counts=[counts]))
    line = {name: value for name, value in told["log"].items() if name not in ("owner", "supervisor")}
    supervisor = practice.people[told["log"]["supervisor"]].pk
    student = practice.acting(told["log"]["owner"], boss.at)
    actions.enter_work(student, EnterWork(**line, on=today - timedelta(days=1), supervisor=supervisor))
