"""What can be true of vital signs: their units and codes, what cannot be, what is asked about, what is judged."""

from medassist.domain.vitals.rules import arms, protocols
from medassist.domain.vitals.rules.ages import years
from medassist.domain.vitals.rules.checks import (
    Told,
    doubts,
    faults,
    pair_doubts,
    pair_fault,
    size_doubts,
    suggestion,
    time_fault,
    turned,
)
from medassist.domain.vitals.rules.judging import (
    Judgement,
    interpretation,
    judge,
    judge_pressure,
    repeat_pressure,
    usual,
)
from medassist.domain.vitals.rules.signs import (
    PANELS,
    SIGNS,
    Sign,
    answers,
    bmi,
    in_office,
    in_standard,
    office_text,
    qualifier_word,
    qualifiers,
    sign,
)  # fmt: skip

__all__ = [
    "PANELS", "SIGNS", "Judgement", "Sign", "Told", "answers", "arms", "bmi", "doubts", "faults", "in_office",
    "in_standard", "interpretation", "judge", "judge_pressure", "office_text", "pair_doubts", "pair_fault", "protocols",
    "qualifier_word", "qualifiers", "repeat_pressure", "sign", "size_doubts", "suggestion", "time_fault", "turned",
    "usual", "years",
]  # fmt: skip
