"""Logs of work and practicum: heard of, entered, corrected, signed; done, refused, impossible, sent twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import InternalError, ProgrammingError, connections, transaction

from medassist.domain.credentials import actions, inputs, queries, rules
from medassist.domain.credentials.models import PracticumDay, Signature, Work
from medassist.interfaces.jobs import deliveries
from medassist.kernel import guard
from medassist.kernel.context import system_context
from medassist.kernel.errors import Conflict, Invalid, Missing, Refused
from medassist.kernel.identifiers import uuid7
from medassist.kernel.models import AuditEntry, Event
from tests.delegation.given import Office
from tests.office.given import given_patient
from tests.vitals.given import given_set

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = queries.office_day


@pytest.fixture
def office():
    made = Office()
    made.doctor, made.ma = made.provider(), made.assistant()
    return made


def enter(office, ctx=None, **parts):
    start = {"work": "specimen.venipuncture", "count": 3, "how": "patient", "on": TODAY(),
             "supervisor": office.doctor.pk}  # fmt: skip
    return actions.enter_work(ctx or office.as_(office.ma), inputs.EnterWork.of(**{**start, **parts}))


def day(office, ctx=None, **parts):
    start = {"place": "Oak Clinic", "begins": "08:00", "ends": "16:30", "pause": 30, "part": "clinical",
             "on": TODAY() - timedelta(days=1), "supervisor": office.doctor.pk}  # fmt: skip
    return actions.enter_practicum(ctx or office.as_(office.ma), inputs.EnterPracticum.of(**{**start, **parts}))


def seen(office, signer=None):
    return queries.digest(map(queries.line, queries.unsigned(office.ma.pk, (signer or office.doctor).pk)))


def sign(office, hash=None, signer=None, **parts):
    given = inputs.SignLog.of(staff=office.ma.pk, seen=hash or seen(office, signer))
    return actions.sign_log(office.as_(signer or office.doctor, **parts), given)


def toward(office, who, what):
    rows = queries.towards(office.ma.pk, TODAY())
    return next(one for one in rows if (one["requirement"].who, one["requirement"].what) == (who, what))


def last(action):
    return AuditEntry.objects.filter(action=action).order_by("-id").first().outcome


def tell():
    deliveries.plan()
    while deliveries.deliver():
        deliveries.plan()


def test_vital_signs_that_somebody_took_are_evidence_once_however_often_it_is_told(office, settings):
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_yes"
    patient = given_patient()
    given_set(patient, office.as_(office.ma))
    given_set(patient, office.as_(office.doctor))
    given_set(patient, system_context(site=office.site.pk))
    settings.MEDASSIST_AUTHORITY = "medassist.domain.delegation.queries.rule"
    tell()
    tell()
    kept = Work.objects.get()
    assert (kept.staff, kept.act, kept.count, kept.how) == (office.ma, "vitals.measure", 1, "patient")
    told = Event.objects.filter(name="vitals.taken", actor=office.ma.actor_id).get()
    assert kept.event == told.pk and kept.supervisor is None
    again = inputs.HearOfWork.of(staff=office.ma.pk, work="vitals.measure", event=told.pk, on=TODAY())
    assert actions.hear_of_work(system_context(), again).pk == kept.pk and Work.objects.count() == 1
    assert queries.done_by_act(office.ma.pk) == {"vitals.measure": {"have": 1, "signed": 1}}


def test_only_the_house_itself_tells_of_work_done_in_it(office):
    given = inputs.HearOfWork.of(staff=office.ma.pk, work="vitals.measure", event=uuid7(), on=TODAY())
    for who in (office.ctx, office.as_(office.ma), office.as_(office.doctor)):
        with pytest.raises(Refused):
            actions.hear_of_work(who, given)
    assert last("credentials.hear_of_work") == "refused" and not Work.objects.exists()


def test_work_entered_by_hand_counts_once_its_supervisor_signed_it(office):
    first = enter(office, office.as_(office.ma, key="k"))
    assert enter(office, office.as_(office.ma, key="k")).pk == first.pk and Work.objects.count() == 1
    enter(office, how="simulation", count=5)
    found = toward(office, "CPT-NHA", "Venipuncture")
    assert (found["requirement"].number, found["have"], found["signed"], found["left"]) == (30, 3, 0, 30)
    assert toward(office, "CCMA-CCBMA", "Venipuncture")["have"] == 8
    kept = sign(office)
    assert kept.rows == 2 and toward(office, "CPT-NHA", "Venipuncture")["left"] == 27
    assert (
        Event.objects.filter(name="credentials.work_entered").count() == 2 and last("credentials.enter_work") == "done"
    )


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"count": 0}, "count"),
        ({"count": rules.MOST + 1}, "count"),
        ({"work": "surgery.perform"}, "work"),
        ({"how": "in a dream"}, "how"),
        ({"replaces": "00000000-0000-7000-8000-000000000009"}, "why"),
    ],
)
def test_work_that_cannot_be_is_told_beside_its_field(office, parts, field):
    with pytest.raises(Invalid) as no:
        enter(office, **parts)
    assert list(no.value.faults) == [field] and not Work.objects.exists()


def test_a_supervisor_is_another_person_with_a_licence_and_the_day_has_been(office):
    for supervisor in (office.ma, office.manager):
        with pytest.raises(Invalid) as no:
            enter(office, supervisor=supervisor.pk)
        assert list(no.value.faults) == ["supervisor"]
    with pytest.raises(Invalid):
        enter(office, on=TODAY() + timedelta(days=2))
    with pytest.raises(Refused):
        enter(office, system_context())
    assert last("credentials.enter_work") == "refused" and not Work.objects.exists()


def test_hours_of_practicum_are_the_time_less_the_pause_and_count_once_signed(office):
    first = day(office, office.as_(office.ma, key="k"))
    assert day(office, office.as_(office.ma, key="k")).pk == first.pk and first.minutes == 480
    day(office, on=TODAY() - timedelta(days=2), ends="12:00", pause=0)
    found = toward(office, "RMA-AMT", "Externship")
    assert (found["requirement"].number, found["have"], found["signed"]) == (160, 12, 0)
    sign(office)
    assert toward(office, "RMA-AMT", "Externship")["signed"] == 12
    assert Event.objects.filter(name="credentials.practicum_entered").count() == 2


def test_hours_that_are_not_over_by_the_clock_of_the_site_are_not_entered(office):
    noon = datetime.combine(TODAY(), time(12), ZoneInfo(office.site.timezone))
    now = office.as_(office.ma, at=noon.astimezone(UTC))
    with pytest.raises(Invalid) as no:
        day(office, now, on=TODAY(), ends="12:01")
    assert no.value.faults == {"ends": ["These hours are not over yet."]}
    assert day(office, now, on=TODAY(), ends="12:00").minutes == 210


@pytest.mark.parametrize("on", [date(1, 1, 1), date(1900, 5, 5), date(2099, 1, 1)])
def test_work_and_practicum_lie_within_a_working_life_and_not_ahead(office, on):
    for made in (enter, day):
        with pytest.raises(Invalid) as no:
            made(office, on=on)
        assert list(no.value.faults) == ["on"]


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"begins": "16:00", "ends": "08:00"}, "ends"),
        ({"begins": "08:00", "ends": "08:00"}, "ends"),
        ({"pause": 510}, "pause"),
        ({"place": ""}, "place"),
        ({"on": "2026-02-30"}, "on"),
    ],
)
def test_a_day_that_cannot_be_is_told_beside_its_field(office, parts, field):
    with pytest.raises(Invalid) as no:
        day(office, **parts)
    assert list(no.value.faults) == [field] and not PracticumDay.objects.exists()


def test_the_same_hours_are_logged_once(office):
    first = day(office)
    with pytest.raises(Invalid) as no:
        day(office, begins="16:00", ends="18:00")
    assert no.value.faults["begins"] == ["08:00 to 16:30 of this day is in the log already."]
    day(office, begins="16:30", ends="18:00", pause=0)
    second = day(office, ends="16:00", replaces=first.pk, why="Left at four")
    assert [one.pk for one in queries.practicum(office.ma.pk)][1] == second.pk and PracticumDay.objects.count() == 3


def test_a_correction_adds_a_row_and_nobody_corrects_what_is_not_theirs(office):
    first = enter(office)
    second = enter(office, count=2, replaces=first.pk, why="Two, not three")
    assert [(one.pk, one.count) for one in queries.work(office.ma.pk)] == [(second.pk, 2)]
    with pytest.raises(Conflict):
        enter(office, count=1, replaces=first.pk, why="Once more")
    with pytest.raises(Missing):
        day(office, replaces=second.pk, why="A day is no stick")
    other = office.as_(office.person("medical-assistant", "Boateng"))
    with pytest.raises(Missing):
        enter(office, other, replaces=second.pk, why="Not mine")
    with pytest.raises(Missing):
        actions.take_back_entry(other, inputs.TakeBackEntry.of(entry=second.pk, why="Not mine"))
    ctx, given = office.as_(office.ma, key="k"), inputs.TakeBackEntry.of(entry=second.pk, why="It was somebody else")
    assert actions.take_back_entry(ctx, given).pk == actions.take_back_entry(ctx, given).pk
    assert not queries.work(office.ma.pk) and Work.objects.count() == 3
    with pytest.raises((InternalError, ProgrammingError)), guard.open_house("test"), transaction.atomic():
        Work.objects.update(count=30)


def test_what_the_house_heard_of_is_not_taken_back_by_hand(office):
    given = inputs.HearOfWork.of(staff=office.ma.pk, work="vitals.measure", event=uuid7(), on=TODAY())
    kept = actions.hear_of_work(system_context(), given)
    with pytest.raises(Conflict):
        actions.take_back_entry(office.as_(office.ma), inputs.TakeBackEntry.of(entry=kept.pk, why="No, it was not"))


def test_a_signature_says_exactly_which_rows_were_signed(office):
    enter(office)
    day(office)
    hash, rows = seen(office), [one.pk for one in queries.unsigned(office.ma.pk, office.doctor.pk)]
    kept = sign(office, hash, key="k")
    given = inputs.SignLog.of(staff=office.ma.pk, seen=hash)
    assert actions.sign_log(office.as_(office.doctor, key="k"), given).pk == kept.pk and Signature.objects.count() == 1
    assert (kept.sha256, kept.rows, kept.signer) == (hash, 2, office.doctor)
    assert sorted(one.work_id or one.day_id for one in kept.signed.all()) == rows
    assert [one["whole"] for one in queries.signatures(office.ma.pk)] == [True]
    assert AuditEntry.objects.get(action="credentials.sign_log").outcome == "done"
    assert Event.objects.filter(name="credentials.log_signed").count() == 1
    with pytest.raises(Conflict):
        sign(office)


def test_a_log_that_changed_after_it_was_shown_is_not_signed(office):
    enter(office)
    hash = seen(office)
    enter(office, count=9)
    with pytest.raises(Conflict) as no:
        sign(office, hash)
    assert "changed since you looked" in str(no.value) and not Signature.objects.exists()
    with pytest.raises(Invalid):
        inputs.SignLog.of(staff=office.ma.pk, seen="yes")


def test_one_signs_what_names_oneself_and_nobody_signs_their_own(office):
    other = office.provider("NP")
    enter(office)
    enter(office, supervisor=other.pk)
    assert sign(office, signer=other).rows == 1 and sign(office).rows == 1
    for who in (office.ma, office.manager, office.person("nurse", "Okafor")):
        with pytest.raises(Refused):
            sign(office, "0" * 64, signer=who)
    with pytest.raises(Invalid):
        actions.sign_log(office.as_(office.doctor), inputs.SignLog.of(staff=office.doctor.pk, seen="0" * 64))


def test_a_correction_after_the_signature_is_signed_anew_and_the_old_one_stays_whole(office):
    first = enter(office)
    sign(office)
    enter(office, count=2, replaces=first.pk, why="Two, not three")
    assert toward(office, "CPT-NHA", "Venipuncture")["signed"] == 0
    assert sign(office).rows == 1 and toward(office, "CPT-NHA", "Venipuncture")["signed"] == 2
    assert [one["whole"] for one in queries.signatures(office.ma.pk)] == [True, True]


def test_training_hours_are_the_longest_signed_off_and_are_not_added_up(office):
    for act in ("injection.intramuscular", "injection.subcutaneous"):
        office.signs_off(office.doctor, office.ma, act, 6, 10, how="simulation")
    rows = [one for one in queries.towards(office.ma.pk, TODAY()) if one["requirement"].unit == "training hours"]
    assert [(one["signed"], one["left"]) for one in rows] == [(6, 4), (0, 10)]
    assert {one.how for one in queries.skills(office.ma.pk)} == {"simulation"}


def test_every_number_of_the_data_that_asks_for_work_is_shown_with_its_source():
    found = rules.requirements(rules.book())
    asked = {(one.who, one.what, one.number, one.live) for one in found}
    assert {("CPT-NHA", "Venipuncture", 30, True), ("CPT-NHA", "Finger or heel stick", 10, True),
            ("CCMA-CCBMA", "Skin test placed", 10, False), ("RMA-AMT", "Externship", 160, False)} <= asked  # fmt: skip
    assert all(one.source and one.source.url and one.confidence for one in found)
    kinds = set(rules.kinds())
    assert all(set(one.acts) <= kinds for one in found)


def test_one_event_that_two_tell_of_at_once_is_one_line(office):
    given = inputs.HearOfWork.of(staff=office.ma.pk, work="vitals.measure", event=uuid7(), on=TODAY())

    def hear(_):
        try:
            return actions.hear_of_work(system_context("jobs", key=str(given.event)), given).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(hear, range(4)))) == 1
    assert Work.objects.count() == 1
