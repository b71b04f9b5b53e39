"""A day of the demo, played by its staff under the real authority."""

from datetime import timedelta

import pytest

from medassist.demo import make, office, plan, work
from medassist.demo.day import Day
from medassist.domain.office import queries as offices
from medassist.domain.people import queries as people
from medassist.domain.visits.models import Visit
from medassist.domain.worklist.models import Task
from medassist.interfaces.fhir import load
from medassist.kernel import audit, clock
from medassist.kernel.context import system_context
from medassist.kernel.identifiers import uuid7
from medassist.kernel.models import AuditEntry

MINUTES = {"office-visit": 20, "follow-up": 20, "wellness": 40, "well-child": 30, "new-patient": 40, "procedure": 40}
SOME = ("Alexis_Toy", "Annetta_Hoppe", "Samira_Parisian", "Eduardo_Trevi", "Dana_Feest")


def planned(seed):
    now = clock.now()
    who = [plan.Who(uuid7(), age) for age in range(5, 85, 2)]
    return plan.day(who, plan.opening(now, "America/Los_Angeles"), 4, 4, seed, MINUTES)


def test_no_provider_is_planned_twice_at_a_time_and_steps_follow_one_another():
    for seed in range(20):
        ends = {}
        for visit in planned(seed):
            assert visit.start_at >= ends.get(visit.provider, visit.start_at)
            ends[visit.provider] = visit.start_at + timedelta(minutes=MINUTES[visit.kind])
            times = [at for _, at in visit.steps]
            assert times == sorted(times)


def test_the_day_of_the_demo_lies_in_today_at_every_hour():
    zone = "America/Los_Angeles"
    for hour in range(24):
        now = clock.now() + timedelta(hours=hour)
        begin = plan.opening(now, zone)
        assert begin.date() == now.astimezone(begin.tzinfo).date()
        assert (begin + plan.LONGEST_DAY - timedelta(minutes=21)).date() == begin.date()


def test_one_grown_patient_of_those_who_are_seen_has_a_critical_pressure():
    for seed in range(10):
        [one] = [visit for visit in planned(seed) if visit.critical]
        assert one.end == "seen"


@pytest.mark.django_db
def test_a_day_is_played_to_its_end_and_nothing_is_refused():
    practice = office.make(clock.now() - make.FOUNDED_BEFORE)
    bundles = [path for name in SOME for path in make.BUNDLES.glob(f"{name}*.json.gz")]
    assert len(bundles) == len(SOME)
    load.load(system_context("cli"), bundles)
    yesterday = clock.today(practice.site.timezone) - timedelta(days=1)
    day = Day(practice, plan.office_hours(yesterday, practice.site.timezone), len(SOME), seed=3)
    day.book()
    told = day.play()
    assert told.stopped == []
    seen = sum(visit.end == "seen" for visit in day.visits)
    assert seen and told.done["checked out"] == told.done["measured"] == seen
    [task, *_] = calls = list(Task.objects.filter(kind="critical-value"))
    assert len(calls) == told.done["critical"] and {one.status for one in calls} == {"done"}
    assert any("BP 192/124" in one.details for one in calls)
    assert task.added_at < task.ended_at < task.due_at and task.outcome.startswith("Saw the patient")
    assert set(told.minutes) >= {"arrived", "rooming", "ready", "with-provider"}
    assert Visit.objects.filter(ended_at=None).count() == 0
    assert not AuditEntry.objects.filter(outcome="refused").exists()
    work.tasks(practice, clock.now(), [one for one, _ in people.living(10)])
    assert Task.objects.count() >= len(office.plan()["tasks"])
    assert audit.verify().faults == []
    assert all(offices.presence(person.pk) for person in practice.people.values())
