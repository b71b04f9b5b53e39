"""Credentials recorded, verified, revoked; skills signed off and withdrawn: done, refused, impossible, sent twice."""

from datetime import date, timedelta

import pytest

from medassist.domain.credentials import actions, inputs, queries, rules
from medassist.domain.credentials.models import Credential, Revocation, SignOff
from medassist.kernel.errors import Conflict, Invalid, Missing, Refused
from medassist.kernel.identifiers import uuid7
from medassist.kernel.models import AuditEntry, Event
from tests.delegation.given import Office

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = queries.office_day


@pytest.fixture
def office():
    return Office()


def record(staff, **parts):
    start = {"staff": staff.pk, "kind": "certificate", "name": "CMA (AAMA)", "number": "123", "issuer": "AAMA"}
    return inputs.RecordCredential.of(**{**start, **parts})


def test_a_credential_counts_once_it_is_verified_and_until_it_is_revoked(office):
    ma = office.assistant()
    kept = actions.record(office.ctx, record(ma, counts_as=["any current national medical assistant certification"]))
    assert queries.standing_of([ma.pk])[ma.pk]["credentials"] == []
    actions.verify(office.ctx, inputs.VerifyCredential.of(credential=kept.pk, source="aama-ntl.org"))
    names = [name for name, *_ in queries.standing_of([ma.pk])[ma.pk]["credentials"]]
    assert names == ["CMA (AAMA)", "any current national medical assistant certification"]
    assert queries.wallet(ma.pk)[0]["good"]
    actions.revoke(office.ctx, inputs.RevokeCredential.of(credential=kept.pk, reason="Lapsed"))
    assert queries.standing_of([ma.pk])[ma.pk]["credentials"] == [] and not queries.wallet(ma.pk)[0]["good"]
    assert Credential.objects.count() == 1 and Revocation.objects.get().reason == "Lapsed"
    told = [event.name for event in Event.objects.filter(name__startswith="credentials.").order_by("id")]
    assert told == ["credentials.recorded", "credentials.verified", "credentials.revoked"]


def test_a_credential_counts_within_its_dates(office):
    ma = office.assistant()
    office.holds(ma, "RMA (AMT)", issued_on=TODAY() - timedelta(days=10), expires_on=TODAY())
    held = lambda on: queries.standing_of([ma.pk], on)[ma.pk]["credentials"]  # noqa: E731
    assert held(TODAY()) and not held(TODAY() + timedelta(days=1))


def test_a_revocation_from_next_week_lets_it_count_until_then(office):
    ma = office.assistant()
    kept = office.holds(ma, "RMA (AMT)")
    week = TODAY() + timedelta(days=7)
    actions.revoke(office.ctx, inputs.RevokeCredential.of(credential=kept.pk, reason="Leaves", from_on=week))
    assert queries.standing_of([ma.pk])[ma.pk]["credentials"]
    assert not queries.standing_of([ma.pk], week)[ma.pk]["credentials"]


def test_only_a_manager_records_credentials(office):
    ma = office.assistant()
    with pytest.raises(Refused):
        actions.record(office.as_(ma), record(ma))
    assert AuditEntry.objects.get(action="credentials.record").outcome == "refused" and not Credential.objects.exists()


@pytest.mark.parametrize(
    "parts",
    [
        {"kind": "licence", "name": "Wizard", "state": "US-CA"},
        {"kind": "licence", "name": "RN"},
        {"issued_on": "2026-05-01", "expires_on": "2026-04-01"},
        {"name": ""},
        {"state": "California"},
        {"kind": "licence", "name": "MD", "state": "US-ZZ"},
    ],
)
def test_a_credential_that_cannot_be_is_not_recorded(office, parts):
    with pytest.raises(Invalid):
        record(office.manager, **parts)


