"""What can be true of vital signs: their units and codes, what cannot be, what is asked about, what is judged."""

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
from medassist.domain.vitals.rules.critical import Critical, Judged, critical, too_old
from medassist.domain.vitals.rules.expected import expected, raised
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
    bmi,
    in_office,
    in_standard,
    office_text,
    qualifier_word,
    qualifiers,
    sign,
)  # fmt: skip

__all__ = [
    "PANELS", "SIGNS", "Critical", "Judged", "Judgement", "Sign", "Told", "bmi", "critical", "doubts", "expected",
    "faults", "in_office", "in_standard", "interpretation", "judge", "judge_pressure", "office_text", "pair_doubts",
    "pair_fault", "qualifier_word", "qualifiers", "raised", "repeat_pressure", "sign", "size_doubts", "suggestion",
    "time_fault", "too_old", "turned", "usual", "years",
]  # fmt: skip
