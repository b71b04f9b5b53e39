"""What may be asked of study."""

from medassist.domain.study.inputs.classes import JoinClass, LeaveClass, OpenClass
from medassist.domain.study.inputs.practice import AimAt, AnswerReview
from medassist.domain.study.inputs.questions import CalibrateBank, TakeQuestions
from medassist.domain.study.inputs.sittings import (
    AnswerMock,
    AnswerPlacement,
    BeginPart,
    CloseOver,
    ClosePart,
    EndPart,
    StartMock,
    StartPlacement,
)

__all__ = [
    "AimAt", "AnswerMock", "AnswerPlacement", "AnswerReview", "BeginPart", "CalibrateBank", "CloseOver", "ClosePart",
    "EndPart", "JoinClass", "LeaveClass", "OpenClass", "StartMock", "StartPlacement", "TakeQuestions",
]  # fmt: skip
