"""Tasks that follow from a wallet and a log: a card to verify, lines to sign; one each, and they end by themselves."""

from datetime import timedelta

import pytest

from medassist.domain.credentials import actions, inputs, queries
from medassist.domain.worklist.models import Task
from medassist.interfaces.jobs import deliveries
from tests.delegation.given import Office

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office():
    made = Office()
    made.doctor, made.ma = made.provider(), made.assistant()
    return made


def tell():
    deliveries.plan()
    while deliveries.deliver():
        deliveries.plan()
    assert not deliveries.Delivery.objects.exclude(error="").exists()


def tasks(kind):
    return list(Task.objects.filter(kind=kind).order_by("id").values_list("status", "owner__family", "pool"))


def hand_in(office, **parts):
    start = {"kind": "cpr", "name": "BLS Provider", "number": "1"}
    return actions.record(office.as_(office.ma), inputs.RecordCredential.of(**{**start, **parts}))


def enter(office, ctx=None, **parts):
    start = {"work": "specimen.venipuncture", "how": "patient", "on": queries.office_day(),
             "supervisor": office.doctor.pk}  # fmt: skip
    return actions.enter_work(ctx or office.as_(office.ma), inputs.EnterWork.of(**{**start, **parts}))


def sign(office, signer, person):
    seen = queries.digest(map(queries.line, queries.unsigned(person.pk, signer.pk)))
    return actions.sign_log(office.as_(signer), inputs.SignLog.of(staff=person.pk, seen=seen))


def verify(office, card):
    actions.verify(office.ctx, inputs.VerifyCredential.of(credential=card.pk, source="the card"))


def test_a_card_that_was_handed_in_is_one_task_of_the_managers_until_it_is_verified(office):
    card = hand_in(office)
    tell()
    tell()
    assert tasks("credential-to-verify") == [("open", None, "managers")]
    assert Task.objects.get(kind="credential-to-verify").title == "Verify BLS Provider of Ana Reyes"
    verify(office, card)
    tell()
    assert tasks("credential-to-verify") == [("done", None, "managers")]


@pytest.mark.parametrize("kind", ["tb", "immunity"])
def test_a_task_that_the_whole_site_sees_names_no_test_and_no_dose(office, kind):
    hand_in(office, name="QuantiFERON, negative", kind=kind)
    tell()
    assert Task.objects.get(kind="credential-to-verify").title == "Verify health record of Ana Reyes"


def test_a_card_that_is_refused_or_taken_back_is_no_task_any_more(office):
    first, second = hand_in(office), hand_in(office, name="HIPAA training", kind="training", number="2")
    tell()
    actions.revoke(office.ctx, inputs.RevokeCredential.of(credential=first.pk, reason="Not in the register"))
    actions.take_back(office.as_(office.ma), inputs.TakeBackCredential.of(credential=second.pk, why="Not mine"))
    tell()
    assert {status for status, *_ in tasks("credential-to-verify")} == {"cancelled"}


def test_what_a_manager_records_or_verified_before_the_event_was_told_is_no_task(office):
    office.holds(office.ma, "CMA (AAMA)", verified=False)
    verify(office, hand_in(office))
    tell()
    assert not Task.objects.filter(kind="credential-to-verify").exists()


def test_a_supervisor_has_one_task_while_lines_of_anybody_wait(office):
    other = office.person("medical-assistant", "Boateng")
    for _ in range(3):
        enter(office)
    enter(office, office.as_(other))
    tell()
    assert tasks("log-to-sign") == [("open", "Hale", "providers")]
    sign(office, office.doctor, office.ma)
    tell()
    assert tasks("log-to-sign") == [("open", "Hale", "providers")], "the other person's line waits still"
    sign(office, office.doctor, other)
    tell()
    assert {status for status, *_ in tasks("log-to-sign")} == {"cancelled"}
    enter(office)
    tell()
    assert [status for status, *_ in tasks("log-to-sign")] == ["cancelled", "open"]


def test_a_line_that_is_taken_back_or_names_another_supervisor_asks_the_first_no_more(office):
    nurse = office.provider("NP")
    first = enter(office)
    tell()
    second = enter(office, supervisor=nurse.pk, replaces=first.pk, why="It was the nurse who saw it")
    tell()
    assert sorted(tasks("log-to-sign")) == [("cancelled", "Hale", "providers"), ("open", "Hale", "providers")]
    assert Task.objects.get(kind="log-to-sign", status="open").owner == nurse
    actions.take_back_entry(office.as_(office.ma), inputs.TakeBackEntry.of(entry=second.pk, why="It was none"))
    tell()
    assert {status for status, *_ in tasks("log-to-sign")} == {"cancelled"}


def test_a_day_of_practicum_is_a_task_of_its_supervisor(office):
    given = inputs.EnterPracticum.of(
        place="Oak Clinic", begins="08:00", ends="12:00", part="clinical", supervisor=office.doctor.pk,
        on=queries.office_day() - timedelta(days=1),
    )  # fmt: skip
    actions.enter_practicum(office.as_(office.ma), given)
    tell()
    assert tasks("log-to-sign") == [("open", "Hale", "providers")]
