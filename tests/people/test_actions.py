"""People, actions: done, refused, impossible, the same key twice; versions, duplicates, numbers."""

import threading
from datetime import date
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, connections, transaction

from medassist.domain.people import actions, queries
from medassist.domain.people.actions import words
from medassist.domain.people.inputs import (
    AddAlert,
    AdoptPatients,
    ChangeDemographics,
    EndAlert,
    RegisterPatient,
    SetConsentToText,
    SetPhoto,
)
from medassist.domain.people.models import Alert, Identifier, Patient, Photo, Version, Word
from medassist.domain.people.rules import numbers
from medassist.kernel.errors import Conflict, Invalid, Missing, Refused
from medassist.kernel.identifiers import uuid7
from medassist.kernel.models import AuditEntry, Event
from medassist.kernel.testing import context
from tests.people.given import given_patient, phone

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
NAMES = [{"family": "Ortega", "given": ["Marisol"]}]
SSN = {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "219-09-9999"}


def resource(**more):
    return {"resourceType": "Patient", "id": str(uuid7()), "name": NAMES, "birthDate": "1983-03-04", **more}


def test_a_patient_is_registered_with_a_number_of_ours_and_leaves_entry_and_event(yes):
    one = given_patient(telecoms=[phone("415-555-2671")], identifiers=[{"system": "urn:x", "value": "A-17"}])
    assert numbers.mrn_fits(one.mrn) and str(one) == "Ortega, Marisol"
    entry, event = AuditEntry.objects.get(), Event.objects.get()
    assert (entry.action, entry.act, entry.outcome, entry.patient) == (
        "people.register",
        "records.manage",
        "done",
        one.id,
    )
    assert (event.name, event.patient) == ("people.registered", one.id)
    assert queries.by_mrn(one.mrn) == queries.by_identifier("urn:x", "A-17") == one.id
    assert queries.by_identifier(queries.own_system(), one.mrn) == one.id
    assert set(Word.objects.values_list("word", flat=True)) == {"ortega", "marisol"}


def test_registering_is_refused_by_an_authority_that_says_no(no):
    with pytest.raises(Refused):
        given_patient()
    assert not Patient.objects.exists() and AuditEntry.objects.get().outcome == "refused"


