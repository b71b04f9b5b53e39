"""The page of devices, under the real authority: added, moved, out of use; what is wrong; who may not; empty."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from medassist.domain.office import actions as office
from medassist.domain.office import inputs, queries
from medassist.domain.office.models import Device, DevicePlace
from medassist.interfaces.hl7 import inbox
from medassist.kernel.context import Context
from medassist.kernel.identifiers import uuid7
from medassist.kernel.models import AuditEntry, Event
from tests.hl7.pcd import CUFF, message, sent
from tests.vitals.clinic import Clinic

pytestmark = pytest.mark.django_db(transaction=True)
CUFF_1 = {"name": "Cuff 1", "kind": "monitor", "identifier": CUFF, "profile": "pcd-spot"}


@pytest.fixture
def clinic() -> Clinic:
    inbox._enrolled.cache_clear()
    return Clinic()


def post(client: Client, where: str, **told: Any) -> Any:
    return client.post(f"/devices/{where}", {"form_key": uuid7(), **told})


def html(client: Client) -> str:
    return client.get("/devices").content.decode()


def note(answer: Any) -> str:
    """What the page says at its head of a form that was not taken."""
    text = answer.content.decode()
    return text[text.index('class="note is-act') :].split("</div>")[0]


def added(clinic: Clinic) -> Device:
    return office.add_device(clinic.ctx, inputs.AddDevice.of(site=clinic.site.pk, **CUFF_1))


def elsewhere(clinic: Clinic) -> Context:
    """The context of the manager of a second site, at which this one's has no role."""
    told = {"name": "Elm Street", "timezone": "America/Los_Angeles", "state": "US-CA"}
    site = office.add_site(clinic.ctx, inputs.AddSite.of(**told))
    told = {"given": "Olga", "family": "Marsh", "roles": ["manager"], "sites": [site.pk]}
    return clinic.as_(office.add_staff(clinic.ctx, inputs.AddStaff.of(**told)), site=site.pk)


def test_without_a_device_the_page_says_what_one_is_for(clinic: Clinic) -> None:
    text = html(clinic.at_work("manager"))
    assert "No device yet" in text and "0 in use" in text and "Add a device" in text


def test_the_manager_adds_one_where_it_stands(clinic: Clinic) -> None:
    client, room = clinic.at_work("manager"), queries.rooms(clinic.site.pk)[0]
    answer = post(client, "add", **CUFF_1, room=room.pk)
    assert answer.status_code == 303 and answer["Location"] == "/devices"
    assert DevicePlace.objects.get().room == room
    text = html(client)
    assert "1 in use" in text and CUFF in text and "not heard yet" in text
    assert f'<option value="{room.pk}" selected>Room 8</option>' in text
    assert AuditEntry.objects.filter(action="office.add_device", outcome="done").count() == 1
    assert Event.objects.filter(name="office.device_added").count() == 1


def test_what_it_sent_is_seen_beside_it(clinic: Clinic) -> None:
    added(clinic)
    sent(message())
    text = html(clinic.at_work("manager"))
    assert "not heard yet" not in text and "heard <time" in text and "right" in text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"name": ""}, "f-name"), ({"identifier": ""}, "f-identifier"), ({"kind": "toaster"}, "f-kind")],
)
def test_what_cannot_be_is_told_beside_its_field_and_nothing_typed_is_lost(
    clinic: Clinic, wrong: dict[str, str], said: str
) -> None:
    answer = post(clinic.at_work("manager"), "add", **{**CUFF_1, "maker": "Acme & Co", **wrong})
    text = answer.content.decode()
    assert answer.status_code == 422 and f'id="{said}-fault"' in text and "Acme &amp; Co" in text
    assert not Device.objects.exists()


def test_a_number_that_another_device_in_use_has_is_told(clinic: Clinic) -> None:
    added(clinic)
    answer = post(clinic.at_work("manager"), "add", **{**CUFF_1, "name": "Cuff 2"})
    assert answer.status_code == 409 and "names itself like this" in answer.content.decode()
    assert Device.objects.count() == 1


