"""Who delegates in a visit: its provider, or the provider who took that on in person."""

import pytest

from medassist.domain.delegation import rules
from medassist.domain.visits import actions, queries
from medassist.domain.visits.inputs import Delegate, WalkIn
from medassist.domain.visits.models import Visit
from medassist.kernel.errors import Conflict, Missing, Refused
from medassist.kernel.identifiers import uuid7
from medassist.kernel.models import AuditEntry, Event
from tests.access.test_glass import given_patient
from tests.delegation.given import Office

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office():
    office = Office()
    office.doctor, office.nurse = office.provider(), office.provider("NP")
    office.policy(*rules.acts().administrative)
    patient = given_patient("Zyxgard", office.ctx)
    given = WalkIn.of(patient=patient.pk, site=office.site.pk, reason="Cough", provider=office.nurse.pk)
    office.visit = actions.walk_in(office.ctx, given)
    return office


def delegate(office, person, visit=None, **parts):
    return actions.delegate(office.as_(person, **parts), Delegate.of(visit=visit or office.visit.pk))


def test_the_provider_of_a_visit_delegates_until_another_takes_it_on(office):
    assert queries.where(office.visit.pk)["delegator"] == office.nurse.pk
    assert delegate(office, office.doctor, key="once").delegator_id == office.doctor.pk
    assert delegate(office, office.doctor, key="once").pk == office.visit.pk  # the same key: answered, not done again
    assert queries.where(office.visit.pk)["delegator"] == office.doctor.pk
    assert Visit.objects.get().provider_id == office.nurse.pk
    assert Event.objects.filter(name="visits.delegated").count() == 1
    assert AuditEntry.objects.filter(action="visits.delegate", outcome="done").count() == 1


def test_nobody_takes_it_on_for_somebody_else(office):
    for person in (office.manager, office.assistant(), office.person("nurse", "Calder")):
        with pytest.raises(Refused):
            delegate(office, person)
    assert Visit.objects.get().delegator_id is None
    assert AuditEntry.objects.filter(action="visits.delegate", outcome="refused").count() == 3


def test_who_delegates_already_and_a_visit_that_is_not_there(office):
    with pytest.raises(Conflict):
        delegate(office, office.nurse)
    with pytest.raises(Missing):
        delegate(office, office.doctor, visit=uuid7())
