"""What follows when a machine sends something unlikely."""

import pytest

from medassist.domain.vitals import actions
from medassist.domain.vitals.inputs import ConfirmVitals, CorrectReading
from medassist.domain.vitals.models import VitalSet
from medassist.domain.worklist import queries as tasks
from medassist.kernel import events
from medassist.kernel.context import system_context
from medassist.kernel.errors import Conflict
from medassist.kernel.models import Event
from medassist.kernel.testing import context
from tests.office.given import given_site
from tests.vitals.given import given_patient, taking

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("yes")]


def hear(name):
    for event in Event.objects.filter(name=name):
        for reaction in events.reactions(name).values():
            reaction(system_context("jobs", site=event.site, key=f"{event.id}"), event)


def test_a_doubt_from_a_machine_is_a_task_until_somebody_confirms():
    given_site()
    patient = given_patient()
    actions.take(context(via="fhir"), taking(patient, temperature="108"))
    heard = VitalSet.objects.get()
    for _ in range(2):  # events come at least once
        hear("vitals.doubted")
    [task] = tasks.about(f"vitals/{heard.pk}")
    assert (task["kind"], task["patient"], task["status"]) == ("confirm-received", patient.pk, "open")
    assert "108 °F is very high" in task["details"]
    actions.confirm(context(), ConfirmVitals(set=heard.pk))
    for _ in range(2):
        hear("vitals.confirmed")
    assert [one["status"] for one in tasks.about(f"vitals/{heard.pk}")] == ["done"]


def test_what_is_taken_back_needs_nobody_to_look_at_it():
    given_site()
    actions.take(context(via="fhir"), taking(given_patient(), temperature="108", pulse="72"))
    heard = VitalSet.objects.get()
    hear("vitals.doubted")
    for left, row in zip(("open", "done"), heard.readings.all(), strict=True):
        actions.correct(context(), CorrectReading.of(reading=row.pk, reason="Of somebody else"))
        for _ in range(2):
            hear("vitals.corrected")
        assert [one["status"] for one in tasks.about(f"vitals/{heard.pk}")] == [left]
    with pytest.raises(Conflict, match="nothing to confirm"):
        actions.confirm(context(), ConfirmVitals(set=heard.pk))


def test_an_ordinary_set_from_a_machine_makes_no_task():
    given_site()
    actions.take(context(via="hl7"), taking(given_patient(), pulse="72"))
    hear("vitals.doubted")
    assert tasks.about(f"vitals/{VitalSet.objects.get().pk}") == []
