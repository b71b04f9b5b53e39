"""Tables of study. Rows are added, never changed: a card, an ability, an end are read from what was answered."""

from medassist.domain.study.models.classes import Leaving, Membership, StudyClass
from medassist.domain.study.models.practice import Aim, Review
from medassist.domain.study.models.questions import Calibration, OwnQuestion
from medassist.domain.study.models.sittings import Answer, Part, PartEnd, Result, Sitting

__all__ = [
    "Aim", "Answer", "Calibration", "Leaving", "Membership", "OwnQuestion", "Part", "PartEnd", "Result", "Review",
    "Sitting", "StudyClass",
]  # fmt: skip
