"""What may be asked of the question bank."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from medassist.kernel.inputs import Inputs
from medassist.kernel.ruling import Act


class TakeQuestions(Inputs):
    """The practice's own questions, each as a file of the bank says it. All are taken or none."""

    questions: tuple[dict[str, Any], ...] = Field(min_length=1, max_length=2000)
    act: ClassVar[Act] = Act("house.settings")

    @property
    def subject(self) -> str:
        """The bank."""
        return "question-bank"


class CalibrateBank(Inputs):
    """Measure how hard the questions are by the answers that have come in."""

    act: ClassVar[Act] = Act("house.settings")

    @property
    def subject(self) -> str:
        """The bank."""
        return "question-bank"
