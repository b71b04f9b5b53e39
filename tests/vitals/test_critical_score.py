"""NEWS2 calls a provider: by its total, by one part alone; told once, and never of a child or in pregnancy."""

from __future__ import annotations

import pytest

from medassist.domain.people import actions as people
from medassist.domain.people.inputs import AddAlert
from medassist.domain.vitals import actions, queries
from medassist.domain.vitals.inputs import ReceiveVitals
from medassist.kernel import clock
from tests.vitals.clinic import Clinic, calls, tell
from tests.vitals.given import found
from tests.vitals.test_critical import again, system_for

pytestmark = pytest.mark.django_db(transaction=True)
WELL = {"respirations": "16", "oxygen_saturation": "98", "systolic": "124", "diastolic": "80", "pulse": "72",
        "temperature": "98.4"}  # fmt: skip
# 2 + 1 + 1 + 2 + 1 points: each of them is looked at soon, none is critical by itself
ILL = {**WELL, "respirations": "22", "oxygen_saturation": "94", "systolic": "105", "pulse": "112",
       "temperature": "101.3"}  # fmt: skip


@pytest.fixture
def clinic():
    return Clinic()


def signs(values, mind="A", oxygen="room-air"):
    rows = found(**values)
    for row in rows:
        if row["sign"] == "oxygen_saturation" and oxygen:
            row["qualifiers"] = {"oxygen": oxygen}
    return [*rows, {"sign": "consciousness", "coded": mind}] if mind else rows


def test_a_total_of_seven_calls_the_provider_though_no_value_is_critical_by_itself(clinic):
    taken = clinic.takes(found=signs(ILL))
    [task] = calls()
    assert (task.title, task.owner_id, task.about) == ("NEWS2 7, room 8", clinic.doctor.pk, f"vitals/{taken.pk}")
    assert "high clinical risk. Source: NEWS2" in task.details
    again("vitals.taken")
    assert calls() == [task]
    clinic.acknowledges(task)
    assert queries.told([taken.pk])[taken.pk][0]["ended_by"] == "Nora Hale"


def test_a_total_of_six_calls_nobody(clinic):
    clinic.takes(found=signs({**ILL, "temperature": "98.4"}))
    assert calls() == []


def test_new_confusion_alone_calls_the_provider(clinic):
    clinic.takes(found=signs(WELL, mind="C"))
    [task] = calls()
    assert task.title == "NEWS2 3, room 8" and "3 for consciousness alone" in task.details


def test_a_single_three_is_not_told_beside_the_call_of_the_value_itself(clinic):
    clinic.takes(found=signs({**WELL, "pulse": "136"}))
    [task] = calls()
    assert task.title == "Pulse 136 /min, room 8" and "NEWS2" not in task.details


def test_a_score_is_made_whole_by_what_the_visit_measured_before_and_an_earlier_part_is_not_told_again(clinic):
    clinic.takes(found=signs({**WELL, "pulse": "136"}, mind=None))
    clinic.acknowledges(calls()[0])
    clinic.takes(found=[{"sign": "consciousness", "coded": "A"}])
    assert len(calls()) == 1
    clinic.takes(found=[{"sign": "consciousness", "coded": "V"}])
    assert [task.title for task in calls()][1:] == ["NEWS2 6, room 8"]


def test_a_set_that_adds_nothing_to_the_score_calls_nobody_again(clinic):
    clinic.takes(found=signs(ILL))
    clinic.acknowledges(calls()[0])
    clinic.takes(weight="187.6")
    assert len(calls()) == 1


@pytest.mark.parametrize("left_out", ["consciousness", "oxygen", "respirations"])
def test_what_is_not_measured_whole_has_no_score_and_calls_nobody(clinic, left_out):
    values = {name: value for name, value in ILL.items() if name != left_out}
    clinic.takes(found=signs(values, mind="" if left_out == "consciousness" else "A",
                             oxygen="" if left_out == "oxygen" else "room-air"))  # fmt: skip
    assert calls() == []


def test_no_child_and_nobody_who_is_pregnant_is_scored(clinic):
    child = clinic.registers("Mercer", "Joan", born=f"{clock.now().year - 12}-01-01")
    clinic.takes(visit=clinic.roomed(child, "9"), patient=child, found=signs(WELL, mind="C"))
    assert calls() == []
    alert = AddAlert.of(patient=clinic.patient.pk, code="pregnant", text="28 weeks")
    people.add_alert(clinic.as_(clinic.ma), alert)
    clinic.takes(found=signs(ILL, mind="C"))
    assert calls() == []


def test_with_a_lower_target_of_oxygen_the_second_scale_counts(clinic):
    low = {**WELL, "respirations": "22", "oxygen_saturation": "92", "systolic": "105", "pulse": "112"}
    target = AddAlert.of(patient=clinic.patient.pk, code="oxygen-target-88-92", text="COPD")
    people.add_alert(clinic.as_(clinic.ma), target)
    clinic.takes(found=signs(low))  # 2 + 0 + 1 + 2 by the second scale, 7 by the first
    assert calls() == []


def test_a_correction_that_lifts_the_total_calls_and_one_that_lowers_it_closes(clinic):
    taken = clinic.takes(found=signs({**ILL, "temperature": "98.4"}))
    clinic.corrects(taken, "temperature", "101.3")
    [task] = calls()
    assert task.title == "NEWS2 7, room 8"
    clinic.corrects(taken, "pulse", "72")
    assert calls()[0].status == "cancelled"


def test_what_a_device_reports_is_scored_as_well(clinic):
    given = ReceiveVitals.of(patient=clinic.patient.pk, visit=clinic.visit.pk, taken_at=clock.now(),
                             found=signs(ILL), device="Monitor 3")  # fmt: skip
    actions.receive(system_for(clinic), given)
    tell()
    [task] = calls()
    assert task.title == "NEWS2 7, room 8" and "not confirmed by anybody yet" in task.details
