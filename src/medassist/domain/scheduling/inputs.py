"""What may be asked of the schedule."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from medassist.domain.delegation.inputs import ClinicalAct
from medassist.domain.scheduling import rules
from medassist.kernel.inputs import Inputs
from medassist.kernel.ruling import Act

Words = Annotated[str, StringConstraints(max_length=500)]
Weekday = Annotated[int, Field(ge=0, le=6)]
Acts = Annotated[tuple[ClinicalAct, ...], Field(max_length=20)]
LONGEST = timedelta(hours=12)


class AddType(Inputs):
    """One more thing that can be booked; without a site, at every site."""

    code: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    name: str = Field(min_length=1, max_length=80)
    minutes: int = Field(ge=1, le=720)
    needs_room: Literal["", "exam", "procedure", "lab", "shots", "other"] = "exam"
    acts: Acts = ()
    site: UUID | None = None
    act: ClassVar[Act] = Act("house.settings")

    @property
    def subject(self) -> str:
        """The site, or the whole office."""
        return f"site/{self.site}" if self.site else "office"


class ChangeType(Inputs):
    """What is new about a type of appointment."""

    type: UUID
    name: str | None = Field(None, min_length=1, max_length=80)
    minutes: int | None = Field(None, ge=1, le=720)
    active: bool | None = None
    acts: Acts | None = None
    act: ClassVar[Act] = Act("house.settings")

    @property
    def subject(self) -> str:
        """The type."""
        return f"appointment-type/{self.type}"


class TakeProfileTypes(Inputs):
    """The types of appointment with which a site of its kind begins."""

    site: UUID
    act: ClassVar[Act] = Act("house.settings")

    @property
    def subject(self) -> str:
        """The site."""
        return f"site/{self.site}"


class OfferTimes(Inputs):
    """When a provider can be booked at a site: a stretch of some weekdays (0 is Monday), cut into slots."""

    provider: UUID
    site: UUID
    weekdays: frozenset[Weekday] = Field(min_length=1)
    begins: time
    ends: time
    minutes: int = Field(20, ge=5, le=240)
    from_on: date
    to_on: date | None = None
    act: ClassVar[Act] = Act("house.manage_office")

    @property
    def subject(self) -> str:
        """The provider."""
        return f"staff/{self.provider}"

    @model_validator(mode="after")
    def _in_order(self) -> OfferTimes:
        if self.begins >= self.ends:
            raise ValueError("A stretch begins before it ends.")
        if self.to_on and self.to_on < self.from_on:
            raise ValueError("The last day is on or after the first.")
        return self


class EndTimes(Inputs):
    """The last day on which a stretch is offered."""

    availability: UUID
    to_on: date
    act: ClassVar[Act] = Act("house.manage_office")

    @property
    def subject(self) -> str:
        """The stretch."""
        return f"availability/{self.availability}"


class RollSlots(Inputs):
    """Bring the slots of the coming days up to date, at one site or everywhere."""

    site: UUID | None = None
    provider: UUID | None = None
    act: ClassVar[Act] = Act("schedule.manage")

    @property
    def subject(self) -> str:
        """The site, or the whole office."""
        return f"site/{self.site}" if self.site else "office"


class FollowAbsence(Inputs):
    """Bring the slots of somebody who is away, or there after all, up to date at one site; what is booked is told."""

    absence: UUID
    site: UUID
    act: ClassVar[Act] = Act("schedule.manage")

    @property
    def subject(self) -> str:
        """The site."""
        return f"site/{self.site}"


class When(Inputs):
    """A beginning: a moment, or a day and a time on the site's clock."""

    start_at: AwareDatetime | None = None
    on: date | None = None
    at: time | None = None
    minutes: int | None = Field(None, ge=1, le=720)

    @property
    def told(self) -> bool:
        """Whether a beginning is given, in one way and not in both."""
        return (self.start_at is not None) != (self.on is not None and self.at is not None)


class Book(When):
    """One patient, for one time: a slot, a moment, or a day and a time on the site's clock."""

    patient: UUID
    site: UUID | None = None
    slot: UUID | None = None
    type: UUID | None = None
    provider: UUID | None = None
    room: UUID | None = None
    end_at: AwareDatetime | None = None
    reason: Words = ""
    note: str = Field("", max_length=5000)
    act: ClassVar[Act] = Act("schedule.manage")

    @property
    def subject(self) -> str:
        """The patient."""
        return f"patient/{self.patient}"

    @model_validator(mode="after")
    def _enough(self) -> Book:
        if self.slot is None and not self.told:
            raise ValueError("Give a slot, or a day and a time.")
        if self.slot is None and self.site is None:
            raise ValueError("Say at which site.")
        if self.slot is None and self.provider is None and self.room is None:
            raise ValueError("Say with whom, or in which room.")
        if self.slot is None and self.type is None and self.minutes is None and self.end_at is None:
            raise ValueError("Say which type of visit, or how long.")
        if self.start_at and self.end_at and not timedelta() < self.end_at - self.start_at <= LONGEST:
            raise ValueError("It ends after it begins, within 12 hours.")
        return self


class OfAppointment(Inputs):
    """What is asked of one appointment."""

    appointment: UUID
    act: ClassVar[Act] = Act("schedule.manage")

    @property
    def subject(self) -> str:
        """The appointment."""
        return f"appointment/{self.appointment}"


class Cancel(OfAppointment):
    """It will not take place: why, in a code and, where that says too little, in words."""

    code: Literal[tuple(rules.CANCEL_REASONS)] = "other"  # type: ignore[valid-type]
    reason: Words = ""

    @model_validator(mode="after")
    def _says_why(self) -> Cancel:
        if self.code == "other" and not self.reason:
            raise ValueError("Say why it is cancelled.")
        return self


class NoShow(OfAppointment):
    """Nobody came."""

    reason: Words = ""


class Restore(OfAppointment):
    """Take back a cancelling or a no-show that was just entered."""


class Reschedule(OfAppointment, When):
    """Another time, provider or room for an appointment."""

    slot: UUID | None = None
    provider: UUID | None = None
    room: UUID | None = None
    reason: Words = ""

    @model_validator(mode="after")
    def _something(self) -> Reschedule:
        if not (self.told or self.slot or self.provider or self.room or self.minutes):
            raise ValueError("Say what changes: the time, the provider or the room.")
        return self


class ChangeAppointment(OfAppointment):
    """What is said about an appointment: its reason and the note."""

    reason: Words | None = None
    note: str | None = Field(None, max_length=5000)


class FollowVisit(OfAppointment):
    """What the visit tells of its appointment: come, seen, or not come after all."""

    status: Literal["booked", "arrived", "fulfilled"]


class HoldTime(When):
    """Time kept for something other than a patient: calls, lunch, a meeting."""

    site: UUID
    provider: UUID | None = None
    room: UUID | None = None
    title: str = Field(min_length=1, max_length=200)
    act: ClassVar[Act] = Act("schedule.manage")

    @property
    def subject(self) -> str:
        """The site."""
        return f"site/{self.site}"

    @model_validator(mode="after")
    def _enough(self) -> HoldTime:
        if not self.told or self.minutes is None:
            raise ValueError("Give a day, a time, and how many minutes.")
        if self.provider is None and self.room is None:
            raise ValueError("Say whose time, or which room.")
        return self


class ReleaseTime(Inputs):
    """Time that is no longer held."""

    hold: UUID
    act: ClassVar[Act] = Act("schedule.manage")

    @property
    def subject(self) -> str:
        """The hold."""
        return f"hold/{self.hold}"
