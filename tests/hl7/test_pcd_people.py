"""What people say of signs that a device sent: done, refused, impossible, the same key twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from medassist.codecs.hl7v2 import parse
from medassist.domain.vitals import actions, inputs
from medassist.domain.vitals.models import Report, VitalSet
from medassist.domain.vitals.wire import pcd
from medassist.domain.worklist.models import Task
from medassist.interfaces.hl7 import inbox
from medassist.kernel import clock
from medassist.kernel.errors import Conflict, Invalid, Missing, Refused
from medassist.kernel.identifiers import uuid7
from medassist.kernel.models import AuditEntry, Event
from medassist.kernel.testing import context
from tests.hl7.pcd import cuff, message, react, roomed, sent, waits
from tests.office.given import as_staff, given_patient, given_room, given_staff
from tests.visits.given import given_visit

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("port")]


@pytest.fixture
def waiting() -> Report:
    """Signs that a device of the hall sent of nobody."""
    cuff()
    sent(message())
    return waits("carried about")


def test_a_person_says_whose_signs_are_and_they_are_charted_as_the_devices(waiting: Report) -> None:
    visit = roomed(given_room("1"))
    react()
    ana = as_staff(given_staff())
    made = actions.assign_report(ana, inputs.AssignReport.of(report=waiting.pk, visit=visit.pk))
    assert (made.status, made.settled_by, made.set.patient_id) == ("charted", ana.actor.id, visit.patient_id)
    assert made.set.instrument == waiting.device and made.set.status == "preliminary"
    entry = AuditEntry.objects.get(action="vitals.assign_report")
    assert entry.patient == visit.patient_id and entry.act == "vitals.measure"
    assert Event.objects.filter(name="vitals.report_settled").count() == 1
    react()
    assert Task.objects.get(kind="unmatched").status == "done"


def test_a_person_puts_signs_aside_with_the_reason(waiting: Report) -> None:
    made = actions.dismiss_report(context(), inputs.DismissReport.of(report=waiting.pk, reason="Test of the cuff"))
    assert made.status == "dismissed" and not VitalSet.objects.exists()
    with pytest.raises(Conflict, match="dismissed already"):
        actions.assign_report(context(), inputs.AssignReport.of(report=waiting.pk, visit=uuid7()))


def test_whose_it_is_is_refused_by_an_authority_that_says_no(waiting: Report, settings: Any) -> None:
    visit = roomed(given_room("1"))
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    for act, given in (
        (actions.assign_report, inputs.AssignReport.of(report=waiting.pk, visit=visit.pk)),
        (actions.dismiss_report, inputs.DismissReport.of(report=waiting.pk, reason="A test")),
    ):
        with pytest.raises(Refused):
            act(context(), given)  # type: ignore[arg-type]
    waiting.refresh_from_db()
    assert waiting.status == "waiting" and AuditEntry.objects.filter(outcome="refused").count() == 2


def test_software_is_never_the_one_who_says_whose_it_is(waiting: Report, settings: Any) -> None:
    visit = roomed(given_room("1"))
    settings.MEDASSIST_AUTHORITY = "medassist.domain.delegation.queries.rule"
    ctx = context(actor=inbox.account(), via="hl7")
    with pytest.raises(Refused):
        actions.assign_report(ctx, inputs.AssignReport.of(report=waiting.pk, visit=visit.pk))


def test_a_visit_that_is_not_there_or_began_later_is_no_answer(waiting: Report) -> None:
    with pytest.raises(Missing):
        actions.assign_report(context(), inputs.AssignReport.of(report=waiting.pk, visit=uuid7()))
    later = given_visit(context(at=clock.now() + timedelta(minutes=5)), patient=given_patient().pk)
    with pytest.raises(Invalid) as why:
        actions.assign_report(context(), inputs.AssignReport.of(report=waiting.pk, visit=later.pk))
    assert "visit" in why.value.faults
    with pytest.raises(Invalid):
        inputs.DismissReport.of(report=waiting.pk, reason="")


@pytest.mark.parametrize("act", ["assign", "dismiss"])
def test_the_same_key_twice_says_it_once(waiting: Report, act: str) -> None:
    visit, ctx = roomed(given_room("1")), context(key="k")
    given = (
        inputs.AssignReport.of(report=waiting.pk, visit=visit.pk) if act == "assign"
        else inputs.DismissReport.of(report=waiting.pk, reason="A test")
    )  # fmt: skip
    do = getattr(actions, f"{act}_report")
    assert do(ctx, given) == do(ctx, given)
    assert AuditEntry.objects.filter(action=f"vitals.{act}_report").count() == 1


def test_what_a_device_reports_is_refused_without_its_grant(settings: Any) -> None:
    room = given_room("1")
    roomed(room), cuff(room)
    inbox.account()
    told = pcd.read(parse(message()), uuid7())
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    with pytest.raises(Refused):
        actions.report(context(), inputs.ReportVitals(messages=(told,)))
    assert not Report.objects.exists() and not VitalSet.objects.exists()


def test_the_port_may_report_by_its_own_grant_and_nothing_more(settings: Any) -> None:
    room = given_room("1")
    roomed(room), cuff(room)
    settings.MEDASSIST_AUTHORITY = "medassist.domain.delegation.queries.rule"
    assert sent(message())[0] == "AA" and VitalSet.objects.count() == 1