def test_the_same_key_twice_is_one_patient(yes):
    ctx = context(key="form-1")
    one, again = given_patient(ctx=ctx), given_patient(ctx=ctx)
    assert one.id == again.id and Patient.objects.count() == 1
    with pytest.raises(Conflict):
        given_patient(family="Other", ctx=ctx)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"names": []}, "names"),
        ({"names": [{"family": "", "given": []}]}, "names"),
        ({"names": [{"family": 7}]}, "names"),
        ({"names": [{"family": "x" * 10_000}]}, "names"),
        ({"birth_date": "1983-02-31"}, "birth_date"),
        ({"birth_date": "yesterday"}, "birth_date"),
        ({"gender": "F"}, "gender"),
        ({"birth_sex": "girl"}, "birth_sex"),
        ({"race": ["white"]}, "race"),
        ({"telecoms": ["415"]}, "telecoms"),
        ({"telecoms": "415"}, "telecoms"),
        ({"deceased": "maybe"}, "deceased"),
        ({"marital_status": "Q"}, "marital_status"),
        ({"identifiers": [{"value": 12}]}, "identifiers"),
        ({"names": [{"family": "A\x00B"}]}, ""),
        ({"addresses": [{"line": ["1 Oak\x00"]}]}, ""),
        ({"names": [{"family": "half \ud83d"}]}, ""),
        ({"unknown": 1}, "unknown"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(given, field):
    with pytest.raises(Invalid) as why:
        RegisterPatient.of(**{"names": NAMES, **given})
    assert not why.value.doubts and any(name.split(".")[0] == field for name in why.value.faults)


def test_somebody_known_by_a_number_alone_is_registered_and_found_by_it(yes):
    one = given_patient(names=[], born="", identifiers=[{"system": "urn:x", "value": "DOE-0042"}])
    assert queries.find("doe-0042").lines[0]["id"] == one.id
    assert queries.brief([one.id])[one.id]["name"] == "Unknown"


def test_text_that_only_looks_like_a_nul_is_fine(yes):
    one = given_patient(addresses=[{"line": [r"C:\u0000\tmp"]}])
    one.refresh_from_db()
    assert one.addresses[0]["line"] == [r"C:\u0000\tmp"]


@pytest.mark.parametrize(
    "family",
    ["O'Brien", "Nguyễn", "山田", "محمد", "Иванов", "שלום", "김", "Robert'); DROP TABLE people_patient;--",
     "<b>Bold</b>", "X" * 300, "A" + "\u0301" * 20, "de la Cruz-Núñez y Ávila de San Martín"],
)  # fmt: skip
def test_names_of_every_script_and_form_are_kept_to_the_letter_and_found_again(yes, family):
    one = given_patient(family=family, given="Zoë")
    one.refresh_from_db()
    assert one.names[0]["family"] == family
    assert [line["id"] for line in queries.find(family).lines] == [one.id]


@pytest.mark.parametrize(("family", "field"), [("😀", "names"), ("1234", "names"), ("Ev\u202eil", "names")])
def test_what_is_hardly_a_name_is_asked_about_and_kept_once_confirmed(yes, family, field):
    with pytest.raises(Invalid) as why:
        given_patient(family=family, given="")
    assert field in why.value.doubts and not why.value.faults
    one = given_patient(family=family, given="", confirmed={field, "duplicate"})
    assert one.names[0]["family"] == family


def test_a_birth_date_to_come_is_asked_about(yes):
    with pytest.raises(Invalid) as why:
        given_patient(born="2999-01-01")
    assert "birth_date" in why.value.doubts


@pytest.mark.parametrize("born", ["1983", "1983-03", "1983-03-04", ""])
def test_partial_birth_dates_are_kept_as_they_came(yes, born):
    one = given_patient(born=born)
    one.refresh_from_db()
    assert one.born == born and (one.birth_date is not None) is (len(born) == 10)
    assert one.record.get("birthDate", "") == born


def test_a_likely_duplicate_is_asked_about_with_reasons_and_registered_once_confirmed(yes):
    first = given_patient()
    with pytest.raises(Invalid) as why:
        given_patient(family="Ortéga", confirmed=frozenset())
    said = why.value.doubts["duplicate"][0]
    assert first.mrn in said and "Same name" in said and "Same birth date" in said
    assert given_patient(family="Ortéga").id != first.id


def test_a_doubtful_birth_date_and_a_likely_duplicate_are_asked_together_until_both_are_confirmed(yes):
    given_patient(born="2999-01-01", confirmed={"birth_date"})
    for confirmed in (frozenset(), {"birth_date"}, {"duplicate"}):
        with pytest.raises(Invalid) as why:
            given_patient(born="2999-01-01", confirmed=confirmed)
        assert set(why.value.doubts) == {"birth_date", "duplicate"}
    assert given_patient(born="2999-01-01", confirmed={"birth_date", "duplicate"}).born == "2999-01-01"


def test_a_number_that_another_has_is_a_likely_duplicate_and_then_kept_as_shared(yes):
    first = given_patient(identifiers=[SSN])
    with pytest.raises(Invalid) as why:
        given_patient(
            "Lund", "Maya", "1970-01-01", identifiers=[SSN, {"system": "u", "value": "1"}], confirmed=frozenset()
        )
    assert "duplicate" in why.value.doubts or "identifiers" in why.value.doubts
    second = given_patient("Lund", "Maya", "1970-01-01", identifiers=[SSN])
    assert Identifier.objects.get(patient=second).shared and not Identifier.objects.get(patient=first).shared
    assert queries.by_identifier(SSN["system"], SSN["value"]) is None


def test_our_own_number_cannot_be_brought_along(yes):
    with pytest.raises(Invalid) as why:
        given_patient(identifiers=[{"system": queries.own_system(), "value": "10000004"}])
    assert "identifiers" in why.value.faults


def test_a_change_keeps_the_version_before(yes):
    one = given_patient(identifiers=[{"system": "u", "value": "1"}], telecoms=[phone("415-555-2671")])
    ask = {"patient": one.id, "version": 1}
    new = [{"family": "Delgado", "given": ["Marisol"]}, {"use": "old", "family": "Ortega"}]
    changed = actions.change_demographics(context(), ChangeDemographics.of(**ask, names=new))
    assert (changed.version, changed.family, changed.telecoms[0]["value"]) == (2, "Delgado", "415-555-2671")
    before = Version.objects.get(patient=one)
    assert before.record["name"] != new and before.identifiers == [{"system": "u", "value": "1"}]
    assert [line["id"] for line in queries.find("ortega").lines] == [one.id]
    with pytest.raises(Conflict):
        actions.change_demographics(context(), ChangeDemographics.of(**ask, gender="female"))
    entry = AuditEntry.objects.filter(action="people.change_demographics", outcome="done").get()
    assert entry.patient == one.id and '"family":["Ortega","Delgado"]' in entry.detail.replace(" ", "")


def test_a_change_that_changes_nothing_makes_no_version(yes):
    one = given_patient()
    actions.change_demographics(context(), ChangeDemographics.of(patient=one.id, gender="female"))
    actions.change_demographics(context(), ChangeDemographics.of(patient=one.id, gender="female"))
    assert Patient.objects.get().version == 2


def test_numbers_that_are_no_longer_told_are_ended_not_deleted(yes):
    one = given_patient(identifiers=[{"system": "u", "value": "1"}, {"system": "u", "value": "2"}])
    told = [{"system": "u", "value": "2"}, {"system": "u", "value": "3"}]
    actions.change_demographics(context(), ChangeDemographics.of(patient=one.id, identifiers=told))
    assert [n["value"] for n in queries.identifiers(one.id)] == ["2", "3"]
    assert Identifier.objects.filter(patient=one).count() == 3 and queries.by_identifier("u", "1") is None


def test_a_change_of_nobody_is_missing_and_one_without_a_name_is_invalid(yes):
    with pytest.raises(Missing):
        actions.change_demographics(context(), ChangeDemographics.of(patient=uuid7(), gender="male"))
    one = given_patient()
    with pytest.raises(Invalid):
        actions.change_demographics(context(), ChangeDemographics.of(patient=one.id, names=[]))


def test_changing_refused_and_twice_under_one_key(yes, settings):
    one = given_patient()
    ctx, ask = context(key="k"), ChangeDemographics.of(patient=one.id, gender="female")
    assert actions.change_demographics(ctx, ask).id == actions.change_demographics(ctx, ask).id
    assert Version.objects.count() == 1
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    with pytest.raises(Refused):
        actions.change_demographics(context(), ChangeDemographics.of(patient=one.id, gender="male"))
    assert Patient.objects.get().gender == "female"


def test_an_alert_is_added_seen_and_ended_with_a_reason(yes):
    one = given_patient()
    alert = actions.add_alert(context(), AddAlert.of(patient=one.id, kind="safety", text="Falls: walks with a cane"))
    assert queries.alerts(one.id)[one.id][0]["text"] == "Falls: walks with a cane"
    with pytest.raises(Conflict):
        actions.add_alert(context(), AddAlert.of(patient=one.id, kind="safety", text="falls: walks with a CANE"))
    end = EndAlert.of(patient=one.id, alert=alert.id, reason="Walks freely again")
    actions.end_alert(context(), end)
    assert queries.alerts(one.id)[one.id] == [] and Alert.objects.get().end_reason == "Walks freely again"
    with pytest.raises(Conflict):
        actions.end_alert(context(), end)
    with pytest.raises(Missing):
        actions.end_alert(context(), EndAlert.of(patient=uuid7(), alert=alert.id, reason="x"))


def test_alerts_refused_invalid_and_twice_under_one_key(yes, settings):
    one = given_patient()
    ctx, ask = context(key="k"), AddAlert.of(patient=one.id, text="Bleeds easily")
    assert actions.add_alert(ctx, ask).id == actions.add_alert(ctx, ask).id
    with pytest.raises(Invalid):
        AddAlert.of(patient=one.id, text="")
    with pytest.raises(Invalid) as why:
        AddAlert.of(patient=one.id, text="x", begins_on="2026-02-01", ends_on="2026-01-01")
    assert "ends_on" in why.value.faults
    with pytest.raises(Invalid):
        EndAlert.of(patient=one.id, alert=uuid7(), reason=" ")
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    for act, given in (
        (actions.add_alert, ask),
        (actions.end_alert, EndAlert.of(patient=one.id, alert=uuid7(), reason="x")),
    ):
        with pytest.raises(Refused):
            act(context(), given)


def test_alerts_hold_between_their_days(yes):
    one = given_patient()
    actions.add_alert(
        context(), AddAlert.of(patient=one.id, text="In a cast", begins_on="2026-01-10", ends_on="2026-02-10")
    )
    assert queries.alerts(one.id, date(2026, 1, 9))[one.id] == []
    assert len(queries.alerts(one.id, date(2026, 2, 10))[one.id]) == 1


def test_a_photo_is_kept_as_bytes_and_shown_by_its_digest(yes, settings):
    one = given_patient()
    ctx, ask = context(key="k"), SetPhoto.of(patient=one.id, content=PNG)
    made = actions.set_photo(ctx, ask)
    assert actions.set_photo(ctx, ask).id == made.id and Photo.objects.count() == 1
    assert bytes(queries.photo(one.id).content) == PNG and made.media_type == "image/png"
    assert queries.brief([one.id])[one.id]["photo"] == made.sha256
    with pytest.raises(Invalid) as why:
        SetPhoto.of(patient=one.id, content=b"<script>")
    assert "content" in why.value.faults
    with pytest.raises(Missing):
        actions.set_photo(context(), SetPhoto.of(patient=uuid7(), content=PNG))
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    with pytest.raises(Refused):
        actions.set_photo(context(), ask)


def test_consent_to_text_names_when_and_to_whom(yes, settings):
    one = given_patient()
    ctx = context(key="k")
    ask = SetConsentToText.of(patient=one.id, consent=True)
    changed = actions.set_consent_to_text(ctx, ask)
    assert (changed.text_consent, changed.text_consent_at, changed.text_consent_by) == (True, ctx.at, ctx.actor.id)
    assert actions.set_consent_to_text(ctx, ask).id == one.id
    with pytest.raises(Invalid):
        SetConsentToText.of(patient=one.id, consent="perhaps")
    with pytest.raises(Missing):
        actions.set_consent_to_text(context(), SetConsentToText.of(patient=uuid7(), consent=True))
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    with pytest.raises(Refused):
        actions.set_consent_to_text(context(), ask)


def test_adopted_patients_get_a_number_of_ours_and_keep_their_identity(yes):
    told = [resource(identifier=[SSN]), resource(identifier=[SSN, {"system": "u", "value": "7"}])]
    rows = actions.adopt(context(), AdoptPatients.of(resources=told))
    assert [str(row.id) for row in rows] == [one["id"] for one in told]
    assert all(numbers.mrn_fits(row.mrn) and row.received for row in rows)
    assert Event.objects.get().name == "people.adopted" and AuditEntry.objects.get().act == "records.import"
    assert queries.by_identifier("u", "7") == rows[1].id


def test_adopting_the_same_again_changes_nothing_and_another_state_makes_a_version(yes):
    told = resource()
    for _ in range(2):
        actions.adopt(context(), AdoptPatients.of(resources=[told]))
    assert Patient.objects.get().version == 1 and not Version.objects.exists()
    actions.adopt(context(), AdoptPatients.of(resources=[{**told, "gender": "female"}]))
    assert Patient.objects.get().version == 2 and Version.objects.get().number == 1


def test_adopting_refused_invalid_and_twice_under_one_key(yes, settings):
    told = resource()
    ctx, ask = context(key="k"), AdoptPatients.of(resources=[told])
    assert [row.id for row in actions.adopt(ctx, ask)] == [row.id for row in actions.adopt(ctx, ask)]
    for bad in ({**told, "birthDate": "1983-02-31"}, {**told, "name": "x"}, {**told, "resourceType": "Person"},
                {**told, "identifier": ["x"]}, {**told, "text": {"div": "a\x00"}}):  # fmt: skip
        with pytest.raises(Invalid) as why:
            AdoptPatients.of(resources=[told, bad])
        assert all(field.startswith("resources.1.") for field in why.value.faults)
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    with pytest.raises(Refused):
        actions.adopt(context(), AdoptPatients.of(resources=[resource()]))


def test_raw_sql_outside_an_action_is_refused(yes):
    one = given_patient()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('medassist.action', '', true)")
        cursor.execute("UPDATE people_patient SET family = 'x' WHERE id = %s", [one.id])


@pytest.mark.django_db(transaction=True)
def test_registrations_at_once_get_different_numbers_and_never_wait_crosswise(yes):
    words.forget()
    made: list[UUID] = []
    faults: list[BaseException] = []

    def run(n: int) -> None:
        try:
            for at in range(10):
                made.append(given_patient(f"Family{at % 3} Shared", f"Given{n}", "1990-01-01").mrn)
        except BaseException as fault:  # noqa: BLE001  told below, in the test's own thread
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults and len(set(made)) == 40 == Patient.objects.count()