def test_a_device_is_moved_changed_and_taken_out_of_use(clinic: Clinic) -> None:
    made, room, client = added(clinic), queries.rooms(clinic.site.pk)[0], clinic.at_work("manager")
    assert post(client, f"{made.pk}/place", room=room.pk).status_code == 303
    assert DevicePlace.objects.get(to_at=None).room == room
    again = post(client, f"{made.pk}/place", room=room.pk)
    assert again.status_code == 409 and "stands there already" in again.content.decode()
    assert post(client, f"{made.pk}/place", room="").status_code == 303
    assert DevicePlace.objects.get(to_at=None).room is None
    assert post(client, f"{made.pk}/change", name="Cuff A").status_code == 303
    assert post(client, f"{made.pk}/retire").status_code == 303
    text = html(client)
    assert "Cuff A" in text and "out of use" in text and "0 in use" in text
    assert "Move Cuff A" not in text and "Take Cuff A out of use" not in text
    assert post(client, f"{made.pk}/place", room=room.pk).status_code == 409


def test_a_room_of_another_site_is_told_at_the_head_of_the_page(clinic: Clinic) -> None:
    made, ctx = added(clinic), elsewhere(clinic)
    room = office.add_room(ctx, inputs.AddRoom.of(site=ctx.site, name="3"))
    client = clinic.at_work("manager")
    answer = post(client, f"{made.pk}/place", room=room.pk)
    assert answer.status_code == 422 and "Room 3 is not in use at this site." in note(answer)
    assert DevicePlace.objects.get().room is None
    assert post(client, f"{made.pk}/place", room="nowhere").status_code == 422


@pytest.mark.parametrize("where", ["add", "place", "change", "retire"])
def test_a_form_that_is_sent_twice_is_done_once(clinic: Clinic, where: str) -> None:
    made = added(clinic) if where != "add" else None
    told = {"form_key": uuid7(), "room": queries.rooms(clinic.site.pk)[0].pk}
    told |= {"add": CUFF_1, "change": {"name": "Cuff A"}}.get(where, {})
    client = clinic.at_work("manager")
    path = f"{made.pk}/{where}" if made else where
    assert [post(client, path, **told).status_code for _ in range(2)] == [303, 303]
    by = clinic.manager.actor_id
    entries = AuditEntry.objects.filter(action=f"office.{where}_device", outcome="done", actor=by)
    assert entries.count() == 1 and Device.objects.count() == 1


@pytest.mark.parametrize("who", ["ma", "nurse", "doctor"])
def test_who_does_not_manage_the_office_sees_and_changes_nothing_here(clinic: Clinic, who: str) -> None:
    made, client = added(clinic), clinic.at_work(who)
    page = client.get("/devices")
    assert page.status_code == 403 and CUFF not in page.content.decode()
    told = {**CUFF_1, "identifier": "OTHER", "room": queries.rooms(clinic.site.pk)[0].pk}
    for where in ("add", f"{made.pk}/place", f"{made.pk}/change", f"{made.pk}/retire"):
        assert post(client, where, **told).status_code == 403, where
    made.refresh_from_db()
    assert (made.name, made.active, Device.objects.count()) == ("Cuff 1", True, 1)
    assert DevicePlace.objects.get().room is None


def test_a_device_of_another_site_is_not_shown_here_and_not_this_managers(clinic: Clinic) -> None:
    ctx = elsewhere(clinic)
    made = office.add_device(ctx, inputs.AddDevice.of(**{**CUFF_1, "site": ctx.site, "name": "Cuff of Elm Street"}))
    client = clinic.at_work("manager")
    assert "Cuff of Elm Street" not in html(client) and "No device yet" in html(client)
    for where in ("place", "change", "retire"):
        assert post(client, f"{made.pk}/{where}", name="Mine").status_code == 403, where
    made.refresh_from_db()
    assert (made.name, made.active) == ("Cuff of Elm Street", True)


def test_a_device_that_is_not_there_is_not_found(clinic: Clinic) -> None:
    client = clinic.at_work("manager")
    for where in ("place", "change", "retire"):
        assert post(client, f"{uuid7()}/{where}", name="Mine").status_code == 404, where
