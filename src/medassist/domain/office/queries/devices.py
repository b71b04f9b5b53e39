"""What can be read of the devices that measure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from medassist.domain.office import rules
from medassist.domain.office.models import Device, DevicePlace
from medassist.kernel.errors import Missing

DEVICE_KINDS = rules.DEVICE_KINDS
senders = rules.senders


def device(device: UUID) -> Device:
    """One device."""
    if (found := Device.objects.filter(pk=device).select_related("site").first()) is None:
        raise Missing("device", device)
    return found


def device_by_identifier(identifiers: Iterable[str]) -> Device | None:
    """The device that names itself by one of these, in this order; one in use before one that was retired."""
    names = tuple(identifiers)
    return devices_by_identifier([names]).get(names)


def devices_by_identifier(named: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], Device]:
    """The device of each of these sets of names, as `device_by_identifier` finds it; one query."""
    named = set(named)
    asked = {one for names in named for one in names if one}
    rows = list(Device.objects.filter(identifier__in=asked).select_related("site")) if asked else []
    found: dict[tuple[str, ...], Device] = {}
    for names in named:
        mine = [one for one in rows if one.identifier in names]
        if mine:
            found[names] = min(mine, key=lambda one: (not one.active, names.index(one.identifier)))
    return found


def place_at(device: UUID, at: datetime) -> DevicePlace | None:
    """Where a device stood at a moment, with its room; None before it came and after it went."""
    rows = DevicePlace.objects.filter(Q(to_at=None) | Q(to_at__gt=at), device=device, from_at__lte=at)
    return rows.select_related("room").order_by("-from_at").first()


def places_between(devices: Iterable[UUID], begin: datetime, end: datetime) -> dict[UUID, list[DevicePlace]]:
    """Where each device stood in a time, the oldest first."""
    rows = DevicePlace.objects.filter(Q(to_at=None) | Q(to_at__gt=begin), device__in=set(devices), from_at__lte=end)
    found: dict[UUID, list[DevicePlace]] = {}
    for row in rows:
        found.setdefault(row.device_id, []).append(row)
    return found


def devices(site: UUID | None = None) -> list[dict[str, Any]]:
    """The devices of a site or of all, those in use first: the device, its kind and way of sending, its room now."""
    rows = Device.objects.filter(**({"site": site} if site else {})).select_related("site").order_by("-active", "name")
    here = {
        one.device_id: one.room
        for one in DevicePlace.objects.filter(device__in=rows, to_at=None).select_related("room")
    }
    return [
        {"device": one, "kind": rules.DEVICE_KINDS[one.kind], "room": here.get(one.pk),
         "sends": rules.senders().get(one.profile, {}).get("name", one.profile)}
        for one in rows
    ]  # fmt: skip