@pytest.mark.parametrize(
    ("parts", "field", "why"),
    [
        ({"issued_on": date(1, 1, 1)}, "issued_on", "No day before 1940 is kept"),
        ({"expires_on": date(9999, 12, 31)}, "expires_on", "more than 50 years ahead"),
        ({"issued_on": date(9999, 1, 1)}, "issued_on", "more than 50 years ahead"),
        ({"kind": "tb", "name": "TB test", "issued_on": date(2090, 1, 1)}, "issued_on", "not there yet"),
        ({"kind": "immunity", "name": "Hepatitis B", "issued_on": date(2090, 1, 1)}, "issued_on", "not there yet"),
    ],
)
def test_days_that_cannot_be_are_told_beside_their_field(office, parts, field, why):
    with pytest.raises(Invalid) as no:
        actions.record(office.ctx, record(office.assistant(), **parts))
    assert why in no.value.faults[field][0] and not Credential.objects.exists()


def test_what_begins_next_week_and_lasts_fifty_years_is_kept(office):
    kept = record(office.assistant(), issued_on=TODAY() + timedelta(days=7), expires_on=date(TODAY().year + 50, 1, 1))
    assert actions.record(office.ctx, kept).expires_on


def test_another_number_over_the_same_days_is_asked_about_by_kind_certification_and_state(office):
    ma, days = office.assistant(), {"issued_on": TODAY(), "expires_on": TODAY() + timedelta(days=900)}
    actions.record(office.ctx, record(ma, **days))
    for parts in ({"number": "124"}, {"number": "124", "name": "CMA"}, {"number": "124", "expires_on": TODAY()}):
        with pytest.raises(Invalid) as no:
            actions.record(office.ctx, record(ma, **{**days, **parts}))
        assert "number 123; these days overlap. Is this its renewal?" in no.value.doubts["issued_on"][0]
    later = {"issued_on": TODAY() + timedelta(days=901), "expires_on": TODAY() + timedelta(days=1800)}
    actions.record(office.ctx, record(ma, number="125", **later))
    actions.record(office.ctx, record(ma, number="126", name="RMA (AMT)", issuer="AMT", **days))
    actions.record(office.ctx, record(ma, number="124", confirmed=["issued_on"], **days))
    assert Credential.objects.count() == 4


def test_a_licence_of_another_state_and_a_second_test_or_dose_overlap_with_nothing(office):
    nurse = office.person("nurse", "Voss")
    for state in ("US-CA", "US-NV"):
        office.holds(nurse, "RN", kind="licence", state=state, number="77")
    for week in (9, 5, 1):
        office.holds(nurse, "TB test", kind="tb", issued_on=TODAY() - timedelta(weeks=week))
    assert Credential.objects.count() == 5


def test_the_number_of_another_person_is_asked_about_and_whose_it_is_told_to_managers_alone(office):
    ma, other = office.assistant(), office.person("medical-assistant", "Boateng", given="Kofi")
    office.holds(other, "CMA (AAMA)", number="ab-1")
    with pytest.raises(Invalid) as no:
        actions.record(office.ctx, record(ma, number="AB-1"))
    assert no.value.doubts["number"] == ["AB-1 is on record as Kofi Boateng's number. Is it this person's?"]
    with pytest.raises(Invalid) as no:
        actions.record(office.as_(ma), record(ma, number="AB-1").model_copy(update={"staff": None}))
    assert "another person" in no.value.doubts["number"][0] and "Boateng" not in str(no.value)
    actions.record(office.ctx, record(ma, number="AB-1", confirmed=["number"]))
    office.holds(ma, "RMA (AMT)", number="99")
    office.holds(other, "CCMA (NHA)", number="99")


def test_the_same_credential_is_recorded_once(office):
    ma = office.assistant()
    ctx = office.ctx.but(key="k")
    assert actions.record(ctx, record(ma)).pk == actions.record(ctx, record(ma)).pk
    with pytest.raises(Conflict):
        actions.record(office.ctx, record(ma))
    with pytest.raises(Conflict):
        actions.record(ctx, record(ma, number="124"))


def test_what_is_not_there_is_missing(office):
    with pytest.raises(Missing):
        actions.record(office.ctx, inputs.RecordCredential.of(staff=uuid7(), kind="certificate", name="X"))
    with pytest.raises(Missing):
        actions.verify(office.ctx, inputs.VerifyCredential.of(credential=uuid7(), source="nowhere"))
    with pytest.raises(Missing):
        actions.revoke(office.ctx, inputs.RevokeCredential.of(credential=uuid7(), reason="nothing"))


