"""Signs to match, on screen and under the real authority: whose they are, nobody's, confirmed; and who may not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from medassist.domain.office import actions as office
from medassist.domain.office import inputs as of_office
from medassist.domain.vitals import actions, inputs
from medassist.domain.vitals.models import Confirmation, Reading, Report, VitalSet
from medassist.interfaces.hl7 import inbox
from medassist.interfaces.web.board.live import drawings
from medassist.kernel import clock
from medassist.kernel.identifiers import uuid7
from medassist.kernel.models import AuditEntry, Event
from tests.hl7.pcd import CUFF, message, sent
from tests.vitals.clinic import Clinic

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/vitals/unmatched"


@pytest.fixture
def clinic() -> Iterator[Clinic]:
    for kept in (drawings.drawn, drawings.views, drawings.waits):
        kept.clear()
    inbox._enrolled.cache_clear()
    yield Clinic()
    inbox._enrolled.cache_clear()


def device(clinic: Clinic, site: Any = None, identifier: str = CUFF, name: str = "Cuff 1", room: Any = None) -> Any:
    told = {"site": site or clinic.site.pk, "name": name, "identifier": identifier, "room": room}
    hours_ago = clinic.ctx.but(at=clock.now() - timedelta(hours=1))
    return office.add_device(hours_ago, of_office.AddDevice.of(**told))


@pytest.fixture
def waiting(clinic: Clinic) -> Report:
    """What a cuff that is carried about sent without saying of whom."""
    device(clinic)
    sent(message())
    return Report.objects.get(status="waiting")


@pytest.fixture
def elsewhere(clinic: Clinic) -> Report:
    """The same of another site."""
    told = {"name": "Elm Street", "timezone": "America/Los_Angeles", "state": "US-CA"}
    other = office.add_site(clinic.ctx, of_office.AddSite.of(**told))
    told = {"staff": clinic.manager.pk, "site": other.pk, "role": "manager"}
    office.give_position(clinic.ctx, of_office.GivePosition.of(**told))
    device(clinic, other.pk, "ELSEWHERE", "Cuff of Elm Street")
    sent(message(device="ELSEWHERE", pulse="61"))
    return Report.objects.get(site=other.pk)


def says(client: Client, report: Report, way: str, **told: Any) -> Any:
    return client.post(f"/vitals/reports/{report.pk}/{way}", {"form_key": uuid7(), **told})


def html(client: Client) -> str:
    return client.get(PAGE).content.decode()


def test_where_all_is_matched_the_page_says_so(clinic: Clinic) -> None:
    text = html(clinic.at_work("ma"))
    assert "Everything that devices sent is matched" in text
    assert "Nothing that a device measured waits to be confirmed" in text and "Said by people today" not in text


def test_what_waits_stands_there_with_the_reason_and_the_patients_who_are_here(clinic: Clinic, waiting: Report) -> None:
    text = html(clinic.at_work("ma"))
    assert "Cuff 1" in text and "128/82" in text and waiting.why in text
    assert f'<option value="{clinic.visit.pk}">Room 8: Ortega, Marisol' in text
    entry = AuditEntry.objects.get(outcome="listed", subject="list/reports")
    assert str(clinic.patient.pk) in entry.detail, "whose names the list showed is in the trail"


def test_an_assistant_says_whose_it_is_and_confirms_it_on_the_page(clinic: Clinic, waiting: Report) -> None:
    client = clinic.at_work("ma")
    answer = says(client, waiting, "assign", visit=clinic.visit.pk)
    assert answer.status_code == 303 and answer["Location"] == PAGE
    made = VitalSet.objects.get()
    assert (made.patient_id, made.status, made.device) == (clinic.patient.pk, "preliminary", "Cuff 1")
    text = html(client)
    assert "Everything that devices sent is matched" in text and "Confirm the signs of Ortega, Marisol" in text
    assert "Charted, by Ana Reyes" in text
    assert client.post(f"/vitals/reports/{made.pk}/confirm", {"form_key": uuid7()}).status_code == 303
    assert Confirmation.objects.get().by == clinic.ma.actor_id
    assert "Nothing that a device measured waits to be confirmed" in html(client)
    done = AuditEntry.objects.filter(actor=clinic.ma.actor_id, outcome="done").values_list("action", flat=True)
    assert {"vitals.assign_report", "vitals.confirm"} <= set(done)
    assert Event.objects.filter(name="vitals.report_settled").count() == 1


def test_from_the_rooming_page_one_comes_back_to_it(clinic: Clinic, waiting: Report) -> None:
    answer = says(clinic.at_work("ma"), waiting, "assign", visit=clinic.visit.pk, rooming="1")
    assert answer["Location"] == f"/rooming/{clinic.visit.pk}"


def test_what_is_nobodys_is_put_aside_with_the_reason(clinic: Clinic, waiting: Report) -> None:
    client = clinic.at_work("ma")
    assert says(client, waiting, "dismiss", reason="Test of the <b>cuff</b>").status_code == 303
    assert "Put aside: Test of the &lt;b&gt;cuff&lt;/b&gt;, by Ana Reyes" in html(client)
    assert not VitalSet.objects.exists()


@pytest.mark.parametrize(
    ("way", "told", "said"),
    [
        ("assign", {}, "The patient: Fill this in."),
        ("assign", {"visit": "nobody"}, "The patient: Choose one that is there."),
        ("dismiss", {"reason": "x"}, "The reason: Write at least 3 characters."),
        ("dismiss", {}, "The reason: Fill this in."),
    ],
)
def test_what_cannot_be_is_told_on_the_page_and_it_goes_on_waiting(
    clinic: Clinic, waiting: Report, way: str, told: dict[str, str], said: str
) -> None:
    answer = says(clinic.at_work("ma"), waiting, way, **told)
    text = answer.content.decode()
    assert answer.status_code == 422 and said in text[text.index('class="note is-act') :].split("</div>")[0]
    waiting.refresh_from_db()
    assert waiting.status == "waiting" and not VitalSet.objects.exists()


def test_a_visit_that_began_after_the_measurement_is_no_answer(clinic: Clinic, waiting: Report) -> None:
    with time_machine.travel(clock.now() + timedelta(minutes=20)):
        visit = clinic.roomed(clinic.registers("Nakamura", "Kenji"), "9")
    answer = says(clinic.at_work("ma"), waiting, "assign", visit=visit.pk)
    assert answer.status_code == 422 and "measured before the visit began" in answer.content.decode()


@pytest.mark.parametrize("way", ["assign", "dismiss"])
def test_a_form_that_is_sent_twice_is_done_once(clinic: Clinic, waiting: Report, way: str) -> None:
    client, told = clinic.at_work("ma"), {"visit": clinic.visit.pk, "reason": "A test", "form_key": uuid7()}
    assert [says(client, waiting, way, **told).status_code for _ in range(2)] == [303, 303]
    assert AuditEntry.objects.filter(action=f"vitals.{way}_report", outcome="done").count() == 1


def test_a_set_is_confirmed_once_and_another_press_is_told(clinic: Clinic, waiting: Report) -> None:
    client = clinic.at_work("ma")
    says(client, waiting, "assign", visit=clinic.visit.pk)
    where, key = f"/vitals/reports/{VitalSet.objects.get().pk}/confirm", {"form_key": uuid7()}
    assert [client.post(where, key).status_code for _ in range(2)] == [303, 303]
    assert client.post(where, {"form_key": uuid7()}).status_code == 409 and Confirmation.objects.count() == 1


def test_who_comes_second_is_told_that_it_was_said_already(clinic: Clinic, waiting: Report) -> None:
    client = clinic.at_work("ma")
    says(client, waiting, "dismiss", reason="A test")
    answer = says(client, waiting, "assign", visit=clinic.visit.pk)
    assert answer.status_code == 409 and not VitalSet.objects.exists()


def test_a_nurse_may_and_whoever_may_not_measure_says_nothing(clinic: Clinic, waiting: Report) -> None:
    clinic.desk = clinic.person("front-desk", "Frey")  # type: ignore[attr-defined]
    clinic.arrive(clinic.desk)  # type: ignore[attr-defined]
    client = clinic.at_work("desk")
    for way, told in (("assign", {"visit": clinic.visit.pk}), ("dismiss", {"reason": "A test"})):
        assert says(client, waiting, way, **told).status_code == 403, way
    waiting.refresh_from_db()
    assert waiting.status == "waiting"
    assert says(clinic.at_work("nurse"), waiting, "assign", visit=clinic.visit.pk).status_code == 303
    made = VitalSet.objects.get()
    assert client.post(f"/vitals/reports/{made.pk}/confirm", {"form_key": uuid7()}).status_code == 403
    assert not Confirmation.objects.exists()


def test_what_waits_at_another_site_is_not_shown_here_and_is_not_this_sites_to_settle(
    clinic: Clinic, elsewhere: Report
) -> None:
    client = clinic.at_work("ma")
    assert "Cuff of Elm Street" not in html(client) and "Everything that devices sent is matched" in html(client)
    answers = [
        says(client, elsewhere, "assign", visit=clinic.visit.pk), says(client, elsewhere, "dismiss", reason="A test")
    ]  # fmt: skip
    assert [one.status_code for one in answers] == [403, 403]
    elsewhere.refresh_from_db()
    assert elsewhere.status == "waiting" and not VitalSet.objects.exists()


def test_an_address_of_nothing_is_not_found(clinic: Clinic) -> None:
    client = clinic.at_work("ma")
    for where in ("assign", "dismiss", "confirm"):
        told = {"form_key": uuid7(), "visit": clinic.visit.pk, "reason": "A test"}
        assert client.post(f"/vitals/reports/{uuid7()}/{where}", told).status_code == 404, where


# --- the same signs on the rooming page


@pytest.fixture
def charted(clinic: Clinic, waiting: Report) -> VitalSet:
    """Signs of a device in the chart of who is roomed, confirmed by nobody."""
    actions.assign_report(clinic.as_(clinic.ma), inputs.AssignReport.of(report=waiting.pk, visit=clinic.visit.pk))
    return VitalSet.objects.get()


def rooming(client: Client, clinic: Clinic) -> str:
    return client.get(f"/rooming/{clinic.visit.pk}").content.decode()


def test_on_the_rooming_page_a_person_confirms_what_the_device_sent(clinic: Clinic, charted: VitalSet) -> None:
    client = clinic.at_work("ma")
    text = rooming(client, clinic)
    assert "Cuff 1 sent 3 values" in text and 'title="From Cuff 1">not confirmed' in text
    told = {"form_key": uuid7()}
    answers = [client.post(f"/rooming/{clinic.visit.pk}/vitals/confirm", told) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert Confirmation.objects.get().by == clinic.ma.actor_id
    text = rooming(client, clinic)
    assert "not confirmed" not in text and "sent 3 values" not in text and "128/82" in text
    assert AuditEntry.objects.filter(action="vitals.confirm", outcome="done").count() == 1


def test_on_the_rooming_page_it_is_refused_for_one_who_may_not_measure(clinic: Clinic, charted: VitalSet) -> None:
    clinic.desk = clinic.person("front-desk", "Frey")  # type: ignore[attr-defined]
    clinic.arrive(clinic.desk)  # type: ignore[attr-defined]
    answer = clinic.at_work("desk").post(f"/rooming/{clinic.visit.pk}/vitals/confirm", {"form_key": uuid7()})
    assert answer.status_code == 403 and not Confirmation.objects.exists()
    assert "not confirmed" in rooming(clinic.at_work("ma"), clinic)


def test_what_was_withdrawn_is_gone_from_the_grid_and_no_longer_asked_to_confirm(
    clinic: Clinic, charted: VitalSet
) -> None:
    client = clinic.at_work("ma")
    while row := Reading.objects.filter(of=charted, replaced_by=None, value__isnull=False).first():
        given = inputs.CorrectReading.of(reading=row.pk, reason="The cuff was on nobody")
        actions.correct(clinic.as_(clinic.ma), given)
    text = rooming(client, clinic)
    assert "Cuff 1 sent" not in text and "not confirmed" not in text
    assert 'name="systolic"' in text and 'name="pulse"' in text, "what is gone can be measured"
    assert "Entered in error" in text and "The cuff was on nobody" in text
    assert "Nothing that a device measured waits to be confirmed" in html(client)
