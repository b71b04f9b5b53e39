"""What somebody of another site may not do to a visit here, whichever site they signed in at."""

from uuid import UUID

import pytest

from medassist.domain.office import actions as office
from medassist.domain.office import inputs as of_office
from medassist.domain.visits.models import Step, Visit
from medassist.domain.vitals.actions import take
from medassist.domain.vitals.inputs import TakeVitals
from medassist.domain.vitals.models import VitalSet
from medassist.interfaces.web import actions, inputs
from medassist.interfaces.web.access import told
from medassist.interfaces.web.models import Account
from medassist.kernel import clock
from medassist.kernel.context import Context
from medassist.kernel.errors import Refused
from medassist.kernel.models import AuditEntry
from tests.access.given import PASSWORD, signed_in
from tests.access.walk import addresses, given_house

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house():
    """A practice with a patient who is here."""
    return given_house()


@pytest.fixture
def elsewhere(house):
    """An assistant who works at another site of the same practice, in the same state."""
    boss = house.acting("manager")
    profile = house.practice.site.profile
    there = of_office.AddSite.of(name="Mill Road", timezone="America/Los_Angeles", state="US-CA", profile=profile)
    site = office.add_site(boss, there)
    person = of_office.AddStaff.of(given="Tess", family="Ano", roles=["medical-assistant"], sites=[site.pk])
    account = actions.open_account(
        boss, inputs.OpenAccount.of(staff=office.add_staff(boss, person).pk, username="tess.ano")
    )
    account.set_password(PASSWORD)
    account.save()
    return signed_in(account)


def test_nobody_of_another_site_changes_a_visit_here(house, elsewhere):
    before = (list(Visit.objects.values_list()), Step.objects.count())
    asked = 0
    for one in addresses():
        if "visit" in one.names:
            answer = elsewhere.post(one.path(house.ids), {"act": "room", "reason": "Cough", "what": "EKG"})
            assert answer.status_code != 500, one.route
            asked += 1
    assert asked > 10
    assert (list(Visit.objects.values_list()), Step.objects.count()) == before
    mine = AuditEntry.objects.filter(site=elsewhere.session["place"]["site"], act="visits.manage")
    assert set(mine.values_list("outcome", flat=True)) == {"refused"}


def test_nobody_of_another_site_measures_at_a_visit_here(house, elsewhere):
    ctx = Context(told.actor(Account.objects.select_related("actor").get(username="tess.ano")), "web", clock.now())
    there = ctx.but(site=UUID(elsewhere.session["place"]["site"]))
    given = TakeVitals.of(
        patient=house.patient.pk,
        visit=house.visit.pk,
        taken_at=there.at,
        found=[{"sign": "pulse", "value": "72", "unit": "/min"}],
    )
    with pytest.raises(Refused):
        take(there, given)
    assert not VitalSet.objects.exists()


def test_their_own_board_shows_no_patient_of_this_site(house, elsewhere):
    assert b"Zyxgard" not in elsewhere.get("/").content
    own = signed_in(house.accounts["medical-assistant"])
    assert b"Zyxgard" in own.get("/").content


def test_a_site_without_a_position_can_t_be_chosen(house, elsewhere):
    assert elsewhere.post("/site", {"site": str(house.practice.site.pk)}).status_code == 422
    assert elsewhere.session["place"]["name"] == "Mill Road"