def test_skills_add_up_by_act_and_route_until_one_is_withdrawn(office):
    doctor, ma = office.provider(), office.assistant()
    act = "immunization.administer"
    office.signs_off(doctor, ma, act, 6, 4, route="intramuscular")
    second = office.signs_off(doctor, ma, act, 4, 6, route="intramuscular")
    office.signs_off(doctor, ma, act, 1, 1)
    skills = queries.standing_of([ma.pk])[ma.pk]["skills"]
    assert skills[f"{act}/intramuscular"][:2] == (11, 11) and skills[act][:2] == (1, 1)
    given = inputs.WithdrawSignOff.of(sign_off=second.pk, reason="Counted twice")
    actions.withdraw_sign_off(office.as_(doctor), given)
    assert queries.standing_of([ma.pk])[ma.pk]["skills"][f"{act}/intramuscular"][:2] == (7, 5)
    with pytest.raises(Conflict):
        actions.withdraw_sign_off(office.as_(doctor), given)
    assert len(queries.skills(ma.pk)) == 3


def test_a_skill_is_signed_by_a_licensed_person_and_never_by_oneself(office):
    doctor, ma = office.provider(), office.assistant()
    unlicensed = office.person("nurse")
    for signer in (ma, office.manager, unlicensed):
        with pytest.raises(Refused):
            office.signs_off(signer, ma, "vitals.measure")
    with pytest.raises(Invalid):
        office.signs_off(doctor, doctor, "vitals.measure")
    with pytest.raises(Invalid):
        office.signs_off(doctor, ma, "vitals.measure", signed_on=TODAY() + timedelta(days=3))
    assert not SignOff.objects.exists()


@pytest.mark.parametrize(
    ("parts", "field", "why"),
    [
        ({"signed_on": 0, "expires_on": -1}, "expires_on", "It would end before it begins."),
        ({"expires_on": -1}, "expires_on", "It would end before it begins."),
        ({"expires_on": 20_000}, "expires_on", "more than 50 years ahead"),
        ({"signed_on": -40_000}, "signed_on", "No day before 1940"),
        ({"hours": 0, "shown": 0}, "hours", "Say the hours of training"),
        ({"how": ""}, "how", "on a patient or in simulation"),
    ],
)
def test_a_sign_off_that_cannot_be_is_told_beside_its_field(office, parts, field, why):
    doctor, ma = office.provider(), office.assistant()
    parts = {name: TODAY() + timedelta(days=day) if isinstance(day, int) and name.endswith("_on") else day
             for name, day in parts.items()}  # fmt: skip
    with pytest.raises(Invalid) as no:
        office.signs_off(doctor, ma, "vitals.measure", **parts)
    assert why in no.value.faults[field][0] and not SignOff.objects.exists()


def test_training_alone_is_signed_off_without_saying_how_it_was_seen(office):
    doctor, ma = office.provider(), office.assistant()
    assert office.signs_off(doctor, ma, "vitals.measure", 4, 0).how == ""


def test_a_skill_signed_twice_under_one_key_counts_once(office):
    doctor, ma = office.provider(), office.assistant()
    given = inputs.SignOffSkill.of(staff=ma.pk, skill="vitals.measure", hours=2, demonstrations=3, how="patient")
    ctx = office.as_(doctor, key="k")
    assert actions.sign_off(ctx, given).pk == actions.sign_off(ctx, given).pk
    assert queries.standing_of([ma.pk])[ma.pk]["skills"]["vitals.measure"][:2] == (2, 3)


def test_a_standing_of_many_takes_two_queries(office, django_assert_num_queries):
    people = [office.assistant().pk for _ in range(5)]
    today = TODAY()
    with django_assert_num_queries(2):
        queries.standing_of(people, today)


def test_sums_are_by_act_and_by_route():
    rows = [
        {"act": "a.b", "route": "", "hours": 1},
        {"act": "a.b", "route": "x", "hours": 2},
        {"act": "c.d", "route": "x", "hours": 4},
    ]
    found = {key: sum(row["hours"] for row in own) for key, own in rules.summed(rows).items()}
    assert found == {"a.b": 1, "a.b/x": 3, "c.d/x": 4}
