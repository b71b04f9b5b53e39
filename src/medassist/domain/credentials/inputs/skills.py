"""What may be asked of work that proves a skill: done and heard of, entered by hand, signed."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, ClassVar, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from medassist.domain.credentials import rules
from medassist.domain.credentials.inputs.held import Why
from medassist.kernel.errors import Invalid
from medassist.kernel.inputs import Inputs
from medassist.kernel.ruling import Act

OWN, SIGN = Act("house.own"), Act("house.sign_off")


def _kept(act: str) -> str:
    if act not in rules.kinds():
        raise ValueError("Choose one of the kinds of work in the list.")
    return act


Kind = Annotated[str, AfterValidator(_kept)]


class HearOfWork(Inputs):
    """The house tells that somebody of the staff did something."""

    staff: UUID
    work: Kind
    event: UUID
    on: date
    act: ClassVar[Act] = Act("house.hear_of_work")

    @property
    def subject(self) -> str:
        """The person."""
        return f"staff/{self.staff}"


class Entry(Inputs):
    """What both logs ask; a correction names the row that it replaces and says why."""

    on: date
    supervisor: UUID
    note: str = Field("", max_length=300)
    replaces: UUID | None = None
    why: str = Field("", max_length=500)
    act: ClassVar[Act] = OWN

    @property
    def subject(self) -> str:
        """One's own log."""
        return "log"

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if self.replaces and not self.why:
            raise Invalid({"why": ["Say what was wrong before."]})
        return self


class EnterWork(Entry):
    """Work of one's own that no part of the house hears of yet, for the supervisor who saw it to sign."""

    work: Kind
    count: int = Field(1, ge=1, le=rules.MOST)
    how: Literal["patient", "simulation"]


class EnterPracticum(Entry):
    """Hours of practicum on one day at one place, for the supervisor to sign."""

    place: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    begins: time
    ends: time
    pause: int = Field(0, ge=0, le=600)
    part: Literal["clinical", "administrative"]

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.ends <= self.begins:
            raise Invalid({"ends": ["It would end before it begins."]})
        begin, end = (datetime.combine(self.on, at) for at in (self.begins, self.ends))
        if self.pause * 60 >= (end - begin).total_seconds():
            raise Invalid({"pause": ["The pause is as long as the day."]})
        return self


class TakeBackEntry(Inputs):
    """There was no such work, or no such day."""

    entry: UUID
    why: Why
    act: ClassVar[Act] = OWN

    @property
    def subject(self) -> str:
        """The row."""
        return f"entry/{self.entry}"


class SignLog(Inputs):
    """I saw this work: exactly the rows whose hash I was shown."""

    staff: UUID
    seen: str = Field(pattern=r"^[0-9a-f]{64}$")
    act: ClassVar[Act] = SIGN

    @property
    def subject(self) -> str:
        """The person."""
        return f"staff/{self.staff}"
