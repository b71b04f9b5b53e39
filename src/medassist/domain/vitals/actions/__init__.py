"""Writes of vital signs."""

from medassist.domain.vitals.actions.adopt import adopt
from medassist.domain.vitals.actions.correct import amend, correct, place_again
from medassist.domain.vitals.actions.report import assign_report, dismiss_report, report
from medassist.domain.vitals.actions.take import confirm, receive, take

__all__ = [
    "adopt", "amend", "assign_report", "confirm", "correct", "dismiss_report", "place_again", "receive", "report",
    "take",
]  # fmt: skip
