"""What can be done with study."""

from medassist.domain.study.actions.classes import join, leave, open_class
from medassist.domain.study.actions.practice import aim, review
from medassist.domain.study.actions.questions import calibrate, take_questions
from medassist.domain.study.actions.sittings import (
    answer,
    begin_part,
    close_over,
    close_part,
    end_part,
    place,
    start_mock,
    start_placement,
)

__all__ = [
    "aim", "answer", "begin_part", "calibrate", "close_over", "close_part", "end_part", "join", "leave", "open_class",
    "place", "review", "start_mock", "start_placement", "take_questions",
]  # fmt: skip
