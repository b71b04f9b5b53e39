"""What may be asked of visits."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from medassist.domain.visits import rules
from medassist.kernel.inputs import Inputs
from medassist.kernel.ruling import Act

Reason = Annotated[str, StringConstraints(max_length=500)]
Thing = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Arrive(Inputs):
    """The patient of an appointment has come."""

    appointment: UUID
    act: ClassVar[Act] = Act("schedule.manage")

    @property
    def subject(self) -> str:
        """The appointment."""
        return f"appointment/{self.appointment}"


class WalkIn(Inputs):
    """A patient has come without an appointment."""

    patient: UUID
    site: UUID
    provider: UUID | None = None
    reason: Reason = ""
    act: ClassVar[Act] = Act("schedule.manage")

    @property
    def subject(self) -> str:
        """The patient."""
        return f"patient/{self.patient}"


class OfVisit(Inputs):
    """What is asked of one visit."""

    visit: UUID
    act: ClassVar[Act] = Act("visits.manage")

    @property
    def subject(self) -> str:
        """The visit."""
        return f"visit/{self.visit}"


class Delegate(OfVisit):
    """I delegate in this visit, in the place of its provider."""

    act: ClassVar[Act] = Act("house.supervise")


class StartRooming(OfVisit):
    """Take the patient in, to a room."""

    room: UUID | None = None


class MoveRoom(OfVisit):
    """Another room for a visit."""

    room: UUID


class CheckIdentity(OfVisit):
    """Two identifiers or more that were asked for and found right."""

    identifiers: frozenset[Literal[tuple(rules.IDENTIFIERS)]] = Field(min_length=2)  # type: ignore[valid-type]


class SetReason(OfVisit):
    """Why the patient has come, in the patient's words."""

    reason: str = Field(min_length=1, max_length=500)
    act: ClassVar[Act] = Act("records.manage")


class Ready(OfVisit):
    """The provider can come."""


class StartProvider(OfVisit):
    """The provider is with the patient."""

    provider: UUID | None = None


class AskToDo(OfVisit):
    """What is to be done before the patient leaves."""

    what: tuple[Thing, ...] = Field(min_length=1, max_length=50)


class OfToDo(Inputs):
    """One thing that was to be done."""

    to_do: UUID
    act: ClassVar[Act] = Act("visits.manage")

    @property
    def subject(self) -> str:
        """The thing to do."""
        return f"to-do/{self.to_do}"


class DoToDo(OfToDo):
    """It is done."""


class WithdrawToDo(OfToDo):
    """It need not be done, and why."""

    reason: str = Field(min_length=1, max_length=200)


class CheckOut(OfVisit):
    """The visit is over."""


class Leave(OfVisit):
    """The patient left without being seen."""

    reason: str = Field(min_length=1, max_length=500)


class StepBack(OfVisit):
    """Take back the last step, entered by oneself a moment ago."""
