"""What the schedule does when it hears of the office, as the clock delivers it."""

from datetime import timedelta

import pytest

from medassist.domain.office import actions as office
from medassist.domain.office import inputs as office_inputs
from medassist.domain.scheduling import queries
from medassist.domain.scheduling.models import AppointmentType, Slot
from medassist.interfaces.jobs import deliveries
from medassist.kernel.testing import context
from tests.office.given import given_site
from tests.scheduling.given import at, given_offer, next_monday

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("yes")]


def test_a_new_site_gets_the_types_of_its_kind_once():
    site = given_site()
    for _ in range(2):
        deliveries.plan(), deliveries.deliver()
    codes = [one.code for one in queries.types(site.pk)]
    assert "office-visit" in codes and len(codes) == len(set(codes)) == AppointmentType.objects.count()


def test_closing_a_day_closes_its_slots():
    given_offer()
    day = next_monday()
    office.close_days(
        context(), office_inputs.CloseDays.of(site=given_site().pk, from_on=day, to_on=day, reason="Training")
    )
    deliveries.plan(), deliveries.deliver()
    that_day = Slot.objects.filter(start_at__gte=at(0, on=day), start_at__lt=at(0, on=day) + timedelta(days=1))
    assert {one.status for one in that_day} == {"busy-unavailable"}
