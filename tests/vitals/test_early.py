"""A second pressure before its rest is over: asked of a person, counted of a device, kept as early."""

from decimal import Decimal

import pytest
import time_machine

from medassist.domain.office import actions as office
from medassist.domain.office.inputs import ChangeSettings
from medassist.domain.vitals import actions, queries
from medassist.domain.vitals.inputs import ReceiveVitals
from medassist.domain.vitals.models import Reading, Series, VitalSet
from medassist.kernel import clock
from medassist.kernel.errors import Invalid, Refused
from medassist.kernel.models import AuditEntry, Event
from medassist.kernel.testing import context
from tests.visits.given import given_roomed
from tests.vitals.pressures import pressure, take

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("yes")]
D = Decimal
EARLY = "The rest goes on for {} min. Measure when it is over?"


@pytest.mark.parametrize(
    ("seconds", "left"), [(0, "5:00"), (100, "3:20"), (279, "0:21"), (280, ""), (300, ""), (900, "")]
)
def test_a_second_pressure_is_asked_about_while_the_rest_goes_on(seconds, left):
    visit = given_roomed()
    with time_machine.travel(clock.now(), tick=False) as now:
        take(visit)
        now.shift(seconds)
        given = pressure(visit, "141", "87", ordinal=2)
        assert queries.asked_about(given) == ({"systolic.2": [EARLY.format(left)]} if left else {})
        if not left:
            actions.take(context(), given)
            assert (Series.objects.get().outcome, Series.objects.get().early) == ("done", 0)
            return
        with pytest.raises(Invalid) as why:
            actions.take(context(), given)
    assert why.value.doubts == {"systolic.2": [EARLY.format(left)]}
    assert Series.objects.get().outcome == "" and VitalSet.objects.count() == 1


def test_all_that_is_asked_of_it_is_asked_together():
    visit = given_roomed()
    take(visit)
    with pytest.raises(Invalid) as why:
        take(visit, "261", "87", ordinal=2, pulse="195")
    assert why.value.doubts.keys() == {"systolic.2", "pulse"}
    assert why.value.doubts["systolic.2"][-1] == EARLY.format("5:00") and len(why.value.doubts["systolic.2"]) == 2


def test_whoever_says_that_it_is_right_is_believed_and_it_is_kept():
    visit = given_roomed()
    with time_machine.travel(clock.now(), tick=False) as now:
        take(visit)
        now.shift(100)
        second = take(visit, "141", "87", ordinal=2, confirmed={"systolic.2"})
    series = Series.objects.get()
    assert (series.outcome, series.early, second.status) == ("done", 200, "final")
    assert Reading.objects.get(of=second, sign="systolic").doubts == [EARLY.format("3:20")]
    told = queries.of(series.pk)
    assert told["average"] == (D(145), D(90)) and told["early"] == 200
    assert AuditEntry.objects.filter(action="vitals.take", outcome="done").count() == 2
    assert Event.objects.filter(name="vitals.series_ended").count() == 1


def test_the_offices_own_rest_is_the_one_that_counts():
    visit = given_roomed()
    office.change_settings(context(), ChangeSettings(site=visit.site_id, pressure_rest=60))
    with time_machine.travel(clock.now(), tick=False) as now:
        take(visit)
        now.shift(41)
        take(visit, "141", "87", ordinal=2)
    assert Series.objects.get().early == 0


def test_the_same_key_confirms_an_early_one_once():
    visit = given_roomed()
    take(visit)
    given = pressure(visit, "141", "87", ordinal=2, confirmed={"systolic.2"})
    assert actions.take(context(key="k"), given) == actions.take(context(key="k"), given)
    assert Reading.objects.filter(sign="systolic", ordinal=2).count() == 1


def test_whoever_may_not_measure_is_refused_and_not_asked(settings):
    visit = given_roomed()
    take(visit)
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    with pytest.raises(Refused):
        take(visit, "141", "87", ordinal=2)
    assert Series.objects.get().early == 0 and VitalSet.objects.count() == 1


def test_a_device_is_not_asked_but_that_it_was_early_is_kept():
    visit = given_roomed()
    with time_machine.travel(clock.now(), tick=False) as now:
        take(visit)
        now.shift(60)
        heard = actions.receive(context(), pressure(visit, "140", "88", kind=ReceiveVitals))
    assert [row.doubts for row in Reading.objects.filter(of=heard, sign="systolic")] == [[]]
    assert Series.objects.get().early == 240
