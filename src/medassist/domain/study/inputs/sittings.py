"""What may be asked of placements and mock examinations."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from medassist.domain.study.inputs.practice import Choice, ExamCode, ItemId
from medassist.kernel.inputs import Inputs
from medassist.kernel.ruling import Act


class _Start(Inputs):
    exam: ExamCode
    act: ClassVar[Act] = Act("house.own")

    @property
    def subject(self) -> str:
        """One's own study."""
        return "study"


class StartPlacement(_Start):
    """Find out where one stands for an examination."""


class StartMock(_Start):
    """Sit a mock examination; its first part begins at once."""


class _OfSitting(Inputs):
    sitting: UUID
    act: ClassVar[Act] = Act("house.own")

    @property
    def subject(self) -> str:
        """The sitting."""
        return f"sitting/{self.sitting}"


class AnswerPlacement(_OfSitting):
    """The answer to the question that a placement asks now."""

    item: ItemId
    chosen: Choice


class AnswerMock(_OfSitting):
    """One answer in a mock examination; the last one given in time counts."""

    item: ItemId
    chosen: Choice


class BeginPart(_OfSitting):
    """Begin a part; its time runs from now."""

    number: int = Field(ge=1, le=12)


class EndPart(_OfSitting):
    """Hand a part in before its time is over; `whole` ends the examination."""

    number: int = Field(ge=1, le=12)
    whole: bool = False


class CloseOver(Inputs):
    """End every part whose time is over: all, or those of one sitting."""

    sitting: UUID | None = None
    act: ClassVar[Act] = Act("study.close")

    @property
    def subject(self) -> str:
        """The sittings of the office."""
        return "sittings"


class ClosePart(Inputs):
    """End one part whose time is over."""

    part: UUID
    act: ClassVar[Act] = Act("study.close")

    @property
    def subject(self) -> str:
        """The part."""
        return f"part/{self.part}"
