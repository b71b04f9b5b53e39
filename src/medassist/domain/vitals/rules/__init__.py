"""What can be true of vital signs: their units and codes, what cannot be, what is asked about, what is judged."""

from medassist.domain.vitals.rules import arms, protocols
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
from medassist.domain.vitals.rules.circulation import (
    Orthostatic,
    Stance,
    avoid_arm,
    judge_shock_index,
    orthostatic,
    shock_index,
)
from medassist.domain.vitals.rules.critical import Critical, Judged, critical, too_old
from medassist.domain.vitals.rules.derived import percentile_text, reference
from medassist.domain.vitals.rules.expected import expected, raised
from medassist.domain.vitals.rules.judging import Judgement, interpretation, judge, usual
from medassist.domain.vitals.rules.limits import RECENT, Told, history
from medassist.domain.vitals.rules.pressure import judge_pressure, repeat_pressure
from medassist.domain.vitals.rules.ranges import Range, normal
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
)
from medassist.domain.vitals.rules.trend import Child
from medassist.domain.vitals.rules.whole import Known, asked

__all__ = [
    "Child", "Critical", "Judged", "Judgement", "Known", "Orthostatic", "PANELS", "RECENT", "Range", "SIGNS", "Sign",
    "Stance", "Told", "answers", "arms", "asked", "avoid_arm", "bmi", "critical", "doubts", "expected", "faults",
    "history", "in_office", "in_standard", "interpretation", "judge", "judge_pressure", "judge_shock_index", "normal",
    "office_text", "orthostatic", "pair_doubts", "pair_fault", "percentile_text", "protocols", "qualifier_word",
    "qualifiers", "raised", "reference", "repeat_pressure", "shock_index", "sign", "size_doubts", "suggestion",
    "time_doubts", "time_fault", "too_old", "usual", "years",
]  # fmt: skip
