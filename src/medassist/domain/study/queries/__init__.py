"""What can be read of study."""

from medassist.domain.study.queries.bank import (
    bank,
    calibration,
    exam,
    exams,
    measured,
    own_questions,
    pool,
    question,
)
from medassist.domain.study.queries.classes import by_code, class_of, joined, members, membership, taught
from medassist.domain.study.queries.evidence import enough, first_answers, for_calibration, readiness, ready
from medassist.domain.study.queries.practice import (
    Today,
    aim,
    aims,
    card,
    exam_day,
    memory,
    next_question,
    office_day,
    today,
)
from medassist.domain.study.queries.sittings import (
    Standing,
    asked,
    chosen,
    marks,
    next_placed,
    open_sitting,
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
    "Standing", "Today", "aim", "aims", "asked", "bank", "by_code", "calibration", "card", "chosen", "class_of",
    "enough", "exam", "exam_day", "exams", "first_answers", "for_calibration", "joined", "marks", "measured",
    "members", "membership", "memory", "next_placed", "next_question", "office_day", "open_sitting", "overdue",
    "own_questions", "part", "placed_so_far", "pool", "question", "readiness", "ready", "result_of", "seen_in_mocks",
    "sitting", "sittings", "standing", "taught", "today",
]  # fmt: skip
