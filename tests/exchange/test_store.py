"""The exchange keeps each version in the transaction of the fact, and what came from elsewhere as it came."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from medassist.codecs import fhir
from medassist.exchange import actions, queries, store
from medassist.exchange.inputs import Keep
from medassist.exchange.models import Moment, Resource, Text, Version
from medassist.exchange.shows import Gone, as_received, expecting, show
from medassist.kernel.action import action
from medassist.kernel.doorway import attempt
from medassist.kernel.errors import Conflict, Refused
from medassist.kernel.identifiers import uuid7
from medassist.kernel.inputs import Inputs
from medassist.kernel.ruling import Act

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("yes")]


class ShowThese(Inputs):
    resources: list
    act: ClassVar[Act] = Act("test.show")


@action("test.show", emits=None, shows=None)
def show_these(ctx, given: ShowThese) -> None:
    """Show what is given."""
    for one in given.resources:
        if one == "fail":
            raise RuntimeError("on purpose")
        if isinstance(one, list):
            with pytest.raises(RuntimeError), attempt():
                show(ctx, one)
                raise RuntimeError("on purpose")
        elif isinstance(one, tuple):
            store.gather([as_received(ctx, *one)])
        else:
            show(ctx, one)


def patient(key=None, **more) -> dict:
    return {
        "resourceType": "Patient",
        "id": str(key or uuid7()),
        "name": [{"family": "Åström", "given": ["Lea"]}],
        "birthDate": "1983-03-04",
        **more,
    }


def shown(ctx, *resources):
    show_these(ctx, ShowThese(resources=list(resources)))


def kept(ctx, *resources) -> list[UUID]:
    ids = [uuid7() for _ in resources]
    actions.keep(ctx, Keep(named=[f"{r['resourceType']}/{r['id']}" for r in resources], ids=ids, resources=resources))
    return ids


def test_what_is_shown_can_be_read_with_its_version_and_time(ctx):
    lea = patient()
    shown(ctx, lea)
    found = queries.read("Patient", lea["id"])
    body = fhir.loads(found.body)
    assert body["name"] == lea["name"]
    assert body["meta"]["versionId"] == "1"
    assert body["meta"]["lastUpdated"].endswith("Z")
    assert found.patient == found.key == UUID(lea["id"])


def test_the_time_of_a_change_is_told_in_utc(ctx):
    lea = patient()
    shown(ctx.but(at=datetime.fromisoformat("2026-11-23T14:40:00-08:00")), lea)
    assert fhir.loads(queries.read("Patient", lea["id"]).body)["meta"]["lastUpdated"] == "2026-11-23T22:40:00.000Z"


@pytest.mark.parametrize("many", [1, 80], ids=["one statement", "by COPY"])
def test_a_day_before_there_were_time_zones_is_found_to_the_second(ctx, many, monkeypatch):
    zone = ZoneInfo("America/Los_Angeles")  # -7:52:58 in those years
    monkeypatch.setattr(store, "zone", lambda: zone)
    people = [patient(birthDate="1880-01-01") for _ in range(many)]
    shown(ctx, *people)
    begins = Moment.objects.filter(name="Patient.birthdate").values_list("low", flat=True)
    assert set(begins) == {datetime(1880, 1, 1, tzinfo=zone)} and len(begins) == many


def test_the_same_shown_again_makes_no_new_version_and_other_content_does(ctx):
    lea = patient()
    shown(ctx, lea)
    shown(ctx, lea)
    assert Version.objects.count() == 1
    shown(ctx, {**lea, "birthDate": "1983-03-05"})
    assert queries.read("Patient", lea["id"]).version == 2
    assert [k.version for k in queries.history("Patient", lea["id"])] == [2, 1]
    assert Moment.objects.filter(name="Patient.birthdate").count() == 1


def test_shown_twice_in_one_action_is_one_version_with_the_last_content(ctx):
    lea = patient()
    shown(ctx, lea, {**lea, "gender": "female"})
    found = queries.read("Patient", lea["id"])
    assert found.version == 1
    assert fhir.loads(found.body)["gender"] == "female"


def test_a_failed_action_leaves_no_version_and_no_index(ctx):
    with pytest.raises(RuntimeError):
        shown(ctx, patient(), "fail")
    assert not Resource.objects.exists()
    assert not Version.objects.exists()
    assert not Text.objects.exists()


def test_a_failed_attempt_inside_an_action_leaves_only_the_rest(ctx):
    lea, rolled_back = patient(), patient()
    shown(ctx, lea, [rolled_back])
    assert queries.read("Patient", lea["id"])
    assert queries.read("Patient", rolled_back["id"]) is None


def test_what_is_gone_stays_readable_as_deleted(ctx):
    slot = {
        "resourceType": "Slot",
        "id": str(uuid7()),
        "status": "free",
        "schedule": {"reference": "Schedule/1"},
        "start": "2026-11-24T09:00:00Z",
        "end": "2026-11-24T09:20:00Z",
    }
    shown(ctx, slot)
    show_gone(ctx, Gone("Slot", UUID(slot["id"])))
    assert queries.read("Slot", slot["id"]).deleted
    assert not Moment.objects.filter(name="Slot.start").exists()
    assert queries.totals() == {}


def show_gone(ctx, gone):
    class Hide(Inputs):
        act: ClassVar[Act] = Act("test.show")

    @action(f"test.hide.{uuid7()}", emits=None, shows=None)
    def hide(ctx, given: Hide) -> None:
        """Hide it."""
        show(ctx, gone)

    hide(ctx, Hide())


def test_what_no_domain_owns_is_given_back_as_it_came(ctx):
    plan = {
        "resourceType": "CarePlan",
        "id": "cp-1",
        "meta": {"profile": ["http://example.org/p"]},
        "status": "active",
        "intent": "plan",
        "subject": {"reference": "Patient/abc"},
        "extension": [
            {"url": "http://example.org/x", "valueDecimal": fhir.loads(b'{"resourceType":"x","v":1.50}')["v"]}
        ],
    }
    kept(ctx, plan)
    body = queries.read("CarePlan", "cp-1").body
    assert b'"valueDecimal":1.50' in body
    back = fhir.loads(body)
    assert back.pop("meta") == {
        "profile": ["http://example.org/p"],
        "versionId": "1",
        "lastUpdated": back_meta(body)["lastUpdated"],
    }
    assert back == {k: v for k, v in plan.items() if k != "meta"}


def back_meta(body):
    return fhir.loads(body)["meta"]


def test_a_domain_showing_a_foreign_patient_uses_its_fhir_id_in_references_too(ctx):
    (key,) = kept(
        ctx,
        {
            "resourceType": "Patient",
            "id": "abc",
            "name": [{"family": "Vos"}],
            "extension": [{"url": "http://example.org/x", "valueString": "y"}],
            "identifier": [{"system": "http://example.org/ids", "value": "77"}],
        },
    )
    shown(
        ctx,
        {
            "resourceType": "Observation",
            "id": str(uuid7()),
            "status": "final",
            "code": {"text": "pulse"},
            "subject": {"reference": f"Patient/{key}"},
        },
    )
    seen = fhir.loads(Version.objects.order_by("id").last().body)
    assert seen["subject"]["reference"] == "Patient/abc"
    shown(ctx, patient(key, identifier=[{"system": "urn:office", "value": "MR-1"}], gender="female"))
    back = queries.read("Patient", "abc")
    body = fhir.loads(back.body)
    assert (back.version, back.key) == (2, key)
    assert [i["value"] for i in body["identifier"]] == ["MR-1", "77"]
    assert body["extension"] and body["gender"] == "female" and body["name"][0]["family"] == "Åström"


def test_adopted_by_a_domain_it_is_shown_as_it_came_with_our_number_first(ctx):
    came = {
        "resourceType": "Patient",
        "id": "p-9",
        "name": [{"family": "Vos"}],
        "birthDate": "1990",
        "identifier": [{"value": "77"}],
        "text": {"status": "generated", "div": "<div>Vos</div>"},
    }
    key = uuid7()
    shown(ctx, patient(key, identifier=[{"system": "urn:office", "value": "MR-2"}]), (key, came))
    body = fhir.loads(queries.read("Patient", "p-9").body)
    assert body["name"] == [{"family": "Vos"}] and body["text"] and body["birthDate"] == "1990"
    assert [i["value"] for i in body["identifier"]] == ["MR-2", "77"]


def test_a_version_that_the_sender_had_not_seen_is_a_conflict(ctx):
    lea = patient()
    shown(ctx, lea)
    shown(ctx, {**lea, "gender": "female"})
    with pytest.raises(Conflict), expecting("Patient", UUID(lea["id"]), 1):
        shown(ctx, {**lea, "gender": "other"})
    assert queries.read("Patient", lea["id"]).version == 2
    with expecting("Patient", UUID(lea["id"]), 2):
        shown(ctx, {**lea, "gender": "other"})


def test_keeping_is_refused_without_authority_and_leaves_nothing(ctx, no):
    with pytest.raises(Refused):
        kept(ctx, patient())
    assert not Resource.objects.exists()


def test_versions_are_never_changed(ctx):
    shown(ctx, patient())
    refused = pytest.raises(Exception, match="never changed|permission denied|written by actions")
    with refused, connection.cursor() as cursor:
        cursor.execute("SELECT set_config('medassist.action', 'x', false)")
        cursor.execute("UPDATE exchange_version SET body = ''")
