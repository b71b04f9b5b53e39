"""Series of readings: begun, moved on, ended; what two do at once; a visit that ends before its series."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection

from medassist.domain.office import actions as office
from medassist.domain.office.inputs import ChangeSettings
from medassist.domain.visits import actions as visits
from medassist.domain.visits.inputs import Leave
from medassist.domain.vitals import actions, queries
from medassist.domain.vitals.inputs import CloseSeries, ReceiveVitals, StopSeries, TakeVitals
from medassist.domain.vitals.models import Reading, Series, VitalSet
from medassist.domain.worklist import queries as tasks
from medassist.kernel import clock
from medassist.kernel.context import system_context
from medassist.kernel.errors import Conflict, Invalid, Missing, Refused
from medassist.kernel.identifiers import uuid7
from medassist.kernel.models import AuditEntry, Event
from medassist.kernel.testing import context
from tests.office.given import as_staff, given_patient, given_staff
from tests.visits.given import given_roomed, moved
from tests.vitals.given import found
from tests.vitals.pressures import begin, hear, pressure, take

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("yes")]
D = Decimal


# --- a raised pressure


def test_a_raised_pressure_begins_a_series_and_the_second_ends_it_with_their_mean():
    visit = given_roomed()
    with time_machine.travel(clock.now(), tick=False) as now:
        first = take(visit)
        [series] = Series.objects.all()
        assert first.series_id == series.pk and series.due_at == first.taken_at + timedelta(seconds=300)
        assert queries.open_of([visit.pk])[visit.pk][0]["short"] == "BP again"
        now.shift(300)
        second = take(visit, "141", "87", ordinal=2)
    series.refresh_from_db()
    assert (series.outcome, series.step, series.due_at, second.series_id) == ("done", 2, None, series.pk)
    told = queries.of(series.pk)
    assert told["average"] == (D(145), D(90)) and [s["pressure"] for s in told["steps"]] == ["148/92", "141/87"]
    assert told["steps"][1]["minutes"] == 5
    rows = Reading.objects.filter(sign="systolic").order_by("ordinal")
    assert [s["readings"]["systolic"]["id"] for s in told["steps"]] == [row.pk for row in rows]
    assert queries.open_of([visit.pk]) == {}
    names = sorted(n for n in Event.objects.values_list("name", flat=True) if "series" in n)
    assert names == ["vitals.series_begun", "vitals.series_ended", "vitals.series_moved"]


def test_a_pressure_in_range_or_of_no_visit_begins_nothing():
    visit = given_roomed()
    assert take(visit, "118", "76").series_id is None
    without = TakeVitals.of(patient=visit.patient_id, taken_at=clock.now(), found=found(systolic="150"))
    assert actions.take(context(), without).series_id is None
    assert not Series.objects.exists()


def test_a_child_is_not_measured_again_by_the_rule_for_adults():
    visit = given_roomed(patient=given_patient("Small", birth_date="2020-03-04").pk)
    take(visit, "148", "92", confirmed={"systolic"})
    assert not Series.objects.exists()


def test_the_office_sets_how_long_the_rest_is():
    visit = given_roomed()
    office.change_settings(context(), ChangeSettings(site=visit.site_id, pressure_rest=60))
    first = take(visit)
    assert Series.objects.get().due_at == first.taken_at + timedelta(seconds=60)


def test_a_pressure_from_a_device_is_the_second_reading_whatever_number_it_says():
    visit = given_roomed()
    take(visit)
    heard = actions.receive(context(), pressure(visit, "140", "88", kind=ReceiveVitals))
    assert {row.ordinal for row in Reading.objects.filter(of=heard, sign__in=("systolic", "diastolic"))} == {2}
    assert Series.objects.get().outcome == "done" and queries.of(Series.objects.get().pk)["steps"][1]["preliminary"]


def test_two_readings_told_in_one_set_are_the_whole_series():
    visit = given_roomed()
    both = [
        *pressure(visit).found,
        *pressure(visit, "140", "86", ordinal=2).found,
    ]
    actions.take(context(), TakeVitals.of(patient=visit.patient_id, visit=visit.pk, taken_at=clock.now(), found=both))
    assert Series.objects.get().outcome == "done"
    assert queries.of(Series.objects.get().pk)["average"] == (D(144), D(89))


# --- the second one before the rest is over


def test_the_same_key_moves_it_on_once():
    visit = given_roomed()
    given = pressure(visit)
    actions.take(context(key="k"), given)
    actions.take(context(key="k"), given)
    assert Series.objects.get().step == 1 and VitalSet.objects.count() == 1


def test_who_comes_second_with_the_second_reading_is_told():
    visit = given_roomed()
    take(visit)
    take(visit, "140", "86", ordinal=2, confirmed={"systolic.2"})
    with pytest.raises(Conflict, match="moment ago"):
        take(visit, "139", "85", ordinal=2)
    assert Reading.objects.filter(sign="systolic", ordinal=2).count() == 1


def together(*works):
    """Run these at once; what each raised, or None."""
    ready, said = threading.Barrier(len(works)), [None] * len(works)

    def run(n, work):
        try:
            ready.wait()
            work()
        except Exception as error:
            said[n] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, work)) for n, work in enumerate(works)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return said


def test_of_two_who_record_the_second_reading_at_once_one_wins_and_the_other_is_told():
    visit = given_roomed()
    take(visit)
    given = [pressure(visit, *pair, ordinal=2, confirmed={"systolic.2"}) for pair in (("140", "86"), ("138", "84"))]
    said = together(*(lambda one=one: actions.take(context(), one) for one in given))
    assert sorted(type(one).__name__ for one in said) == ["Conflict", "NoneType"]
    assert Reading.objects.filter(sign="systolic", ordinal=2).count() == 1 and Series.objects.get().outcome == "done"


def test_two_who_measure_first_at_once_begin_one_series():
    visit = given_roomed()
    given = [pressure(visit, confirmed={"systolic"}), pressure(visit, "146", "90", confirmed={"systolic"})]
    assert together(*(lambda one=one: actions.take(context(), one) for one in given)) == [None, None]
    assert Series.objects.count() == 1
    assert sorted(Reading.objects.filter(sign="systolic").values_list("ordinal", flat=True)) == [1, 2]


# --- lying and standing


def test_lying_and_standing_is_measured_step_by_step_and_says_what_fell():
    visit = given_roomed()
    with time_machine.travel(clock.now(), tick=False) as now:
        series = begin(visit)
        assert series.due_at == series.begun_at + timedelta(minutes=5)
        for minutes, pair, pulse, step in (
            (5, ("142", "84"), "72", 0),
            (1, ("120", "78"), "88", 1),
            (2, ("134", "80"), "84", 2),
        ):
            now.shift(minutes * 60)
            take(visit, *pair, pulse=pulse, series=series.pk, step=step)
    told = queries.of(series.pk)
    assert told["outcome"] == "done" and told["average"] is None
    assert [(s["pressure"], s["pulse"], s["minutes"]) for s in told["steps"]] == [
        ("142/84", "72", 0), ("120/78", "88", 1), ("134/80", "84", 3),
    ]  # fmt: skip
    assert told["steps"][1]["change"] == {"systolic": D(-22), "diastolic": D(-6), "pulse": D(16)}
    assert [s["falls"] for s in told["steps"]] == [[], ["systolic"], []]
    assert [s.position for s in VitalSet.objects.order_by("taken_at")] == ["supine", "standing", "standing"]


def test_what_is_measured_lying_and_standing_is_no_pressure_of_the_day():
    visit = given_roomed()
    take(visit, "118", "76", at=clock.now() - timedelta(minutes=9))
    series = begin(visit)
    take(visit, "150", "90", pulse="70", series=series.pk)
    line = queries.grid(visit.patient_id, visit.pk)[0]
    assert line["now"] == "118/76" and line["again"]["now"] == ""
    assert [one["text"] for one in queries.trend(visit.patient_id, "blood_pressure")] == ["118/76"]
    assert queries.last_values(visit.patient_id, clock.now())["systolic"].value == D(118)
    assert Series.objects.count() == 1, "a pressure lying asks for no second one"


def test_a_device_measures_the_steps_of_a_series_that_runs():
    visit = given_roomed()
    series = begin(visit, "unattended-pressure")
    for upper in ("131", "128", "127"):
        actions.receive(context(), pressure(visit, upper, "80", kind=ReceiveVitals))
    told = queries.of(series.pk)
    assert told["outcome"] == "done" and told["average"] == (D(129), D(80))
    row = Reading.objects.filter(sign="systolic").first()
    assert (row.method, row.position) == ("automated", "sitting")


@pytest.mark.parametrize("step", [0, 2])
def test_a_step_that_somebody_recorded_is_not_recorded_again(step):
    visit = given_roomed()
    series = begin(visit)
    take(visit, series=series.pk, step=0)
    with pytest.raises(Conflict, match="moment ago"):
        take(visit, series=series.pk, step=step)
    assert VitalSet.objects.count() == 1


def test_a_step_without_both_pressures_is_refused():
    visit = given_roomed()
    series = begin(visit)
    only = TakeVitals.of(
        patient=visit.patient_id, visit=visit.pk, taken_at=clock.now(), found=found(pulse="72"), series=series.pk
    )
    with pytest.raises(Invalid):
        actions.take(context(), only)
    assert Series.objects.get().step == 0


def test_a_series_is_of_one_patient():
    visit, other = given_roomed(), given_roomed("2", patient=given_patient("Other").pk)
    series = begin(visit)
    with pytest.raises(Invalid):
        take(other, series=series.pk)


# --- begun, refused, invalid, twice


def test_beginning_leaves_an_entry_and_an_event():
    ana, visit = given_staff(), given_roomed()
    series = begin(visit, ctx=as_staff(ana))
    assert series.begun_by == ana.actor_id
    entry = AuditEntry.objects.get(action="vitals.begin_series")
    assert (entry.act, entry.patient, entry.outcome) == ("vitals.measure", visit.patient_id, "done")
    assert Event.objects.get(name="vitals.series_begun").result == f"vitals.Series/{series.pk}"


def test_who_may_not_measure_begins_and_stops_nothing(settings):
    visit = given_roomed()
    series = begin(visit)
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    with pytest.raises(Refused):
        begin(visit, "unattended-pressure")
    with pytest.raises(Refused):
        actions.stop_series(context(), StopSeries(series=series.pk, reason="The patient left"))
    assert Series.objects.get().ended_at is None
    assert set(AuditEntry.objects.filter(outcome="refused").values_list("action", flat=True)) == {
        "vitals.begin_series", "vitals.stop_series",
    }  # fmt: skip


def test_a_series_cannot_begin_twice_or_for_another_or_when_the_visit_is_over():
    visit = given_roomed()
    begin(visit)
    with pytest.raises(Conflict, match="running already"):
        begin(visit)
    with pytest.raises(Invalid):
        begin(visit, patient=given_patient("Other").pk, protocol="unattended-pressure")
    with pytest.raises(Invalid):
        begin(visit, "no-such-protocol")
    over = moved(given_roomed("2", patient=given_patient("Gone").pk), "ready", "start", "out")
    with pytest.raises(Conflict, match="over"):
        begin(over)


def test_the_same_key_begins_and_stops_once():
    visit = given_roomed()
    first = begin(visit, ctx=context(key="k1"))
    assert begin(visit, ctx=context(key="k1")).pk == first.pk
    given = StopSeries(series=first.pk, reason="The patient did not want it")
    for _ in range(2):
        actions.stop_series(context(key="k2"), given)
    assert Event.objects.filter(name="vitals.series_ended").count() == 1


def test_a_series_is_stopped_with_a_reason_once():
    visit = given_roomed()
    take(visit)
    series = Series.objects.get()
    with pytest.raises(Invalid):
        StopSeries.of(series=series.pk, reason="")
    actions.stop_series(context(), StopSeries(series=series.pk, reason="The patient did not want it"))
    series.refresh_from_db()
    assert (series.outcome, series.due_at) == ("stopped", None) and series.reason == "The patient did not want it"
    with pytest.raises(Conflict):
        actions.stop_series(context(), StopSeries(series=series.pk, reason="The patient left"))
    with pytest.raises(Missing):
        actions.stop_series(context(), StopSeries(series=uuid7(), reason="The patient left"))


# --- a visit that ends first


def test_a_visit_that_is_over_ends_its_series_and_says_so():
    visit = moved(given_roomed(), "ready", "start")
    take(visit)
    with pytest.raises(Conflict, match="goes on"):
        actions.close_series(context(), CloseSeries(visit=visit.pk))
    moved(visit, "out")
    for _ in range(2):  # events come at least once
        hear("visits.checked_out")
    series = Series.objects.get()
    assert (series.outcome, series.reason) == ("stopped", "The visit was over.")
    assert tasks.about(f"series/{series.pk}") == []
    assert Event.objects.filter(name="vitals.series_closed").count() == 1


def test_who_left_with_a_raised_pressure_is_somebodys_task():
    visit = given_roomed()
    take(visit)
    visits.leave(context(), Leave(visit=visit.pk, reason="Had to go"))
    for _ in range(2):
        hear("visits.left")
    [task] = tasks.about(f"series/{Series.objects.get().pk}")
    assert task["patient"] == visit.patient_id and "BP again" in task["title"]


def test_the_house_itself_may_end_series_by_its_own_rules_and_measure_nothing(settings):
    visit = moved(given_roomed(), "ready", "start")
    take(visit)
    moved(visit, "out")
    settings.MEDASSIST_AUTHORITY = "medassist.domain.delegation.queries.rule"
    clerk = system_context("jobs", site=visit.site_id)
    with pytest.raises(Refused):
        actions.stop_series(clerk, StopSeries(series=Series.objects.get().pk, reason="The patient left"))
    assert [one.outcome for one in actions.close_series(clerk, CloseSeries(visit=visit.pk))] == ["stopped"]
