"""What may be asked about devices that measure."""

from __future__ import annotations

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from medassist.domain.office import rules
from medassist.domain.office.inputs.fields import OfSite, Short, one_of
from medassist.kernel.inputs import Inputs
from medassist.kernel.ruling import Act

Sender = Annotated[str, one_of(rules.senders(), "a way of sending known here")]
DeviceKind = Annotated[str, one_of(rules.DEVICE_KINDS, "a kind of device")]


class AddDevice(OfSite):
    """A device that measures: what it is, by which number it names itself, how it sends, and where it stands."""

    name: Short
    kind: DeviceKind = "monitor"
    identifier: Short
    """EUI-64, serial number, or its maker's own, as its messages carry it."""
    profile: Sender = "pcd-spot"
    maker: str = Field("", max_length=100)
    model: str = Field("", max_length=100)
    serial: str = Field("", max_length=100)
    room: UUID | None = None
    """Without one it is carried about."""


class OfDevice(Inputs):
    """What is asked of one device."""

    device: UUID
    act: ClassVar[Act] = Act("house.manage_office")

    @property
    def subject(self) -> str:
        """The device."""
        return f"device/{self.device}"


class ChangeDevice(OfDevice):
    """What is new about a device."""

    name: Short | None = None
    kind: DeviceKind | None = None
    identifier: Short | None = None
    profile: Sender | None = None
    maker: str | None = Field(None, max_length=100)
    model: str | None = Field(None, max_length=100)
    serial: str | None = Field(None, max_length=100)


class PlaceDevice(OfDevice):
    """Where a device stands from now on; without a room it is carried about."""

    room: UUID | None = None


class RetireDevice(OfDevice):
    """A device that is not used any more; what it still sends is kept and waits for a person."""
