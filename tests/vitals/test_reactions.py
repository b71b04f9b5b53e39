"""What follows when a machine sends something unlikely."""

import pytest

from medassist.domain.vitals import actions
from medassist.domain.vitals.inputs import ConfirmVitals
from medassist.domain.vitals.models import VitalSet
from medassist.domain.worklist import queries as tasks
from medassist.kernel import events
from medassist.kernel.context import system_context
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


def test_an_ordinary_set_from_a_machine_makes_no_task():
    given_site()
    actions.take(context(via="hl7"), taking(given_patient(), pulse="72"))
    hear("vitals.doubted")
    assert tasks.about(f"vitals/{VitalSet.objects.get().pk}") == []
