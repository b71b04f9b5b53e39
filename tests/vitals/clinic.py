"""A clinic under the real authority: an assistant, a provider, a nurse, a visit in a room; and its clock."""

from __future__ import annotations

from typing import Any

from django.test import Client

from medassist.domain.office import actions as rooms
from medassist.domain.office.inputs import AddRoom
from medassist.domain.people import actions as people
from medassist.domain.people.inputs import RegisterPatient
from medassist.domain.visits import actions as visits
from medassist.domain.visits.inputs import StartRooming, WalkIn
from medassist.domain.vitals import actions
from medassist.domain.vitals.inputs import CorrectReading
from medassist.domain.vitals.models import Reading, VitalSet
from medassist.domain.worklist import actions as worklist
from medassist.domain.worklist.inputs import Acknowledge
from medassist.domain.worklist.models import Task
from medassist.interfaces.jobs import deliveries, schedule
from medassist.interfaces.web.actions import open_account
from medassist.interfaces.web.inputs import OpenAccount
from medassist.interfaces.web.models import Account
from medassist.kernel import clock
from medassist.kernel.identifiers import uuid7
from tests.access.given import PASSWORD, signed_in
from tests.delegation.given import Office
from tests.vitals.given import taking

HIGH = {"systolic": "192", "diastolic": "124"}
WORK = ("visits.manage", "worklist.manage", "records.manage", "schedule.manage")


class Clinic(Office):
    """One site with everybody in the building, and Marisol Ortega in room 8."""

    def __init__(self) -> None:
        super().__init__()
        self.doctor, self.ma = self.provider(), self.assistant()
        self.nurse = self.person("nurse", "Okafor", credentials_text="RN")
        self.holds(self.nurse, "RN", kind="licence", state=self.state)
        self.policy("vitals.measure", by=self.doctor)
        self.policy(*WORK)
        self.signs_off(self.doctor, self.ma, "vitals.measure")
        for person in (self.ma, self.nurse):
            self.arrive(person)
        self.patient = self.registers("Ortega", "Marisol")
        self.visit = self.roomed(self.patient)

    def at_work(self, name: str) -> Client:
        """A browser in which one of those named above has signed in."""
        row = open_account(self.ctx, OpenAccount.of(staff=getattr(self, name).pk, username=f"{name}@alder.example"))
        row.set_password(PASSWORD)
        row.save()
        return signed_in(Account.objects.get(pk=row.pk))

    def registers(self, family: str, given: str, born: str = "1983-03-04") -> Any:
        """One more patient."""
        told = {"names": [{"family": family, "given": [given]}], "birth_date": born, "confirmed": {"duplicate"}}
        return people.register(self.as_(self.ma), RegisterPatient.of(**told))

    def roomed(self, patient: Any, room: str = "8", provider: Any = "doctor") -> Any:
        """A visit in a room, roomed by the assistant."""
        who = self.doctor.pk if provider == "doctor" else provider
        came = visits.walk_in(
            self.as_(self.ma), WalkIn.of(patient=patient.pk, site=self.site.pk, provider=who, reason="Headache")
        )
        place = rooms.add_room(self.ctx, AddRoom.of(site=self.site.pk, name=room))
        return visits.room(self.as_(self.ma), StartRooming.of(visit=came.pk, room=place.pk))

    def takes(self, visit: Any = "visit", **signs: Any) -> VitalSet:
        """A set that the assistant took, what is unlikely looked at and confirmed; and everybody hears of it."""
        which = self.visit if visit == "visit" else visit
        patient = signs.pop("patient", self.patient)
        asked = {"systolic", "diastolic", "pulse", "temperature", "oxygen_saturation", "respirations"}
        given = taking(patient, visit=which.pk if which else None, confirmed=asked, **(signs or HIGH))
        made = actions.take(self.as_(self.ma), given)
        tell()
        return made

    def corrects(self, set_: VitalSet, sign: str, value: str | None) -> None:
        """A reading put right, or taken back; and everybody hears of it."""
        wrong = Reading.objects.get(of=set_, sign=sign, replaced_by=None)
        unit = {"unit": wrong.unit} if value else {}
        given = CorrectReading.of(reading=wrong.pk, reason="Typed wrong", value=value, confirmed={"value"}, **unit)
        actions.correct(self.as_(self.ma), given)
        tell()

    def acknowledges(self, task: Task, by: Any = None, key: str = "", done: str = "seen", text: str = "") -> Task:
        """The doctor, or somebody else, says what was done."""
        given = Acknowledge.of(task=task.pk, kind="critical-value", done=done, text=text)
        return worklist.acknowledge(self.as_(by or self.doctor, key=key or str(uuid7())), given)


def tell() -> int:
    """One round of the clock: events are told to who reacts."""
    deliveries.plan()
    return deliveries.deliver()


def sweep() -> None:
    """The lines of the schedule, as a worker that has just started does them."""
    schedule.sweep(schedule.lines(), clock.now().timestamp())


def calls() -> list[Task]:
    """The tasks that tell of critical values, the oldest first."""
    return list(Task.objects.filter(kind="critical-value").order_by("added_at"))
