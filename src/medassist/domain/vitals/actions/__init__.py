"""Writes of vital signs."""

from medassist.domain.vitals.actions.adopt import adopt
from medassist.domain.vitals.actions.correct import amend, correct, place_again
from medassist.domain.vitals.actions.report import assign_report, dismiss_report, report
from medassist.domain.vitals.actions.series import begin_series, close_series, stop_series
from medassist.domain.vitals.actions.take import confirm, receive, take

__all__ = [
    "adopt", "amend", "assign_report", "begin_series", "close_series", "confirm", "correct", "dismiss_report",
    "place_again", "receive", "report", "stop_series", "take",
]  # fmt: skip
