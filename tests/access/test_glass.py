"""Restricted charts: closed to all but those named, open for an hour to one who says why; the manager is told."""

from datetime import timedelta

import pytest

from medassist.domain.people import actions, inputs, queries
from medassist.domain.people.models import Opening, Restriction
from medassist.domain.worklist import reactions
from medassist.domain.worklist.models import Task
from medassist.kernel import clock, reading
from medassist.kernel.errors import Conflict, Invalid, Missing, Refused
from medassist.kernel.identifiers import uuid7
from medassist.kernel.models import AuditEntry, Event
from medassist.kernel.testing import context
from tests.access.given import given_account, signed_in
from tests.office.given import as_staff, given_site, given_staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("yes")]
WHY = "She is in room 4 and asks for her result."


def given_patient(family="Mercer", ctx=None):
    """A patient."""
    names = [{"family": family, "given": ["Ruth"]}]
    given = inputs.RegisterPatient.of(
        names=names, birth_date="1961-04-02", gender="female", confirmed=frozenset({"names"})
    )
    return actions.register(ctx or context(), given)


def restrict(patient, *open_to, ctx=None):
    """Restrict a chart to some people."""
    return actions.restrict(
        ctx or context(), inputs.RestrictChart.of(patient=patient.pk, reason="A colleague's own chart", open_to=open_to)
    )


def test_a_restricted_chart_opens_to_those_named_and_to_nobody_else():
    patient, ana, ben = given_patient(), given_staff(), given_staff("Ben", "Ito")
    restrict(patient, ana.actor_id)
    chart = f"patient/{patient.pk}"
    assert reading.opening(as_staff(ana), chart).allowed
    with pytest.raises(Refused) as no:
        reading.opening(as_staff(ben), chart)
    assert no.value.ruling.rule == "house/restricted" and no.value.ruling.needs[0].code == "break-glass"
    assert list(AuditEntry.objects.filter(action="reading.open").order_by("id").values_list("outcome", flat=True)) == [
        "opened", "refused",
    ]  # fmt: skip


def test_with_a_reason_it_opens_for_an_hour_to_that_person_alone():
    patient, ana, ben = given_patient(), given_staff(), given_staff("Ben", "Ito")
    restrict(patient)
    ctx, chart = as_staff(ana), f"patient/{patient.pk}"
    actions.break_glass(ctx, inputs.BreakGlass.of(patient=patient.pk, kind="treatment", reason=WHY))
    assert reading.opening(ctx, chart).allowed
    with pytest.raises(Refused):
        reading.opening(as_staff(ben), chart)
    with pytest.raises(Refused):
        reading.opening(ctx.but(at=ctx.at + timedelta(minutes=61)), chart)
    entry = AuditEntry.objects.get(action="people.break_glass")
    assert entry.patient == patient.pk and WHY in entry.detail


@pytest.mark.parametrize(("kind", "reason"), [("treatment", ""), ("treatment", "why not"), ("curious", WHY)])
def test_a_reason_is_one(kind, reason):
    patient = given_patient()
    restrict(patient)
    with pytest.raises(Invalid):
        inputs.BreakGlass.of(patient=patient.pk, kind=kind, reason=reason)


def test_what_is_not_restricted_has_no_glass():
    patient = given_patient()
    with pytest.raises(Conflict):
        actions.break_glass(context(), inputs.BreakGlass.of(patient=patient.pk, kind="other", reason=WHY))
    with pytest.raises(Conflict):
        actions.lift_restriction(context(), inputs.LiftRestriction.of(patient=patient.pk, reason=WHY))
    with pytest.raises(Missing):
        actions.restrict(context(), inputs.RestrictChart.of(patient=uuid7(), reason=WHY))


def test_a_lifted_restriction_opens_the_chart_again():
    patient, ana = given_patient(), given_staff()
    restrict(patient)
    with pytest.raises(Conflict):
        restrict(patient)
    assert queries.restricted(patient.pk)
    actions.lift_restriction(context(), inputs.LiftRestriction.of(patient=patient.pk, reason="She left the practice"))
    assert not queries.restricted(patient.pk) and reading.opening(as_staff(ana), f"patient/{patient.pk}").allowed
    assert Restriction.objects.get().lift_reason == "She left the practice"


def test_the_same_key_breaks_the_glass_once():
    patient, ana = given_patient(), given_staff()
    restrict(patient)
    ctx = as_staff(ana, key="form-1")
    given = inputs.BreakGlass.of(patient=patient.pk, kind="emergency", reason=WHY)
    assert actions.break_glass(ctx, given).pk == actions.break_glass(ctx, given).pk
    assert Opening.objects.count() == 1


def test_the_manager_gets_a_task_once():
    patient, ana = given_patient(), given_staff()
    restrict(patient)
    ctx = as_staff(ana, site=given_site().pk)
    actions.break_glass(ctx, inputs.BreakGlass.of(patient=patient.pk, kind="treatment", reason=WHY))
    event = Event.objects.get(name="people.glass_broken")
    for _ in range(2):
        reactions.tell_the_manager(context(key=str(event.id)), event)
    task = Task.objects.get()
    assert (task.pool, task.kind, task.patient_id) == ("managers", "privacy", patient.pk)
    assert "Ana Reyes" in task.title and WHY in task.details


def test_on_the_page_the_refusal_offers_to_say_why():
    patient = given_patient()
    client = signed_in(given_account())
    restrict(patient)
    page = client.get(f"/glass/{patient.pk}")
    assert page.status_code == 200 and "Mercer" not in page.content.decode(), "the chart is not open yet"
    assert client.post(f"/glass/{patient.pk}", {"kind": "treatment", "reason": "no"}).status_code == 422
    answer = client.post(f"/glass/{patient.pk}", {"kind": "treatment", "reason": WHY})
    assert answer.status_code == 303
    assert Opening.objects.get().until_at > clock.now() + timedelta(minutes=59)


def test_an_authority_that_says_no_keeps_it_closed(settings):
    patient, ana = given_patient(), given_staff()
    restrict(patient)
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    for act, given in (
        (actions.break_glass, inputs.BreakGlass.of(patient=patient.pk, kind="other", reason=WHY)),
        (actions.lift_restriction, inputs.LiftRestriction.of(patient=patient.pk, reason=WHY)),
    ):
        with pytest.raises(Refused):
            act(as_staff(ana), given)
    assert not Opening.objects.exists() and queries.restricted(patient.pk)


def test_a_chart_is_restricted_and_opened_again_on_its_page():
    patient, ana = given_patient(), given_staff()
    client = signed_in(given_account(given_staff("Ellis", "Moreau", "privacy-officer"), "moreau"))
    url = f"/glass/{patient.pk}/restrict"
    assert "Ana Reyes" in client.get(url).content.decode()
    assert client.post(url, {"reason": "short"}).status_code == 422
    assert client.post(url, {"reason": "A colleague's own chart", "open_to": str(ana.actor_id)}).status_code == 303
    assert queries.restriction(patient.pk).open_to == [ana.actor_id]
    assert "It stays open to Ana Reyes" in client.get(url).content.decode()
    assert client.post(url, {"reason": "She left the practice"}).status_code == 303
    assert not queries.restricted(patient.pk)
    assert client.get(f"/glass/{uuid7()}/restrict").status_code == 404
