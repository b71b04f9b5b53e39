"""Devices that measure: bought, changed, moved to another room, taken out of use."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from medassist.domain.office import queries
from medassist.domain.office.inputs import AddDevice, ChangeDevice, OfDevice, PlaceDevice, RetireDevice
from medassist.domain.office.models import Device, DevicePlace, Room
from medassist.kernel.action import action
from medassist.kernel.clash import clash
from medassist.kernel.context import Context
from medassist.kernel.errors import Conflict, Invalid, Missing

TAKEN = {
    "one_device_of_an_identifier": "Another device in use names itself like this. Look at the number again.",
    "a_device_stands_in_one_place": "Somebody moved this device at the same moment. Look again.",
}
CHANGED = ("name", "kind", "identifier", "profile", "maker", "model", "serial")


def _there(ctx: Context, given: OfDevice) -> dict[str, Any]:
    return {"site": queries.device(given.device).site_id}


@action("office.add_device", emits="office.device_added", shows=("Device",), facts=lambda ctx, g: {"site": g.site})
def add_device(ctx: Context, given: AddDevice) -> Device:
    """Add a device that measures, and say where it stands."""
    site = queries.site(given.site)
    room = _room(given.room, site.pk)
    with clash(TAKEN):
        made = Device.objects.create(site=site, **{name: getattr(given, name) for name in CHANGED})
    DevicePlace.objects.create(device=made, room=room, from_at=ctx.at, by=ctx.actor.id)
    return made


@action("office.change_device", emits="office.device_changed", shows=("Device",), facts=_there)
def change_device(ctx: Context, given: ChangeDevice) -> Device:
    """Change a device's name, kind, number or way of sending."""
    found = _in_use(given.device)
    new = {name: value for name in CHANGED if (value := getattr(given, name)) is not None}
    for name, value in new.items():
        setattr(found, name, value)
    with clash(TAKEN):
        if new:
            found.save(update_fields=list(new))
    return found


@action("office.place_device", emits="office.device_placed", shows=("Device",), facts=_there)
def place_device(ctx: Context, given: PlaceDevice) -> Device:
    """Say where a device stands from now on: in a room, or carried about."""
    found = _in_use(given.device)
    room = _room(given.room, found.site_id)
    here = DevicePlace.objects.filter(device=found, to_at=None).first()
    if here and here.room_id == given.room:
        raise Conflict(f"{found.name} stands there already." if room else f"{found.name} is carried about already.")
    _leaves(ctx, here)
    with clash(TAKEN):
        DevicePlace.objects.create(device=found, room=room, from_at=ctx.at, by=ctx.actor.id)
    return found


@action("office.retire_device", emits="office.device_retired", shows=("Device",), facts=_there)
def retire_device(ctx: Context, given: RetireDevice) -> Device:
    """Take a device out of use; what it still sends waits for a person."""
    found = _in_use(given.device)
    _leaves(ctx, DevicePlace.objects.filter(device=found, to_at=None).first())
    found.active = False
    found.save(update_fields=["active"])
    return found


def _in_use(device: UUID) -> Device:
    # locked, so that of two who move it at once the second sees where the first put it
    if (found := Device.objects.select_for_update().filter(pk=device).first()) is None:
        raise Missing("device", device)
    if not found.active:
        raise Conflict(f"{found.name} is out of use.")
    return found


def _room(room: UUID | None, site: UUID) -> Room | None:
    if room is None:
        return None
    found = queries.room(room)
    if found.site_id != site or not found.active:
        raise Invalid({"room": [f"Room {found.name} is not in use at this site."]})
    return found


def _leaves(ctx: Context, here: DevicePlace | None) -> None:
    if here:
        here.to_at = max(ctx.at, here.from_at)
        here.save(update_fields=["to_at"])
