"""The authority in a living office: what each change of the office does to the ruling on the very next question."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from medassist.domain.credentials import actions as credentials
from medassist.domain.credentials.inputs import RevokeCredential, VerifyCredential, WithdrawSignOff
from medassist.domain.credentials.queries import office_day
from medassist.domain.delegation import actions, queries, rules
from medassist.domain.delegation.inputs import WithdrawPolicy
from medassist.domain.delegation.models import Policy, Stamp
from medassist.domain.office import actions as office_actions
from medassist.domain.office.inputs import AddSite, CheckIn, LeaveOffice
from medassist.kernel import authority, clock
from medassist.kernel.context import Actor
from medassist.kernel.errors import Conflict, Invalid, Refused
from medassist.kernel.identifiers import uuid7
from medassist.kernel.models import AuditEntry, Event
from medassist.kernel.ruling import Act
from medassist.kernel.testing import context
from tests.delegation.given import Office

pytestmark = pytest.mark.django_db(transaction=True)
SHOT = "injection.intramuscular"
ORDERED = {"orders": ["standing"], "ordered_by": ["MD"]}


def codes(ruling):
    return {need.code for need in ruling.needs}


def ask(ctx, act, **facts):
    return authority.rule(ctx, Act(act, facts), "patient/x")


@pytest.fixture
def office():
    return Office()


@pytest.fixture
def ready(office):
    """An assistant who may give an injection: each test takes one thing away."""
    office.doctor = office.provider()
    office.ma = office.assistant()
    office.sign_off = office.signs_off(office.doctor, office.ma, SHOT)
    office.signed = office.policy(SHOT, by=office.doctor)
    assert ask(office.as_(office.ma), SHOT, **ORDERED).allowed
    return office


def test_an_assistant_who_lacks_everything_is_told_everything(office):
    ma = office.assistant()
    ruling = ask(office.as_(ma), SHOT)
    assert ruling.decision == "needs"
    assert codes(ruling) == {"delegator", "supervision", "order", "training-hours", "demonstrations", "policy"}
    assert ruling.reasons[0].citation == "Cal. Bus. & Prof. Code §2069" and ruling.reasons[0].url.startswith("http")


def test_the_answer_changes_when_the_provider_leaves_and_comes_back(ready):
    ready.leave(ready.doctor)
    assert "supervision" in codes(ask(ready.as_(ready.ma), SHOT, **ORDERED))
    ready.arrive(ready.doctor)
    assert ask(ready.as_(ready.ma), SHOT, **ORDERED).allowed


def test_the_answer_changes_when_the_sign_off_is_withdrawn(ready):
    given = WithdrawSignOff.of(sign_off=ready.sign_off.pk, reason="Seen to miss the landmark")
    credentials.withdraw_sign_off(ready.as_(ready.doctor), given)
    assert codes(ask(ready.as_(ready.ma), SHOT, **ORDERED)) == {"training-hours", "demonstrations"}


def test_the_answer_changes_when_the_policy_is_withdrawn(ready):
    actions.withdraw_policy(ready.ctx, WithdrawPolicy.of(policy=ready.signed[0].pk, reason="To be rewritten"))
    assert codes(ask(ready.as_(ready.ma), SHOT, **ORDERED)) == {"policy"}


def test_a_policy_for_an_earlier_text_of_the_file_does_not_count(ready):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('medassist.action', 'test', false)")
        cursor.execute("UPDATE delegation_policy SET hash = repeat('0', 64)")
        cursor.execute("SELECT set_config('medassist.action', '', false)")
    ruling = ask(ready.as_(ready.ma), SHOT, **ORDERED)
    assert codes(ruling) == {"policy"} and "earlier text" in ruling.needs[0].text


def test_the_answer_changes_when_the_person_leaves_the_office(ready):
    office_actions.leave(ready.ctx, LeaveOffice.of(staff=ready.ma.pk, to_on=office_day() - timedelta(days=1)))
    assert ask(ready.as_(ready.ma), SHOT, **ORDERED).decision == "deny"


def test_a_licensed_role_needs_its_licence_verified_and_in_date(office):
    nurse = office.person("nurse", credentials_text="RN")
    assert codes(ask(office.as_(nurse), "vitals.measure")) == {"licence"}
    kept = office.holds(nurse, "RN", verified=False, kind="licence", state="US-CA")
    assert codes(ask(office.as_(nurse), "vitals.measure")) == {"licence"}
    credentials.verify(office.ctx, VerifyCredential.of(credential=kept.pk, source="BreEZe"))
    assert ask(office.as_(nurse), "vitals.measure").allowed
    credentials.revoke(office.ctx, RevokeCredential.of(credential=kept.pk, reason="Lapsed"))
    assert codes(ask(office.as_(nurse), "vitals.measure")) == {"licence"}


def test_a_licence_of_another_state_does_not_count(office):
    nurse = office.person("nurse")
    office.holds(nurse, "RN", kind="licence", state="US-NV")
    assert codes(ask(office.as_(nurse), "vitals.measure")) == {"licence"}


def test_an_expired_certificate_does_not_count():
    office = Office("US-AZ", "America/Phoenix")
    doctor, ma = office.provider(), office.assistant()
    office.policy(SHOT, by=doctor)
    today = office_day()
    office.holds(ma, "CMA (AAMA)", issued_on=today - timedelta(days=900), expires_on=today - timedelta(days=2))
    in_room = {**ORDERED, "supervision": "direct"}
    assert codes(ask(office.as_(ma), SHOT, **in_room)) == {"credential"}
    office.holds(ma, "CMA (AAMA)", issued_on=today, expires_on=today + timedelta(days=900))
    assert ask(office.as_(ma), SHOT, **in_room).allowed


def test_a_credential_counts_under_the_wording_of_the_file_once_somebody_read_it_so():
    office = Office("US-DE", "America/New_York")
    doctor, ma = office.provider(), office.assistant()
    office.policy(SHOT, by=doctor)
    office.holds(ma, "CMA (AAMA)")
    assert "credential" in codes(ask(office.as_(ma), SHOT, **ORDERED))
    office.holds(ma, "CCMA (NHA)", counts_as=["any current national medical assistant certification"])
    assert "credential" not in codes(ask(office.as_(ma), SHOT, **ORDERED))


def test_a_controlled_medicine_binds_on_top_of_the_route(ready):
    ruling = ask(ready.as_(ready.ma), SHOT, **ORDERED, controlled=True)
    assert ruling.decision == "needs" and {"order", "policy"} <= codes(ruling)


def test_administrative_work_waits_for_one_signature(office):
    clerk = office.person("front-desk")
    assert codes(ask(office.as_(clerk), "schedule.manage")) == {"policy"}
    office.policy("schedule.manage")
    assert ask(office.as_(clerk), "schedule.manage").allowed
    assert ask(office.as_(clerk), "vitals.measure").decision == "deny"


def test_nobody_acts_at_a_site_where_they_hold_no_position(office):
    from medassist.domain.office.inputs import AddSite

    other = office_actions.add_site(
        office.ctx, AddSite.of(name="Elm Street", timezone="America/Los_Angeles", state="US-CA")
    )
    clerk = office.person("front-desk")
    assert ask(office.as_(clerk), "house.open_chart").allowed
    assert ask(office.as_(clerk, site=other.pk), "house.open_chart").decision == "deny"


def test_an_unknown_person_and_an_unknown_act_are_refused(office):
    stranger = context(actor=Actor(uuid7(), "person", "Nobody"), site=office.site.pk)
    assert ask(stranger, "house.open_chart").rule == "house/nobody"
    assert ask(office.ctx, "house.burn_down").rule == "house/no-such-act"


def test_only_a_manager_checks_others_in(office):
    ma, doctor = office.assistant(), office.provider(here=False)
    with pytest.raises(Refused):
        office_actions.check_in(office.as_(ma), CheckIn.of(staff=doctor.pk, site=office.site.pk))
    office_actions.check_in(office.ctx, CheckIn.of(staff=doctor.pk, site=office.site.pk))


def test_who_writes_down_for_another_is_ruled_by_the_one_who_did_it(ready):
    clerk = ready.person("front-desk")
    assert ask(ready.as_(clerk), SHOT, **ORDERED).decision == "deny"
    assert ask(ready.as_(clerk), SHOT, **ORDERED, performer=ready.ma.actor_id).allowed
    assert ask(ready.as_(ready.ma), SHOT, **ORDERED, performer=clerk.actor_id).decision == "deny"


def test_a_critical_value_is_acknowledged_by_who_has_a_licence_for_it_and_by_nobody_else(office):
    doctor, nurse = office.provider(), office.person("nurse", "Okafor", credentials_text="RN")
    assert ask(office.as_(doctor), "house.acknowledge_critical").allowed
    assert codes(ask(office.as_(nurse), "house.acknowledge_critical")) == {"licence"}
    office.holds(nurse, "RN", kind="licence", state="US-CA")
    assert ask(office.as_(nurse), "house.acknowledge_critical").allowed
    for role in ("medical-assistant", "front-desk", "biller", "student"):
        ruling = ask(office.as_(office.person(role)), "house.acknowledge_critical")
        assert (ruling.decision, ruling.rule) == ("deny", "house/role/house.acknowledge_critical"), role
    assert ask(office.ctx, "house.acknowledge_critical").decision == "deny"
    assert ask(context(site=office.site.pk), "house.acknowledge_critical").decision == "deny"


def test_only_the_system_ends_a_task_whose_ground_is_gone(office):
    for person in (office.provider(), office.assistant(), office.manager):
        assert ask(office.as_(person), "house.withdraw_task").decision == "deny"
    assert ask(context(site=office.site.pk), "house.withdraw_task").allowed


# --- software


# --- what the authority keeps in memory


def test_a_ruling_that_was_asked_before_costs_one_query(ready):
    ctx = ready.as_(ready.ma)
    ask(ctx, SHOT, **ORDERED)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        ask(ctx, SHOT, **ORDERED)
        ask(ctx, "house.open_chart")
    assert len(asked) == 2 and all("delegation_stamp" in q["sql"] for q in asked)


def test_what_was_rolled_back_leaves_nothing_in_memory(ready):
    from django.db import transaction

    from medassist.kernel import guard

    with pytest.raises(ZeroDivisionError), guard.open_house("test"), transaction.atomic():
        Policy.objects.update(withdrawn_at=clock.now())
        assert codes(ask(ready.as_(ready.ma), SHOT, **ORDERED)) == {"policy"}
        raise ZeroDivisionError
    assert ask(ready.as_(ready.ma), SHOT, **ORDERED).allowed


def test_without_a_stamp_nothing_is_kept(ready):
    from medassist.kernel import guard

    with guard.open_house("test"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM delegation_stamp")
    assert not Stamp.objects.exists()
    with CaptureQueriesContext(connection) as asked:
        assert ask(ready.as_(ready.ma), SHOT, **ORDERED).allowed
    assert len(asked) > 2


def test_a_ruling_on_yesterday_is_made_of_yesterday(ready):
    yesterday = ready.as_(ready.ma).but(at=clock.now() - timedelta(days=1))
    assert not ask(yesterday, SHOT, **ORDERED).allowed


# --- signing policies: done, refused, impossible, the same key twice


def test_signing_a_policy_keeps_what_was_read_and_tells(office):
    doctor = office.provider()
    [kept] = office.policy(SHOT, by=doctor)
    assert kept.read == list(queries.words("US-CA", SHOT)) and kept.hash == rules.state("US-CA").hash
    assert Event.objects.filter(name="delegation.policy_signed").count() == 1
    assert AuditEntry.objects.get(action="delegation.sign_policy").outcome == "done"


def test_a_policy_is_signed_by_a_manager_only(office):
    doctor, ma = office.provider(), office.assistant()
    given = actions.SignPolicy.of(
        acts=[SHOT], state="US-CA", hash=rules.state("US-CA").hash, text="Mine", read=True, approved_by=doctor.pk,
        review_on=office_day() + timedelta(days=30),
    )  # fmt: skip
    with pytest.raises(Refused):
        actions.sign_policy(office.as_(ma), given)
    assert AuditEntry.objects.get(action="delegation.sign_policy").outcome == "refused" and not Policy.objects.exists()


@pytest.mark.parametrize(
    ("field", "parts"),
    [
        ("acts", {"acts": ["injection.intravenous"]}),
        ("approved_by", {"approved_by": None}),
        ("review_on", {"review_on": date(2020, 1, 1)}),
        ("authority", {"acts": ["laser.operate"]}),
    ],
)
def test_a_policy_that_cannot_be_is_not_signed(office, field, parts):
    doctor = office.provider()
    with pytest.raises(Invalid) as why:
        office.policy(*parts.pop("acts", [SHOT]), by=doctor, **parts)
    assert field in why.value.faults


def test_a_policy_is_not_signed_unread_nor_for_a_file_that_changed(office):
    doctor = office.provider()
    with pytest.raises(Invalid):
        office.policy(SHOT, by=doctor, read=False)
    with pytest.raises(Conflict):
        office.policy(SHOT, by=doctor, hash="0" * 64)


def test_the_same_policy_sent_twice_is_signed_once(office):
    doctor = office.provider()
    given = actions.SignPolicy.of(
        acts=[SHOT], state="US-CA", hash=rules.state("US-CA").hash, text="Mine", read=True, approved_by=doctor.pk,
        review_on=office_day() + timedelta(days=30),
    )  # fmt: skip
    ctx = office.ctx.but(key="k1")
    assert [p.pk for p in actions.sign_policy(ctx, given)] == [p.pk for p in actions.sign_policy(ctx, given)]
    assert Policy.objects.count() == 1


def test_a_policy_narrows_and_never_widens(ready):
    actions.withdraw_policy(ready.ctx, WithdrawPolicy.of(policy=ready.signed[0].pk, reason="Tighter"))
    ready.policy(SHOT, by=ready.doctor, narrows={"demonstrations": 20, "order": "patient_specific"})
    ruling = ask(ready.as_(ready.ma), SHOT, **ORDERED)
    assert codes(ruling) == {"practice"} and len(ruling.needs) == 2


def test_what_a_person_may_is_answered_act_by_act(ready):
    answers = {a.act: a for a in queries.what_may(ready.ma.pk, ready.site.pk)}
    assert set(answers) == {*rules.acts().clinical, *rules.acts().administrative}
    assert answers[SHOT].status == "order" and answers["injection.intravenous"].status == "deny"
    assert answers["vitals.measure"].status == "needs" and answers[SHOT].stale


@pytest.mark.parametrize("moment", ["2026-11-24T00:30Z", "2026-11-24T07:59Z", "2026-11-24T08:01Z"])
def test_what_is_signed_in_the_evening_holds_at_once_whatever_day_it_is_elsewhere(monkeypatch, moment):
    monkeypatch.setattr(clock, "now", lambda: datetime.fromisoformat(moment))
    office = Office()
    doctor, ma = office.provider(), office.assistant()
    kept = office.signs_off(doctor, ma, SHOT)
    office.policy(SHOT, by=doctor)
    assert ask(office.as_(ma), SHOT, **ORDERED).allowed
    given = WithdrawSignOff.of(sign_off=kept.pk, reason="Seen to miss the landmark")
    credentials.withdraw_sign_off(office.as_(doctor), given)
    assert not ask(office.as_(ma), SHOT, **ORDERED).allowed


def test_in_north_dakota_the_nurse_in_the_building_delegates():
    office = Office("US-ND", "America/Chicago")
    doctor, ma, nurse = office.provider(), office.assistant(), office.person("nurse", "Olsen")
    office.holds(nurse, "RN", kind="licence", state="US-ND")
    office.policy("medication.oral", by=doctor)
    registration = "Medication Assistant III registration (needs a certificate from AAMA, NHA, NCCT or AMT)"
    office.holds(ma, "Medication Assistant III (ND)", counts_as=[registration])
    assert codes(ask(office.as_(ma), "medication.oral")) == {"delegator", "supervision"}
    office.arrive(nurse)
    assert ask(office.as_(ma), "medication.oral").allowed


def test_a_provider_at_another_site_of_the_state_is_within_reach():
    from medassist.domain.office.inputs import AddSite, GivePosition

    office = Office("US-TX", "America/Chicago")
    doctor, ma = office.provider(here=False), office.assistant()
    office.policy("wound.dressing", by=doctor)
    office.signs_off(doctor, ma, "wound.dressing", 1, 1)
    assert {"delegator", "supervision"} <= codes(ask(office.as_(ma), "wound.dressing", orders=["standing"]))
    other = office_actions.add_site(
        office.ctx, AddSite.of(name="Elm Street", timezone="America/Chicago", state="US-TX")
    )
    office_actions.give_position(office.ctx, GivePosition.of(staff=doctor.pk, site=other.pk, role="physician"))
    office_actions.check_in(office.as_(doctor, site=other.pk), CheckIn.of(staff=doctor.pk, site=other.pk))
    assert ask(office.as_(ma), "wound.dressing", orders=["standing"]).allowed


def test_who_works_at_one_site_does_not_act_on_what_lies_at_another(office):
    desk = office.person("front-desk")
    office.policy("schedule.manage")
    other = office_actions.add_site(
        office.ctx, AddSite.of(name="Elm Street", timezone="America/Los_Angeles", state="US-CA")
    )
    here = office.as_(desk)
    assert ask(here, "schedule.manage", site=office.site.pk).allowed
    assert not ask(here, "schedule.manage", site=other.pk).allowed
    assert not ask(here.but(site=other.pk), "schedule.manage").allowed
