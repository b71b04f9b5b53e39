"""What may be asked of one's own practice."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field, StringConstraints

from medassist.domain.study import rules
from medassist.kernel.inputs import Inputs
from medassist.kernel.ruling import Act


def _known(code: str) -> str:
    found = rules.outlines().exams.get(code)
    if found is None:
        raise ValueError(f"No examination is called {code}.")
    if not found.known:
        raise ValueError(f"The mix of {found.name} was not found, so it cannot be practiced as it is.")
    return code


ExamCode = Annotated[str, StringConstraints(max_length=20), AfterValidator(_known)]
ItemId = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Choice = Annotated[int, Field(ge=0, le=3)]


class AimAt(Inputs):
    """Which examination one prepares for, and its day where it is known."""

    exam: ExamCode
    on: date | None = None
    act: ClassVar[Act] = Act("house.own")

    @property
    def subject(self) -> str:
        """One's own study."""
        return "study"


class AnswerReview(Inputs):
    """One answer in practice. `unsure`: the person says so before it is judged."""

    item: ItemId
    chosen: Choice
    unsure: bool = False
    act: ClassVar[Act] = Act("house.own")

    @property
    def subject(self) -> str:
        """The question."""
        return f"question/{self.item}"
