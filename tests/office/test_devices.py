"""Devices that measure: done, refused, impossible, the same key twice; where each stood when; in FHIR."""

from datetime import timedelta

import pytest

from medassist.codecs import fhir
from medassist.domain.office import actions, inputs, queries, wire
from medassist.domain.office.models import Device, DevicePlace
from medassist.kernel import clock
from medassist.kernel.errors import Conflict, Invalid, Missing, Refused
from medassist.kernel.identifiers import uuid7
from medassist.kernel.models import AuditEntry, Event
from medassist.kernel.testing import context
from tests.office.given import given_device, given_room, given_site

pytestmark = pytest.mark.django_db


def placed(device, room=None, **parts):
    given = inputs.PlaceDevice.of(device=device.pk, room=room.pk if room else None)
    return actions.place_device(context(**parts), given)


def test_a_device_is_added_where_it_stands(yes):
    room = given_room("4")
    made = given_device(room=room.pk, maker="Acme", serial="77")
    assert (made.name, made.profile, made.active) == ("Cuff 1", "pcd-spot", True)
    assert DevicePlace.objects.get().room == room
    assert AuditEntry.objects.filter(action="office.add_device", outcome="done").count() == 1
    assert Event.objects.filter(name="office.device_added").count() == 1


@pytest.mark.parametrize(
    ("act", "given"),
    [
        (actions.change_device, inputs.ChangeDevice),
        (actions.place_device, inputs.PlaceDevice),
        (actions.retire_device, inputs.RetireDevice),
    ],
)
def test_an_authority_that_says_no_is_obeyed_for_each(yes, settings, act, given):
    made = given_device()
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    with pytest.raises(Refused):
        act(context(), given.of(device=made.pk))
    with pytest.raises(Refused):
        given_device("Cuff 2", "OTHER")
    made.refresh_from_db()
    assert made.active and DevicePlace.objects.get().to_at is None and Device.objects.count() == 1


@pytest.mark.parametrize("act", ["change_device", "place_device", "retire_device"])
def test_each_is_done_once_under_one_key_with_entry_and_event(yes, act):
    made, room = given_device(), given_room("2")
    given = {
        "change_device": inputs.ChangeDevice.of(device=made.pk, name="Cuff A"),
        "place_device": inputs.PlaceDevice.of(device=made.pk, room=room.pk),
        "retire_device": inputs.RetireDevice.of(device=made.pk),
    }[act]
    ctx = context(key="k")
    assert getattr(actions, act)(ctx, given) == getattr(actions, act)(ctx, given)
    assert AuditEntry.objects.filter(action=f"office.{act}", outcome="done").count() == 1
    event = {"change_device": "changed", "place_device": "placed", "retire_device": "retired"}[act]
    assert Event.objects.filter(name=f"office.device_{event}").count() == 1


def test_two_devices_of_one_number_are_a_conflict_until_the_first_is_retired(yes):
    first = given_device()
    with pytest.raises(Conflict, match="names itself like this"):
        given_device("Cuff 2")
    actions.retire_device(context(), inputs.RetireDevice.of(device=first.pk))
    second = given_device("Cuff 2")
    assert queries.device_by_identifier(["?", second.identifier]) == second


def test_what_cannot_be_is_refused(yes):
    with pytest.raises(Invalid) as why:
        inputs.AddDevice.of(site=uuid7(), name="", kind="toaster", identifier="1", profile="morse")
    assert set(why.value.faults) == {"name", "kind", "profile"}
    made = given_device()
    with pytest.raises(Missing):
        actions.place_device(context(), inputs.PlaceDevice.of(device=uuid7()))
    with pytest.raises(Missing):
        placed(made, type("Room", (), {"pk": uuid7()}))
    shut = actions.change_room(context(), inputs.ChangeRoom.of(room=given_room("9").pk, active=False))
    with pytest.raises(Invalid) as why:
        placed(made, shut)
    assert "room" in why.value.faults


def test_moving_closes_one_place_and_opens_the_next(yes):
    now = clock.now()
    one, two = given_room("1"), given_room("2")
    made = given_device(room=one.pk, ctx=context(at=now - timedelta(hours=2)))
    placed(made, two, at=now - timedelta(hours=1))
    assert queries.place_at(made.pk, now - timedelta(minutes=90)).room == one
    assert queries.place_at(made.pk, now).room == two
    assert queries.place_at(made.pk, now - timedelta(hours=3)) is None
    assert [p.room for p in queries.places_between([made.pk], now - timedelta(minutes=90), now)[made.pk]] == [one, two]
    with pytest.raises(Conflict, match="already"):
        placed(made, two)
    placed(made)
    assert queries.place_at(made.pk, clock.now()).room is None


def test_a_retired_device_stands_nowhere_and_cannot_be_changed(yes):
    made = given_device(room=given_room("1").pk)
    actions.retire_device(context(), inputs.RetireDevice.of(device=made.pk))
    assert queries.place_at(made.pk, clock.now()) is None
    with pytest.raises(Conflict, match="out of use"):
        placed(made)
    assert queries.device_by_identifier([made.identifier]) == made


def test_a_device_in_fhir_tells_number_kind_and_room(yes):
    room = given_room("4")
    made = given_device(room=room.pk, maker="Acme", model="M2", serial="77")
    told = fhir.loads(fhir.dumps(wire.device(made)))
    assert fhir.faults(told) == []
    assert told["location"] == {"reference": f"Location/{room.pk}"} and told["serialNumber"] == "77"
    assert told["identifier"] == [{"value": "080019FFFE2B0688"}] and told["type"] == {"text": "Vital signs monitor"}
    placed(made)
    assert wire.device(made)["location"] == {"reference": f"Location/{given_site().pk}"}


def test_the_list_names_kind_way_of_sending_and_room(yes):
    room = given_room("4")
    given_device(room=room.pk)
    [row] = queries.devices(given_site().pk)
    assert (row["kind"], row["room"], row["sends"]) == (
        "Vital signs monitor",
        room,
        "Spot checks (IHE PCD-01)",
    )
