"""Making the demo: at the first start the practice, its patients and today; on later days a new today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings

from medassist.demo import ahead, office, plan, work
from medassist.demo.day import Day, Told
from medassist.domain.credentials import actions as credentials
from medassist.domain.credentials.inputs import RemindAll
from medassist.domain.office import queries as offices
from medassist.domain.scheduling import queries as schedules
from medassist.interfaces.fhir import load
from medassist.kernel import clock
from medassist.kernel.context import system_context
from medassist.kernel.errors import Conflict, Missing

SEED = 11
PATIENTS = 56
FOUNDED_BEFORE = timedelta(days=60)
"""The practice has worked for a while, so that days gone by can be played as well."""
BUNDLES = Path(__file__).resolve().parent / "data"
MADE = "demo/made"
"""A file in HOME that says the demo was made to its end; without it a start goes on where the last one stopped."""


def ready(say: Callable[[str], None]) -> office.Practice:
    """Have a demo office with patients and a day that is under way; what is there already stays."""
    now = clock.now()
    home = Path(settings.MEDASSIST_HOME)
    (home / "demo").mkdir(mode=0o700, exist_ok=True)
    practice = office.found()
    if practice is None:
        if offices.has_staff():
            raise Conflict(
                "This home holds an office of its own; the demo goes into a home of its own (MEDASSIST_HOME)."
            )
        say("Founding the demo practice …")
        practice = office.make(now - FOUNDED_BEFORE)
    if not (home / MADE).exists():
        say("Importing 60 Synthea patients …")
        load.load(system_context("cli"), [BUNDLES])
        ahead.book(practice, now)
    today = clock.today(practice.site.timezone)
    if not _has_visits(practice, today):
        say("Playing the day up to now …")
        _today(practice, now)
    (home / MADE).touch()
    return practice


def _has_visits(practice: office.Practice, day: date) -> bool:
    return bool(schedules.appointments(practice.site.pk, day, practice.site.timezone))


def _today(practice: office.Practice, now: datetime) -> None:
    begin = plan.opening(now, practice.site.timezone)
    office.present(practice, begin)
    day = Day(practice, begin, PATIENTS, SEED)
    day.book()
    day.play(until=now)
    work.alerts(practice, begin, [visit.patient for visit in day.visits])
    credentials.remind_all(system_context("cli", at=now), RemindAll())
    work.tasks(practice, now, [visit.patient for visit in day.visits])


def simulate(patients: int, seed: int, on: date | None) -> tuple[date, Told]:
    """Play a whole day of the demo practice: the one asked for, else the latest day gone by that is still empty."""
    practice = office.found()
    if practice is None:
        raise Missing("demo office", "here: medassist run --demo makes one")
    day = on or _free_day(practice)
    played = Day(practice, plan.office_hours(day, practice.site.timezone), patients, seed)
    office.present(practice, played.begin)
    played.book()
    return day, played.play()


def _free_day(practice: office.Practice) -> date:
    day = date.fromordinal(clock.today(practice.site.timezone).toordinal() - 1)
    while _has_visits(practice, day):
        day = date.fromordinal(day.toordinal() - 1)
    return day
