"""What can be true of vital signs: their units and codes, what cannot be, what is asked about, what is judged."""

from medassist.domain.vitals.rules.ages import years
from medassist.domain.vitals.rules.checks import (
    doubts,
    faults,
    pair_doubts,
    pair_fault,
    size_doubts,
    suggestion,
    time_doubts,
    time_fault,
)
from medassist.domain.vitals.rules.judging import (
    Judgement,
    interpretation,
    judge,
    judge_pressure,
    repeat_pressure,
    usual,
)
from medassist.domain.vitals.rules.limits import RECENT, Told, history
from medassist.domain.vitals.rules.signs import (
    PANELS,
    SIGNS,
    Sign,
    bmi,
    in_office,
    in_standard,
    office_text,
    qualifier_word,
    qualifiers,
    sign,
)  # fmt: skip
from medassist.domain.vitals.rules.trend import Child
from medassist.domain.vitals.rules.whole import Known, asked

__all__ = [
    "PANELS", "RECENT", "SIGNS", "Child", "Judgement", "Known", "Sign", "Told", "asked", "bmi", "doubts", "faults",
    "history", "in_office", "in_standard", "interpretation", "judge", "judge_pressure", "office_text", "pair_doubts",
    "pair_fault", "qualifier_word", "qualifiers", "repeat_pressure", "sign", "size_doubts", "suggestion",
    "time_doubts", "time_fault", "usual", "years",
]  # fmt: skip
