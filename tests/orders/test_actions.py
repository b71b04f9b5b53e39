"""Orders: standing ones in versions, ones for a patient, and the fact that the authority is told."""

from datetime import timedelta

import pytest

from medassist.domain.credentials.queries import office_day
from medassist.domain.orders import actions, inputs, queries
from medassist.domain.orders.models import Order, StandingOrder
from medassist.kernel import clock
from medassist.kernel.errors import Conflict, Invalid, Missing, Refused
from medassist.kernel.identifiers import uuid7
from medassist.kernel.models import AuditEntry, Event
from tests.delegation.given import Office

pytestmark = pytest.mark.django_db(transaction=True)
ACT = "immunization.administer"


@pytest.fixture
def office():
    made = Office()
    made.doctor = made.provider()
    return made


def standing(**parts):
    start = {
        "ordered": ACT, "title": "Influenza vaccine", "text": "Adults without a contraindication.",
        "review_on": office_day() + timedelta(days=365),
    }  # fmt: skip
    return inputs.SignStandingOrder.of(**{**start, **parts})


def fact(office, patient=None, act=ACT):
    return queries.order_fact(patient, act, clock.now(), office.site.pk)


def given_patient(office):
    from medassist.domain.people import actions as people
    from medassist.domain.people import inputs as asked

    office.policy("records.manage")
    name = {"use": "official", "given": ["Rosa"], "family": "Ortega"}
    given = asked.RegisterPatient.of(names=[name], birth_date="1983-03-04", gender="female")
    ctx = office.ctx
    return people.register(ctx, given)


def test_a_standing_order_is_a_fact_until_it_is_withdrawn(office):
    kept = actions.sign_standing(office.as_(office.doctor), standing())
    assert (kept.number, kept.version, kept.kind) == (1, 1, "MD")
    assert fact(office) == {"orders": ["standing"], "ordered_by": ["MD"]}
    assert fact(office, act="vitals.measure")["orders"] == []
    given = inputs.WithdrawStandingOrder.of(standing_order=kept.pk, reason="New guidance")
    actions.withdraw_standing(office.as_(office.doctor), given)
    assert fact(office)["orders"] == []
    with pytest.raises(Conflict):
        actions.withdraw_standing(office.as_(office.doctor), given)
    names = Event.objects.filter(name__startswith="orders.").order_by("id").values_list("name", flat=True)
    assert list(names) == ["orders.standing_signed", "orders.standing_withdrawn"]


def test_a_new_version_takes_the_place_of_the_earlier(office):
    ctx = office.as_(office.doctor)
    first = actions.sign_standing(ctx, standing())
    second = actions.sign_standing(ctx, standing(replaces=first.pk, text="Adults and children over 6 months."))
    assert (second.number, second.version) == (1, 2)
    assert [one.pk for one in queries.standing_orders(office.site.pk)] == [second.pk]
    with pytest.raises(Conflict):
        actions.sign_standing(ctx, standing(replaces=first.pk))
    with pytest.raises(Invalid):
        actions.sign_standing(ctx, standing(replaces=second.pk, ordered="vitals.measure"))


def test_a_standing_order_past_its_review_is_no_fact(office):
    actions.sign_standing(office.as_(office.doctor), standing())
    later = clock.now() + timedelta(days=366)
    assert queries.order_fact(None, ACT, later, office.site.pk)["orders"] == []


def test_a_standing_order_for_one_site_does_not_hold_at_another(office):
    actions.sign_standing(office.as_(office.doctor), standing(site=office.site.pk))
    assert fact(office)["orders"] == ["standing"]
    assert queries.order_fact(None, ACT, clock.now(), uuid7())["orders"] == []


def test_only_a_licensed_provider_signs(office):
    unlicensed = office.person("physician", "Young")
    for person in (office.assistant(), office.manager, unlicensed):
        with pytest.raises(Refused):
            actions.sign_standing(office.as_(person), standing())
    assert AuditEntry.objects.filter(action="orders.sign_standing", outcome="refused").count() == 3
    assert not StandingOrder.objects.exists()


def test_a_standing_order_that_cannot_be_is_not_signed(office):
    ctx = office.as_(office.doctor)
    with pytest.raises(Invalid):
        actions.sign_standing(ctx, standing(review_on=office_day()))
    with pytest.raises(Invalid):
        standing(ordered="give it")
    with pytest.raises(Missing):
        actions.sign_standing(ctx, standing(replaces=uuid7()))


def test_a_standing_order_sent_twice_is_signed_once(office):
    ctx = office.as_(office.doctor, key="k")
    assert actions.sign_standing(ctx, standing()).pk == actions.sign_standing(ctx, standing()).pk
    assert StandingOrder.objects.count() == 1


def test_an_order_for_a_patient_is_a_fact_for_that_patient_alone(office):
    patient = given_patient(office)
    ctx = office.as_(office.doctor)
    kept = actions.sign(ctx, inputs.SignOrder.of(patient=patient.pk, ordered=ACT, text="Tdap 0.5 mL into the muscle"))
    assert fact(office, patient.pk) == {"orders": ["patient_specific"], "ordered_by": ["MD"]}
    assert fact(office, uuid7())["orders"] == [] and fact(office)["orders"] == []
    assert [one.pk for one in queries.open_orders(patient.pk)] == [kept.pk]
    actions.cancel(ctx, inputs.CancelOrder.of(order=kept.pk, reason="Given elsewhere"))
    assert fact(office, patient.pk)["orders"] == []
    assert AuditEntry.objects.get(action="orders.cancel").patient == patient.pk
    with pytest.raises(Conflict):
        actions.cancel(ctx, inputs.CancelOrder.of(order=kept.pk, reason="Given elsewhere"))


def test_an_order_ends_when_it_says(office):
    patient = given_patient(office)
    ctx = office.as_(office.doctor)
    until = clock.now() + timedelta(hours=1)
    order = inputs.SignOrder.of(patient=patient.pk, ordered=ACT, text="Tdap today", until=until)
    actions.sign(ctx, order)
    assert queries.order_fact(patient.pk, ACT, until, office.site.pk)["orders"] == []
    with pytest.raises(Invalid):
        actions.sign(ctx, order.model_copy(update={"until": clock.now() - timedelta(hours=1)}))
    with pytest.raises(Refused):
        actions.sign(office.as_(office.manager), order)
    assert Order.objects.count() == 1
