"""What can be read of study."""

from medassist.domain.study.queries.classes import by_code, class_of, joined, members, membership, taught
from medassist.domain.study.queries.evidence import by_area, enough, first_answers, for_calibration, readiness, ready
from medassist.domain.study.queries.practice import (
    Today,
    aim,
    aims,
    card,
    comes_again,
    exam_day,
    memory,
    new_there,
    next_question,
    office_day,
    review,
    today,
)
from medassist.domain.study.queries.questions import (
    bank,
    calibration,
    choice,
    exam,
    exams,
    measured,
    mock_of,
    own_questions,
    pool,
    question,
    reading,
    topics,
)
from medassist.domain.study.queries.sittings import (
    Standing,
    asked,
    chosen,
    marks,
    next_placed,
    open_sitting,
    outlook,
    overdue,
    part,
    placed_so_far,
    result_of,
    seen_in_mocks,
    sitting,
    sittings,
    standing,
)

__all__ = [
    "Standing", "Today", "aim", "aims", "asked", "bank", "by_area", "by_code", "calibration", "card", "choice",
    "chosen", "class_of", "comes_again", "enough", "exam", "exam_day", "exams", "first_answers", "for_calibration",
    "joined", "marks", "measured", "members", "membership", "memory", "mock_of", "new_there", "next_placed",
    "next_question", "office_day", "open_sitting", "outlook", "overdue", "own_questions", "part", "placed_so_far",
    "pool", "question", "readiness", "reading", "ready", "result_of", "review", "seen_in_mocks", "sitting",
    "sittings", "standing", "taught", "today", "topics",
]  # fmt: skip
