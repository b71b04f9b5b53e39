"""What may be asked about who works when: weekly shifts, and time away."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Annotated, ClassVar, Self
from uuid import UUID

from pydantic import Field, model_validator

from medassist.domain.office import rules
from medassist.domain.office.inputs.fields import OfStaff, one_of
from medassist.kernel.inputs import Inputs
from medassist.kernel.ruling import Act

Weekday = Annotated[int, Field(ge=0, le=6)]
Why = Annotated[str, one_of(rules.ABSENCES, "a reason to be away")]
LONGEST = timedelta(days=366)


class SetShifts(OfStaff):
    """When somebody works at a site on some weekdays (0 is Monday), from a date on, by the clock there."""

    site: UUID
    weekdays: frozenset[Weekday] = Field(min_length=1)
    begins: time
    ends: time
    from_on: date
    to_on: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.begins >= self.ends:
            raise ValueError("A shift begins before it ends. One over midnight is two.")
        if self.to_on and self.to_on < self.from_on:
            raise ValueError("The last day is on or after the first.")
        return self


class EndShifts(OfStaff):
    """The last day of some of somebody's weekly shifts. The day before their first: they never were."""

    shifts: frozenset[UUID] = Field(min_length=1)
    to_on: date


class RecordAbsence(OfStaff):
    """When somebody is away: whole days, or hours of one day, by the clock of a site."""

    site: UUID
    from_on: date
    to_on: date | None = None
    """Left out: that day alone."""
    begins: time | None = None
    ends: time | None = None
    why: Why = "time-off"

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        last = self.to_on or self.from_on
        if last < self.from_on:
            raise ValueError("Reversed: the last day lies before the first.")
        if last - self.from_on > LONGEST:
            raise ValueError("More than a year at once: end the position instead.")
        if (self.begins is None) != (self.ends is None):
            raise ValueError("Give both times, or none for whole days.")
        if self.begins and self.ends and (last > self.from_on or self.begins >= self.ends):
            raise ValueError("Hours are of one day, and begin before they end.")
        return self


class WithdrawAbsence(Inputs):
    """Somebody is there after all."""

    absence: UUID
    act: ClassVar[Act] = Act("house.manage_staff")

    @property
    def subject(self) -> str:
        """The absence."""
        return f"absence/{self.absence}"
